#pragma once

#include <lmw/learn/architecture.h>
#include <lmw/learn/dataset.h>
#include <lmw/learn/loss.h>
#include <lmw/learn/mlp.h>

#include <Eigen/Core>

#include <array>
#include <cmath>
#include <vector>

/// An independent route to everything that the instrument computes: the network written as plain loops over truncated
/// Taylor series in one variable eps, forward mode. With parameters theta + eps v it gives the loss and its directional
/// derivatives up to the third, exact to rounding: nothing is shared with reverse mode, and there is no step size.
namespace lmw::tests {

/// c[0] + c[1] eps + c[2] eps^2 + c[3] eps^3.
struct Taylor {
  std::array<double, 4> c = {0, 0, 0, 0};

  Taylor(double value = 0, double slope = 0) : c{value, slope, 0, 0} {}  // NOLINT: numbers are constants
  Taylor& operator+=(const Taylor& other) {
    for (std::size_t k = 0; k < 4; ++k) c[k] += other.c[k];
    return *this;
  }
  /// The k-th derivative at eps = 0.
  double derivative(int k) const {
    constexpr std::array<double, 4> factorial = {1, 1, 2, 6};
    const auto at = static_cast<std::size_t>(k);
    return c[at] * factorial[at];
  }
};

inline Taylor operator+(Taylor a, const Taylor& b) { return a += b; }
inline Taylor operator*(const Taylor& a, const Taylor& b) {
  Taylor product;
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; i + j < 4; ++j) product.c[i + j] += a.c[i] * b.c[j];
  return product;
}
inline Taylor operator-(const Taylor& a, const Taylor& b) { return a + Taylor(-1) * b; }

/// g(a), from the value and the three derivatives of g at a's constant term (Faa di Bruno).
inline Taylor composed(const Taylor& a, const std::array<double, 4>& g) {
  Taylor shift = a;
  shift.c[0] = 0;
  const Taylor square = shift * shift;
  return Taylor(g[0]) + Taylor(g[1]) * shift + Taylor(g[2] / 2) * square + Taylor(g[3] / 6) * square * shift;
}
inline Taylor applied(learn::Activation phi, const Taylor& z) {
  return composed(z, {learn::activation(phi, z.c[0], 0), learn::activation(phi, z.c[0], 1),
                      learn::activation(phi, z.c[0], 2), learn::activation(phi, z.c[0], 3)});
}
inline Taylor exp(const Taylor& a) {
  const double e = std::exp(a.c[0]);
  return composed(a, {e, e, e, e});
}
inline Taylor log(const Taylor& a) {
  const double x = a.c[0];
  return composed(a, {std::log(x), 1 / x, -1 / (x * x), 2 / (x * x * x)});
}

/// The raw outputs of the last layer for one input.
inline std::vector<Taylor> reference_raw(const learn::Architecture& net, const std::vector<Taylor>& theta,
                                         const Eigen::VectorXd& x) {
  std::vector<std::vector<Taylor>> z = {std::vector<Taylor>(x.data(), x.data() + x.size())};
  std::size_t at = 0;
  for (const auto& layer : net.layers) {
    const auto in = static_cast<std::size_t>(layer.inputs), out = static_cast<std::size_t>(layer.outputs);
    std::vector<Taylor> next(out);
    for (std::size_t i = 0; i < out; ++i)
      for (std::size_t j = 0; j < in; ++j)
        next[i] += Taylor(layer.weight.multiplier) * theta[at + j * out + i] * applied(layer.activation, z.back()[j]);
    at += in * out;
    if (layer.bias) {
      for (std::size_t i = 0; i < out; ++i) next[i] += Taylor(layer.bias->multiplier) * theta[at + i];
      at += out;
    }
    if (layer.skip > 0)
      for (std::size_t i = 0; i < out; ++i) next[i] += z[z.size() - static_cast<std::size_t>(layer.skip)][i];
    z.push_back(next);
  }
  return z.back();
}

/// f(x) at theta, with output scale and centring at theta_init.
inline std::vector<Taylor> reference_output(const learn::Architecture& net, const std::vector<Taylor>& theta,
                                            const std::vector<Taylor>& theta_init, const Eigen::VectorXd& x) {
  std::vector<Taylor> f = reference_raw(net, theta, x);
  const std::vector<Taylor> f0 = reference_raw(net, theta_init, x);
  for (std::size_t a = 0; a < f.size(); ++a) f[a] = Taylor(net.output_scale) * (net.centred ? f[a] - f0[a] : f[a]);
  return f;
}

inline Taylor reference_loss_of(learn::Loss loss, const std::vector<Taylor>& f, const Eigen::VectorXd& y) {
  Taylor sum, partition;
  for (std::size_t a = 0; a < f.size(); ++a) {
    const Taylor target(y(static_cast<Eigen::Index>(a)));
    switch (loss) {
      case learn::Loss::mse_half: sum += Taylor(0.5) * (f[a] - target) * (f[a] - target); break;
      case learn::Loss::mse: sum += (f[a] - target) * (f[a] - target); break;
      case learn::Loss::cross_entropy:
        partition += exp(f[a]);
        sum += Taylor(-1) * target * f[a];
        break;
      case learn::Loss::logistic: sum += log(Taylor(1) + exp(Taylor(-1) * target * f[a])); break;
    }
  }
  return loss == learn::Loss::cross_entropy ? sum + log(partition) : sum;
}

inline std::vector<Taylor> constants(const Eigen::VectorXd& theta) {
  return {theta.data(), theta.data() + theta.size()};
}

/// The loss along theta + eps v.
inline Taylor reference_loss(const learn::Architecture& net, const Eigen::VectorXd& theta,
                             const Eigen::VectorXd& theta_init, const Eigen::VectorXd& v,
                             const learn::Dataset<double>& data, learn::Loss loss) {
  std::vector<Taylor> moving;
  for (Eigen::Index i = 0; i < theta.size(); ++i) moving.emplace_back(theta(i), v(i));
  Taylor sum;
  for (Eigen::Index i = 0; i < data.size(); ++i)
    sum += reference_loss_of(loss, reference_output(net, moving, constants(theta_init), data.x.col(i)), data.y.col(i));
  return Taylor(1 / static_cast<double>(data.size())) * sum;
}

}  // namespace lmw::tests
