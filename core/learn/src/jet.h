#pragma once

#include "backprop.h"
#include "tape.h"

#include <vector>

namespace lmw::learn {

/// One block of examples with everything that does not depend on the direction: activations, deltas, derivatives of the
/// activations.
template <class Scalar>
struct JetBlock {
  JetBlock(const Architecture& net, Eigen::Index cols) : tape(net, cols, true) {}
  Tape<Scalar> tape;
  Eigen::Index first = 0;              ///< number of its first example
  std::vector<Matrix<Scalar>> slope;   ///< phi'(z_{l-1}), for curved phi_l
  std::vector<Matrix<Scalar>> bend;    ///< phi''(z_{l-1}) dE/du_l
  std::vector<Matrix<Scalar>> second;  ///< phi''(z_{l-1}),          only for third derivatives
  std::vector<Matrix<Scalar>> third;   ///< phi'''(z_{l-1}) dE/du_l, only for third derivatives
};

/// The gradient along a straight line, G(eps) = grad L(theta + eps v), differentiated once or twice at eps = 0: the
/// R-operator and its next order. With dots for derivatives in eps, and layer l of `Tape`:
///
///   z'  = a (V u + W u') + c v_b              z''  = a (2 V u' + W u'')        [+ what a skip adds]
///   u'  = phi' z'                             u''  = phi'' z'^2 + phi' z''
///   e'  = a (W^T d' + V^T d)                  e''  = a (W^T d'' + 2 V^T d')    e = dE/du, d = dE/dz
///   d'  = phi'' z' e + phi' e'                d''  = (phi''' z'^2 + phi'' z'') e + 2 phi'' z' e' + phi' e''
///   G'  = a (d' u^T + d u'^T)                 G''  = a (d'' u^T + 2 d' u'^T + d u''^T)
///
/// Source: Pearlmutter 1994, "Fast exact multiplication by the Hessian"; the second order is the same rule once more.
template <class Scalar>
class Jet {
 public:
  Jet(const Architecture& net, Loss loss, Eigen::Index block_cols);

  /// Forward and backward pass of the block, and its derivatives. Returns the block's part of the loss.
  double prepare(const Scalar* theta, const Examples<Scalar>& set, JetBlock<Scalar>& block) const;
  void prepare_third(const Scalar* theta, JetBlock<Scalar>& block) const;
  /// Adds the block's part of G' (order 1) or G'' (order 2) along v to `out`.
  void add(const Scalar* theta, const Examples<Scalar>& set, const JetBlock<Scalar>& block, const Scalar* v, int order,
           Scalar* out);

 private:
  struct Dots {
    Matrix<Scalar> z1, u1, d1, z2, u2, d2;
  };
  using Map = Eigen::Map<Matrix<Scalar>>;
  Map view(Matrix<Scalar>& matrix) const { return {matrix.data(), matrix.rows(), cols_}; }
  void forward(const Scalar* theta, const JetBlock<Scalar>& block, const Scalar* v, int order);
  void pull_back(const Scalar* theta, const JetBlock<Scalar>& block, const Scalar* v, int l, int order);
  void add_gradient(const JetBlock<Scalar>& block, int l, int order, Scalar* out);

  Architecture net_;
  Loss loss_;
  std::vector<Dots> dots_;
  Matrix<Scalar> scratch_;
  Eigen::Index cols_ = 0;
};

extern template class Jet<float>;
extern template class Jet<double>;

}  // namespace lmw::learn
