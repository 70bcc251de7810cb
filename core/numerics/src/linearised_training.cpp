#include <lmw/numerics/linalg.h>
#include <lmw/numerics/linearised_training.h>

#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>

namespace lmw::numerics {

LinearisedTraining::LinearisedTraining(const Eigen::Ref<const Eigen::MatrixXd>& kernel, double learning_rate) {
  if (kernel.rows() != kernel.cols() || kernel.rows() == 0)
    throw std::invalid_argument("tangent kernel: expected (n, n) with n >= 1, found (" + std::to_string(kernel.rows()) +
                                ", " + std::to_string(kernel.cols()) + ")");
  if (!(learning_rate >= 0) || !std::isfinite(learning_rate))
    throw std::domain_error("learning_rate = " + std::to_string(learning_rate) + ": expected a finite number >= 0");
  auto [values, vectors] = symmetric_eigen(kernel);
  values_ = std::move(values);
  vectors_ = std::move(vectors);
  rates_ = learning_rate / static_cast<double>(kernel.rows()) * values_;
}

void LinearisedTraining::check(const Eigen::Ref<const Eigen::VectorXd>& first, std::int64_t steps) const {
  if (first.size() != values_.size())
    throw std::invalid_argument("first residual: expected " + std::to_string(values_.size()) + " values, found " +
                                std::to_string(first.size()));
  if (steps < 0) throw std::invalid_argument("steps = " + std::to_string(steps) + ": expected >= 0");
}

Eigen::VectorXd LinearisedTraining::residual(const Eigen::Ref<const Eigen::VectorXd>& first, std::int64_t steps) const {
  check(first, steps);
  const Eigen::ArrayXd kept = (1 - rates_.array()).pow(static_cast<double>(steps));
  return vectors_ * (kept * (vectors_.transpose() * first).array()).matrix();
}

Eigen::VectorXd LinearisedTraining::coefficients(const Eigen::Ref<const Eigen::VectorXd>& first,
                                                 std::int64_t steps) const {
  check(first, steps);
  Eigen::VectorXd along = vectors_.transpose() * first;
  for (Eigen::Index i = 0; i < along.size(); ++i)
    along(i) *= moves(i) ? (std::pow(1 - rates_(i), static_cast<double>(steps)) - 1) / values_(i) : 0;
  return vectors_ * along;
}

double LinearisedTraining::motion(const Eigen::Ref<const Eigen::VectorXd>& first, std::int64_t steps) const {
  const Eigen::ArrayXd along = (vectors_.transpose() * coefficients(first, steps)).array();
  return std::sqrt((along.square() * values_.array().max(0.0)).sum());
}

}  // namespace lmw::numerics
