#include "failure.h"

#include <lmw/host/card.h>
#include <lmw/learn/data_error.h>
#include <lmw/store/lab.h>

#include <filesystem>
#include <new>

namespace lmw::cli {
namespace {

const char* remedy(store::StoreError::Reason reason) {
  using Reason = store::StoreError::Reason;
  switch (reason) {
    case Reason::cannot_open: return "name another file with --lab, or make one: lmw run --demo";
    case Reason::not_a_lab: return "name another file with --lab";
    case Reason::newer: return "update lmw, or name another file with --lab";
    case Reason::corrupt: return "lmw doctor; then go back to a copy of the file";
    case Reason::locked: return "wait for the other run to end, or name another file with --lab";
    case Reason::full: return "make room on the disk, then the same command again: it goes on where it stopped";
    case Reason::read_only: return "chmod u+w the file and its folder, or name another file with --lab";
    case Reason::network: return "keep the lab on a local disk: --lab /tmp/lab.db";
    case Reason::refused: return "lmw doctor";
  }
  return "lmw doctor";
}

/// Adds the line with what to try, unless the text has one.
std::string with_hint(const std::string& text, const std::string& hint) {
  const bool has = text.find("try") != std::string::npos || text.find("Try") != std::string::npos;
  return has ? text : text + "\n  try       " + hint;
}

}  // namespace

void refuse(const std::string& what, const std::string& expected, const std::string& found, const std::string& hint) {
  std::string text = what;
  if (!expected.empty()) text += "\n  expected  " + expected;
  if (!found.empty()) text += "\n  found     " + found;
  if (!hint.empty()) text += "\n  try       " + hint;
  throw host::UsageError(text);
}

Failure failure_of(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const host::UsageError& e) {
    return {usage, with_hint(e.what(), "lmw --help")};
  } catch (const host::LoadError& e) {
    return {plugin, with_hint(e.code() + ": " + e.what(), "lmw list plugins")};
  } catch (const store::StoreError& e) {
    return {lab, with_hint(e.what(), remedy(e.reason()))};
  } catch (const learn::DataError& e) {
    return {incomplete, with_hint(e.what(), "lmw data list")};
  } catch (const std::filesystem::filesystem_error& e) {
    return {usage, with_hint(e.what(), "name a file or folder that exists and that you may write")};
  } catch (const std::bad_alloc&) {
    return {internal, "out of memory\n  try       fewer --jobs, a lower --effort, or first lmw run --dry-run"};
  } catch (const std::exception& e) {
    return {internal, std::string("internal error: ") + e.what() + "\n  try       lmw doctor"};
  } catch (...) {
    return {internal, "internal error of an unknown kind\n  try       lmw doctor"};
  }
}

}  // namespace lmw::cli
