#include <lmw/learn/per_example.h>

#include "backprop.h"
#include "checks.h"

#include <algorithm>

namespace lmw::learn {
namespace {

using Eigen::Index;

/// Calls visit(first, tape) for each block after a backward pass whose deltas belong to `n` times the mean loss, that
/// is to the sum of the examples' own losses.
template <class Scalar, class Visit>
void each_block(const Mlp<Scalar>& net, const Dataset<Scalar>& data, Loss loss, Visit&& visit) {
  const Matrix<Scalar> offset = net.architecture().centred ? net.initial_output(data.x) : Matrix<Scalar>();
  const Scalar* theta = net.parameters().data();
  Backprop<Scalar> backprop(net.architecture(), loss, data.size());
  Tape<Scalar>& tape = backprop.tape();
  for (Index j = 0; j < data.size(); j += tape.capacity()) {
    const Index cols = std::min(tape.capacity(), data.size() - j);
    const Index outputs = net.architecture().outputs();
    // One block alone, counted as `cols` examples: its deltas are 1/cols of those of the sum.
    const Examples<Scalar> block{data.x.col(j).data(), data.y.col(j).data(),
                                 offset.size() ? offset.data() + j * outputs : nullptr, cols};
    backprop.forward(theta, block, 0, cols);
    tape.delta(tape.last()) *= static_cast<Scalar>(cols);
    tape.backward(theta, [](int) {});
    visit(j, tape);
  }
}

/// Writes the gradient that belongs to column `col` of the tape.
template <class Scalar>
void write_gradient(const Tape<Scalar>& tape, Index col, Scalar* out) {
  for (int l = 0; l <= tape.last(); ++l) {
    const Layer& layer = tape.layer(l);
    Eigen::Map<Matrix<Scalar>>(out + tape.weight_offset(l), layer.outputs, layer.inputs).noalias() =
        (static_cast<Scalar>(layer.weight.multiplier) * tape.delta(l).col(col)) * tape.input(l).col(col).transpose();
    if (layer.bias)
      Eigen::Map<Vector<Scalar>>(out + tape.bias_offset(l), layer.outputs) =
          static_cast<Scalar>(layer.bias->multiplier) * tape.delta(l).col(col);
  }
}

}  // namespace

template <class Scalar>
Matrix<Scalar> per_example_gradients(const Mlp<Scalar>& net, const Dataset<Scalar>& data, Loss loss) {
  check_fit(net, data, loss);
  Matrix<Scalar> out(net.parameter_count(), data.size());
  each_block(net, data, loss, [&](Index first, const Tape<Scalar>& tape) {
    for (Index i = 0; i < tape.cols(); ++i) write_gradient(tape, i, out.col(first + i).data());
  });
  return out;
}

template <class Scalar>
Matrix<Scalar> output_jacobian(const Mlp<Scalar>& net, const MatrixView<Scalar>& x) {
  check_inputs(net, x);
  const Matrix<Scalar> packed = x;
  const Index outputs = net.architecture().outputs(), block = std::min(block_columns, x.cols());
  const Scalar* theta = net.parameters().data();
  Matrix<Scalar> out(net.parameter_count(), x.cols() * outputs);
  Tape<Scalar> tape(net.architecture(), block);
  for (Index j = 0; j < x.cols(); j += block) {
    tape.forward(theta, packed.col(j).data(), std::min(block, x.cols() - j));
    for (Index a = 0; a < outputs; ++a) {
      tape.delta(tape.last()).setZero();
      tape.delta(tape.last()).row(a).setConstant(static_cast<Scalar>(net.architecture().output_scale));
      tape.backward(theta, [](int) {});
      for (Index i = 0; i < tape.cols(); ++i) write_gradient(tape, i, out.col((j + i) * outputs + a).data());
    }
  }
  return out;
}

template <class Scalar>
GradientNoise gradient_noise(const Mlp<Scalar>& net, const Dataset<Scalar>& data, Loss loss) {
  check_fit(net, data, loss);
  const double n = static_cast<double>(data.size());
  Vector<double> mean = Vector<double>::Zero(net.parameter_count());
  double mean_norm_sq = 0;
  each_block(net, data, loss, [&](Index, const Tape<Scalar>& tape) {
    for (int l = 0; l <= tape.last(); ++l) {
      const Layer& layer = tape.layer(l);
      const auto d = tape.delta(l);
      const auto u = tape.input(l);
      const double a = layer.weight.multiplier, c = layer.bias ? layer.bias->multiplier : 0.0;
      const Eigen::ArrayXd size = d.colwise().squaredNorm().transpose().template cast<double>();
      const Eigen::ArrayXd input = u.colwise().squaredNorm().transpose().template cast<double>();
      mean_norm_sq += (size * (a * a * input + c * c)).sum() / n;
      const Matrix<Scalar> weight = d * u.transpose();
      Eigen::Map<Matrix<double>>(mean.data() + tape.weight_offset(l), layer.outputs, layer.inputs) +=
          a / n * weight.template cast<double>();
      if (layer.bias)
        mean.segment(tape.bias_offset(l), layer.outputs) += c / n * d.rowwise().sum().template cast<double>();
    }
  });
  GradientNoise noise{mean.squaredNorm(), 0};
  noise.trace = mean_norm_sq - noise.mean_sq;
  return noise;
}

#define LMW_INSTANTIATE(S)                                                          \
  template Matrix<S> per_example_gradients(const Mlp<S>&, const Dataset<S>&, Loss); \
  template Matrix<S> output_jacobian(const Mlp<S>&, const MatrixView<S>&);          \
  template GradientNoise gradient_noise(const Mlp<S>&, const Dataset<S>&, Loss);
LMW_INSTANTIATE(float)
LMW_INSTANTIATE(double)

}  // namespace lmw::learn
