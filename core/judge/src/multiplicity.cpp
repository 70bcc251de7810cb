#include <lmw/judge/multiplicity.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <stdexcept>

namespace lmw::judge {
namespace {

void check_p(const std::vector<double>& p) {
  for (const double v : p)
    if (!(v >= 0 && v <= 1)) throw std::invalid_argument("p = " + std::to_string(v) + ": expected in [0, 1]");
}

/// Positions in sorted order; equal values keep theirs.
template <class Before>
std::vector<std::size_t> sorted_positions(const std::vector<double>& values, Before before) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return before(values[a], values[b]); });
  return order;
}

}  // namespace

std::vector<double> holm_adjusted(const std::vector<double>& p) {
  check_p(p);
  const auto order = sorted_positions(p, std::less<>());
  std::vector<double> adjusted(p.size());
  double running = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    running = std::max(running, std::min(1.0, static_cast<double>(p.size() - i) * p[order[i]]));
    adjusted[order[i]] = running;
  }
  return adjusted;
}

std::vector<double> benjamini_hochberg_adjusted(const std::vector<double>& p) {
  check_p(p);
  const auto order = sorted_positions(p, std::less<>());
  std::vector<double> adjusted(p.size());
  double running = 1;
  for (std::size_t i = order.size(); i-- > 0;) {
    running = std::min(running, static_cast<double>(p.size()) * p[order[i]] / static_cast<double>(i + 1));
    adjusted[order[i]] = running;
  }
  return adjusted;
}

std::vector<bool> e_benjamini_hochberg(const std::vector<double>& e, double q) {
  if (!(q > 0 && q < 1)) throw std::invalid_argument("q = " + std::to_string(q) + ": expected in (0, 1)");
  for (const double v : e)
    if (!(v >= 0)) throw std::invalid_argument("e-value = " + std::to_string(v) + ": expected >= 0");
  const auto order = sorted_positions(e, std::greater<>());
  const double total = static_cast<double>(e.size());
  std::size_t rejected = 0;
  for (std::size_t i = 1; i <= e.size(); ++i)
    if (e[order[i - 1]] >= total / (q * static_cast<double>(i))) rejected = i;
  std::vector<bool> answer(e.size(), false);
  for (std::size_t i = 0; i < rejected; ++i) answer[order[i]] = true;
  return answer;
}

}  // namespace lmw::judge
