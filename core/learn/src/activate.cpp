#include "activate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <type_traits>

// Every function works on strips that stay in the first-level cache, in two kinds of pass: exp, log1p and single
// precision tanh through Eigen's vector code, the rest in plain loops that the compiler turns into vector code.
namespace lmw::learn {
namespace {

using Eigen::Index;

constexpr Index strip = 512;

template <class Scalar>
using Strip = Eigen::Map<Eigen::Array<Scalar, Eigen::Dynamic, 1>>;
template <class Scalar>
using ConstStrip = Eigen::Map<const Eigen::Array<Scalar, Eigen::Dynamic, 1>>;

/// sum_k c_k x^k by Horner's rule. A recursion over types, not a loop: a loop in here would keep the compiler from
/// turning the loop around it into vector code.
template <std::size_t k = 0, class Scalar, std::size_t n>
inline Scalar polynomial(const std::array<Scalar, n>& c, Scalar x) {
  if constexpr (k + 1 == n)
    return c[k];
  else
    return std::fma(polynomial<k + 1>(c, x), x, c[k]);
}

/// Interpolation polynomials at Chebyshev points, computed with 50 digits:
/// erfcx(z) = exp(z^2) erfc(z) = Q((z - 2)/(z + 2)) / (z + 2) on [0, far], erf(z) = z P(z^2) and
/// tanh(z) = z + z^3 T(z^2) for |z| <= 1/2. Errors below 4e-16 in double, 2e-7 in single precision.
template <class Scalar>
struct Table;

template <>
struct Table<double> {
  static constexpr double far = 6;
  static constexpr std::array<double, 21> erfcx = {
      1.021582705242023,      -0.6871606844138102,     0.27947209255604805,     -0.03644223150693585,
      -0.021510661889023192,  0.00647918507044494,     0.003090612047789904,    -0.0008372961241311974,
      -0.0006630733844212288, 3.437220944483489e-05,   0.00014447032980970313,  3.4143336616414343e-05,
      -2.169859496079129e-05, -1.6098786754749542e-05, -1.0983785656161061e-06, 3.6039669516182707e-06,
      1.905091204209807e-06,  -6.309793134064318e-09,  -4.3336121080172114e-07, -1.9991281945947602e-07,
      -3.2129480020726417e-08};
  static constexpr std::array<double, 9> erf = {
      1.1283791670955126,     -0.37612638903183476,    0.11283791670925353,
      -0.026866170632887928,  0.00522397737302147,     -0.0008548297753674966,
      0.00012053335124353741, -1.4845849259707869e-05, 1.4725865480556744e-06};
  static constexpr std::array<double, 9> tanh = {
      -0.3333333333332468,    0.13333333332187502,   -0.053968253378740796,
      0.021869473090633033,   -0.008863002184819035, 0.0035899690540195884,
      -0.0014433442347910623, 0.0005454738642982913, -0.00014673527238646172};
};

template <>
struct Table<float> {
  static constexpr float far = 4;
  static constexpr std::array<float, 9> erfcx = {
      1.0215827226638794F,    -0.6871606707572937F,     0.2794739305973053F,
      -0.03644068166613579F,  -0.02154437266290188F,    0.006417811848223209F,
      0.0032241372391581535F, -0.00039270511479116976F, -0.0003126566007267684F};
  static constexpr std::array<float, 5> erf = {1.1283791656017914F, -0.37612609007469805F, 0.11282831428465862F,
                                               -0.026757732735015517F, 0.004719082567218814F};
};

/// erfcx(min(|scale z|, far)).
template <class Scalar>
void erfcx_values(const Scalar* z, Scalar scale, Scalar* out, Index n) {
  for (Index i = 0; i < n; ++i) out[i] = std::min(std::abs(z[i]) * scale, Table<Scalar>::far);
  for (Index i = 0; i < n; ++i) out[i] = polynomial(Table<Scalar>::erfcx, (out[i] - 2) / (out[i] + 2)) / (out[i] + 2);
}

/// value = |z| < 1/2 ? near : far. Both are computed for every element, in loops of their own: a choice between two
/// expressions that may raise a floating-point flag is a branch to the compiler, one between two loads is not.
template <class Scalar>
void choose(const Scalar* z, const Scalar* near, const Scalar* far, Scalar* value, Index n) {
  for (Index i = 0; i < n; ++i) value[i] = std::abs(z[i]) < Scalar(0.5) ? near[i] : far[i];
}

/// erf from gauss = exp(-z^2).
template <class Scalar>
void erf_values(const Scalar* z, const Scalar* gauss, Scalar* h, Index n) {
  std::array<Scalar, strip> near, far;
  for (Index i = 0; i < n; ++i) near[i] = z[i] * polynomial(Table<Scalar>::erf, z[i] * z[i]);
  erfcx_values(z, Scalar(1), far.data(), n);
  for (Index i = 0; i < n; ++i) far[i] = std::copysign(1 - far[i] * gauss[i], z[i]);
  choose(z, near.data(), far.data(), h, n);
}

/// Phi(z) from gauss = exp(-z^2 / 2): the tails come from erfcx, so the lower one keeps its relative accuracy.
template <class Scalar>
void normal_cdf_values(const Scalar* z, const Scalar* gauss, Scalar* cdf, Index n) {
  std::array<Scalar, strip> tail, rest;
  erfcx_values(z, 1 / std::numbers::sqrt2_v<Scalar>, tail.data(), n);
  for (Index i = 0; i < n; ++i) tail[i] *= gauss[i] / 2;
  for (Index i = 0; i < n; ++i) rest[i] = 1 - tail[i];
  for (Index i = 0; i < n; ++i) cdf[i] = z[i] < 0 ? tail[i] : rest[i];
}

template <class Scalar>
void tanh_values(const Scalar* z, Scalar* h, Index n) {
  if constexpr (std::is_same_v<Scalar, float>) {
    Strip<Scalar>(h, n) = ConstStrip<Scalar>(z, n).tanh();
  } else {  // Eigen has no vector tanh for double
    std::array<Scalar, strip> near, far;
    Strip<Scalar>(far.data(), n) = (-2 * ConstStrip<Scalar>(z, n).abs()).exp();
    for (Index i = 0; i < n; ++i) far[i] = std::copysign((1 - far[i]) / (1 + far[i]), z[i]);
    for (Index i = 0; i < n; ++i)
      near[i] = std::fma(z[i] * z[i] * z[i], polynomial(Table<Scalar>::tanh, z[i] * z[i]), z[i]);
    choose(z, near.data(), far.data(), h, n);
  }
}

/// e^x, with 0 for what Eigen's vector exp, which never falls below the smallest normal number, would make a denormal.
template <class Scalar, class Expression>
void exp_values(const Expression& x, Scalar* e, Index n) {
  Strip<Scalar>(e, n) = x.exp();
  constexpr Scalar least = 4 * std::numeric_limits<Scalar>::min();
  for (Index i = 0; i < n; ++i) e[i] = e[i] > least ? e[i] : Scalar(0);
}

template <class Scalar>
void gauss_values(const Scalar* z, Scalar scale, Scalar* e, Index n) {
  exp_values(scale * ConstStrip<Scalar>(z, n).square(), e, n);
}

/// Where phi and its derivatives of order 1, 2, 3 go; null where they are not wanted. `value` may be z itself, so every
/// function below writes it last.
template <class Scalar>
struct Jet {
  Scalar *value, *first, *second, *third;
};

template <class Scalar>
void fill(Scalar* out, Scalar with, Index n) {
  if (out) std::fill(out, out + n, with);
}

template <class Scalar>
void relu_strip(const Scalar* z, Jet<Scalar> out, Index n) {
  if (out.first)
    for (Index i = 0; i < n; ++i) out.first[i] = z[i] > 0 ? Scalar(1) : Scalar(0);
  fill(out.second, Scalar(0), n);
  fill(out.third, Scalar(0), n);
  for (Index i = 0; i < n; ++i) out.value[i] = std::max(z[i], Scalar(0));
}

template <class Scalar>
void tanh_strip(const Scalar* z, Jet<Scalar> out, Index n) {
  tanh_values(z, out.value, n);
  const Scalar* h = out.value;
  if (out.first)
    for (Index i = 0; i < n; ++i) out.first[i] = 1 - h[i] * h[i];
  if (out.second)
    for (Index i = 0; i < n; ++i) out.second[i] = -2 * h[i] * (1 - h[i] * h[i]);
  if (out.third)
    for (Index i = 0; i < n; ++i) out.third[i] = (6 * h[i] * h[i] - 2) * (1 - h[i] * h[i]);
}

template <class Scalar>
void erf_strip(const Scalar* z, Jet<Scalar> out, Index n) {
  std::array<Scalar, strip> e;
  gauss_values(z, Scalar(-1), e.data(), n);
  constexpr Scalar c = 2 * std::numbers::inv_sqrtpi_v<Scalar>;
  if (out.first)
    for (Index i = 0; i < n; ++i) out.first[i] = c * e[i];
  if (out.second)
    for (Index i = 0; i < n; ++i) out.second[i] = -2 * z[i] * c * e[i];
  if (out.third)
    for (Index i = 0; i < n; ++i) out.third[i] = (4 * z[i] * z[i] - 2) * c * e[i];
  erf_values(z, e.data(), out.value, n);
}

template <class Scalar>
void gelu_strip(const Scalar* z, Jet<Scalar> out, Index n) {
  std::array<Scalar, strip> e, cdf;
  gauss_values(z, Scalar(-0.5), e.data(), n);
  normal_cdf_values(z, e.data(), cdf.data(), n);
  constexpr Scalar c = std::numbers::inv_sqrtpi_v<Scalar> / std::numbers::sqrt2_v<Scalar>;
  if (out.first)
    for (Index i = 0; i < n; ++i) out.first[i] = cdf[i] + z[i] * c * e[i];
  if (out.second)
    for (Index i = 0; i < n; ++i) out.second[i] = (2 - z[i] * z[i]) * c * e[i];
  if (out.third)
    for (Index i = 0; i < n; ++i) out.third[i] = z[i] * (z[i] * z[i] - 4) * c * e[i];
  for (Index i = 0; i < n; ++i) out.value[i] = z[i] * cdf[i];
}

template <class Scalar>
void quadratic_strip(const Scalar* z, Jet<Scalar> out, Index n) {
  if (out.first)
    for (Index i = 0; i < n; ++i) out.first[i] = 2 * z[i];
  fill(out.second, Scalar(2), n);
  fill(out.third, Scalar(0), n);
  for (Index i = 0; i < n; ++i) out.value[i] = z[i] * z[i];
}

template <class Scalar>
void softplus_strip(const Scalar* z, Jet<Scalar> out, Index n) {
  std::array<Scalar, strip> e, soft;
  exp_values(-ConstStrip<Scalar>(z, n).abs(), e.data(), n);
  Strip<Scalar>(soft.data(), n) = Strip<Scalar>(e.data(), n).log1p();
  if (out.first)
    for (Index i = 0; i < n; ++i) out.first[i] = (z[i] < 0 ? e[i] : Scalar(1)) / (1 + e[i]);
  if (out.second)
    for (Index i = 0; i < n; ++i) out.second[i] = e[i] / ((1 + e[i]) * (1 + e[i]));
  if (out.third)
    for (Index i = 0; i < n; ++i)
      out.third[i] = std::copysign(e[i] * (1 - e[i]) / ((1 + e[i]) * (1 + e[i]) * (1 + e[i])), -z[i]);
  for (Index i = 0; i < n; ++i) out.value[i] = std::max(z[i], Scalar(0)) + soft[i];
}

template <class Scalar>
void activate_strip(Activation phi, const Scalar* z, Jet<Scalar> out, Index n) {
  switch (phi) {
    case Activation::identity:
      fill(out.first, Scalar(1), n);
      fill(out.second, Scalar(0), n);
      fill(out.third, Scalar(0), n);
      if (out.value != z) std::copy(z, z + n, out.value);
      break;
    case Activation::relu: relu_strip(z, out, n); break;
    case Activation::tanh: tanh_strip(z, out, n); break;
    case Activation::erf: erf_strip(z, out, n); break;
    case Activation::gelu: gelu_strip(z, out, n); break;
    case Activation::quadratic: quadratic_strip(z, out, n); break;
    case Activation::softplus: softplus_strip(z, out, n); break;
  }
}

}  // namespace

template <class Scalar>
void activate(Activation phi, const Scalar* z, const Scalar* bias, Scalar* h, Scalar* slope, Index rows, Index cols) {
  const Index strip_cols = std::max<Index>(1, strip / std::max<Index>(1, rows));
  for (Index j = 0; j < cols; j += strip_cols) {
    const Index width = std::min(strip_cols, cols - j), n = width * rows, at = j * rows;
    if (bias) {
      if (phi == Activation::relu && !slope) {
        for (Index k = 0; k < width; ++k)
          for (Index i = 0; i < rows; ++i) h[at + k * rows + i] = std::max(z[at + k * rows + i] + bias[i], Scalar(0));
        continue;
      }
      for (Index k = 0; k < width; ++k)
        for (Index i = 0; i < rows; ++i) h[at + k * rows + i] = z[at + k * rows + i] + bias[i];
    }
    const Scalar* from = bias ? h : z;
    for (Index k = 0; k < n; k += strip)
      activate_strip(phi, from + at + k, Jet<Scalar>{h + at + k, slope ? slope + at + k : nullptr, nullptr, nullptr},
                     std::min(strip, n - k));
  }
}

template <class Scalar>
void derivatives(Activation phi, const Scalar* z, Scalar* first, Scalar* second, Scalar* third, Index count) {
  std::array<Scalar, strip> value;
  const auto from = [](Scalar* array, Index k) { return array ? array + k : nullptr; };
  for (Index k = 0; k < count; k += strip)
    activate_strip(phi, z + k, Jet<Scalar>{value.data(), from(first, k), from(second, k), from(third, k)},
                   std::min(strip, count - k));
}

template <class Scalar>
void times_slope(Activation phi, const Scalar* h, const Scalar* slope, Scalar* d, Index count) {
  switch (phi) {
    case Activation::identity: break;
    case Activation::relu:
      for (Index i = 0; i < count; ++i) d[i] = h[i] > 0 ? d[i] : Scalar(0);
      break;
    case Activation::tanh:
      for (Index i = 0; i < count; ++i) d[i] *= 1 - h[i] * h[i];
      break;
    default:
      for (Index i = 0; i < count; ++i) d[i] *= slope[i];
  }
}

template void activate(Activation, const float*, const float*, float*, float*, Index, Index);
template void activate(Activation, const double*, const double*, double*, double*, Index, Index);
template void derivatives(Activation, const float*, float*, float*, float*, Index);
template void derivatives(Activation, const double*, double*, double*, double*, Index);
template void times_slope(Activation, const float*, const float*, float*, Index);
template void times_slope(Activation, const double*, const double*, double*, Index);

}  // namespace lmw::learn
