#pragma once

#include <lmw/judge/estimate.h>
#include <lmw/judge/judge.h>
#include <lmw/judge/proportion.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// Failures that a theory says must happen, and accidents. A condition (architecture, hyperparameters, data, horizon)
/// fails with some probability over seeds; the classes are statements on that probability.
namespace lmw::judge {

/// structural: at least 1 - delta, so a new seed does not help; safe: at most delta; contingent: between.
enum class FailureClass { structural, safe, contingent, undetermined };
std::string to_text(FailureClass failure_class);

/// Runs of one condition under independent seeds.
struct FailureCount {
  std::int64_t failures = 0, runs = 0;
};

struct FailureCall {
  FailureClass failure_class = FailureClass::undetermined;
  Interval interval;  ///< Clopper-Pearson, 2.5 % at each end
  /// Undetermined, but every run failed, or none did: which class more runs might establish.
  FailureClass consistent_with = FailureClass::undetermined;
};

/// Calls a class where the whole interval lies in it: structural iff low >= 1 - delta, safe iff high <= delta,
/// contingent iff low > delta and high < 1 - delta; else more seeds are needed, at least least_unanimous_runs(delta).
/// @throws std::invalid_argument  failures outside [0, runs], delta outside (0, 1/2).
FailureCall call_failure(const FailureCount& count, double delta = 0.1);

/// Runs that must all fail before the call can be structural: ceil(log 0.025 / log(1 - delta)), so 36 for delta = 0.1
/// and 72 for 0.05.
std::int64_t least_unanimous_runs(double delta = 0.1);

/// The class that a forecast probability belongs to, by the same thresholds.
/// @throws std::invalid_argument  probability outside [0, 1], delta outside (0, 1/2).
FailureClass forecast_class(double probability, double delta = 0.1);

/// Structural although the theory forecast safe: such a condition refutes the theory and is listed first.
bool unexpected_structural(const FailureCall& call, double forecast, double delta = 0.1);

/// Whether a failure persists in every variant (new seeds, nuisance changes that the theory calls irrelevant): each one
/// called structural. False for no variants.
bool failure_persists(std::span<const FailureCount> variants, double delta = 0.1);

/// Whether the call flips from safe to structural across a predicted boundary, in either direction.
bool boundary_flips(const FailureCount& below, const FailureCount& above, double delta = 0.1);

/// Runs until one succeeds, on average: 1/(1-p); and runs of which one succeeds with probability 0.99:
/// ceil(log 0.01 / log p). Infinite, and nothing, for p = 1.
/// @throws std::invalid_argument  p outside [0, 1].
double expected_restarts(double failure_probability);
std::optional<std::int64_t> restart_budget(double failure_probability);

/// Where the variance of outcomes lies: within conditions (accident) and between them (structure).
struct VarianceShares {
  double within = 0;                       ///< mean_c ph(1-ph) S/(S-1), or the mean variance within cells
  double between = 0;                      ///< var_c(ph) - mean_c ph(1-ph)/(S-1); unbiased, so it may be < 0
  std::optional<double> structural_share;  ///< max(0, between)/(within + max(0, between)); nothing if that is 0/0
};
/// @throws std::invalid_argument  fewer than 2 conditions, or fewer than 2 runs in one.
VarianceShares variance_shares(std::span<const FailureCount> conditions);
/// The same for a continuous outcome, one cell of runs per condition (one-way analysis of variance).
VarianceShares variance_shares(const std::vector<std::vector<double>>& cells);
/// structural_share with its jackknife error over conditions. A share without variance counts as 0.
/// @throws std::invalid_argument  fewer than 8 conditions; as above.
Estimate structural_share_estimate(std::span<const FailureCount> conditions);

/// How good forecast probabilities were:
///
///   brier = mean_c mean_s (forecast_c - F_cs)^2 = reliability + within,
///   reliability = mean_c [(forecast_c - ph_c)^2 - ph_c(1-ph_c)/(S-1)]   (unbiased, may be < 0),
///   skill = 1 - brier/(pbar(1-pbar)),   captured = skill/structural_share:
///
/// 1 means that the theory explains all that can be explained without the seed. Conditions count equally.
struct ForecastQuality {
  double brier = 0, reliability = 0, within = 0;
  std::optional<double> skill;     ///< nothing if all runs ended alike
  std::optional<double> captured;  ///< nothing if no structure was seen
};
/// @throws std::invalid_argument  sizes that disagree, a forecast outside [0, 1]; as variance_shares().
ForecastQuality forecast_quality(std::span<const double> forecasts, std::span<const FailureCount> conditions);

/// One cell of a scan across a boundary: failures at x.
struct BoundaryCell {
  double x = 0;
  FailureCount count;
};
/// Maximum-likelihood fit of P(F) = 1/(1 + exp(-(ln x - ln x_c)/w)).
struct BoundaryFit {
  double log_location = 0, width = 0;
  double se = 0, width_se = 0;  ///< of log_location and of width, delta method
  double df = 0;                ///< of both: cells - 2
};
/// @param cells  at least 3, x > 0 and increasing, runs >= 1, failures rising with x (else pass 1/x in reverse).
/// @returns  nothing if the likelihood has no maximum: the outcomes separate, or do not depend on x.
/// Newton's method from 0 with step halving: undamped it diverges and falsifies a fifth of true boundaries.
/// @throws std::invalid_argument  other cells.
std::optional<BoundaryFit> fit_boundary(std::span<const BoundaryCell> cells);

/// Compares the boundary with a predicted one, within a factor `tolerance`. The number compared is ln x_c.
///
/// The end cells must lie clearly on either side (at most 20 % and at least 80 % failures), else inconclusive. With two
/// or more cells of mixed outcome the fit decides, by the rule for a number with G - 2 degrees of freedom. With fewer,
/// the bracket [L, U] decides, L the last x below the first failure and U the first x above the last success: confirmed
/// iff inside the band, falsified iff disjoint from it, provided that 2^(1-S) or 2^-S is within the level, S the fewest
/// runs of a cell. Use 7 cells or more, log-spaced, each with its own seeds.
/// @throws std::invalid_argument  as fit_boundary(); predicted <= 0, tolerance <= 1.
Result decide_boundary(std::span<const BoundaryCell> cells, double predicted, double tolerance = 1.03,
                       const Levels& levels = {});

/// A boundary that was fitted at one size of the system (width, number of samples).
struct SizedBoundary {
  double size = 0;
  BoundaryFit fit;
};
/// How the width of a boundary answers the size of the system.
struct WidthTrend {
  /// structural: the boundary sharpens, contingent: its width does not depend on size; else undetermined.
  FailureClass failure_class = FailureClass::undetermined;
  double exponent = std::numeric_limits<double>::quiet_NaN();  ///< d log width / d log size, -1/2 for 1/sqrt(size)
  double se = 0, df = 0;
  double low = std::numeric_limits<double>::quiet_NaN(), high = std::numeric_limits<double>::quiet_NaN();  ///< 95 %
  std::string note;  ///< why undetermined, in a few words; else empty
};
/// Whether a boundary sharpens as the system grows. In a phase transition, which is structure, fluctuations average out
/// and the width falls as a power of size; the scatter of an accident stays. Weighted least squares of log width on log
/// size, weights (width/width_se)^2, its standard error inflated by sqrt(max(1, chi2/(J-2))), the fewest degrees of
/// freedom of a fit. By the rule for a number against 0 within `eps`: contingent iff it confirms, structural iff it
/// falsifies with an exponent below 0. A width that grows is neither. The default eps lies half way between no
/// dependence and the square root.
///
/// Undetermined, too: fewer than 3 sizes, a width that is not positive and finite, or without an error. A boundary that
/// is too sharp for its grid has no fit, hence no width: refine the grid there, in proportion to the width, so that at
/// least two cells are mixed.
/// @throws std::invalid_argument  a size <= 0 or not finite, all sizes equal, eps <= 0 or not finite, a level outside
///   (0, 1/2].
WidthTrend width_trend(std::span<const SizedBoundary> boundaries, double eps = 0.25, const Levels& levels = {});

}  // namespace lmw::judge
