#pragma once

#include <Eigen/Core>

namespace lmw::numerics {

/// y = design * coefficients + noise.
struct LinearFit {
  Eigen::VectorXd coefficients;  ///< (p)
  Eigen::MatrixXd covariance;    ///< (p, p) of the coefficients
  double residual_sq = 0;        ///< weighted sum of squared residuals: chi^2 when the weights are 1 / variance
  Eigen::Index freedom = 0;      ///< n - p

  double std_error(Eigen::Index k) const;  ///< square root of covariance(k, k)
};

/// Ordinary least squares; the noise variance is estimated as residual_sq / (n - p).
/// @param design  (n, p), n > p, of full column rank.   @param y  (n).
/// @throws std::invalid_argument  shapes, or n <= p.
/// @throws std::domain_error      not finite, or the columns are linearly dependent to rounding.
/// Cost O(n p^2), through QR.
LinearFit fit_linear(const Eigen::Ref<const Eigen::MatrixXd>& design, const Eigen::Ref<const Eigen::VectorXd>& y);

/// Weighted least squares with known variances: weights = 1 / variance > 0. The covariance takes them at their word;
/// where they are not trusted, inflate it by max(1, residual_sq / freedom).
LinearFit fit_linear(const Eigen::Ref<const Eigen::MatrixXd>& design, const Eigen::Ref<const Eigen::VectorXd>& y,
                     const Eigen::Ref<const Eigen::VectorXd>& weights);

/// y = amplitude * x^-exponent.
struct PowerLaw {
  double exponent = 0, amplitude = 0;
  double operator()(double x) const;
};

/// The line through (log x, log y) by ordinary least squares. To compare a measured slope with a theory, put the
/// theory's own values at the same x through this function: a curve that bends has no exponent of its own.
/// @throws std::invalid_argument  sizes differ, or fewer than two points.
/// @throws std::domain_error      a value <= 0, or all x equal.
PowerLaw fit_power_law(const Eigen::Ref<const Eigen::VectorXd>& x, const Eigen::Ref<const Eigen::VectorXd>& y);

}  // namespace lmw::numerics
