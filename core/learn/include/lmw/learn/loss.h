#pragma once

#include <lmw/learn/types.h>

namespace lmw::learn {

/// A loss, with its normalisation in the name. n examples, f the outputs, y the targets, both (k, n):
///
///   mse_half       (1 / 2n) sum_i |f_i - y_i|^2      the factor that makes gradients free of a 2
///   mse            (1 / n)  sum_i |f_i - y_i|^2      summed over outputs, not averaged
///   cross_entropy  -(1 / n) sum_i sum_c y_ci log softmax(f_i)_c, in nats; y_i a distribution over the k classes
///   logistic       (1 / n)  sum_i sum_c log(1 + exp(-y_ci f_ci)), in nats; y = +-1
enum class Loss { mse_half, mse, cross_entropy, logistic };

/// @throws std::invalid_argument  cross_entropy: a column of y that is no distribution (entries >= 0, sum 1 to 1e-5);
///                                logistic: a target other than +-1. The text names the example.
template <class Scalar>
void check_targets(Loss loss, const Matrix<Scalar>& y);

/// The loss of outputs f against targets y.
/// @throws std::invalid_argument  shapes that differ, or no examples.
template <class Scalar>
double loss_value(Loss loss, const Matrix<Scalar>& f, const Matrix<Scalar>& y);

/// Share of examples whose largest output stands where the largest target does; with one output, whose signs agree.
/// @throws std::invalid_argument  shapes that differ, or no examples.
template <class Scalar>
double accuracy(const Matrix<Scalar>& f, const Matrix<Scalar>& y);

}  // namespace lmw::learn
