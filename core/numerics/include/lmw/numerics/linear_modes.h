#pragma once

/// One singular mode of a two-layer linear network f(x) = W2 W1 x on whitened inputs, from a balanced aligned start.
/// Its strength a = u^T W2 W1 v obeys da/dt = 2 a (s - a) under gradient flow on (1/2) ||S - W2 W1||_F^2, with s the
/// singular value of S and t = learning rate times steps. All functions: s > 0 and 0 < start < s, else
/// std::domain_error. Source: Saxe, McClelland & Ganguli 2014.
namespace lmw::numerics {

/// a(t) = s / (1 + (s/start - 1) exp(-2 s t)), with a(0) = `start`.
double linear_mode_strength(double s, double start, double t);

/// When a reaches s/2 under gradient flow: ln(s/start - 1) / (2 s); negative if start > s/2.
double linear_mode_half_time(double s, double start);

/// The same under gradient descent, to first order in the learning rate:
///
///   half time + learning_rate [ (1/4) ln(s / (2 start)) - (1/2) ln 2 ].
///
/// The first term is what growth by 1 + eta s a step loses against exp(eta s), up to the half; the second is the
/// saturation, where the discrete step overshoots.
double linear_mode_half_time(double s, double start, double learning_rate);

}  // namespace lmw::numerics
