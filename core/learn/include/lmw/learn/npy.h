#pragma once

#include <Eigen/Core>

#include <cstdint>
#include <filesystem>
#include <vector>

namespace lmw::learn {

/// An array as NumPy's .npy files hold it, converted to double.
struct NpyArray {
  std::vector<std::int64_t> shape;  ///< empty for a single number
  std::vector<double> values;       ///< row-major whatever the file's order: the last index runs fastest

  /// As (shape[0], product of the rest); a vector becomes one row per number, a single number 1 x 1.
  Eigen::MatrixXd matrix() const;
};

/// Reads one array: versions 1 to 3 of the format; little-endian float32 and float64, signed and unsigned integers of 8
/// to 64 bits, and booleans; C or Fortran order. An integer above 2^53 that double cannot hold is refused.
///
/// Nothing is allocated for values before the header has been checked, and memory grows with the bytes that are really
/// there, so a header that promises too much costs nothing.
/// @param max_bytes  the most that the values may take in memory, as doubles.
/// @throws DataError  the file does not open, is no .npy file, has another element type, is cut short, goes on after
///                    its values, or a header that is no dictionary of descr, fortran_order and shape.
/// Source: NumPy Enhancement Proposal 1.
NpyArray read_npy(const std::filesystem::path& file, std::int64_t max_bytes = std::int64_t{1} << 30);

/// Writes a matrix as float64 in Fortran order, version 1.0. @throws DataError  the file cannot be written.
void write_npy(const std::filesystem::path& file, const Eigen::Ref<const Eigen::MatrixXd>& values);

}  // namespace lmw::learn
