#include <lmw/judge/judge.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace lmw::judge {

std::vector<Look> looks_method_a(int max_replicates) {
  if (max_replicates < 1)
    throw std::invalid_argument("max_replicates = " + std::to_string(max_replicates) + ": expected >= 1");
  constexpr std::array<Look, 5> plan{{{4, 0.10}, {8, 0.15}, {16, 0.20}, {32, 0.25}, {64, 0.30}}};
  std::vector<Look> looks;
  for (const Look& look : plan) {
    looks.push_back({std::min(look.replicates, max_replicates), look.weight});
    if (look.replicates >= max_replicates) break;
  }
  return looks;
}

Levels levels_at(const Look& look, double alpha_confirm, double alpha_falsify) {
  return {alpha_confirm * look.weight, alpha_falsify * look.weight};
}

double sequential_p(const std::vector<double>& p_at_look, const std::vector<Look>& looks) {
  if (p_at_look.size() > looks.size())
    throw std::invalid_argument(std::to_string(p_at_look.size()) + " p-values for " + std::to_string(looks.size()) +
                                " looks: expected one per look performed");
  double p = 1;
  for (std::size_t k = 0; k < p_at_look.size(); ++k) p = std::min(p, p_at_look[k] / looks[k].weight);
  return p;
}

}  // namespace lmw::judge
