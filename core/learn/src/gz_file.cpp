#include "gz_file.h"

#include <lmw/learn/data_error.h>

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace lmw::learn {

void GzFile::Close::operator()(gzFile_s* file) const { gzclose(file); }

GzFile::GzFile(const std::filesystem::path& file) : name_(file), file_(gzopen(file.c_str(), "rb")) {
  if (!file_) throw DataError(file.string() + ": cannot be opened: " + std::strerror(errno));
}

std::size_t GzFile::read(std::uint8_t* into, std::size_t count) {
  std::size_t done = 0;
  while (done < count) {
    const auto wanted = static_cast<unsigned>(std::min<std::size_t>(count - done, 1U << 24));
    const int got = gzread(file_.get(), into + done, wanted);
    int code = Z_OK;
    const char* text = gzerror(file_.get(), &code);
    if (code != Z_OK) throw DataError(name_.string() + ": " + (code == Z_ERRNO ? std::strerror(errno) : text));
    if (got <= 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

std::string GzFile::read_all(std::size_t max_bytes) {
  std::string text;
  std::uint8_t chunk[1U << 14];
  while (const std::size_t got = read(chunk, sizeof chunk)) {
    if (got > max_bytes - text.size())
      throw DataError(name_.string() + ": expected at most " + std::to_string(max_bytes) + " bytes, found more");
    text.append(reinterpret_cast<const char*>(chunk), got);
  }
  return text;
}

}  // namespace lmw::learn
