#pragma once

#include <lmw/learn/types.h>

#include <functional>
#include <string>
#include <vector>

namespace lmw::learn {

/// Examples with their targets, one a column.
template <class Scalar>
struct Dataset {
  Matrix<Scalar> x;  ///< (inputs, n)
  Matrix<Scalar> y;  ///< (outputs, n)

  Eigen::Index size() const { return x.cols(); }
  /// The examples with these numbers, in this order. @throws std::invalid_argument  a number outside [0, n).
  Dataset chosen(const std::vector<Eigen::Index>& which) const;
  template <class Other>
  Dataset<Other> cast() const {
    return {x.template cast<Other>(), y.template cast<Other>()};
  }
};

/// @throws std::invalid_argument  no examples, or x and y with different numbers of them.
template <class Scalar>
void check(const Dataset<Scalar>& data);

/// Class numbers as unit vectors: column i has a one in row labels(i).
/// @return (classes, n). @throws std::invalid_argument  a label outside [0, classes), named with its place.
template <class Scalar = double>
Matrix<Scalar> one_hot(const Eigen::Ref<const Eigen::VectorXi>& labels, Eigen::Index classes);

/// +1 where `positive` says so of the label, else -1: (1, n). `binarise(labels, [](int c) { return c % 2 == 0; })`.
template <class Scalar = double>
Matrix<Scalar> binarise(const Eigen::Ref<const Eigen::VectorXi>& labels, const std::function<bool(int)>& positive);

/// An affine change of inputs, x -> matrix (x - mean), found on one data set and applied to others as well.
struct AffineMap {
  Eigen::VectorXd mean;    ///< (d)
  Eigen::MatrixXd matrix;  ///< (k, d)

  /// (k, n). @throws std::invalid_argument  x does not have d rows.
  Eigen::MatrixXd operator()(const Eigen::Ref<const Eigen::MatrixXd>& x) const;
};

/// Takes the mean away: the columns of the result sum to zero. @throws std::invalid_argument  no columns.
AffineMap centring(const Eigen::Ref<const Eigen::MatrixXd>& x);

/// Makes the sample covariance (1/n) sum_i x_i x_i^T the identity, to rounding, on the `k` leading principal
/// directions: the rows of the result are the principal components divided by their standard deviations, largest first.
///
/// @param k  number of directions, at most the rank; 0 means all of d.
/// @throws std::domain_error  the covariance's k-th eigenvalue is below 1e-12 of its largest: there is nothing to
///                            scale.
/// Cost O(d^2 n + d^3). Signs are fixed by a positive largest entry of each direction.
AffineMap whitening(const Eigen::Ref<const Eigen::MatrixXd>& x, Eigen::Index k = 0);

}  // namespace lmw::learn
