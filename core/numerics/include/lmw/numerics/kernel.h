#pragma once

#include <Eigen/Core>

namespace lmw::numerics {

/// ||x_i - x_j||^2 for all pairs of rows, through |x_i|^2 + |x_j|^2 - 2 x_i.x_j; exactly symmetric, zero on the
/// diagonal, never negative. Absolute error about 1e-15 times the largest |x|^2.
///
/// @param points  (n, d), one point a row.
/// @return (n, n). Cost n^2 d flops.
Eigen::MatrixXd squared_distances(const Eigen::Ref<const Eigen::MatrixXd>& points);

/// Median of all n^2 entries, diagonal included; with an even count, the mean of the two middle ones.
/// A customary kernel width that knows nothing of the labels.
/// @throws std::invalid_argument  an empty matrix.
double median_entry(const Eigen::Ref<const Eigen::MatrixXd>& matrix);

/// exp(-sq / (2 width_sq)), entry by entry.
///
/// @param sq        squared distances, any shape.
/// @param width_sq  s^2 > 0, in units of `sq`.
/// @throws std::domain_error  width_sq <= 0.
Eigen::MatrixXd gaussian_kernel(const Eigen::Ref<const Eigen::MatrixXd>& sq, double width_sq);

/// exp(-sqrt(sq / width_sq)), entry by entry: the same arguments and errors.
Eigen::MatrixXd laplace_kernel(const Eigen::Ref<const Eigen::MatrixXd>& sq, double width_sq);

}  // namespace lmw::numerics
