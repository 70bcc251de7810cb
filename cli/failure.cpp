#include "failure.h"

#include "text.h"

#include <lmw/host/card.h>
#include <lmw/learn/data_error.h>
#include <lmw/store/lab.h>

#include <filesystem>
#include <new>
#include <sstream>

namespace lmw::cli {
namespace {

using host::complaint;

struct Remedy {
  const char *expected, *hint;
};

Remedy remedy(store::StoreError::Reason reason) {
  using Reason = store::StoreError::Reason;
  switch (reason) {
    case Reason::cannot_open:
      return {"a file in a folder that is there", "name another file with --lab, or make one: lmw run --demo"};
    case Reason::not_a_lab: return {"a lab: an SQLite file that lmw run has made", "name another file with --lab"};
    case Reason::newer:
      return {"a lab of this version of lmw, or of an older one", "update lmw, or name another file with --lab"};
    case Reason::corrupt: return {"a file as SQLite wrote it", "lmw doctor; then go back to a copy of the file"};
    case Reason::locked:
      return {"a lab that no other process is writing to",
              "wait for the other run to end, or name another file with --lab"};
    case Reason::full:
      return {"room on the disk", "make room on the disk, then the same command again: it goes on where it stopped"};
    case Reason::read_only:
      return {"a file and a folder that can be written",
              "chmod u+w the file and its folder, or name another file with --lab"};
    case Reason::network:
      return {"a folder on a disk of this machine", "keep the lab on a local disk: --lab /tmp/lab.db"};
    case Reason::refused: return {"", "lmw doctor"};
  }
  return {"", "lmw doctor"};
}

/// "doing: cause; advice", as libraries below say it, in the shape of a complaint. The remedy, which knows the
/// program's options, stands in for their advice, unless that is a command to try.
std::string shaped(const std::string& words, const Remedy& otherwise) {
  if (words.find("\n  try       ") != std::string::npos) return words;
  const std::string said = words.substr(0, words.rfind("; "));
  const auto colon = said.find(": "), command = words.rfind("try: ");
  return complaint(said.substr(0, colon), otherwise.expected, colon == std::string::npos ? "" : said.substr(colon + 2),
                   command == std::string::npos ? otherwise.hint : words.substr(command + 5));
}

}  // namespace

std::string laid_out(const Failure& failure, std::size_t width) {
  constexpr std::size_t label = 12;  // "  expected  "
  std::string text;
  std::istringstream lines(failure.message.rfind("lmw", 0) == 0 ? failure.message : "lmw: " + failure.message);
  for (std::string line; std::getline(lines, line);) {
    const bool labelled = line.rfind("  ", 0) == 0 && line.size() > label;
    std::string head = labelled ? line.substr(0, label) : "";
    if (width <= 2 * label) {
      text += head + printable(line.substr(head.size())) + '\n';
      continue;
    }
    for (const std::string& part : wrap(printable(line.substr(head.size())), width - (labelled ? label : 0))) {
      text += head + part + '\n';
      if (labelled) head.assign(label, ' ');
    }
  }
  return text;
}

Failure failure_of(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const host::UsageError& e) {
    return {usage, shaped(e.what(), {"", "lmw --help"})};
  } catch (const host::LoadError& e) {
    return {plugin, complaint("a plugin that is needed cannot be used", "a library that this lmw can load",
                              e.code() + ": " + e.what(), "lmw list plugins")};
  } catch (const store::StoreError& e) {
    return {lab, shaped(e.what(), remedy(e.reason()))};
  } catch (const learn::DataError& e) {
    return {incomplete, shaped(e.what(), {"the data set as it was published", "lmw data list, for what is here"})};
  } catch (const std::filesystem::filesystem_error& e) {
    return {usage, complaint(e.path1().string() + " cannot be used", "a file or folder that you may read and write",
                             e.code().message(), "ls -ld " + e.path1().string())};
  } catch (const std::bad_alloc&) {
    return {internal, complaint("out of memory", "room for what the command needs", "none left",
                                "fewer --jobs, a lower --effort, or first lmw run --dry-run")};
  } catch (const std::exception& e) {
    return {internal, complaint("a mistake of lmw itself, or of this machine", "", e.what(), "lmw doctor")};
  } catch (...) {
    return {internal, complaint("a mistake of lmw itself", "", "an error of an unknown kind", "lmw doctor")};
  }
}

}  // namespace lmw::cli
