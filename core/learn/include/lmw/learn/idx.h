#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <vector>

namespace lmw::learn {

/// An array of bytes as IDX files hold it: row-major, the last index runs fastest.
struct IdxArray {
  std::vector<std::int64_t> shape;
  std::vector<std::uint8_t> values;  ///< the product of `shape` many
};

/// Reads an IDX file of unsigned bytes, gzipped or plain.
///
/// The format: two zero bytes, the element type 0x08, the number of dimensions, each size as a big-endian 32-bit
/// number, then the values. Nothing is allocated before the header has been checked, and memory grows with the bytes
/// that are really there, so a header that promises too much costs nothing.
///
/// @param max_items  read at most so many along the first dimension; a file that is read whole must end where its
///                   header says.
/// @throws std::invalid_argument  max_items < 0.
/// @throws DataError  not readable, not IDX, another element type, cut short, longer than its header says, or more than
///                    1 GiB.
/// Source: LeCun, Cortes & Burges, "The MNIST database", file formats.
IdxArray read_idx(const std::filesystem::path& file, std::int64_t max_items = std::numeric_limits<std::int64_t>::max());

}  // namespace lmw::learn
