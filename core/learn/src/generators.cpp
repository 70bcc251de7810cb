#include <lmw/learn/generators.h>

#include <cmath>
#include <numbers>
#include <stdexcept>
#include <string>

namespace lmw::learn {
namespace {

using Eigen::Index;

[[noreturn]] void fail(const std::string& text) { throw std::invalid_argument(text); }

void at_least(Index value, Index least, const char* name) {
  if (value < least) fail(std::string(name) + " = " + std::to_string(value) + ": expected >= " + std::to_string(least));
}

void not_negative(double value, const char* name) {
  if (!(value >= 0 && std::isfinite(value)))
    fail(std::string(name) + " = " + std::to_string(value) + ": expected a finite number >= 0");
}

}  // namespace

Eigen::VectorXd power_law(Index count, double exponent) {
  at_least(count, 1, "count");
  return Eigen::VectorXd::LinSpaced(count, 1, static_cast<double>(count)).array().pow(-exponent);
}

Eigen::MatrixXd gaussian_inputs(const Eigen::Ref<const Eigen::VectorXd>& spectrum, Index n, numerics::Rng& rng) {
  for (const double variance : spectrum) not_negative(variance, "variance");
  return spectrum.cwiseSqrt().asDiagonal() * rng.normal(spectrum.size(), n);
}

Dataset<double> GaussianTask::sample(Index n, numerics::Rng& rng) const {
  if (spectrum.size() != target.size())
    fail("task: " + std::to_string(spectrum.size()) + " variances and " + std::to_string(target.size()) +
         " target coefficients: expected as many");
  not_negative(noise_var, "noise_var");
  for (const double variance : spectrum) not_negative(variance, "variance");
  Dataset<double> data{rng.normal(spectrum.size(), n), Eigen::MatrixXd()};
  data.y = target.transpose() * data.x;
  data.x = spectrum.cwiseSqrt().asDiagonal() * data.x;
  data.y += std::sqrt(noise_var) * rng.normal(1, n);
  return data;
}

double GaussianTask::risk(const Eigen::Ref<const Eigen::VectorXd>& weights) const {
  return (spectrum.cwiseSqrt().cwiseProduct(weights) - target).squaredNorm() + noise_var;
}

GaussianTask power_law_task(Index dims, double a, double b, double noise_var) {
  not_negative(noise_var, "noise_var");
  return {power_law(dims, b), power_law(dims, a / 2), noise_var};
}

Eigen::MatrixXd hypercube(int d) {
  if (d < 1 || d > 24) fail("hypercube: d = " + std::to_string(d) + ": expected 1 to 24");
  Eigen::MatrixXd x(d, Index{1} << d);
  for (Index j = 0; j < x.cols(); ++j)
    for (int i = 0; i < d; ++i) x(i, j) = (j >> i & 1) ? -1.0 : 1.0;
  return x;
}

Eigen::MatrixXd random_corners(int d, Index n, numerics::Rng& rng) {
  at_least(d, 1, "d");
  at_least(n, 0, "n");
  Eigen::MatrixXd x(d, n);
  for (Index j = 0; j < n; ++j)
    for (int i = 0; i < d; ++i) x(i, j) = rng.sign();
  return x;
}

Eigen::MatrixXd parity(const Eigen::Ref<const Eigen::MatrixXd>& x, const std::vector<int>& coordinates) {
  Eigen::MatrixXd y = Eigen::MatrixXd::Ones(1, x.cols());
  for (const int i : coordinates) {
    if (i < 0 || i >= x.rows())
      fail("parity: coordinate " + std::to_string(i) + ": expected 0 to " + std::to_string(x.rows() - 1));
    y.array() *= x.row(i).array();
  }
  return y;
}

Eigen::MatrixXd circle(Index n, double phase, double radius) {
  at_least(n, 1, "n");
  Eigen::MatrixXd x(2, n);
  for (Index j = 0; j < n; ++j) {
    const double t = 2 * std::numbers::pi * static_cast<double>(j) / static_cast<double>(n) + phase;
    x.col(j) << radius * std::cos(t), radius * std::sin(t);
  }
  return x;
}

Dataset<double> on_interval(Index n, const std::function<double(double)>& target) {
  at_least(n, 2, "n");
  Dataset<double> data{Eigen::RowVectorXd::LinSpaced(n, -1, 1), Eigen::MatrixXd(1, n)};
  for (Index j = 0; j < n; ++j) data.y(0, j) = target(data.x(0, j));
  return data;
}

Dataset<double> teacher_student(const Mlp<double>& teacher, Index n, double noise_var, numerics::Rng& rng) {
  at_least(n, 1, "n");
  not_negative(noise_var, "noise_var");
  Dataset<double> data{rng.normal(teacher.architecture().inputs(), n), Eigen::MatrixXd()};
  data.y = teacher.output(data.x) + std::sqrt(noise_var) * rng.normal(teacher.architecture().outputs(), n);
  return data;
}

Labelled GaussianMixture::sample(Index n, numerics::Rng& rng) const {
  if (means.rows() != variances.size() || means.cols() != weights.size())
    fail("mixture: means of " + std::to_string(means.rows()) + " x " + std::to_string(means.cols()) + ", " +
         std::to_string(variances.size()) + " variances, " + std::to_string(weights.size()) +
         " weights: expected (d, classes), d and classes");
  for (const double variance : variances) not_negative(variance, "variance");
  if (!(weights.minCoeff() >= 0) || std::abs(weights.sum() - 1) > 1e-12)
    fail("mixture: weights: expected a distribution, entries >= 0 with sum 1");
  Labelled out{Eigen::MatrixXd(means.rows(), n), Eigen::VectorXi(n)};
  const Eigen::VectorXd spread = variances.cwiseSqrt();
  for (Index j = 0; j < n; ++j) {
    double left = rng.uniform();
    int label = 0;
    while (label + 1 < weights.size() && left >= weights(label)) left -= weights(label++);
    out.labels(j) = label;
    out.x.col(j) = means.col(label) + spread.cwiseProduct(rng.normal(means.rows()));
  }
  return out;
}

Eigen::VectorXd GaussianMixture::mean() const { return means * weights; }

Eigen::MatrixXd GaussianMixture::covariance() const {
  const Eigen::MatrixXd centred = means.colwise() - mean();
  Eigen::MatrixXd covariance = centred * weights.asDiagonal() * centred.transpose();
  covariance.diagonal() += variances;
  return covariance;
}

}  // namespace lmw::learn
