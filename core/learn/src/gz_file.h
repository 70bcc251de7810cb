#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

struct gzFile_s;

namespace lmw::learn {

/// Reads a file front to back, through gzip where it is gzipped.
class GzFile {
 public:
  /// @throws DataError  it does not open.
  explicit GzFile(const std::filesystem::path& file);

  /// Reads up to `count` bytes; fewer only at the end of the file.
  /// @throws DataError  a read error, broken compression, or a gzip stream that stops early.
  std::size_t read(std::uint8_t* into, std::size_t count);
  /// Everything that is left. @throws DataError  as read, or more than `max_bytes`.
  std::string read_all(std::size_t max_bytes);

 private:
  struct Close {
    void operator()(gzFile_s* file) const;
  };
  std::filesystem::path name_;
  std::unique_ptr<gzFile_s, Close> file_;
};

}  // namespace lmw::learn
