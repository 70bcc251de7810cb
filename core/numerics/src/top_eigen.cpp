#include <lmw/numerics/top_eigen.h>

#include <Spectra/SymEigsSolver.h>

#include <algorithm>
#include <stdexcept>
#include <string>

namespace lmw::numerics {
namespace {

/// The shape in which Spectra wants an operator.
struct Product {
  using Scalar = double;
  const SymmetricOperator& apply;
  Eigen::Index n;

  Eigen::Index rows() const { return n; }
  Eigen::Index cols() const { return n; }
  void perform_op(const double* in, double* out) const {
    apply(Eigen::Map<const Eigen::VectorXd>(in, n), Eigen::Map<Eigen::VectorXd>(out, n));
  }
};

}  // namespace

SymmetricEigen top_eigen(const SymmetricOperator& a, Eigen::Index n, Eigen::Index k, double tolerance) {
  if (k < 1 || k >= n)
    throw std::invalid_argument("top_eigen: k = " + std::to_string(k) + ": expected 1 to " + std::to_string(n - 1));
  Product product{a, n};
  Spectra::SymEigsSolver<Product> solver(product, k, std::min(n, std::max<Eigen::Index>(2 * k + 1, 20)));
  solver.init();
  solver.compute(Spectra::SortRule::LargestAlge, 1000, tolerance, Spectra::SortRule::SmallestAlge);
  if (solver.info() != Spectra::CompInfo::Successful)
    throw std::runtime_error("top_eigen: the largest " + std::to_string(k) + " of " + std::to_string(n) +
                             " eigenvalues did not converge");
  return {solver.eigenvalues(), solver.eigenvectors()};
}

SymmetricEigen top_eigen(const Eigen::Ref<const Eigen::MatrixXd>& a, Eigen::Index k, double tolerance) {
  if (a.rows() != a.cols())
    throw std::invalid_argument("top_eigen: a " + std::to_string(a.rows()) + " x " + std::to_string(a.cols()) +
                                " matrix: expected square");
  const SymmetricOperator apply = [&a](const Eigen::VectorXd& in, Eigen::Ref<Eigen::VectorXd> out) {
    out.noalias() = a.selfadjointView<Eigen::Lower>() * in;
  };
  return top_eigen(apply, a.rows(), k, tolerance);
}

}  // namespace lmw::numerics
