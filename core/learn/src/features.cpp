#include <lmw/learn/features.h>

#include "checks.h"
#include "tape.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace lmw::learn {
namespace {

using Eigen::Index;

void check_layer(int layer, int last) {
  if (layer < 0 || layer > last)
    throw std::out_of_range("layer " + std::to_string(layer) + ": expected 0 to " + std::to_string(last));
}

template <class Scalar>
int last_layer(const Mlp<Scalar>& net) {
  return static_cast<int>(net.architecture().layers.size()) - 1;
}

/// Calls visit(first, tape) after a forward pass of each block.
template <class Scalar, class Visit>
void each_block(const Mlp<Scalar>& net, const MatrixView<Scalar>& x, Visit&& visit) {
  check_inputs(net, x);
  const Matrix<Scalar> packed = x;
  const Index block = std::min(block_columns, x.cols());
  Tape<Scalar> tape(net.architecture(), block, true);
  for (Index j = 0; j < x.cols(); j += block) {
    tape.forward(net.parameters().data(), packed.col(j).data(), std::min(block, x.cols() - j));
    visit(j, tape);
  }
}

/// The homogeneity degree of the activation between layers l and l + 1, after checking that the charge exists.
template <class Scalar>
int degree_between(const Mlp<Scalar>& net, int layer) {
  check_layer(layer, last_layer(net) - 1);
  const auto& layers = net.architecture().layers;
  const auto at = static_cast<std::size_t>(layer);
  const auto fail = [](const std::string& why) { throw std::domain_error("conserved charge: " + why); };
  const Activation phi = layers[at + 1].activation;
  if (phi != Activation::identity && phi != Activation::relu && phi != Activation::quadratic)
    fail(std::string("activation ") + to_text(phi) + ": expected identity, relu or quadratic, which are homogeneous");
  if (layers[at].skip > 0)
    fail("layer " + std::to_string(layer) + " has a skip, which is not rescaled with its weights");
  for (std::size_t m = at + 1; m < layers.size(); ++m)
    if (layers[m].skip > 0 && m - static_cast<std::size_t>(layers[m].skip) == at)
      fail("the skip of layer " + std::to_string(m) + " also reads layer " + std::to_string(layer));
  if (layers[at].weight.lr == 0 || layers[at + 1].weight.lr == 0 || (layers[at].bias && layers[at].bias->lr == 0))
    fail("an array around it is frozen (lr = 0)");
  return phi == Activation::quadratic ? 2 : 1;
}

}  // namespace

template <class Scalar>
Matrix<Scalar> features(const Mlp<Scalar>& net, const MatrixView<Scalar>& x, int layer) {
  check_layer(layer, last_layer(net));
  Matrix<Scalar> out(net.architecture().layers[static_cast<std::size_t>(layer)].inputs, x.cols());
  each_block(net, x,
             [&](Index first, const Tape<Scalar>& tape) { out.middleCols(first, tape.cols()) = tape.input(layer); });
  return out;
}

template <class Scalar>
Matrix<Scalar> pre_activations(const Mlp<Scalar>& net, const MatrixView<Scalar>& x, int layer) {
  check_layer(layer, last_layer(net));
  Matrix<Scalar> out(net.architecture().layers[static_cast<std::size_t>(layer)].outputs, x.cols());
  each_block(net, x, [&](Index first, const Tape<Scalar>& tape) {
    out.middleCols(first, tape.cols()) = tape.pre_activation(layer);
  });
  return out;
}

template <class Scalar>
Matrix<Scalar> agop(const Mlp<Scalar>& net, const MatrixView<Scalar>& x, int layer) {
  check_layer(layer, last_layer(net));
  const Layer& above = net.architecture().layers[static_cast<std::size_t>(layer)];
  const Scalar* theta = net.parameters().data();
  Matrix<Scalar> sum = Matrix<Scalar>::Zero(above.inputs, above.inputs);
  const Matrix<Scalar> packed = x;
  check_inputs(net, x);
  Tape<Scalar> tape(net.architecture(), std::min(block_columns, x.cols()));
  for (Index j = 0; j < x.cols(); j += tape.capacity()) {
    tape.forward(theta, packed.col(j).data(), std::min(tape.capacity(), x.cols() - j));
    for (Index a = 0; a < net.architecture().outputs(); ++a) {
      tape.delta(tape.last()).setZero();
      tape.delta(tape.last()).row(a).setConstant(static_cast<Scalar>(net.architecture().output_scale));
      tape.backward(theta, [](int) {});
      const Matrix<Scalar> e =
          layer == 0
              ? tape.input_gradient(theta)
              : Matrix<Scalar>((static_cast<Scalar>(above.weight.multiplier) * tape.weight(theta, layer).transpose()) *
                               tape.delta(layer));
      sum.template selfadjointView<Eigen::Lower>().rankUpdate(e);
    }
  }
  sum.template triangularView<Eigen::StrictlyUpper>() = sum.transpose();
  return sum / static_cast<Scalar>(x.cols());
}

template <class Scalar>
Eigen::VectorXd rescaling_charges(const Mlp<Scalar>& net, int layer) {
  const int degree = degree_between(net, layer);
  const Layer& in = net.architecture().layers[static_cast<std::size_t>(layer)];
  const Layer& out = net.architecture().layers[static_cast<std::size_t>(layer) + 1];
  Eigen::VectorXd charge =
      net.weight(layer).template cast<double>().rowwise().squaredNorm() / in.weight.lr -
      degree / out.weight.lr * net.weight(layer + 1).template cast<double>().colwise().squaredNorm().transpose();
  if (in.bias) charge += net.bias(layer).template cast<double>().cwiseAbs2() / in.bias->lr;
  return charge;
}

template <class Scalar>
Eigen::MatrixXd balance_charge(const Mlp<Scalar>& net, int layer) {
  degree_between(net, layer);
  const Layer& in = net.architecture().layers[static_cast<std::size_t>(layer)];
  const Layer& out = net.architecture().layers[static_cast<std::size_t>(layer) + 1];
  if (out.activation != Activation::identity)
    throw std::domain_error(std::string("balance charge: activation ") + to_text(out.activation) +
                            " between the layers: expected identity");
  const Eigen::MatrixXd first = net.weight(layer).template cast<double>();
  const Eigen::MatrixXd second = net.weight(layer + 1).template cast<double>();
  Eigen::MatrixXd charge = second.transpose() * second / out.weight.lr - first * first.transpose() / in.weight.lr;
  if (in.bias) {
    const Eigen::VectorXd b = net.bias(layer).template cast<double>();
    charge -= b * b.transpose() / in.bias->lr;
  }
  return charge;
}

#define LMW_INSTANTIATE(S)                                                      \
  template Matrix<S> features(const Mlp<S>&, const MatrixView<S>&, int);        \
  template Matrix<S> pre_activations(const Mlp<S>&, const MatrixView<S>&, int); \
  template Matrix<S> agop(const Mlp<S>&, const MatrixView<S>&, int);            \
  template Eigen::VectorXd rescaling_charges(const Mlp<S>&, int);               \
  template Eigen::MatrixXd balance_charge(const Mlp<S>&, int);
LMW_INSTANTIATE(float)
LMW_INSTANTIATE(double)

}  // namespace lmw::learn
