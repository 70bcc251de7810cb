#include <lmw/numerics/fit.h>

#include <Eigen/QR>

#include <cmath>
#include <stdexcept>
#include <string>

namespace lmw::numerics {
namespace {

/// Least squares with the rows of design and y already scaled by the roots of their weights.
LinearFit solve(const Eigen::MatrixXd& design, const Eigen::VectorXd& y) {
  const Eigen::Index n = design.rows(), p = design.cols();
  if (y.size() != n || n <= p || p == 0)
    throw std::invalid_argument("fit_linear: a " + std::to_string(n) + " x " + std::to_string(p) + " design and " +
                                std::to_string(y.size()) +
                                " values: expected as many values as rows, and more rows "
                                "than columns");
  if (!design.allFinite() || !y.allFinite()) throw std::domain_error("fit_linear: a value is not finite");
  const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(design);
  if (qr.rank() < p) throw std::domain_error("fit_linear: the columns of the design are linearly dependent");
  LinearFit fit;
  fit.coefficients = qr.solve(y);
  fit.residual_sq = (y - design * fit.coefficients).squaredNorm();
  fit.freedom = n - p;
  const Eigen::MatrixXd r_inverse =
      qr.matrixR().topLeftCorner(p, p).triangularView<Eigen::Upper>().solve(Eigen::MatrixXd::Identity(p, p));
  fit.covariance = qr.colsPermutation() * (r_inverse * r_inverse.transpose()) * qr.colsPermutation().transpose();
  return fit;
}

}  // namespace

double LinearFit::std_error(Eigen::Index k) const { return std::sqrt(covariance(k, k)); }

LinearFit fit_linear(const Eigen::Ref<const Eigen::MatrixXd>& design, const Eigen::Ref<const Eigen::VectorXd>& y) {
  LinearFit fit = solve(design, y);
  fit.covariance *= fit.residual_sq / static_cast<double>(fit.freedom);
  return fit;
}

LinearFit fit_linear(const Eigen::Ref<const Eigen::MatrixXd>& design, const Eigen::Ref<const Eigen::VectorXd>& y,
                     const Eigen::Ref<const Eigen::VectorXd>& weights) {
  if (weights.size() != design.rows() || y.size() != design.rows())
    throw std::invalid_argument("fit_linear: " + std::to_string(weights.size()) + " weights and " +
                                std::to_string(y.size()) + " values: expected one for each of the " +
                                std::to_string(design.rows()) + " rows");
  if (!(weights.array() > 0).all()) throw std::domain_error("fit_linear: expected weights > 0");
  const Eigen::VectorXd root = weights.cwiseSqrt();
  return solve(root.asDiagonal() * design, root.cwiseProduct(y));
}

double PowerLaw::operator()(double x) const { return amplitude * std::pow(x, -exponent); }

PowerLaw fit_power_law(const Eigen::Ref<const Eigen::VectorXd>& x, const Eigen::Ref<const Eigen::VectorXd>& y) {
  if (x.size() != y.size() || x.size() < 2)
    throw std::invalid_argument("fit_power_law: " + std::to_string(x.size()) + " x and " + std::to_string(y.size()) +
                                " y: expected as many of each, and two at least");
  if (!(x.array() > 0).all() || !(y.array() > 0).all()) throw std::domain_error("fit_power_law: expected values > 0");
  const Eigen::ArrayXd log_x = x.array().log(), log_y = y.array().log();
  const Eigen::ArrayXd centred = log_x - log_x.mean();
  const double spread = centred.square().sum();
  if (!(spread > 0)) throw std::domain_error("fit_power_law: expected two different x at least");
  const double slope = (centred * log_y).sum() / spread;
  return {-slope, std::exp(log_y.mean() - slope * log_x.mean())};
}

}  // namespace lmw::numerics
