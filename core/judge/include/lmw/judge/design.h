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
///                  confirmed with probability 0.9: a law that can be confirmed has at least this power. Both
///                  probabilities are integrals over the sample's own spread, of Gaussian replicates. The best grid
///                  point alone, its level divided by their number. A rival 2 bands away: 0.79, 0.88, 0.90, 0.91 for a
///                  last look at 4, 8, 16, 64. From 8 to 63 replicates the correction for skewness is left out: it
///                  makes the law harder to confirm, so that near rivals are refuted more often than this says, and
///                  leaves far ones unrefuted in up to 1 of 100 experiments
///   K6             nothing: how far an order exceeds its threshold is not part of the claim
///
/// 0 where either prediction is not finite: such a one is never decided on.
///
/// Predictions that are made per replicate are judged by residuals against 0, and so is their power: `law` predicts 0,
/// `rival` the mean over replicates of the distance between the two (of p_rival - p, or p_rival/p - 1, as residuals are
/// taken), at each grid point. The scatter of these distances counts against the rival's refutation: it belongs into
/// the rival's theory_sd, as sd(distance)/sqrt(replicates).
///
/// @throws std::invalid_argument  as validate() for either; kinds or grids that differ; replicates < 1.
/// Cost O(G), about 0.1 ms for a number without theory_sd.
std::optional<double> power_against(const Prediction& rival, const Prediction& law, std::int64_t replicates,
                                    const Levels& levels = {});

/// The same for the rule that holds at any time, decide_any_time(), of which the look at S replicates is the last: 0.95
/// for a rival two bands away, at any S. Theory errors enter as in decide_any_time(), and widen the difference. 0 where
/// the half-width is infinite (below 5 replicates) or the theory's error leaves no room in the law's band.
/// @throws std::invalid_argument  as power_against(); another kind than K1, K2, K5, or more than one grid point.
double power_against_any_time(const Prediction& rival, const Prediction& law, std::int64_t replicates);

}  // namespace lmw::judge
