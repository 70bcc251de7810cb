#include <lmw/numerics/relu_kernels.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <stdexcept>
#include <string>

namespace lmw::numerics {
namespace {

using Eigen::Index;
using std::numbers::inv_pi;
using std::numbers::pi;

/// asin(sqrt y) / sqrt y on [0, 1/2], interpolated at Chebyshev points with 40 digits: relative error 2e-16.
constexpr std::array<double, 18> half_angle = {
    0.9999999999999999,   0.166666666666762,   0.07499999997954958,  0.04464285887635292,  0.03038186720347429,
    0.022374245713577247, 0.01731559954431618, 0.014425198539078435, 0.007444628520337835, 0.03675841815436629,
    -0.12408231204352452, 0.4950065878219168,  -1.3361380175788322,  2.733327968715509,    -3.974232006625551,
    3.9651660247789384,   -2.4213345116985456, 0.7052735073244606};

/// A recursion over types, not a loop: the loop around it is to become vector code.
template <std::size_t k = 0>
inline double polynomial(double y) {
  if constexpr (k + 1 == half_angle.size())
    return half_angle[k];
  else
    return std::fma(polynomial<k + 1>(y), y, half_angle[k]);
}

constexpr Index strip = 256;

/// One layer for n pairs (a_i, b): `root` holds sqrt(K_aa) of each a_i, `inverse` one over it.
void layer(double weight_var, double bias_var, const double* root, double root_b, const double* inverse,
           double inverse_b, double* nngp, double* ntk, Index n) {
  std::array<double, strip> c, angle;
  for (Index i = 0; i < n; ++i) c[i] = std::clamp(nngp[i] * inverse[i] * inverse_b, -1.0, 1.0);
  // acos |c| = 2 asin sqrt((1 - |c|) / 2): no cancellation where c is near 1.
  for (Index i = 0; i < n; ++i) {
    const double y = (1 - std::abs(c[i])) / 2;
    angle[i] = 2 * std::sqrt(y) * polynomial(y);
  }
  // (pi - acos c) / (2 pi), without a branch.
  for (Index i = 0; i < n; ++i) angle[i] = (pi / 2 + std::copysign(pi / 2 - angle[i], c[i])) * inv_pi / 2;
  for (Index i = 0; i < n; ++i) {
    const double sine = std::sqrt((1 - c[i]) * (1 + c[i])) * inv_pi / 2;
    nngp[i] = weight_var * root[i] * root_b * (sine + angle[i] * c[i]) + bias_var;
    ntk[i] = nngp[i] + weight_var * angle[i] * ntk[i];
  }
}

void check(double weight_var, double bias_var, int hidden_layers, const Eigen::Ref<const Eigen::MatrixXd>& nngp,
           const Eigen::Ref<const Eigen::MatrixXd>& ntk) {
  if (nngp.rows() != nngp.cols() || ntk.rows() != nngp.rows() || ntk.cols() != nngp.cols())
    throw std::invalid_argument("relu_kernels: matrices of " + std::to_string(nngp.rows()) + " x " +
                                std::to_string(nngp.cols()) + " and " + std::to_string(ntk.rows()) + " x " +
                                std::to_string(ntk.cols()) + ": expected square and alike");
  const auto require = [](bool holds, const std::string& what) {
    if (!holds) throw std::domain_error("relu_kernels: " + what);
  };
  require(weight_var > 0, "weight_var = " + std::to_string(weight_var) + ": expected > 0");
  require(bias_var >= 0, "bias_var = " + std::to_string(bias_var) + ": expected >= 0");
  require(hidden_layers >= 0, "hidden_layers = " + std::to_string(hidden_layers) + ": expected >= 0");
  require(nngp.rows() == 0 || (nngp.diagonal().minCoeff() > 0 && nngp.diagonal().allFinite()),
          "a variance on the diagonal: expected finite and > 0");
}

}  // namespace

void relu_kernels(double weight_var, double bias_var, int hidden_layers, Eigen::Ref<Eigen::MatrixXd> nngp,
                  Eigen::Ref<Eigen::MatrixXd> ntk) {
  check(weight_var, bias_var, hidden_layers, nngp, ntk);
  const Index n = nngp.rows();
  // Standard deviations of all points before each layer, and the diagonals after the last one.
  Eigen::MatrixXd root(n, hidden_layers), inverse(n, hidden_layers);
  Eigen::VectorXd variance = nngp.diagonal(), tangent = ntk.diagonal();
  for (int l = 0; l < hidden_layers; ++l) {
    root.col(l) = variance.cwiseSqrt();
    inverse.col(l) = root.col(l).cwiseInverse();
    variance = (weight_var / 2 * variance).array() + bias_var;
    tangent = variance + weight_var / 2 * tangent;
  }
  for (Index j = 0; j < n; ++j)
    for (Index i = j + 1; i < n; i += strip) {
      const Index count = std::min(strip, n - i);
      for (int l = 0; l < hidden_layers; ++l)
        layer(weight_var, bias_var, &root(i, l), root(j, l), &inverse(i, l), inverse(j, l), &nngp(i, j), &ntk(i, j),
              count);
    }
  nngp.diagonal() = variance;
  ntk.diagonal() = tangent;
  nngp.triangularView<Eigen::StrictlyUpper>() = nngp.transpose();
  ntk.triangularView<Eigen::StrictlyUpper>() = ntk.transpose();
}

}  // namespace lmw::numerics
