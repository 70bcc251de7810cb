#include <lmw/learn/data_error.h>
#include <lmw/learn/idx.h>

#include "gz_file.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace lmw::learn {
namespace {

constexpr std::int64_t max_bytes = std::int64_t{1} << 30;
constexpr std::uint8_t unsigned_byte = 0x08;

}  // namespace

IdxArray read_idx(const std::filesystem::path& file, std::int64_t max_items) {
  if (max_items < 0) throw std::invalid_argument("max_items = " + std::to_string(max_items) + ": expected >= 0");
  GzFile in(file);
  const auto fail = [&](const std::string& what) -> void { throw DataError(file.string() + ": " + what); };

  std::uint8_t magic[4];
  if (in.read(magic, 4) != 4 || magic[0] != 0 || magic[1] != 0 || magic[3] == 0)
    fail("expected an IDX file, which starts with two zero bytes, an element type and a number of dimensions");
  if (magic[2] != unsigned_byte)
    fail("expected element type 8 (unsigned bytes), found " + std::to_string(int{magic[2]}));

  IdxArray array;
  std::int64_t bytes = 1;
  bool whole = true;
  for (int d = 0; d < magic[3]; ++d) {
    std::uint8_t size[4];
    if (in.read(size, 4) != 4)
      fail("ends inside its header, which announces " + std::to_string(int{magic[3]}) + " dimensions");
    const std::int64_t length = std::int64_t{size[0]} << 24 | size[1] << 16 | size[2] << 8 | size[3];
    whole = whole && (d > 0 || length <= max_items);
    array.shape.push_back(d == 0 ? std::min(length, max_items) : length);
    if (__builtin_mul_overflow(bytes, array.shape.back(), &bytes) || bytes > max_bytes)
      fail("its header announces more than 1 GiB of values");
  }

  const auto wanted = static_cast<std::size_t>(bytes);
  std::size_t have = 0;
  while (have < wanted) {
    const std::size_t chunk = std::min(wanted - have, std::max<std::size_t>(have, 1U << 16));
    array.values.resize(have + chunk);
    const std::size_t got = in.read(array.values.data() + have, chunk);
    have += got;
    if (got < chunk)
      fail("cut short: its header announces " + std::to_string(bytes) + " values, found " + std::to_string(have));
  }
  std::uint8_t extra = 0;
  if (whole && in.read(&extra, 1) == 1) fail("goes on after the " + std::to_string(bytes) + " values of its header");
  return array;
}

}  // namespace lmw::learn
