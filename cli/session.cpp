#include "session.h"

#include "failure.h"
#include "text.h"

#include <lmw/host/nearest.h>
#include <lmw/store/lab.h>

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <utility>

namespace lmw::cli {

namespace fs = std::filesystem;

fs::path program_folder() {
  std::error_code failed;
  const fs::path program = fs::read_symlink("/proc/self/exe", failed);
  return failed ? fs::current_path() : program.parent_path();
}

fs::path cache_folder() {
  const auto set = [](const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value == '/' ? fs::path(value) : fs::path();
  };
  if (const fs::path cache = set("XDG_CACHE_HOME"); !cache.empty()) return cache / "lmw";
  if (const fs::path home = set("HOME"); !home.empty() && access(home.c_str(), W_OK) == 0)
    return home / ".cache" / "lmw";
  return fs::temp_directory_path() / ("lmw-" + std::to_string(getuid()));
}

Session::Session(Globals globals, std::ostream& out, std::ostream& err)
    : globals_(std::move(globals)),
      out_(out),
      err_(err),
      out_terminal_(Terminal::of(STDOUT_FILENO, globals_.no_color)),
      err_terminal_(Terminal::of(STDERR_FILENO, globals_.no_color)) {}

void Session::note(const std::string& text) {
  if (quiet()) return;
  out_.flush();  // on a terminal the two streams are one page
  const std::size_t width = err_terminal_.width;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (width > 0 && display_width(line) > width)
      err_ << paragraph(line, width,
                        line.size() - line.substr(std::min(line.find_first_not_of(' '), line.size())).size());
    else
      err_ << line << '\n';
  }
  if (text.empty()) err_ << '\n';
  err_ << std::flush;
}

std::vector<fs::path> Session::plugin_path() const {
  std::vector<fs::path> path = globals_.plugin_path;
  path.push_back((program_folder() / ".." / "lib" / "lmw" / "plugins").lexically_normal());
  return path;
}

host::Registry& Session::registry() {
  if (!registry_) {
    registry_ =
        std::make_unique<host::Registry>(host::RegistryOptions{.path = plugin_path(),
                                                               .home = plugin_path().back(),
                                                               .describe_program = program_folder() / "lmw-describe",
                                                               .cache = cache_folder()});
    registry_->scan();
  }
  return *registry_;
}

const host::LawCard& Session::law(const std::string& name) {
  if (const host::LawCard* law = registry().law(name)) return *law;
  std::vector<const host::LawCard*> by_name;
  std::vector<std::string> ids;
  for (const host::LawCard* law : registry().laws()) {
    ids.push_back(law->id);
    if (law->name == name) by_name.push_back(law);
  }
  if (by_name.size() == 1) return *by_name.front();
  if (by_name.size() > 1)
    refuse("several laws have this name", "the id of one: plugin/name", "\"" + name + "\"",
           "lmw show " + by_name.front()->id);
  if (ids.empty())
    refuse("no law is there", "plugins in " + plugin_path().back().string() + " or under --plugin-path",
           "none that can be used", "lmw list plugins");
  const std::string near = host::nearest(name, ids);
  refuse("no such law", "the id or the name of a law", "\"" + name + "\"",
         near.empty() ? "lmw list" : "lmw show " + near);
}

const fs::path& Session::existing_lab() const {
  if (!fs::exists(globals_.lab))
    throw store::StoreError(store::StoreError::Reason::cannot_open,
                            host::complaint("no lab at " + globals_.lab.string(), "a file that lmw run has made",
                                            "no such file", "lmw run --demo, or --lab FILE for another one"));
  return globals_.lab;
}

}  // namespace lmw::cli
