#pragma once

#include <lmw/learn/dataset.h>
#include <lmw/learn/eigenpairs.h>
#include <lmw/learn/loss.h>
#include <lmw/learn/mlp.h>

#include <memory>

namespace lmw::learn {

/// The loss near the weights that a network has now: gradient, Hessian products and third derivatives, exact to
/// rounding (no finite differences). Vectors are in the order of Mlp::parameters().
///
/// A picture, not a view: it keeps its own copies, and training on does not change it. The second derivative of relu is
/// taken as zero, so a relu network's Hessian is the one between the kinks. Weight decay is not part of the loss here.
///
/// Memory: about 8 numbers per unit and example. Not thread-safe: products share scratch space.
template <class Scalar>
class Curvature {
 public:
  /// @throws std::invalid_argument  shapes that do not fit, no examples, targets that do not fit the loss.
  /// Cost of two gradients.
  Curvature(const Mlp<Scalar>& net, const Dataset<Scalar>& data, Loss loss);
  ~Curvature();
  Curvature(Curvature&&) noexcept;
  Curvature& operator=(Curvature&&) noexcept;

  Eigen::Index size() const;  ///< number of parameters
  double loss() const;
  const Vector<Scalar>& gradient() const;

  /// out = H v, H the Hessian. Six matrix products per layer, twice the cost of a gradient.
  void hvp(const Vector<Scalar>& v, Vector<Scalar>& out);
  Vector<Scalar> hvp(const Vector<Scalar>& v);
  /// The gradient of the number u^T H u, that is sum_jk d^3 L / (dw_i dw_j dw_k) u_j u_k. Cost of about two products.
  Vector<Scalar> third(const Vector<Scalar>& u);
  /// The gradient of u^T H v. Cost of two calls of the above.
  Vector<Scalar> third(const Vector<Scalar>& u, const Vector<Scalar>& v);
  /// H itself, (size, size), symmetric to rounding. Cost of `size` products: for small networks.
  Matrix<Scalar> hessian();

  /// The k largest eigenvalues of H ("sharpness" is the first), warm-started from an earlier answer.
  Eigenpairs<Scalar> top(int k, const Eigenpairs<Scalar>& warm = {}, const EigenOptions& options = {});
  /// tr H, from `probes` random vectors.
  Estimate trace(int probes, numerics::Rng rng);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

extern template class Curvature<float>;
extern template class Curvature<double>;

}  // namespace lmw::learn
