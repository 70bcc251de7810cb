#include "jet.h"

#include "activate.h"

#include <algorithm>

namespace lmw::learn {

using Eigen::Index;

template <class Scalar>
Jet<Scalar>::Jet(const Architecture& net, Loss loss, Index block_cols) : net_(net), loss_(loss) {
  for (const Layer& layer : net.layers) {
    Dots& made = dots_.emplace_back();
    made.z1.resize(layer.outputs, block_cols);
    made.d1.resize(layer.outputs, block_cols);
    made.u1.resize(layer.inputs, block_cols);
  }
}

template <class Scalar>
double Jet<Scalar>::prepare(const Scalar* theta, const Examples<Scalar>& set, JetBlock<Scalar>& block) const {
  Tape<Scalar>& tape = block.tape;
  const Index cols = tape.capacity();
  const auto inputs = net_.inputs(), outputs = net_.outputs();
  const auto scale = static_cast<Scalar>(net_.output_scale);
  const double share = 1 / static_cast<double>(set.count);

  tape.forward(theta, set.x + block.first * inputs, cols);
  auto delta = tape.delta(tape.last());
  delta = scale * tape.output();
  if (set.offset) delta -= Eigen::Map<const Matrix<Scalar>>(set.offset + block.first * outputs, outputs, cols);
  const double loss = share * loss_gradient(loss_, delta.data(), set.y + block.first * outputs, delta.data(),
                                            static_cast<Scalar>(net_.output_scale * share), outputs, cols);
  tape.backward(theta, [](int) {});

  block.slope.resize(net_.layers.size());
  block.bend.resize(net_.layers.size());
  for (int l = 1; l <= tape.last(); ++l) {
    const auto at = static_cast<std::size_t>(l);
    const Layer& layer = tape.layer(l);
    if (piecewise_linear(layer.activation)) continue;
    const auto z = tape.pre_activation(l - 1);
    block.slope[at].resize(layer.inputs, cols);
    block.bend[at].resize(layer.inputs, cols);
    derivatives<Scalar>(layer.activation, z.data(), block.slope[at].data(), block.bend[at].data(), nullptr, z.size());
    const Matrix<Scalar> e =
        (static_cast<Scalar>(layer.weight.multiplier) * tape.weight(theta, l).transpose()) * tape.delta(l);
    block.bend[at].array() *= e.array();
  }
  return loss;
}

template <class Scalar>
void Jet<Scalar>::prepare_third(const Scalar* theta, JetBlock<Scalar>& block) const {
  Tape<Scalar>& tape = block.tape;
  block.second.resize(net_.layers.size());
  block.third.resize(net_.layers.size());
  for (int l = 1; l <= tape.last(); ++l) {
    const auto at = static_cast<std::size_t>(l);
    const Layer& layer = tape.layer(l);
    if (piecewise_linear(layer.activation)) continue;
    const auto z = tape.pre_activation(l - 1);
    block.second[at].resize(layer.inputs, tape.cols());
    block.third[at].resize(layer.inputs, tape.cols());
    Matrix<Scalar> first(layer.inputs, tape.cols());
    derivatives(layer.activation, z.data(), first.data(), block.second[at].data(), block.third[at].data(), z.size());
    const Matrix<Scalar> e =
        (static_cast<Scalar>(layer.weight.multiplier) * tape.weight(theta, l).transpose()) * tape.delta(l);
    block.third[at].array() *= e.array();
  }
}

template <class Scalar>
void Jet<Scalar>::forward(const Scalar* theta, const JetBlock<Scalar>& block, const Scalar* v, int order) {
  const Tape<Scalar>& tape = block.tape;
  for (int l = 0; l <= tape.last(); ++l) {
    const auto at = static_cast<std::size_t>(l);
    const Layer& layer = tape.layer(l);
    Dots& here = dots_[at];
    const auto a = static_cast<Scalar>(layer.weight.multiplier);
    const auto weight = tape.weight(theta, l), direction = tape.weight(v, l);
    Map z1 = view(here.z1);
    z1.noalias() = (a * direction) * tape.input(l);
    if (l > 0) {
      Map u1 = view(here.u1), below1 = view(dots_[at - 1].z1);
      if (piecewise_linear(layer.activation)) {
        u1 = below1;
        times_slope(layer.activation, tape.input(l).data(), static_cast<const Scalar*>(nullptr), u1.data(), u1.size());
      } else {
        u1.array() = block.slope[at].array() * below1.array();
      }
      z1.noalias() += (a * weight) * u1;
      if (order == 2) {
        Map u2 = view(here.u2), below2 = view(dots_[at - 1].z2), z2 = view(here.z2);
        if (piecewise_linear(layer.activation)) {
          u2 = below2;
          times_slope(layer.activation, tape.input(l).data(), static_cast<const Scalar*>(nullptr), u2.data(),
                      u2.size());
        } else {
          u2.array() = block.second[at].array() * below1.array().square() + block.slope[at].array() * below2.array();
        }
        z2.noalias() = (2 * a * direction) * u1;
        z2.noalias() += (a * weight) * u2;
      }
    } else if (order == 2) {
      view(here.z2).setZero();
    }
    if (layer.bias)
      z1.colwise() += static_cast<Scalar>(layer.bias->multiplier) *
                      Eigen::Map<const Vector<Scalar>>(v + tape.bias_offset(l), layer.outputs);
    if (const int from = l - layer.skip; layer.skip > 0 && from >= 0) {
      z1 += view(dots_[static_cast<std::size_t>(from)].z1);
      if (order == 2) view(here.z2) += view(dots_[static_cast<std::size_t>(from)].z2);
    }
  }
}

template <class Scalar>
void Jet<Scalar>::pull_back(const Scalar* theta, const JetBlock<Scalar>& block, const Scalar* v, int l, int order) {
  const Tape<Scalar>& tape = block.tape;
  const auto at = static_cast<std::size_t>(l);
  const Layer& layer = tape.layer(l);
  const auto a = static_cast<Scalar>(layer.weight.multiplier);
  const auto weight = tape.weight(theta, l), direction = tape.weight(v, l);
  const auto& below = tape.skipped_to(l - 1);
  Dots &here = dots_[at], &down = dots_[at - 1];
  Map e1 = view(down.d1);
  e1.noalias() = (a * weight.transpose()) * view(here.d1);
  e1.noalias() += (a * direction.transpose()) * tape.delta(l);
  if (order == 2) {
    Map e2 = view(down.d2);
    e2.noalias() = (a * weight.transpose()) * view(here.d2);
    e2.noalias() += (2 * a * direction.transpose()) * view(here.d1);
    if (piecewise_linear(layer.activation)) {
      times_slope(layer.activation, tape.input(l).data(), static_cast<const Scalar*>(nullptr), e2.data(), e2.size());
    } else {
      const auto z1 = view(down.z1).array(), z2 = view(down.z2).array();
      e2.array() = block.third[at].array() * z1.square() + block.bend[at].array() * z2 +
                   2 * block.second[at].array() * z1 * e1.array() + block.slope[at].array() * e2.array();
    }
    for (const int from : below) e2 += view(dots_[static_cast<std::size_t>(from)].d2);
  }
  if (piecewise_linear(layer.activation))
    times_slope(layer.activation, tape.input(l).data(), static_cast<const Scalar*>(nullptr), e1.data(), e1.size());
  else
    e1.array() = block.bend[at].array() * view(down.z1).array() + block.slope[at].array() * e1.array();
  for (const int from : below) e1 += view(dots_[static_cast<std::size_t>(from)].d1);
}

template <class Scalar>
void Jet<Scalar>::add_gradient(const JetBlock<Scalar>& block, int l, int order, Scalar* out) {
  const Tape<Scalar>& tape = block.tape;
  const Layer& layer = tape.layer(l);
  Dots& here = dots_[static_cast<std::size_t>(l)];
  const auto a = static_cast<Scalar>(layer.weight.multiplier);
  Map weight(out + tape.weight_offset(l), layer.outputs, layer.inputs);
  Map top = order == 1 ? view(here.d1) : view(here.d2);
  weight.noalias() += (a * top) * tape.input(l).transpose();
  if (l > 0 && order == 1) weight.noalias() += (a * tape.delta(l)) * view(here.u1).transpose();
  if (l > 0 && order == 2) {
    weight.noalias() += (2 * a * view(here.d1)) * view(here.u1).transpose();
    weight.noalias() += (a * tape.delta(l)) * view(here.u2).transpose();
  }
  if (layer.bias)
    Eigen::Map<Vector<Scalar>>(out + tape.bias_offset(l), layer.outputs).noalias() +=
        static_cast<Scalar>(layer.bias->multiplier) * top.rowwise().sum();
}

template <class Scalar>
void Jet<Scalar>::add(const Scalar* theta, const Examples<Scalar>& set, const JetBlock<Scalar>& block, const Scalar* v,
                      int order, Scalar* out) {
  const Tape<Scalar>& tape = block.tape;
  cols_ = tape.cols();
  if (order == 2)
    for (std::size_t l = 0; l < dots_.size(); ++l) {  // kept from the first call on
      dots_[l].z2.resize(dots_[l].z1.rows(), dots_[l].z1.cols());
      dots_[l].d2.resize(dots_[l].d1.rows(), dots_[l].d1.cols());
      dots_[l].u2.resize(dots_[l].u1.rows(), dots_[l].u1.cols());
    }
  forward(theta, block, v, order);

  const Index outputs = net_.outputs();
  const auto scale = static_cast<Scalar>(net_.output_scale);
  Dots& top = dots_.back();
  scratch_ = scale * tape.output();
  if (set.offset) scratch_ -= Eigen::Map<const Matrix<Scalar>>(set.offset + block.first * outputs, outputs, cols_);
  view(top.z1) *= scale;  // the output's own derivatives from here on
  if (order == 2) view(top.z2) *= scale;
  loss_gradient_jet<Scalar>(loss_, scratch_.data(), set.y + block.first * outputs, top.z1.data(),
                            order == 2 ? top.z2.data() : nullptr, top.d1.data(), order == 2 ? top.d2.data() : nullptr,
                            static_cast<Scalar>(net_.output_scale / static_cast<double>(set.count)), outputs, cols_);
  for (int l = tape.last(); l >= 0; --l) {
    if (l > 0) pull_back(theta, block, v, l, order);
    add_gradient(block, l, order, out);
  }
}

template class Jet<float>;
template class Jet<double>;

}  // namespace lmw::learn
