#include "loss_terms.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace lmw::learn {
namespace {

using Eigen::Index;

template <class Scalar>
void check_shapes(const Matrix<Scalar>& f, const Matrix<Scalar>& y) {
  if (f.rows() != y.rows() || f.cols() != y.cols())
    throw std::invalid_argument("loss: outputs of " + std::to_string(f.rows()) + " x " + std::to_string(f.cols()) +
                                ", targets of " + std::to_string(y.rows()) + " x " + std::to_string(y.cols()) +
                                ": expected the same shape");
  if (f.cols() == 0) throw std::invalid_argument("loss: no examples: expected at least one");
}

/// p = softmax(f) for one example; returns log sum exp f.
template <class Scalar>
double softmax(const Scalar* f, Scalar* p, Index outputs) {
  Scalar largest = f[0];
  for (Index c = 1; c < outputs; ++c) largest = std::max(largest, f[c]);
  Scalar sum = 0;
  for (Index c = 0; c < outputs; ++c) {
    p[c] = std::exp(f[c] - largest);
    sum += p[c];
  }
  const Scalar scale = 1 / sum;
  for (Index c = 0; c < outputs; ++c) p[c] *= scale;
  return static_cast<double>(largest) + std::log(static_cast<double>(sum));
}

/// 1 / (1 + e^m).
template <class Scalar>
Scalar sigmoid_of_minus(Scalar m) {
  const Scalar e = std::exp(-std::abs(m));
  return (m > 0 ? e : Scalar(1)) / (1 + e);
}

template <class Scalar>
double squared(const Scalar* f, const Scalar* y, Scalar* grad, Scalar weight, Index count) {
  double sum = 0;
  for (Index first = 0; first < count; first += 4096) {  // partial sums keep single precision exact to 1e-7
    const Index n = std::min<Index>(4096, count - first);
    const Eigen::Map<const Eigen::Array<Scalar, Eigen::Dynamic, 1>> a(f + first, n), b(y + first, n);
    Eigen::Map<Eigen::Array<Scalar, Eigen::Dynamic, 1>> g(grad + first, n);
    g = a - b;
    sum += static_cast<double>(g.square().sum());
    g *= weight;
  }
  return sum;
}

template <class Scalar>
double cross_entropy(const Scalar* f, const Scalar* y, Scalar* grad, Scalar weight, Index outputs, Index cols) {
  double sum = 0;
  for (Index i = 0; i < cols; ++i, f += outputs, y += outputs, grad += outputs) {
    double hit = 0;
    for (Index c = 0; c < outputs; ++c) hit += static_cast<double>(y[c]) * static_cast<double>(f[c]);
    sum += softmax(f, grad, outputs) - hit;
    for (Index c = 0; c < outputs; ++c) grad[c] = weight * (grad[c] - y[c]);
  }
  return sum;
}

template <class Scalar>
double logistic(const Scalar* f, const Scalar* y, Scalar* grad, Scalar weight, Index count) {
  double sum = 0;
  for (Index i = 0; i < count; ++i) {
    const Scalar margin = y[i] * f[i];
    sum += static_cast<double>(std::max(-margin, Scalar(0)) + std::log1p(std::exp(-std::abs(margin))));
    grad[i] = -weight * y[i] * sigmoid_of_minus(margin);
  }
  return sum;
}

/// softmax along f(eps): p' = p (f' - m), p'' = p ((f' - m)^2 - var + f'' - m2), m, var, m2 means under p.
template <class Scalar>
void cross_entropy_jet(const Scalar* f, const Scalar* f1, const Scalar* f2, Scalar* d1, Scalar* d2, Scalar weight,
                       Index outputs, Index cols) {
  Vector<Scalar> p(outputs);
  for (Index i = 0; i < cols; ++i) {
    const Index at = i * outputs;
    softmax(f + at, p.data(), outputs);
    Scalar mean = 0, mean2 = 0, variance = 0;
    for (Index c = 0; c < outputs; ++c) mean += p(c) * f1[at + c];
    for (Index c = 0; c < outputs; ++c) variance += p(c) * (f1[at + c] - mean) * (f1[at + c] - mean);
    if (d2)
      for (Index c = 0; c < outputs; ++c) mean2 += p(c) * f2[at + c];
    for (Index c = 0; c < outputs; ++c) {
      const Scalar centred = f1[at + c] - mean;
      if (d2) d2[at + c] = weight * p(c) * (centred * centred - variance + f2[at + c] - mean2);
      d1[at + c] = weight * p(c) * centred;
    }
  }
}

template <class Scalar>
void logistic_jet(const Scalar* f, const Scalar* y, const Scalar* f1, const Scalar* f2, Scalar* d1, Scalar* d2,
                  Scalar weight, Index count) {
  for (Index i = 0; i < count; ++i) {
    const Scalar s = sigmoid_of_minus(y[i] * f[i]), slope = s * (1 - s);  // grad = -y s(yf), y^2 = 1
    if (d2) d2[i] = weight * (slope * f2[i] - y[i] * slope * (1 - 2 * s) * f1[i] * f1[i]);
    d1[i] = weight * slope * f1[i];
  }
}

}  // namespace

template <class Scalar>
double loss_gradient(Loss loss, const Scalar* f, const Scalar* y, Scalar* grad, Scalar weight, Index outputs,
                     Index cols) {
  switch (loss) {
    case Loss::mse_half: return squared(f, y, grad, weight, outputs * cols) / 2;
    case Loss::mse: return squared(f, y, grad, 2 * weight, outputs * cols);
    case Loss::cross_entropy: return cross_entropy(f, y, grad, weight, outputs, cols);
    case Loss::logistic: return logistic(f, y, grad, weight, outputs * cols);
  }
  return 0;
}

template <class Scalar>
void loss_gradient_jet(Loss loss, const Scalar* f, const Scalar* y, const Scalar* f1, const Scalar* f2, Scalar* d1,
                       Scalar* d2, Scalar weight, Index outputs, Index cols) {
  const Index count = outputs * cols;
  if (loss == Loss::cross_entropy) return cross_entropy_jet(f, f1, f2, d1, d2, weight, outputs, cols);
  if (loss == Loss::logistic) return logistic_jet(f, y, f1, f2, d1, d2, weight, count);
  const Scalar slope = loss == Loss::mse ? 2 * weight : weight;
  for (Index i = 0; i < count; ++i) d1[i] = slope * f1[i];
  if (d2)
    for (Index i = 0; i < count; ++i) d2[i] = slope * f2[i];
}

template <class Scalar>
void check_targets(Loss loss, const Matrix<Scalar>& y) {
  for (Index i = 0; i < y.cols(); ++i) {
    const std::string where = "targets of example " + std::to_string(i);
    if (loss == Loss::cross_entropy && !(y.col(i).minCoeff() >= 0 && std::abs(y.col(i).sum() - 1) < 1e-5))
      throw std::invalid_argument(where +
                                  ": cross_entropy expects a distribution over the classes, entries >= 0 with sum "
                                  "1: make it with one_hot");
    if (loss == Loss::logistic && !(y.col(i).array().abs() == 1).all())
      throw std::invalid_argument(where + ": logistic expects +1 or -1: make them with binarise");
  }
}

template <class Scalar>
double loss_value(Loss loss, const Matrix<Scalar>& f, const Matrix<Scalar>& y) {
  check_shapes(f, y);
  Matrix<Scalar> scratch(f.rows(), f.cols());
  return loss_gradient(loss, f.data(), y.data(), scratch.data(), Scalar(1), f.rows(), f.cols()) /
         static_cast<double>(f.cols());
}

template <class Scalar>
double accuracy(const Matrix<Scalar>& f, const Matrix<Scalar>& y) {
  check_shapes(f, y);
  Index right = 0;
  for (Index i = 0; i < f.cols(); ++i) {
    Index found = 0, wanted = 0;
    f.col(i).maxCoeff(&found);
    y.col(i).maxCoeff(&wanted);
    right += f.rows() == 1 ? (f(0, i) > 0) == (y(0, i) > 0) : found == wanted;
  }
  return static_cast<double>(right) / static_cast<double>(f.cols());
}

#define LMW_INSTANTIATE(S)                                                                                \
  template double loss_gradient(Loss, const S*, const S*, S*, S, Index, Index);                           \
  template void loss_gradient_jet(Loss, const S*, const S*, const S*, const S*, S*, S*, S, Index, Index); \
  template void check_targets(Loss, const Matrix<S>&);                                                    \
  template double loss_value(Loss, const Matrix<S>&, const Matrix<S>&);                                   \
  template double accuracy(const Matrix<S>&, const Matrix<S>&);
LMW_INSTANTIATE(float)
LMW_INSTANTIATE(double)

}  // namespace lmw::learn
