#include <lmw/learn/ntk.h>

#include "checks.h"
#include "tape.h"

#include <vector>

namespace lmw::learn {
namespace {

using Eigen::Index;

/// Inputs u_l of every layer and derivatives d_l of all outputs by its pre-activations, column i k + a for output a of
/// example i.
template <class Scalar>
class Factors {
 public:
  Factors(const Mlp<Scalar>& net, const MatrixView<Scalar>& x)
      : packed_(x), outputs_(net.architecture().outputs()), tape_(net.architecture(), x.cols()) {
    const Scalar* theta = net.parameters().data();
    tape_.forward(theta, packed_.data(), x.cols());
    const auto scale = static_cast<Scalar>(net.architecture().output_scale);
    for (int l = 0; outputs_ > 1 && l <= tape_.last(); ++l)
      stacked_.emplace_back(tape_.layer(l).outputs, x.cols() * outputs_);
    for (Index a = 0; a < outputs_; ++a) {
      tape_.delta(tape_.last()).setZero();
      tape_.delta(tape_.last()).row(a).setConstant(scale);
      tape_.backward(theta, [](int) {});
      for (std::size_t l = 0; l < stacked_.size(); ++l)
        for (Index i = 0; i < x.cols(); ++i)
          stacked_[l].col(i * outputs_ + a) = tape_.delta(static_cast<int>(l)).col(i);
    }
  }
  Eigen::Map<const Matrix<Scalar>> input(int l) const { return tape_.input(l); }
  Eigen::Map<const Matrix<Scalar>> derivative(int l) const {
    if (outputs_ == 1) return tape_.delta(l);
    const auto& stacked = stacked_[static_cast<std::size_t>(l)];
    return {stacked.data(), stacked.rows(), stacked.cols()};
  }
  int last() const { return tape_.last(); }

 private:
  Matrix<Scalar> packed_;
  Index outputs_;
  Tape<Scalar> tape_;
  std::vector<Matrix<Scalar>> stacked_;
};

/// What the two Gram matrices of a layer are weighted with.
template <class Scalar>
struct GramWeights {
  Scalar inputs, constant;
};

template <class Scalar>
GramWeights<Scalar> gram_weights(const Layer& layer, NtkWeights weights) {
  const auto weight = [&](const Scale& scale) {
    return scale.multiplier * scale.multiplier * (weights == NtkWeights::learning_rate ? scale.lr : 1.0);
  };
  return {static_cast<Scalar>(weight(layer.weight)), static_cast<Scalar>(layer.bias ? weight(*layer.bias) : 0.0)};
}

/// kernel += (w.inputs gram + w.constant) o derivatives, each entry of `gram` over a block of outputs x outputs, rows
/// from `first(j)` on.
template <class Scalar, class First>
void accumulate(Matrix<Scalar>& kernel, const Matrix<Scalar>& gram, const Matrix<Scalar>& derivatives,
                GramWeights<Scalar> w, Index outputs, First&& first) {
  for (Index j = 0; j < kernel.cols(); ++j) {
    const Index row = first(j), column = j / outputs;
    if (outputs == 1) {
      const Index count = kernel.rows() - row;
      kernel.col(j).tail(count).array() +=
          (w.inputs * gram.col(j).tail(count).array() + w.constant) * derivatives.col(j).tail(count).array();
    } else {
      for (Index i = row; i < kernel.rows(); ++i)
        kernel(i, j) += (w.inputs * gram(i / outputs, column) + w.constant) * derivatives(i, j);
    }
  }
}

}  // namespace

template <class Scalar>
Matrix<Scalar> ntk(const Mlp<Scalar>& net, const MatrixView<Scalar>& x, NtkWeights weights) {
  check_inputs(net, x);
  const Factors<Scalar> factors(net, x);
  const Index n = x.cols(), outputs = net.architecture().outputs();
  Matrix<Scalar> kernel = Matrix<Scalar>::Zero(n * outputs, n * outputs);
  Matrix<Scalar> gram(n, n), derivatives(n * outputs, n * outputs);
  for (int l = 0; l <= factors.last(); ++l) {  // lower triangles only: half the work
    gram.setZero();
    gram.template selfadjointView<Eigen::Lower>().rankUpdate(factors.input(l).transpose());
    if (outputs > 1) gram.template triangularView<Eigen::StrictlyUpper>() = gram.transpose();
    derivatives.setZero();
    derivatives.template selfadjointView<Eigen::Lower>().rankUpdate(factors.derivative(l).transpose());
    accumulate(kernel, gram, derivatives,
               gram_weights<Scalar>(net.architecture().layers[static_cast<std::size_t>(l)], weights), outputs,
               [](Index j) { return j; });
  }
  kernel.template triangularView<Eigen::StrictlyUpper>() = kernel.transpose();
  return kernel;
}

template <class Scalar>
Matrix<Scalar> cross_ntk(const Mlp<Scalar>& net, const MatrixView<Scalar>& x, const MatrixView<Scalar>& other,
                         NtkWeights weights) {
  check_inputs(net, x);
  check_inputs(net, other);
  const Factors<Scalar> rows(net, x), columns(net, other);
  const Index outputs = net.architecture().outputs();
  Matrix<Scalar> kernel = Matrix<Scalar>::Zero(x.cols() * outputs, other.cols() * outputs);
  Matrix<Scalar> gram, derivatives;
  for (int l = 0; l <= rows.last(); ++l) {
    gram.noalias() = rows.input(l).transpose() * columns.input(l);
    derivatives.noalias() = rows.derivative(l).transpose() * columns.derivative(l);
    accumulate(kernel, gram, derivatives,
               gram_weights<Scalar>(net.architecture().layers[static_cast<std::size_t>(l)], weights), outputs,
               [](Index) { return Index{0}; });
  }
  return kernel;
}

#define LMW_INSTANTIATE(S)                                                 \
  template Matrix<S> ntk(const Mlp<S>&, const MatrixView<S>&, NtkWeights); \
  template Matrix<S> cross_ntk(const Mlp<S>&, const MatrixView<S>&, const MatrixView<S>&, NtkWeights);
LMW_INSTANTIATE(float)
LMW_INSTANTIATE(double)

}  // namespace lmw::learn
