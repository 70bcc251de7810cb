#include <lmw/learn/dataset.h>

#include <lmw/numerics/linalg.h>

#include <cmath>
#include <stdexcept>

namespace lmw::learn {

using Eigen::Index;

template <class Scalar>
Dataset<Scalar> Dataset<Scalar>::chosen(const std::vector<Index>& which) const {
  Dataset out{Matrix<Scalar>(x.rows(), static_cast<Index>(which.size())),
              Matrix<Scalar>(y.rows(), static_cast<Index>(which.size()))};
  for (std::size_t k = 0; k < which.size(); ++k) {
    if (which[k] < 0 || which[k] >= size())
      throw std::invalid_argument("example " + std::to_string(which[k]) + ": expected 0 to " +
                                  std::to_string(size() - 1));
    out.x.col(static_cast<Index>(k)) = x.col(which[k]);
    out.y.col(static_cast<Index>(k)) = y.col(which[k]);
  }
  return out;
}

template <class Scalar>
void check(const Dataset<Scalar>& data) {
  if (data.x.cols() != data.y.cols())
    throw std::invalid_argument("data: " + std::to_string(data.x.cols()) + " inputs and " +
                                std::to_string(data.y.cols()) + " targets: expected as many");
  if (data.x.cols() == 0) throw std::invalid_argument("data: no examples: expected at least one");
}

template <class Scalar>
Matrix<Scalar> one_hot(const Eigen::Ref<const Eigen::VectorXi>& labels, Index classes) {
  Matrix<Scalar> out = Matrix<Scalar>::Zero(classes, labels.size());
  for (Index i = 0; i < labels.size(); ++i) {
    if (labels(i) < 0 || labels(i) >= classes)
      throw std::invalid_argument("label " + std::to_string(labels(i)) + " of example " + std::to_string(i) +
                                  ": expected 0 to " + std::to_string(classes - 1));
    out(labels(i), i) = 1;
  }
  return out;
}

template <class Scalar>
Matrix<Scalar> binarise(const Eigen::Ref<const Eigen::VectorXi>& labels, const std::function<bool(int)>& positive) {
  Matrix<Scalar> out(1, labels.size());
  for (Index i = 0; i < labels.size(); ++i) out(0, i) = positive(labels(i)) ? Scalar(1) : Scalar(-1);
  return out;
}

Eigen::MatrixXd AffineMap::operator()(const Eigen::Ref<const Eigen::MatrixXd>& x) const {
  if (x.rows() != mean.size())
    throw std::invalid_argument("map: inputs of " + std::to_string(x.rows()) + " numbers: expected " +
                                std::to_string(mean.size()));
  return matrix * (x.colwise() - mean);
}

AffineMap centring(const Eigen::Ref<const Eigen::MatrixXd>& x) {
  if (x.cols() == 0) throw std::invalid_argument("centring: no examples: expected at least one");
  return {x.rowwise().mean(), Eigen::MatrixXd::Identity(x.rows(), x.rows())};
}

AffineMap whitening(const Eigen::Ref<const Eigen::MatrixXd>& x, Index k) {
  const AffineMap centre = centring(x);
  const Index d = x.rows();
  if (k < 0 || k > d)
    throw std::invalid_argument("whitening: k = " + std::to_string(k) + ": expected 0 to " + std::to_string(d));
  if (k == 0) k = d;
  const Eigen::MatrixXd centred = x.colwise() - centre.mean;
  const auto eigen = numerics::symmetric_eigen(centred * centred.transpose() / static_cast<double>(x.cols()));
  if (!(eigen.values(d - k) > 1e-12 * eigen.values(d - 1)))
    throw std::domain_error("whitening: principal variance " + std::to_string(k) +
                            " is below 1e-12 of the largest: ask for fewer directions");
  AffineMap map{centre.mean, Eigen::MatrixXd(k, d)};
  for (Index i = 0; i < k; ++i) {
    const auto direction = eigen.vectors.col(d - 1 - i);
    Index largest = 0;
    direction.cwiseAbs().maxCoeff(&largest);
    map.matrix.row(i) =
        direction.transpose() * (std::copysign(1.0, direction(largest)) / std::sqrt(eigen.values(d - 1 - i)));
  }
  return map;
}

template struct Dataset<float>;
template struct Dataset<double>;
template void check(const Dataset<float>&);
template void check(const Dataset<double>&);
template Matrix<float> one_hot(const Eigen::Ref<const Eigen::VectorXi>&, Index);
template Matrix<double> one_hot(const Eigen::Ref<const Eigen::VectorXi>&, Index);
template Matrix<float> binarise(const Eigen::Ref<const Eigen::VectorXi>&, const std::function<bool(int)>&);
template Matrix<double> binarise(const Eigen::Ref<const Eigen::VectorXi>&, const std::function<bool(int)>&);

}  // namespace lmw::learn
