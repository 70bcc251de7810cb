#pragma once

#include <lmw/learn/dataset.h>
#include <lmw/learn/eigenpairs.h>
#include <lmw/learn/loss.h>
#include <lmw/learn/mlp.h>

#include <vector>

/// Where gradient descent is on average while it oscillates at the edge of stability.
///
/// At a learning rate eta the sharpness cannot stay above 2/eta: descent oscillates along the sharpest directions with
/// covariance Sigma, and the oscillation itself pushes it to where the loss is flatter. On average
///
///   dw/dt = -eta [ grad L + 1/2 grad <H, Sigma> ],    t in steps of descent,
///
/// where Sigma is the positive semidefinite matrix, on the eigenvectors of H at 2/eta, that keeps all eigenvalues at or
/// below 2/eta; below the edge Sigma = 0 and this is gradient flow.
/// Source: Cohen, Damian, Talwalkar, Kolter & Lee 2024, "Understanding optimization in deep learning with central
/// flows"; Damian, Nichani & Lee 2023.
namespace lmw::learn {

/// The loss near one point, as far as a central flow needs it. k critical eigenpairs, k >= 0.
struct LocalLoss {
  Eigen::VectorXd gradient;             ///< (d)
  Eigen::VectorXd eigenvalues;          ///< (k) of the Hessian
  std::vector<Eigen::VectorXd> slopes;  ///< k (k + 1) / 2 of (d): gradient of u_i^T H u_j for i <= j, row by row
};

struct CentralStep {
  Eigen::VectorXd change;       ///< (d) of w
  Eigen::MatrixXd oscillation;  ///< (k, k) Sigma = U oscillation U^T
};

/// One Euler step of length dt. Sigma solves the complementarity problem of the END of the step, to first order in dt,
/// so that the eigenvalues come out at or below 2/eta instead of drifting away from it.
/// @param start  a guess at the oscillation; empty for none.
/// @throws std::invalid_argument  shapes that do not fit, lr <= 0 or dt <= 0.
CentralStep central_step(const LocalLoss& at, double lr, double dt, const Eigen::MatrixXd& start = {});

/// What the flow says of descent at one time.
struct CentralMoment {
  double loss = 0;              ///< L(w(t)); descent's own is loss + tr oscillation / eta on average
  double gradient_sq = 0;       ///< |grad L|^2; descent's own is gradient_sq + 4 tr oscillation / eta^2 on average
  double sharpness = 0;         ///< largest eigenvalue of H
  Eigen::MatrixXd directions;   ///< (d, k) critical eigenvectors U
  Eigen::MatrixXd oscillation;  ///< (k, k) covariance of U^T (w_descent - w(t))
};

struct CentralFlowOptions {
  int substeps = 2;         ///< Euler steps per step of descent
  int tracked = 3;          ///< leading eigenpairs that are followed: at most as many can be critical
  double critical = 0.975;  ///< eigenvalues above this share of 2/eta count as critical
};

/// The central flow of gradient descent, moving a network.
class CentralFlow {
 public:
  /// @param net  moved in place; must outlive the flow, as must `data`.
  /// @throws std::invalid_argument  as Curvature; lr <= 0; substeps or tracked < 1.
  CentralFlow(Mlp<double>& net, const Dataset<double>& data, Loss loss, double lr,
              const CentralFlowOptions& options = {});
  CentralFlow(Mlp<double>& net, const Dataset<double>&& data, Loss loss, double lr,
              const CentralFlowOptions& options = {}) = delete;  // the data would be gone before the first step

  /// Moves on by the time of one step of descent. Returns what held BEFORE it.
  /// Cost per substep: about four products with the Hessian, and two more for each pair of critical directions.
  CentralMoment step();

 private:
  Mlp<double>* net_;
  const Dataset<double>* data_;
  Loss loss_;
  double lr_;
  CentralFlowOptions options_;
  Eigenpairs<double> top_;
  Eigen::MatrixXd oscillation_;
};

}  // namespace lmw::learn
