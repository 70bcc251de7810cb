#include <lmw/judge/judge.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>

namespace lmw::judge {

std::vector<double> holm_adjusted(const std::vector<double>& p) {
  for (const double v : p)
    if (!(v >= 0 && v <= 1)) throw std::invalid_argument("p = " + std::to_string(v) + ": expected in [0, 1]");
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  std::vector<double> adjusted(p.size());
  double running = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    running = std::max(running, std::min(1.0, static_cast<double>(p.size() - i) * p[order[i]]));
    adjusted[order[i]] = running;
  }
  return adjusted;
}

}  // namespace lmw::judge
