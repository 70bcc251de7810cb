#include <lmw/judge/judge.h>

#include "quantiles.h"

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

}  // namespace

Needed replicates_needed(double sd, double eps_eff, double rival_gap, double theory_sd) {
  if (!(sd >= 0) || !(eps_eff >= 0) || !(rival_gap >= 0) || !(theory_sd >= 0))
    throw std::invalid_argument("sd = " + std::to_string(sd) + ", eps_eff = " + std::to_string(eps_eff) +
                                ", rival_gap = " + std::to_string(rival_gap) +
                                ", theory_sd = " + std::to_string(theory_sd) + ": expected each >= 0");
  const double z95 = normal_upper(0.05), z90 = normal_upper(0.1), z975 = normal_upper(0.025);
  return {count(z95 + z95, sd, eps_eff, theory_sd), count(z975 + z90, sd, rival_gap - eps_eff, theory_sd)};
}

}  // namespace lmw::judge
