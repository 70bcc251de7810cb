#include "tape.h"

#include "activate.h"

namespace lmw::learn {

using Eigen::Index;

template <class Scalar>
Tape<Scalar>::Tape(const Architecture& net, Index capacity, bool keep_all_z) : capacity_(capacity) {
  Index at = 0;
  for (const Layer& layer : net.layers) {
    Part& made = parts_.emplace_back();
    made.layer = layer;
    made.keep_z = keep_all_z;
    made.weight_at = at;
    at += layer.inputs * layer.outputs;
    made.bias_at = at;
    if (layer.bias) {
      at += layer.outputs;
      made.bias.resize(layer.outputs);
    }
  }
  for (int l = 0; l <= last(); ++l) {
    const int from = l - part(l).layer.skip;
    if (part(l).layer.skip == 0) continue;
    if (from < 0) {
      skipped_from_input_.push_back(l);
    } else {
      part(from).keep_z = true;
      part(from).skipped_to.push_back(l);
    }
  }
  for (int l = 0; l <= last(); ++l) {
    Part& here = part(l);
    const Activation phi = here.layer.activation;
    here.z.resize(here.layer.outputs, capacity);
    here.delta.resize(here.layer.outputs, capacity);
    const bool distinct = phi != Activation::identity && (l == 0 || part(l - 1).keep_z);
    if (distinct) here.own_u.resize(here.layer.inputs, capacity);
    if (!slope_from_output(phi)) here.slope.resize(here.layer.inputs, capacity);
    here.u = distinct ? here.own_u.data() : l == 0 ? nullptr : part(l - 1).z.data();
  }
}

template <class Scalar>
void Tape<Scalar>::forward(const Scalar* theta, const Scalar* x, Index cols) {
  x_ = x;
  cols_ = cols;
  for (int l = 0; l <= last(); ++l) {
    Part& here = part(l);
    const Layer& layer = here.layer;
    if (l == 0) {
      if (layer.activation == Activation::identity)
        here.u = x;
      else
        activate<Scalar>(layer.activation, x, nullptr, here.own_u.data(), here.slope.data(), layer.inputs, cols);
    }
    Map z(here.z.data(), layer.outputs, cols);
    z.noalias() = (static_cast<Scalar>(layer.weight.multiplier) * weight(theta, l)) * input(l);
    if (layer.skip > 0) z += ConstMap(l >= layer.skip ? part(l - layer.skip).z.data() : x, layer.outputs, cols);

    const Scalar* bias = nullptr;
    if (layer.bias) {
      bias = theta + here.bias_at;
      if (layer.bias->multiplier != 1) {
        here.bias = static_cast<Scalar>(layer.bias->multiplier) *
                    Eigen::Map<const Vector<Scalar>>(theta + here.bias_at, layer.outputs);
        bias = here.bias.data();
      }
    }
    if (bias && (here.keep_z || l == last())) {
      activate(Activation::identity, z.data(), bias, z.data(), static_cast<Scalar*>(nullptr), layer.outputs, cols);
      bias = nullptr;
    }
    if (l == last()) break;
    Part& next = part(l + 1);
    const Activation phi = next.layer.activation;
    if (phi == Activation::identity && !bias) continue;
    Scalar* slope = slope_from_output(phi) ? nullptr : next.slope.data();
    activate(phi, z.data(), bias, const_cast<Scalar*>(next.u), slope, layer.outputs, cols);
  }
}

template <class Scalar>
void Tape<Scalar>::pull_back(const Scalar* theta, int l) {
  const Part& here = part(l);
  const Layer& layer = here.layer;
  Map down = delta(l - 1);
  const ConstMap up(here.delta.data(), layer.outputs, cols_);
  const auto multiplier = static_cast<Scalar>(layer.weight.multiplier);
  if (layer.outputs == 1) {  // an outer product: Eigen's matrix product would pack what it uses once
    const Eigen::Map<const Vector<Scalar>> w(theta + here.weight_at, layer.inputs);
    for (Index j = 0; j < cols_; ++j) down.col(j) = (multiplier * up(0, j)) * w;
  } else {
    down.noalias() = (multiplier * weight(theta, l).transpose()) * up;
  }
  times_slope(layer.activation, here.u, here.slope.data(), down.data(), down.size());
  for (const int from : part(l - 1).skipped_to) down += delta(from);
}

template <class Scalar>
Matrix<Scalar> Tape<Scalar>::input_gradient(const Scalar* theta) const {
  const Part& first = parts_.front();
  Matrix<Scalar> grad = static_cast<Scalar>(first.layer.weight.multiplier) * weight(theta, 0).transpose() * delta(0);
  times_slope(first.layer.activation, first.u, first.slope.data(), grad.data(), grad.size());
  for (const int from : skipped_from_input_) grad += delta(from);
  return grad;
}

template class Tape<float>;
template class Tape<double>;

}  // namespace lmw::learn
