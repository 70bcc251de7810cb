#include <lmw/numerics/linalg.h>
#include <lmw/numerics/quadrature.h>

#include <cmath>
#include <stdexcept>
#include <string>

namespace lmw::numerics {
namespace {

/// The rule of a symmetric weight of total mass 1 whose orthonormal polynomials obey
/// x p_k = beta_{k+1} p_{k+1} + beta_k p_{k-1}; `beta`(k-1) is beta_k, k = 1..n-1.
Quadrature golub_welsch(int n, const Eigen::VectorXd& beta) {
  Eigen::MatrixXd jacobi = Eigen::MatrixXd::Zero(n, n);
  jacobi.diagonal(-1) = beta;
  Quadrature rule{symmetric_eigenvalues(std::move(jacobi)), Eigen::VectorXd(n)};
  rule.nodes = (0.5 * (rule.nodes - rule.nodes.reverse())).eval();  // symmetric to the last bit
  // 1 / sum_k p_k(x)^2 keeps the relative accuracy of tiny weights; the squared eigenvector would not.
  for (Eigen::Index i = 0; i < n; ++i) {
    double before = 0, now = 1, sum = 1;
    for (Eigen::Index k = 0; k + 1 < n; ++k) {
      const double next = (rule.nodes(i) * now - (k > 0 ? beta(k - 1) : 0.0) * before) / beta(k);
      before = now, now = next;
      sum += now * now;
    }
    rule.weights(i) = 1 / sum;
  }
  return rule;
}

void require_count(int n, int most) {
  if (n < 1 || n > most)
    throw std::domain_error("quadrature: n = " + std::to_string(n) + ": expected 1 to " + std::to_string(most));
}

}  // namespace

Quadrature gauss_legendre(int n, double low, double high) {
  require_count(n, 1000);
  if (!std::isfinite(low) || !std::isfinite(high)) throw std::domain_error("quadrature: expected finite bounds");
  const Eigen::ArrayXd k = Eigen::ArrayXd::LinSpaced(n - 1, 1, n - 1);
  Quadrature rule = golub_welsch(n, (k / (4 * k.square() - 1).sqrt()).matrix());
  rule.nodes = ((low + high) / 2 + rule.nodes.array() * ((high - low) / 2)).eval();
  rule.weights *= high - low;
  return rule;
}

Quadrature gauss_hermite(int n) {
  require_count(n, 200);
  return golub_welsch(n, Eigen::ArrayXd::LinSpaced(n - 1, 1, n - 1).sqrt().matrix());
}

}  // namespace lmw::numerics
