#include <lmw/numerics/quadrature.h>
#include <lmw/numerics/relu_kernels.h>
#include <lmw/numerics/wide_kernels.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>
#include <string>

namespace lmw::numerics {
namespace {

using std::numbers::pi;

void require(bool holds, const std::string& what) {
  if (!holds) throw std::domain_error(what);
}

/// One number per pair of nodes: u = s1 z1, v = (k12/s1) z1 + sqrt(k22 - k12^2/k11) z2.
template <class F>
double integrate_pair(const Quadrature& rule, double k11, double k12, double k22, F&& f) {
  const double s1 = std::sqrt(k11);
  const double along = k11 > 0 ? k12 / s1 : 0;
  const double across = std::sqrt(std::max(0.0, k22 - along * along));
  double sum = 0;
  for (Eigen::Index i = 0; i < rule.nodes.size(); ++i) {
    const double at_u = f(s1 * rule.nodes(i));
    double inner = 0;
    for (Eigen::Index j = 0; j < rule.nodes.size(); ++j)
      inner += rule.weights(j) * f(along * rule.nodes(i) + across * rule.nodes(j));
    sum += rule.weights(i) * at_u * inner;
  }
  return sum;
}

const Quadrature& eighty_nodes() {
  static const Quadrature rule = gauss_hermite(80);
  return rule;
}

double correlation(double k11, double k12, double k22) {
  const double scale = std::sqrt(k11 * k22);
  return scale > 0 ? std::clamp(k12 / scale, -1.0, 1.0) : 0;
}

PairAverages erf_averages(double k11, double k12, double k22) {
  const double norm = (1 + 2 * k11) * (1 + 2 * k22);
  return {2 / pi * std::asin(std::clamp(2 * k12 / std::sqrt(norm), -1.0, 1.0)),
          4 / pi / std::sqrt(norm - 4 * k12 * k12)};
}

}  // namespace

PairAverages pair_averages(WideActivation phi, double k11, double k12, double k22) {
  require(std::isfinite(k11) && k11 >= 0 && std::isfinite(k22) && k22 >= 0 && std::isfinite(k12),
          "covariance (" + std::to_string(k11) + ", " + std::to_string(k12) + ", " + std::to_string(k22) +
              "): expected finite numbers, the variances >= 0");
  switch (phi) {
    case WideActivation::linear: return {k12, 1};
    case WideActivation::relu: {
      const double c = correlation(k11, k12, k22), angle = pi - std::acos(c);
      return {std::sqrt(k11 * k22) * (std::sqrt(1 - c * c) + angle * c) / (2 * pi), angle / (2 * pi)};
    }
    case WideActivation::erf: return erf_averages(k11, k12, k22);
    case WideActivation::probit: {
      const PairAverages half = erf_averages(k11 / 2, k12 / 2, k22 / 2);
      return {half.value, half.slope / 2};
    }
    default: {
      const double value = integrate_pair(eighty_nodes(), k11, k12, k22, [](double z) { return std::tanh(z); });
      const double slope = integrate_pair(eighty_nodes(), k11, k12, k22, [](double z) {
        const double t = std::tanh(z);
        return 1 - t * t;
      });
      return {value, slope};
    }
  }
}

double gaussian_pair_average(const std::function<double(double)>& f, double k11, double k12, double k22, int nodes) {
  require(std::isfinite(k11) && k11 >= 0 && std::isfinite(k22) && k22 >= 0 && std::isfinite(k12),
          "expected a finite covariance with variances >= 0");
  return integrate_pair(gauss_hermite(nodes), k11, k12, k22, f);
}

WideKernels wide_kernels(const WideNetwork& network, const Eigen::Ref<const Eigen::MatrixXd>& gram) {
  if (gram.rows() != gram.cols())
    throw std::invalid_argument("gram is " + std::to_string(gram.rows()) + " x " + std::to_string(gram.cols()) +
                                ": expected square");
  require(network.weight_var > 0, "weight_var = " + std::to_string(network.weight_var) + ": expected > 0");
  require(network.bias_var >= 0, "bias_var = " + std::to_string(network.bias_var) + ": expected >= 0");
  require(network.hidden_layers >= 0, "hidden_layers = " + std::to_string(network.hidden_layers) + ": expected >= 0");
  WideKernels now;
  now.nngp = network.weight_var * gram;
  now.nngp.array() += network.bias_var;
  now.ntk = now.nngp;
  const Eigen::Index n = gram.rows();
  if (network.activation == WideActivation::relu && n > 0 && now.nngp.diagonal().minCoeff() > 0) {
    relu_kernels(network.weight_var, network.bias_var, network.hidden_layers, now.nngp, now.ntk);
    return now;
  }
  Eigen::MatrixXd next(n, n);
  for (int layer = 0; layer < network.hidden_layers; ++layer) {
    for (Eigen::Index j = 0; j < n; ++j)
      for (Eigen::Index i = j; i < n; ++i) {
        const PairAverages average = pair_averages(network.activation, now.nngp(i, i), now.nngp(i, j), now.nngp(j, j));
        next(i, j) = next(j, i) = network.weight_var * average.value + network.bias_var;
        now.ntk(i, j) = now.ntk(j, i) = next(i, j) + network.weight_var * average.slope * now.ntk(i, j);
      }
    now.nngp.swap(next);
  }
  return now;
}

}  // namespace lmw::numerics
