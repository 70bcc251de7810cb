#include <lmw/numerics/eigenlearning.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

namespace lmw::numerics {
namespace {

void require_nonnegative(const Eigen::Ref<const Eigen::VectorXd>& values, const char* name) {
  for (Eigen::Index i = 0; i < values.size(); ++i)
    if (!(values(i) >= 0.0 && std::isfinite(values(i))))
      throw std::domain_error(std::string(name) + "(" + std::to_string(i) + ") = " + std::to_string(values(i)) +
                              ": expected a finite number >= 0");
}

void require_same_size(const KrrProblem& problem) {
  if (problem.eigenvalues.size() != problem.coefficients_sq.size())
    throw std::invalid_argument(std::to_string(problem.eigenvalues.size()) + " eigenvalues and " +
                                std::to_string(problem.coefficients_sq.size()) + " coefficients: expected one each");
}

}  // namespace

double krr_kappa(const Eigen::Ref<const Eigen::VectorXd>& eigenvalues, double ridge, double n) {
  require_nonnegative(eigenvalues, "eigenvalues");
  require_nonnegative(Eigen::VectorXd::Constant(1, ridge), "ridge");
  if (!(n > 0.0 && std::isfinite(n))) throw std::domain_error("n = " + std::to_string(n) + ": expected > 0");

  // Bracket: every term is below lambda / kappa, and each of the two parts alone must stay below n.
  const double upper = (eigenvalues.sum() + ridge) / n;
  double lower = ridge / n;
  if (ridge == 0.0) {
    const auto nonzero = static_cast<double>((eigenvalues.array() > 0.0).count());
    if (n >= nonzero)
      throw std::domain_error("ridge = 0 and n = " + std::to_string(n) + ": expected n < " + std::to_string(nonzero) +
                              ", the number of nonzero eigenvalues");
    const double smallest = (eigenvalues.array() > 0.0).select(eigenvalues.array(), upper).minCoeff();
    lower = smallest * (nonzero - n) / n;
  }
  double low = std::log(lower), high = std::log(upper), log_kappa = 0.5 * (low + high);
  for (int step = 0; step < 200; ++step) {
    const double kappa = std::exp(log_kappa);
    const auto share = eigenvalues.array() / (eigenvalues.array() + kappa);
    const double excess = share.sum() + ridge / kappa - n;
    const double slope = -((share * (1.0 - share)).sum() + ridge / kappa);  // d excess / d log kappa
    (excess > 0.0 ? low : high) = log_kappa;
    double next = log_kappa - excess / slope;
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    const double move = std::abs(next - log_kappa);
    log_kappa = next;
    if (move <= 1e-15 * std::max(1.0, std::abs(log_kappa))) break;
  }
  return std::exp(log_kappa);
}

KrrRisk krr_risk(const KrrProblem& problem, double n) {
  require_same_size(problem);
  require_nonnegative(problem.coefficients_sq, "coefficients_sq");
  require_nonnegative(Eigen::VectorXd::Constant(1, problem.noise_var), "noise_var");
  KrrRisk risk;
  risk.kappa = krr_kappa(problem.eigenvalues, problem.ridge, n);
  const Eigen::ArrayXd unlearned = risk.kappa / (problem.eigenvalues.array() + risk.kappa);  // 1 - L_i
  risk.learnability = 1.0 - unlearned;
  // n - sum L^2 written as a sum of positive terms: near interpolation the difference would cancel.
  const double free = (risk.learnability.array() * unlearned).sum() + problem.ridge / risk.kappa;
  risk.overfitting = n / free;
  const double bias = (unlearned.square() * problem.coefficients_sq.array()).sum();
  risk.test = risk.overfitting * (bias + problem.noise_var);
  const double residual_share = problem.ridge / (n * risk.kappa);
  risk.train = residual_share * residual_share * risk.test;
  return risk;
}

KrrProblem leading_modes(const KrrProblem& problem, Eigen::Index modes) {
  require_same_size(problem);
  const Eigen::Index m = problem.eigenvalues.size();
  if (modes < 0 || modes > m)
    throw std::invalid_argument("modes = " + std::to_string(modes) + ": expected 0 to " + std::to_string(m));
  std::vector<Eigen::Index> order(static_cast<std::size_t>(m));
  std::iota(order.begin(), order.end(), Eigen::Index{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](Eigen::Index a, Eigen::Index b) { return problem.eigenvalues(a) > problem.eigenvalues(b); });
  KrrProblem kept{Eigen::VectorXd(modes), Eigen::VectorXd(modes), problem.ridge, problem.noise_var};
  for (Eigen::Index i = 0; i < m; ++i) {
    const Eigen::Index from = order[static_cast<std::size_t>(i)];
    if (i < modes) {
      kept.eigenvalues(i) = problem.eigenvalues(from);
      kept.coefficients_sq(i) = problem.coefficients_sq(from);
    } else {
      kept.ridge += problem.eigenvalues(from);
      kept.noise_var += problem.coefficients_sq(from);
    }
  }
  return kept;
}

}  // namespace lmw::numerics
