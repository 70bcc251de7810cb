#include <lmw/learn/data_error.h>
#include <lmw/learn/data_registry.h>

#include "checked_files.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
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

std::vector<DataSet> public_data_sets() {
  return {
      {.name = "digits-8x8",
       .title = "Handwritten digits, 1797 images of 8 x 8 pixels",
       .licence = "CC BY 4.0",
       .source = "Alpaydin & Kaynak 1998, Optical Recognition of Handwritten Digits, UCI repository",
       .debian_package = "python3-sklearn",
       .package_folder = "usr/lib/python3/dist-packages/sklearn/datasets/data",
       .files = {{"digits.csv.gz", "46abec6b12486ad9e51943373abcf22bbea1b5a51a1619b361570d8893f1464a"}},
       .download_bytes = 2.0e6},
      {.name = "fashion-mnist",
       .title = "Fashion-MNIST, 60 000 + 10 000 images of clothes, 28 x 28 pixels",
       .licence = "MIT",
       .source = "Xiao, Rasul & Vollgraf 2017, arXiv:1708.07747",
       .debian_package = "dataset-fashion-mnist",
       .package_folder = "usr/share/datasets/fashion-mnist",
       .files = {{"train-images-idx3-ubyte.gz", "b0564c3eedabfbf835052cff8503ea422014ce006caf5b757f851416ee8300c7"},
                 {"train-labels-idx1-ubyte.gz", "0ae29f65d86684f32d1b9c85147786c547b9c6aebcaf235f0400a0cce308b056"},
                 {"t10k-images-idx3-ubyte.gz", "cc1d090a38ace84dfa1aa66e3ada7c336ef481a96936906477e6dd344da56eaa"},
                 {"t10k-labels-idx1-ubyte.gz", "8d3605d196f4be44669e46906da9733c8131fef761fdbfec72c424d5222f1a05"}},
       .download_bytes = 30.9e6},
  };
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
  folders.push_back(places_.system_root / set.package_folder);
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
  run_({"apt-get", "download", set.debian_package}, work.path);
  fs::path package;
  for (const auto& entry : fs::directory_iterator(work.path))
    if (entry.path().extension() == ".deb") package = entry.path();
  if (package.empty()) throw DataError("apt-get download " + set.debian_package + ": left no package behind");
  run_({"dpkg-deb", "--extract", package.string(), "unpacked"}, work.path);

  const fs::path unpacked = work.path / "unpacked" / set.package_folder, target = places_.user_root / set.name;
  if (!has_all_files(set, unpacked))
    throw DataError(package.filename().string() + ": expected the files of " + set.name + " in " + set.package_folder);
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
