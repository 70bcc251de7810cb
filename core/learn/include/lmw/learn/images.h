#pragma once

#include <Eigen/Core>

#include <cstdint>
#include <filesystem>
#include <vector>

namespace lmw::learn {

/// Grey images with a class each, one image a row.
struct ImageSet {
  Eigen::Matrix<std::uint8_t, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> pixels;  ///< (n, height * width)
  Eigen::VectorXi labels;                                                               ///< (n) class numbers from 0
  int height = 0, width = 0;
  int full_scale = 255;  ///< the value of a white pixel

  /// The images with these row numbers, in this order. @throws std::out_of_range  no such row.
  ImageSet select(const std::vector<Eigen::Index>& rows) const;
  /// (n, height * width) in [0, 1]: pixel / full_scale, in float or double.
  template <class Scalar>
  Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic> scaled() const {
    return pixels.template cast<Scalar>() / static_cast<Scalar>(full_scale);
  }
};

enum class Split { train, test };

/// The first `count` images of Fashion-MNIST: 28 x 28 pixels, ten classes in random order, 60 000 to train on and
/// 10 000 to test on. Reading 2000 takes 20 ms.
///
/// @param folder  where the four IDX files lie, gzipped (`NAME.gz`) or not; the registry's `find("fashion-mnist")`.
/// @throws std::invalid_argument  count outside 1..60 000 (test: 10 000).
/// @throws DataError              a file is missing or not what it should be.
/// Source: Xiao, Rasul & Vollgraf 2017, "Fashion-MNIST: a novel image dataset for benchmarking".
ImageSet read_fashion_mnist(const std::filesystem::path& folder, Eigen::Index count, Split split = Split::train);

/// The 1797 images of handwritten digits, 8 x 8 pixels with values 0 to 16.
///
/// @param folder  where digits.csv.gz lies; the registry's `find("digits-8x8")`.
/// @throws DataError  the file is missing or not what it should be.
/// Source: Alpaydin & Kaynak 1998, Optical Recognition of Handwritten Digits, UCI repository (its test part).
ImageSet read_digits(const std::filesystem::path& folder);

}  // namespace lmw::learn
