#include "update.h"

#include <algorithm>
#include <cmath>

namespace lmw::learn {
namespace {

using Eigen::Index;
using Rule = Optimiser::Rule;

template <class Scalar>
void adam_step(Scalar* __restrict w, const Scalar* __restrict g, Scalar* __restrict m, Scalar* __restrict s, Index n,
               Scalar keep, Scalar beta1, Scalar beta2, Scalar step, Scalar correction, Scalar eps) {
  const Scalar rest1 = 1 - beta1, rest2 = 1 - beta2;
  for (Index i = 0; i < n; ++i) {
    const Scalar mean = beta1 * m[i] + rest1 * g[i], square = beta2 * s[i] + rest2 * (g[i] * g[i]);
    m[i] = mean;
    s[i] = square;
    w[i] = keep * w[i] - step * mean / (std::sqrt(square * correction) + eps);
  }
}

template <class Scalar>
double squared_norm(const Scalar* g, Index n) {
  double sum = 0;
  for (Index i = 0; i < n; ++i) sum += static_cast<double>(g[i]) * static_cast<double>(g[i]);
  return sum;
}

}  // namespace

std::vector<Span> spans_of(const Architecture& net) {
  std::vector<Span> spans;
  Index at = 0;
  int number = 0;
  for (const Layer& layer : net.layers) {
    spans.push_back({number, at, layer.inputs * layer.outputs, layer.weight});
    at += spans.back().count;
    if (layer.bias) spans.push_back({number, at, layer.outputs, *layer.bias});
    if (layer.bias) at += layer.outputs;
    ++number;
  }
  return spans;
}

template <class Scalar>
Update<Scalar>::Update(const Architecture& net, const Optimiser& optimiser)
    : spans_(spans_of(net)), count_(net.parameter_count()), optimiser_(optimiser) {
  check(optimiser);
  const Rule rule = optimiser.rule;
  if (rule == Rule::heavy_ball || rule == Rule::nesterov || rule == Rule::adam) velocity_.setZero(count_);
  if (rule == Rule::adam || rule == Rule::rmsprop) second_moment_.setZero(count_);
  if (rule == Rule::rmsprop_norm) second_moment_.setZero(1);
}

template <class Scalar>
bool Update<Scalar>::is_plain() const {
  return optimiser_.rule == Rule::gradient_descent && std::isinf(optimiser_.clip_norm);
}

template <class Scalar>
Scalar Update<Scalar>::plain_keep(const Scale& scale, double lr) const {
  return static_cast<Scalar>(1 - lr * scale.lr * optimiser_.decay * scale.decay);  // coupled and decoupled are the same
}

template <class Scalar>
void Update<Scalar>::look_ahead(Scalar* w) {
  if (optimiser_.rule == Rule::nesterov)
    Eigen::Map<Vector<Scalar>>(w, count_) += static_cast<Scalar>(optimiser_.beta1) * velocity_;
}

template <class Scalar>
void Update<Scalar>::withdraw(Scalar* w) {
  if (optimiser_.rule == Rule::nesterov)
    Eigen::Map<Vector<Scalar>>(w, count_) -= static_cast<Scalar>(optimiser_.beta1) * velocity_;
}

template <class Scalar>
bool Update<Scalar>::needs_whole_gradient() const {
  return optimiser_.rule == Rule::rmsprop_norm || std::isfinite(optimiser_.clip_norm);
}

template <class Scalar>
void Update<Scalar>::add_decay(const Span& span, const Scalar* w, Scalar* g) const {
  const auto decay = static_cast<Scalar>(optimiser_.decay * span.scale.decay);
  for (Index i = span.at; i < span.at + span.count; ++i) g[i] += decay * w[i];
}

template <class Scalar>
void Update<Scalar>::begin(const Scalar* w, Scalar* g) {
  ++steps_;
  beta1_power_ *= optimiser_.beta1;
  beta2_power_ *= optimiser_.beta2;
  if (!needs_whole_gradient()) return;
  if (std::isfinite(optimiser_.clip_norm)) {
    const double norm = std::sqrt(squared_norm(g, count_));
    if (norm > optimiser_.clip_norm)
      Eigen::Map<Vector<Scalar>>(g, count_) *= static_cast<Scalar>(optimiser_.clip_norm / norm);
  }
  if (coupled())
    for (const Span& span : spans_) add_decay(span, w, g);
  if (optimiser_.rule == Rule::rmsprop_norm) {
    const auto beta2 = static_cast<Scalar>(optimiser_.beta2), square = static_cast<Scalar>(squared_norm(g, count_));
    second_moment_(0) = steps_ > 1 ? beta2 * second_moment_(0) + (1 - beta2) * square : square;
  }
}

template <class Scalar>
void Update<Scalar>::apply(int layer, Scalar* w, Scalar* g, double lr) {
  for (const Span& span : spans_)
    if (span.layer == layer) move(span, w, g, lr);
}

template <class Scalar>
void Update<Scalar>::move(const Span& span, Scalar* w, Scalar* g, double lr) {
  const Index first = span.at, end = span.at + span.count;
  if (coupled() && !needs_whole_gradient()) add_decay(span, w, g);
  const auto beta1 = static_cast<Scalar>(optimiser_.beta1), beta2 = static_cast<Scalar>(optimiser_.beta2);
  const double own_lr = lr * span.scale.lr;
  const auto rate = static_cast<Scalar>(own_lr), eps = static_cast<Scalar>(optimiser_.eps * span.scale.eps);
  const Scalar keep = optimiser_.decoupled ? plain_keep(span.scale, lr) : Scalar(1);
  Scalar *v = velocity_.data(), *s = second_moment_.data();
  switch (optimiser_.rule) {
    case Rule::gradient_descent:
      for (Index i = first; i < end; ++i) w[i] = keep * w[i] - rate * g[i];
      break;
    case Rule::heavy_ball:
      for (Index i = first; i < end; ++i) {
        v[i] = beta1 * v[i] + g[i];
        w[i] = keep * w[i] - rate * v[i];
      }
      break;
    case Rule::nesterov:  // w already holds w + beta v
      for (Index i = first; i < end; ++i) {
        const Scalar ahead = beta1 * v[i];
        v[i] = ahead - rate * g[i];
        w[i] = keep * (w[i] - ahead) + v[i];
      }
      break;
    case Rule::adam:
      adam_step(w + first, g + first, v + first, s + first, span.count, keep, beta1, beta2,
                static_cast<Scalar>(own_lr / (1 - beta1_power_)), static_cast<Scalar>(1 / (1 - beta2_power_)), eps);
      break;
    case Rule::rmsprop:
      for (Index i = first; i < end; ++i) {
        const Scalar square = g[i] * g[i];
        s[i] = steps_ > 1 ? beta2 * s[i] + (1 - beta2) * square : square;
        w[i] = keep * w[i] - rate * g[i] / (std::sqrt(s[i]) + eps);
      }
      break;
    case Rule::rmsprop_norm: {
      const Scalar scaled = rate / (std::sqrt(s[0]) + eps);
      for (Index i = first; i < end; ++i) w[i] = keep * w[i] - scaled * g[i];
      break;
    }
    case Rule::sign:
      for (Index i = first; i < end; ++i) w[i] = keep * w[i] - (g[i] > 0 ? rate : g[i] < 0 ? -rate : Scalar(0));
      break;
  }
}

template class Update<float>;
template class Update<double>;

}  // namespace lmw::learn
