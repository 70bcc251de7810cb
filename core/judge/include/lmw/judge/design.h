#pragma once

#include <lmw/judge/judge.h>  // replicates_needed

#include <cstdint>
#include <optional>
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

/// Probability, known before anything is measured, that S replicates refute `rival` where `law` is exact. Of several
/// looks it is that of the last alone, with its levels: a lower bound.
///
///   deterministic  1 if some grid point sets rival and law further apart than the rival's band, else 0
///   K8 K9 K10      exact, from the binomial law of S draws trials; of a distribution at the grid point that is best
///   K1-K5, K7      the spread is not known beforehand, and is taken as the largest at which the law itself would be
///                  confirmed with probability 0.9: a law that can be confirmed has at least this power. The best grid
///                  point alone, its level divided by their number. With a rival 2 bands away and one look it is 0.908
///   K6             nothing: how far an order exceeds its threshold is not part of the claim
///
/// @throws std::invalid_argument  as validate() for either; kinds or grids that differ; replicates < 1.
/// Source: the design formula of replicates_needed(), solved for the spread.
std::optional<double> power_against(const Prediction& rival, const Prediction& law, std::int64_t replicates,
                                    const Levels& levels = {});

}  // namespace lmw::judge
