#include <lmw/learn/mlp.h>

#include "tape.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>

namespace lmw::learn {

using Eigen::Index;

template <class Scalar>
Mlp<Scalar>::Mlp(Architecture architecture, numerics::Rng& rng) : architecture_(std::move(architecture)) {
  check(architecture_);
  parameters_.resize(architecture_.parameter_count());
  Index at = 0;
  for (std::size_t l = 0; l < architecture_.layers.size(); ++l) {
    const Layer& layer = architecture_.layers[l];
    offsets_.push_back(at);
    at += layer.inputs * layer.outputs + (layer.bias ? layer.outputs : 0);
    rng.fill_normal(weight(static_cast<int>(l)), static_cast<Scalar>(std::sqrt(layer.weight.init_var)));
    if (layer.bias) rng.fill_normal(bias(static_cast<int>(l)), static_cast<Scalar>(std::sqrt(layer.bias->init_var)));
  }
  centre_here();
}

template <class Scalar>
void Mlp<Scalar>::centre_here() {
  if (architecture_.centred) initial_ = parameters_;
}

template <class Scalar>
Index Mlp<Scalar>::offset_of(int layer, bool of_bias) const {
  const auto l = static_cast<std::size_t>(layer);
  if (layer < 0 || l >= offsets_.size())
    throw std::out_of_range("layer " + std::to_string(layer) + ": expected 0 to " +
                            std::to_string(offsets_.size() - 1));
  const Layer& found = architecture_.layers[l];
  if (!of_bias) return offsets_[l];
  if (!found.bias) throw std::out_of_range("layer " + std::to_string(layer) + " has no bias");
  return offsets_[l] + found.inputs * found.outputs;
}

template <class Scalar>
Eigen::Map<Matrix<Scalar>> Mlp<Scalar>::weight(int layer) {
  const Index at = offset_of(layer, false);
  const Layer& found = architecture_.layers[static_cast<std::size_t>(layer)];
  return {parameters_.data() + at, found.outputs, found.inputs};
}

template <class Scalar>
Eigen::Map<const Matrix<Scalar>> Mlp<Scalar>::weight(int layer) const {
  const Index at = offset_of(layer, false);
  const Layer& found = architecture_.layers[static_cast<std::size_t>(layer)];
  return {parameters_.data() + at, found.outputs, found.inputs};
}

template <class Scalar>
Eigen::Map<Vector<Scalar>> Mlp<Scalar>::bias(int layer) {
  const Index at = offset_of(layer, true);
  return {parameters_.data() + at, architecture_.layers[static_cast<std::size_t>(layer)].outputs};
}

template <class Scalar>
Eigen::Map<const Vector<Scalar>> Mlp<Scalar>::bias(int layer) const {
  const Index at = offset_of(layer, true);
  return {parameters_.data() + at, architecture_.layers[static_cast<std::size_t>(layer)].outputs};
}

template <class Scalar>
Matrix<Scalar> Mlp<Scalar>::scaled_output(const Vector<Scalar>& parameters, const MatrixView<Scalar>& x) const {
  if (x.rows() != architecture_.inputs())
    throw std::invalid_argument("network: inputs of " + std::to_string(x.rows()) + " numbers: expected " +
                                std::to_string(architecture_.inputs()));
  const Matrix<Scalar> packed = x;  // the view may have gaps between its columns
  Matrix<Scalar> out(architecture_.outputs(), x.cols());
  const Index block = std::min(block_columns, x.cols());
  Tape<Scalar> tape(architecture_, block);
  for (Index j = 0; j < x.cols(); j += block) {
    const Index cols = std::min(block, x.cols() - j);
    tape.forward(parameters.data(), packed.col(j).data(), cols);
    out.middleCols(j, cols) = static_cast<Scalar>(architecture_.output_scale) * tape.output();
  }
  return out;
}

template <class Scalar>
Matrix<Scalar> Mlp<Scalar>::output(const MatrixView<Scalar>& x) const {
  Matrix<Scalar> f = scaled_output(parameters_, x);
  if (architecture_.centred) f -= scaled_output(initial_, x);
  return f;
}

template <class Scalar>
Matrix<Scalar> Mlp<Scalar>::initial_output(const MatrixView<Scalar>& x) const {
  if (!architecture_.centred) return Matrix<Scalar>::Zero(architecture_.outputs(), x.cols());
  return scaled_output(initial_, x);
}

template class Mlp<float>;
template class Mlp<double>;

}  // namespace lmw::learn
