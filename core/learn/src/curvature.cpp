#include <lmw/learn/curvature.h>

#include "checks.h"
#include "jet.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

namespace lmw::learn {

using Eigen::Index;

template <class Scalar>
struct Curvature<Scalar>::Impl {
  Impl(const Mlp<Scalar>& net, const Dataset<Scalar>& set, Loss loss)
      : theta(net.parameters()),
        data(set),
        offset(net.architecture().centred ? net.initial_output(set.x) : Matrix<Scalar>()),
        jet(net.architecture(), loss, std::min(block_columns, set.size())),
        gradient(Vector<Scalar>::Zero(theta.size())) {
    for (Index j = 0; j < data.size(); j += block_columns) {
      JetBlock<Scalar>& block = blocks.emplace_back(net.architecture(), std::min(block_columns, data.size() - j));
      block.first = j;
      value += jet.prepare(theta.data(), examples(), block);
      add_gradient(block.tape);
    }
  }

  Examples<Scalar> examples() const {
    return {data.x.data(), data.y.data(), offset.size() ? offset.data() : nullptr, data.size()};
  }

  void add_gradient(const Tape<Scalar>& tape) {
    for (int l = 0; l <= tape.last(); ++l) {
      const Layer& layer = tape.layer(l);
      Eigen::Map<Matrix<Scalar>>(gradient.data() + tape.weight_offset(l), layer.outputs, layer.inputs).noalias() +=
          (static_cast<Scalar>(layer.weight.multiplier) * tape.delta(l)) * tape.input(l).transpose();
      if (layer.bias)
        gradient.segment(tape.bias_offset(l), layer.outputs) +=
            static_cast<Scalar>(layer.bias->multiplier) * tape.delta(l).rowwise().sum();
    }
  }

  void product(const Vector<Scalar>& v, int order, Vector<Scalar>& out) {
    if (v.size() != theta.size())
      throw std::invalid_argument("curvature: a vector of " + std::to_string(v.size()) + " numbers: expected " +
                                  std::to_string(theta.size()) + ", one per parameter");
    if (order == 2 && !has_third) {
      for (auto& block : blocks) jet.prepare_third(theta.data(), block);
      has_third = true;
    }
    out.setZero(theta.size());
    for (const auto& block : blocks) jet.add(theta.data(), examples(), block, v.data(), order, out.data());
  }

  Vector<Scalar> theta;
  Dataset<Scalar> data;
  Matrix<Scalar> offset;
  Jet<Scalar> jet;
  std::vector<JetBlock<Scalar>> blocks;
  Vector<Scalar> gradient;
  double value = 0;
  bool has_third = false;
};

template <class Scalar>
Curvature<Scalar>::Curvature(const Mlp<Scalar>& net, const Dataset<Scalar>& data, Loss loss) {
  check_fit(net, data, loss);
  impl_ = std::make_unique<Impl>(net, data, loss);
}

template <class Scalar>
Curvature<Scalar>::~Curvature() = default;
template <class Scalar>
Curvature<Scalar>::Curvature(Curvature&&) noexcept = default;
template <class Scalar>
Curvature<Scalar>& Curvature<Scalar>::operator=(Curvature&&) noexcept = default;

template <class Scalar>
Index Curvature<Scalar>::size() const {
  return impl_->theta.size();
}

template <class Scalar>
double Curvature<Scalar>::loss() const {
  return impl_->value;
}

template <class Scalar>
const Vector<Scalar>& Curvature<Scalar>::gradient() const {
  return impl_->gradient;
}

template <class Scalar>
void Curvature<Scalar>::hvp(const Vector<Scalar>& v, Vector<Scalar>& out) {
  impl_->product(v, 1, out);
}

template <class Scalar>
Vector<Scalar> Curvature<Scalar>::hvp(const Vector<Scalar>& v) {
  Vector<Scalar> out;
  hvp(v, out);
  return out;
}

template <class Scalar>
Vector<Scalar> Curvature<Scalar>::third(const Vector<Scalar>& u) {
  Vector<Scalar> out;
  impl_->product(u, 2, out);
  return out;
}

template <class Scalar>
Vector<Scalar> Curvature<Scalar>::third(const Vector<Scalar>& u, const Vector<Scalar>& v) {
  return (third(u + v) - third(u - v)) / 4;  // a quadratic form determines its bilinear form
}

template <class Scalar>
Matrix<Scalar> Curvature<Scalar>::hessian() {
  Matrix<Scalar> h(size(), size());
  Vector<Scalar> unit = Vector<Scalar>::Zero(size()), column;
  for (Index j = 0; j < size(); ++j) {
    unit(j) = 1;
    hvp(unit, column);
    h.col(j) = column;
    unit(j) = 0;
  }
  return h;
}

template <class Scalar>
Eigenpairs<Scalar> Curvature<Scalar>::top(int k, const Eigenpairs<Scalar>& warm, const EigenOptions& options) {
  return top_eigenpairs<Scalar>([this](const Vector<Scalar>& in, Vector<Scalar>& out) { hvp(in, out); }, size(), k,
                                warm, options);
}

template <class Scalar>
Estimate Curvature<Scalar>::trace(int probes, numerics::Rng rng) {
  return trace_estimate<Scalar>([this](const Vector<Scalar>& in, Vector<Scalar>& out) { hvp(in, out); }, size(), probes,
                                rng);
}

template class Curvature<float>;
template class Curvature<double>;

}  // namespace lmw::learn
