#include <lmw/judge/design.h>

#include "quantiles.h"
#include "sample.h"

#include <cmath>
#include <stdexcept>

namespace lmw::judge {
namespace {

/// ceil((z sd)^2 / (room^2 - (z theory_sd)^2)) + 2: the 2 stands in for Student's t.
std::int64_t count(double z, double sd, double room, double theory_sd) {
  const double theory = z * theory_sd;
  if (!(room > theory)) return 0;
  const double n = std::ceil((z * sd / (room - theory)) * (z * sd / (room + theory)));
  constexpr double most = 9e15;  // past this an integer in a double is a guess, and no one has the time
  return n < most ? static_cast<std::int64_t>(n) + 2 : 0;
}

void check_scales(double sd, double eps_eff, double rival_gap, double theory_sd) {
  if (!(sd >= 0) || !(eps_eff >= 0) || !(rival_gap >= 0) || !(theory_sd >= 0))
    throw std::invalid_argument("sd = " + std::to_string(sd) + ", eps_eff = " + std::to_string(eps_eff) +
                                ", rival_gap = " + std::to_string(rival_gap) +
                                ", theory_sd = " + std::to_string(theory_sd) + ": expected each >= 0");
}

}  // namespace

Needed replicates_needed(double sd, double eps_eff, double rival_gap, double theory_sd) {
  check_scales(sd, eps_eff, rival_gap, theory_sd);
  const double z95 = normal_upper(0.05), z90 = normal_upper(0.1), z975 = normal_upper(0.025);
  return {count(z95 + z95, sd, eps_eff, theory_sd), count(z975 + z90, sd, rival_gap - eps_eff, theory_sd)};
}

Needed replicates_from_pilot(std::span<const double> pilot, double eps_eff, double rival_gap, double theory_sd) {
  if (pilot.size() < 2)
    throw std::invalid_argument(std::to_string(pilot.size()) + " pilot replicates: expected at least 2");
  return replicates_needed(summarise(pilot).sd, eps_eff, rival_gap, theory_sd);
}

double power_to_falsify(double rival_gap, double eps_eff, double sd, std::int64_t replicates, double theory_sd,
                        double alpha) {
  check_scales(sd, eps_eff, rival_gap, theory_sd);
  if (!(alpha > 0 && alpha < 1))
    throw std::invalid_argument("alpha = " + std::to_string(alpha) + ": expected in (0, 1)");
  if (replicates <= 2) return 0;
  const double room = rival_gap - eps_eff;
  const double se = std::hypot(sd / std::sqrt(static_cast<double>(replicates - 2)), theory_sd);
  if (se == 0) return room > 0 ? 1 : 0;
  return normal_cdf(room / se - normal_upper(alpha / 2));
}

}  // namespace lmw::judge
