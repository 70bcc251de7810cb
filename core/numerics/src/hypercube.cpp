#include <lmw/numerics/hypercube.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace lmw::numerics {
namespace {

double binomial(int n, int k) {
  if (k < 0 || k > n) return 0;
  double result = 1;
  for (int i = 1; i <= k; ++i) result = result * (n - k + i) / i;  // whole at each step, exact below 2^53
  return result;
}

}  // namespace

HypercubeSpectrum hypercube_spectrum(const Eigen::Ref<const Eigen::VectorXd>& profile) {
  const auto d = static_cast<int>(profile.size()) - 1;
  if (d < 0 || d > 50)
    throw std::invalid_argument("hypercube of dimension " + std::to_string(d) + ": expected 0 to 50");
  HypercubeSpectrum spectrum{Eigen::VectorXd(d + 1), Eigen::VectorXd(d + 1)};
  for (int k = 0; k <= d; ++k) {
    double sum = 0;
    for (int j = 0; j <= d; ++j) {
      double krawtchouk = 0;
      for (int i = std::max(0, j - (d - k)); i <= std::min(j, k); ++i)
        krawtchouk += (i % 2 == 0 ? 1 : -1) * binomial(k, i) * binomial(d - k, j - i);
      sum += profile(j) * krawtchouk;
    }
    spectrum.eigenvalues(k) = std::ldexp(sum, -d);
    spectrum.multiplicities(k) = binomial(d, k);
  }
  return spectrum;
}

}  // namespace lmw::numerics
