#include <lmw/learn/eigenpairs.h>

#include <Eigen/Eigenvalues>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace lmw::learn {
namespace {

using Eigen::Index;

template <class Scalar, class A, class B>
double dot(const A& a, const B& b) {
  return a.template cast<double>().dot(b.template cast<double>());
}

/// An orthonormal basis S, its images A S, and the projected matrix S^T A S.
template <class Scalar>
class Subspace {
 public:
  Subspace(const SymmetricOperator<Scalar>& product, Index size, Index max_dim)
      : product_(product),
        basis_(size, max_dim),
        images_(size, max_dim),
        projected_(max_dim, max_dim),
        in_(size),
        out_(size) {}

  Index dim() const { return dim_; }
  int products() const { return products_; }
  bool full() const { return dim_ == basis_.cols(); }

  /// Adds a direction; false if it lies in the span already, to rounding.
  bool add(Vector<Scalar> v) {
    const double before = std::sqrt(dot<Scalar>(v, v));
    if (!(before > 0) || !std::isfinite(before) || full()) return false;
    v /= static_cast<Scalar>(before);
    for (int pass = 0; pass < 2; ++pass)  // twice is enough (Kahan), once is not
      for (Index j = 0; j < dim_; ++j) v -= static_cast<Scalar>(dot<Scalar>(basis_.col(j), v)) * basis_.col(j);
    const double after = std::sqrt(dot<Scalar>(v, v));
    if (!(after > 100 * static_cast<double>(Eigen::NumTraits<Scalar>::epsilon()))) return false;
    in_ = v / static_cast<Scalar>(after);
    product_(in_, out_);
    ++products_;
    basis_.col(dim_) = in_;
    images_.col(dim_) = out_;
    for (Index j = 0; j <= dim_; ++j)
      projected_(j, dim_) = projected_(dim_, j) = dot<Scalar>(basis_.col(j), images_.col(dim_));
    ++dim_;
    return true;
  }

  /// Ritz pairs of the subspace, eigenvalues ascending.
  void solve() { solver_.compute(projected_.topLeftCorner(dim_, dim_)); }
  double value(Index k) const { return solver_.eigenvalues()(dim_ - 1 - k); }  ///< k = 0 is the largest
  Vector<Scalar> vector(Index k) const { return basis_.leftCols(dim_) * coefficients(k); }
  Vector<Scalar> residual(Index k) const {
    return images_.leftCols(dim_) * coefficients(k) - static_cast<Scalar>(value(k)) * vector(k);
  }

  /// Keeps the span of the `count` largest Ritz vectors.
  void restart(Index count) {
    Matrix<Scalar> kept(dim_, count);
    for (Index k = 0; k < count; ++k) kept.col(k) = coefficients(k);
    basis_.leftCols(count) = (basis_.leftCols(dim_) * kept).eval();
    images_.leftCols(count) = (images_.leftCols(dim_) * kept).eval();
    projected_.setZero();
    for (Index k = 0; k < count; ++k) projected_(k, k) = value(k);
    dim_ = count;
  }

 private:
  Vector<Scalar> coefficients(Index k) const {
    return solver_.eigenvectors().col(dim_ - 1 - k).template cast<Scalar>();
  }

  const SymmetricOperator<Scalar>& product_;
  Matrix<Scalar> basis_, images_;
  Eigen::MatrixXd projected_;
  Vector<Scalar> in_, out_;
  Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver_;
  Index dim_ = 0;
  int products_ = 0;
};

template <class Scalar>
Vector<Scalar> random_direction(Index size, numerics::Rng& rng) {
  Matrix<Scalar> v(size, 1);
  rng.fill_normal(v);
  return v;
}

}  // namespace

template <class Scalar>
Eigenpairs<Scalar> top_eigenpairs(const SymmetricOperator<Scalar>& product, Index size, int k,
                                  const Eigenpairs<Scalar>& warm, const EigenOptions& options) {
  if (k < 1 || k > size)
    throw std::invalid_argument("top_eigenpairs: k = " + std::to_string(k) + ": expected 1 to " + std::to_string(size));
  if (warm.vectors.cols() > 0 && warm.vectors.rows() != size)
    throw std::invalid_argument("top_eigenpairs: warm vectors of " + std::to_string(warm.vectors.rows()) +
                                " numbers: expected " + std::to_string(size));
  numerics::Rng rng = options.start;
  Subspace<Scalar> space(product, size, std::min<Index>(size, 2 * k + 16));
  for (Index j = 0; j < std::min<Index>(k, warm.vectors.cols()); ++j) space.add(warm.vectors.col(j));
  // A direction that happens to be exhausted (an eigenvector of its own) is replaced by a random one.
  for (int tries = 0; space.dim() < k && tries < 4 * k + 16; ++tries) space.add(random_direction<Scalar>(size, rng));

  Eigenpairs<Scalar> found;
  found.values.resize(k);
  found.residuals.setConstant(k, std::numeric_limits<double>::infinity());
  for (;;) {
    space.solve();
    const Index have = std::min<Index>(k, space.dim());
    std::vector<Vector<Scalar>> open;
    for (Index j = 0; j < have; ++j) {
      Vector<Scalar> r = space.residual(j);
      found.values(j) = space.value(j);
      found.residuals(j) = std::sqrt(dot<Scalar>(r, r));
      if (!(found.residuals(j) <= options.tolerance * std::abs(space.value(0)))) open.push_back(std::move(r));
    }
    found.converged = open.empty() && have == k;
    if (found.converged || space.products() >= options.max_products) break;
    if (space.dim() + static_cast<Index>(open.size()) > std::min<Index>(size, 2 * k + 16) && space.dim() < size)
      space.restart(std::min<Index>(space.dim(), k + 4));
    bool grown = false;
    for (auto& r : open)
      if (space.products() < options.max_products) grown |= space.add(std::move(r));
    if (!grown && !space.add(random_direction<Scalar>(size, rng))) break;
  }
  found.vectors.resize(size, k);
  for (Index j = 0; j < std::min<Index>(k, space.dim()); ++j) found.vectors.col(j) = space.vector(j);
  found.products = space.products();
  return found;
}

template <class Scalar>
Estimate trace_estimate(const SymmetricOperator<Scalar>& product, Index size, int probes, numerics::Rng rng) {
  if (probes < 1) throw std::invalid_argument("trace_estimate: probes = " + std::to_string(probes) + ": expected >= 1");
  Vector<Scalar> z(size), out(size);
  Eigen::ArrayXd draws(probes);
  for (int k = 0; k < probes; ++k) {
    for (Index i = 0; i < size; ++i) z(i) = static_cast<Scalar>(rng.sign());
    product(z, out);
    draws(k) = dot<Scalar>(z, out);
  }
  Estimate estimate{draws.mean(), 0};
  if (probes > 1) estimate.standard_error = std::sqrt((draws - draws.mean()).square().sum() / (probes - 1.0) / probes);
  return estimate;
}

template Eigenpairs<float> top_eigenpairs(const SymmetricOperator<float>&, Index, int, const Eigenpairs<float>&,
                                          const EigenOptions&);
template Eigenpairs<double> top_eigenpairs(const SymmetricOperator<double>&, Index, int, const Eigenpairs<double>&,
                                           const EigenOptions&);
template Estimate trace_estimate(const SymmetricOperator<float>&, Index, int, numerics::Rng);
template Estimate trace_estimate(const SymmetricOperator<double>&, Index, int, numerics::Rng);

}  // namespace lmw::learn
