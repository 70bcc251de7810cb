#pragma once

#include <cstdint>
#include <functional>
#include <limits>

namespace lmw::learn {

/// The learning rate at step t = 0, 1, ... divided by the optimiser's own; an empty schedule is the constant 1.
using Schedule = std::function<double(std::int64_t)>;

/// From 1/steps at t = 0 up to 1 at t = steps - 1, then constant. @throws std::invalid_argument  (all) steps < 1.
Schedule linear_warmup(std::int64_t steps);
/// 1 until `first`, then linearly to `to` at `last`, then constant.
/// @throws std::invalid_argument  last <= first, or to < 0.
Schedule linear_ramp(std::int64_t first, std::int64_t last, double to);
/// (1 + cos(pi t / steps)) / 2, then 0.
Schedule cosine(std::int64_t steps);

/// One rule of motion for all parameters. g is the gradient of the batch loss and lr the learning rate after schedule;
/// lr, decay and eps are further multiplied by each array's Scale (lmw/learn/architecture.h).
///
///   gradient_descent  w -= lr g
///   heavy_ball        v = beta v + g;  w -= lr v
///   nesterov          g at w + beta v;  v = beta v - lr g;  w += v.  Between steps the network holds w.
///   adam              m = b1 m + (1 - b1) g;  s = b2 s + (1 - b2) g^2;  w -= lr m' / (sqrt(s') + eps), where
///                     m' = m / (1 - b1^t), s' = s / (1 - b2^t), t = 1 for the first step
///   rmsprop           s = b2 s + (1 - b2) g^2;  w -= lr g / (sqrt(s) + eps), s starts as the first g^2
///   rmsprop_norm      the same with one s for all weights, fed with |g|^2: s = b2 s + (1 - b2) |g|^2
///   sign              w -= lr sign(g), sign(0) = 0
///
/// Clipping comes first. Weight decay lambda: coupled adds lambda w to the clipped g; decoupled takes the step from
/// (1 - lr lambda) w in place of w, with g from w. For gradient_descent the two are the same. Biases decay like
/// weights; set their Scale's decay to 0 if not.
struct Optimiser {
  enum class Rule { gradient_descent, heavy_ball, nesterov, adam, rmsprop, rmsprop_norm, sign };
  Rule rule = Rule::gradient_descent;
  double lr = 0.1;
  double beta1 = 0.9;    ///< beta of heavy_ball and nesterov, b1 of adam
  double beta2 = 0.999;  ///< b2 of adam and rmsprop
  double eps = 1e-8;
  double decay = 0;  ///< lambda
  bool decoupled = false;
  double clip_norm = std::numeric_limits<double>::infinity();  ///< g is scaled down to this norm if it is longer
};

inline Optimiser gradient_descent(double lr) { return {.lr = lr}; }
inline Optimiser heavy_ball(double lr, double beta) {
  return {.rule = Optimiser::Rule::heavy_ball, .lr = lr, .beta1 = beta};
}
inline Optimiser nesterov(double lr, double beta) {
  return {.rule = Optimiser::Rule::nesterov, .lr = lr, .beta1 = beta};
}
inline Optimiser adam(double lr, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8) {
  return {.rule = Optimiser::Rule::adam, .lr = lr, .beta1 = beta1, .beta2 = beta2, .eps = eps};
}
/// Adam with decoupled decay. Source: Loshchilov & Hutter 2019.
inline Optimiser adamw(double lr, double decay, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8) {
  return {.rule = Optimiser::Rule::adam,
          .lr = lr,
          .beta1 = beta1,
          .beta2 = beta2,
          .eps = eps,
          .decay = decay,
          .decoupled = true};
}
inline Optimiser rmsprop(double lr, double beta2, double eps = 1e-8) {
  return {.rule = Optimiser::Rule::rmsprop, .lr = lr, .beta2 = beta2, .eps = eps};
}
inline Optimiser rmsprop_norm(double lr, double beta2) {
  return {.rule = Optimiser::Rule::rmsprop_norm, .lr = lr, .beta2 = beta2, .eps = 0};
}
inline Optimiser sign_descent(double lr) { return {.rule = Optimiser::Rule::sign, .lr = lr}; }

/// @throws std::invalid_argument  a negative or non-finite lr, decay or eps; a beta outside [0, 1); clip_norm <= 0.
void check(const Optimiser& optimiser);

}  // namespace lmw::learn
