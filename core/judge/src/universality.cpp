#include <lmw/judge/universality.h>

#include "sample.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace lmw::judge {
namespace {

void check(const Estimate& e) {
  if (!(e.se >= 0) || !(e.df >= 1))
    throw std::invalid_argument("exponent with se = " + std::to_string(e.se) + ", df = " + std::to_string(e.df) +
                                ": expected se >= 0 and df >= 1");
}

Decision agree(const Estimate& a, const Estimate& b, double tolerance, const Levels& levels) {
  const Prediction equal{.predicted = {0}, .eps = {tolerance}};
  const Estimate difference{a.value - b.value, std::hypot(a.se, b.se), welch_df(a.se, a.df, b.se, b.df),
                            std::min(a.n, b.n)};
  return decide_estimate(equal, difference, levels).decision;
}

/// The sets that hang together through `linked` pairs, with the smallest member's index for each law.
std::vector<std::size_t> components(std::size_t n, const std::vector<ExponentPair>& pairs) {
  std::vector<std::size_t> of(n);
  for (std::size_t i = 0; i < n; ++i) of[i] = i;
  for (const auto& pair : pairs) {
    if (pair.agree != Decision::confirmed) continue;
    const std::size_t keep = std::min(of[pair.first], of[pair.second]);
    const std::size_t drop = std::max(of[pair.first], of[pair.second]);
    std::replace(of.begin(), of.end(), drop, keep);
  }
  return of;
}

}  // namespace

UniversalityClasses universality_classes(std::span<const Estimate> exponents, double tolerance, const Levels& levels) {
  if (!(tolerance > 0 && std::isfinite(tolerance)))
    throw std::invalid_argument("tolerance = " + std::to_string(tolerance) + ": expected finite and > 0");
  for (const auto& e : exponents) check(e);

  UniversalityClasses result;
  const std::size_t n = exponents.size();
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = i + 1; j < n; ++j)
      result.pairs.push_back({i, j, exponents[i].value - exponents[j].value,
                              std::hypot(exponents[i].se, exponents[j].se),
                              agree(exponents[i], exponents[j], tolerance, levels)});

  const auto of = components(n, result.pairs);
  for (std::size_t root = 0; root < n; ++root) {
    std::vector<std::size_t> members;
    for (std::size_t i = 0; i < n; ++i)
      if (of[i] == root) members.push_back(i);
    if (members.size() < 2) continue;
    const auto shown =
        static_cast<std::size_t>(std::count_if(result.pairs.begin(), result.pairs.end(), [&](const ExponentPair& pair) {
          return of[pair.first] == root && of[pair.second] == root && pair.agree == Decision::confirmed;
        }));
    (2 * shown == members.size() * (members.size() - 1) ? result.classes : result.chains).push_back(members);
  }
  return result;
}

}  // namespace lmw::judge
