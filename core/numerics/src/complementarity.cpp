#include <lmw/numerics/complementarity.h>

#include <Eigen/Eigenvalues>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace lmw::numerics {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr int most_iterations = 20'000;
constexpr double settled = 1e-13;  ///< change of a step over the largest entry

/// The nearest positive semidefinite matrix.
MatrixXd clipped(const MatrixXd& symmetric) {
  const Eigen::SelfAdjointEigenSolver<MatrixXd> eigen(symmetric);
  return eigen.eigenvectors() * eigen.eigenvalues().cwiseMax(0.0).asDiagonal() * eigen.eigenvectors().transpose();
}

}  // namespace

MatrixXd semidefinite_complementarity(const Eigen::Ref<const MatrixXd>& a, const Eigen::Ref<const MatrixXd>& b,
                                      const MatrixXd& start) {
  const Eigen::Index k = a.rows();
  if (a.cols() != k || b.rows() != k * k || b.cols() != k * k || (start.size() != 0 && start.rows() != k))
    throw std::invalid_argument("semidefinite_complementarity: a is " + std::to_string(a.rows()) + " x " +
                                std::to_string(a.cols()) + ", b " + std::to_string(b.rows()) + " x " +
                                std::to_string(b.cols()) + ": expected k x k, and k^2 x k^2");
  if (k == 0) return {};
  const MatrixXd full_a = a.selfadjointView<Eigen::Lower>();
  if (Eigen::SelfAdjointEigenSolver<MatrixXd>(full_a, Eigen::EigenvaluesOnly).eigenvalues()(0) >= 0)
    return MatrixXd::Zero(k, k);
  const double steepest = Eigen::SelfAdjointEigenSolver<MatrixXd>(b, Eigen::EigenvaluesOnly).eigenvalues()(k * k - 1);
  if (!(steepest > 0))
    throw std::domain_error("semidefinite_complementarity: the largest eigenvalue of b is " + std::to_string(steepest) +
                            ": expected > 0");
  if (k == 1) return MatrixXd::Constant(1, 1, std::max(0.0, -full_a(0, 0) / b(0, 0)));

  MatrixXd x = start.size() == 0 ? MatrixXd::Zero(k, k) : start, ahead = x, gradient(k, k);
  double momentum = 1;
  for (int iteration = 0; iteration < most_iterations; ++iteration) {
    gradient = full_a + (b * ahead.reshaped<Eigen::RowMajor>()).reshaped<Eigen::RowMajor>(k, k);
    const MatrixXd next = clipped(ahead - gradient / steepest);
    const double change = (next - x).cwiseAbs().maxCoeff();
    // Restart where the momentum points uphill (O'Donoghue & Candes 2015): without it, convergence is slow at the end.
    const bool uphill = (gradient.array() * (next - x).array()).sum() > 0;
    const double next_momentum = uphill ? 1 : (1 + std::sqrt(1 + 4 * momentum * momentum)) / 2;
    ahead = uphill ? next : MatrixXd(next + (momentum - 1) / next_momentum * (next - x));
    momentum = next_momentum;
    x = next;
    if (change <= settled * x.cwiseAbs().maxCoeff()) break;
  }
  return x;
}

}  // namespace lmw::numerics
