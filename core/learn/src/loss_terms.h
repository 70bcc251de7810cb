#pragma once

#include <lmw/learn/loss.h>

namespace lmw::learn {

/// Sum over the examples of the loss before its 1/n, and grad = weight * d(sum)/df: what the backward pass starts from.
/// f, y and grad are contiguous (outputs, cols); grad may be f itself. Logarithms are accumulated in double.
template <class Scalar>
double loss_gradient(Loss loss, const Scalar* f, const Scalar* y, Scalar* grad, Scalar weight, Eigen::Index outputs,
                     Eigen::Index cols);

/// How the gradient moves with f: given f and its derivatives f', f'' along a curve f(eps),
/// d1 = weight * d/deps grad and d2 = weight * d^2/deps^2 grad. f'' and d2 are null when only d1 is wanted.
template <class Scalar>
void loss_gradient_jet(Loss loss, const Scalar* f, const Scalar* y, const Scalar* f1, const Scalar* f2, Scalar* d1,
                       Scalar* d2, Scalar weight, Eigen::Index outputs, Eigen::Index cols);

}  // namespace lmw::learn
