#pragma once

#include <lmw/judge/judge.h>  // replicates_needed

#include <cstdint>
#include <span>

namespace lmw::judge {

/// Probability that S replicates of spread `sd` falsify a prediction when the rival is the truth:
///
///   Phi( (rival_gap - eps_eff)/sqrt(sd^2/(S-2) + theory_sd^2) - z(1 - alpha/2) ),   0 for S <= 2.
///
/// A comparison that is sealed with less than 0.9 against its best rival is not falsifiable.
/// @throws std::invalid_argument  an argument negative or NaN, alpha outside (0, 1).
double power_to_falsify(double rival_gap, double eps_eff, double sd, std::int64_t replicates, double theory_sd = 0,
                        double alpha = 0.05);

/// replicates_needed() with the spread of pilot replicates, which must be disjoint from those that decide.
/// @throws std::invalid_argument  fewer than 2 pilots, a value that is not finite; as replicates_needed().
Needed replicates_from_pilot(std::span<const double> pilot, double eps_eff, double rival_gap, double theory_sd = 0);

}  // namespace lmw::judge
