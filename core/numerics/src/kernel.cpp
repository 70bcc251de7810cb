#include <lmw/numerics/kernel.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

namespace lmw::numerics {
namespace {

void require_width(double width_sq) {
  if (!(width_sq > 0.0)) throw std::domain_error("width_sq = " + std::to_string(width_sq) + ": expected > 0");
}

}  // namespace

Eigen::MatrixXd squared_distances(const Eigen::Ref<const Eigen::MatrixXd>& points) {
  const Eigen::Index n = points.rows();
  Eigen::MatrixXd sq = Eigen::MatrixXd::Zero(n, n);
  sq.selfadjointView<Eigen::Lower>().rankUpdate(points);
  const Eigen::VectorXd norm_sq = sq.diagonal();
  for (Eigen::Index j = 0; j < n; ++j) {
    sq(j, j) = 0.0;
    const Eigen::Index below = n - j - 1;
    sq.col(j).tail(below) = ((norm_sq.tail(below).array() + norm_sq(j)) - 2.0 * sq.col(j).tail(below).array()).max(0.0);
    sq.row(j).tail(below) = sq.col(j).tail(below).transpose();
  }
  return sq;
}

double median_entry(const Eigen::Ref<const Eigen::MatrixXd>& matrix) {
  if (matrix.size() == 0) throw std::invalid_argument("median_entry: expected at least one entry, found none");
  std::vector<double> values;
  values.reserve(static_cast<std::size_t>(matrix.size()));
  for (Eigen::Index j = 0; j < matrix.cols(); ++j)
    values.insert(values.end(), matrix.col(j).begin(), matrix.col(j).end());
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return 0.5 * (*middle + *std::max_element(values.begin(), middle));
}

Eigen::MatrixXd gaussian_kernel(const Eigen::Ref<const Eigen::MatrixXd>& sq, double width_sq) {
  require_width(width_sq);
  return (sq.array() * (-0.5 / width_sq)).exp();
}

Eigen::MatrixXd laplace_kernel(const Eigen::Ref<const Eigen::MatrixXd>& sq, double width_sq) {
  require_width(width_sq);
  return (-(sq.array() / width_sq).sqrt()).exp();
}

}  // namespace lmw::numerics
