#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace lmw::learn {

/// Lower-case hexadecimal.
std::string sha256_of(std::string_view bytes);

/// SHA-256 of files, remembered in a small text file by the files' identity (device, inode, size, times of change).
/// It is a cache: a missing, foreign or unwritable file costs time, never correctness.
class CheckedFiles {
 public:
  explicit CheckedFiles(std::filesystem::path cache_file);

  /// @throws DataError  not readable.
  std::string sha256(const std::filesystem::path& file);
  /// Writes what was learned, if anything was.
  void save() const;

 private:
  std::filesystem::path cache_file_;
  std::map<std::string, std::string> known_;  ///< identity to hash
  bool changed_ = false;
};

}  // namespace lmw::learn
