#pragma once

#include <lmw/learn/dataset.h>
#include <lmw/learn/mlp.h>
#include <lmw/numerics/random.h>

#include <functional>
#include <vector>

/// Data whose population statistics are known exactly. By custom the generator is `numerics::Rng(seed, Stream::data)`.
namespace lmw::learn {

/// i^-exponent for i = 1..count. @throws std::invalid_argument  count < 1.
Eigen::VectorXd power_law(Eigen::Index count, double exponent);

/// (d, n) iid columns of N(0, diag(spectrum)). @throws std::invalid_argument  a negative variance, or n < 0.
Eigen::MatrixXd gaussian_inputs(const Eigen::Ref<const Eigen::VectorXd>& spectrum, Eigen::Index n, numerics::Rng& rng);

/// Linear regression on Gaussian inputs in its own eigenbasis:
///
///   x_i = sqrt(lambda_i) z_i,   y = sum_i v_i z_i + noise,   z ~ N(0, I), noise ~ N(0, noise_var).
///
/// The true weight on x_i is v_i / sqrt(lambda_i).
struct GaussianTask {
  Eigen::VectorXd spectrum;  ///< (d) lambda_i > 0
  Eigen::VectorXd target;    ///< (d) v_i
  double noise_var = 0;

  /// x (d, n), y (1, n). @throws std::invalid_argument  sizes that differ, or a variance out of range.
  Dataset<double> sample(Eigen::Index n, numerics::Rng& rng) const;
  /// E (w.x - y)^2 = sum_i (sqrt(lambda_i) w_i - v_i)^2 + noise_var, exactly.
  double risk(const Eigen::Ref<const Eigen::VectorXd>& weights) const;
};

/// The power-law task: lambda_i = i^-b (capacity), v_i^2 = i^-a (source), i = 1..dims.
/// @throws std::invalid_argument  dims < 1 or a negative noise_var.
GaussianTask power_law_task(Eigen::Index dims, double a, double b, double noise_var = 0);

/// All 2^d corners of {-1, 1}^d: (d, 2^d), the first coordinate alternating fastest.
/// @throws std::invalid_argument  d outside 1..24.
Eigen::MatrixXd hypercube(int d);
/// (d, n) uniformly random corners.
Eigen::MatrixXd random_corners(int d, Eigen::Index n, numerics::Rng& rng);
/// The product of the named coordinates of each column: (1, n). Under the uniform distribution on the corners its mean
/// is 0 and different parities are orthogonal. @throws std::invalid_argument  a coordinate outside [0, d).
Eigen::MatrixXd parity(const Eigen::Ref<const Eigen::MatrixXd>& x, const std::vector<int>& coordinates);

/// (2, n) points radius (cos t_j, sin t_j), t_j = 2 pi j / n + phase. sum_j x_j x_j^T = (n radius^2 / 2) I for n >= 3.
/// @throws std::invalid_argument  n < 1.
Eigen::MatrixXd circle(Eigen::Index n, double phase = 0, double radius = 1);

/// n equally spaced points of [-1, 1], both ends included, with their targets: x (1, n), y (1, n).
/// @throws std::invalid_argument  n < 2.
Dataset<double> on_interval(Eigen::Index n, const std::function<double(double)>& target);

/// Labels by another network: x ~ N(0, I), y = teacher(x) + N(0, noise_var).
/// @throws std::invalid_argument  n < 1 or a negative noise_var.
Dataset<double> teacher_student(const Mlp<double>& teacher, Eigen::Index n, double noise_var, numerics::Rng& rng);

/// Inputs with a class number each.
struct Labelled {
  Eigen::MatrixXd x;       ///< (d, n)
  Eigen::VectorXi labels;  ///< (n)
};

/// Gaussian clouds: class c has probability weights(c), mean means.col(c) and covariance diag(variances).
struct GaussianMixture {
  Eigen::MatrixXd means;      ///< (d, classes)
  Eigen::VectorXd variances;  ///< (d) >= 0, the same for all classes
  Eigen::VectorXd weights;    ///< (classes) >= 0 with sum 1

  /// @throws std::invalid_argument  shapes that differ, a negative variance, or weights that are no distribution.
  Labelled sample(Eigen::Index n, numerics::Rng& rng) const;
  Eigen::VectorXd mean() const;        ///< (d) sum_c w_c m_c
  Eigen::MatrixXd covariance() const;  ///< (d, d) diag(variances) + sum_c w_c (m_c - mean)(m_c - mean)^T
};

}  // namespace lmw::learn
