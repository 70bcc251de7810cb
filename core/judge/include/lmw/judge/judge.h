#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

/// From a sealed prediction and independent replicates to a decision. Pure functions of their arguments: no clock, no
/// files, no global state. The rules are those of docs/statistics.md.
namespace lmw::judge {

/// Decision kinds (docs/statistics.md). The numbers are the K of their names.
enum class Kind {
  point = 1,
  theory_error,
  interval,
  curve,
  exponent,
  ordering,
  conserved,
  distribution,
  proportion,
  classification
};

/// "K1".."K10" <-> Kind. @throws std::invalid_argument  another text.
Kind kind_from_text(const std::string& text);
std::string to_text(Kind kind);

enum class Decision { confirmed, falsified, inconclusive };
std::string to_text(Decision decision);

/// What was predicted, on a grid of G >= 1 points (a scalar is a grid of one). Vectors have G entries. What `predicted`
/// and a replicate's values mean, with the band eps + b_th around it:
///
///   K1 K2      a number; on more than one grid point a curve (K4), judged as one
///   K3         the lower end of an interval, `upper` the other; one of them may be infinite. One grid point
///   K4         a number at each grid point, with its own band
///   K5         a slope, each replicate's by the estimator that also made the predicted one. One grid point
///   K6         paired differences of neighbours in a claimed order, G = 1 or more; each must exceed `predicted`
///              (usually 0) by more than the band, and none may fall below it
///   K7         3 grid points: drift max |Q(t) - Q(0)| / scale at steps eta, eta/2, eta/4; extrapolated to step 0 it
///              must be `predicted[0]` (usually 0) within the band of the first point. 1 grid point: a drift as it is
///   K8         a distribution function at each grid point; replicates report the fraction of `draws` at or below it
///   K9         a probability; replicates report a fraction of `draws`. One grid point
///   K10        an accuracy: at least predicted - band of the labels are right. Replicates report a fraction of `draws`
///              labels, or -1 for none. One grid point
struct Prediction {
  Kind kind = Kind::point;
  std::vector<double> predicted;
  std::vector<double> upper;      ///< K3 only: predicted is the lower end
  std::vector<double> eps;        ///< > 0, or 0 for claimed bit equality
  std::vector<double> b_th;       ///< >= 0; the band is eps + b_th. Empty: 0
  std::vector<double> theory_sd;  ///< >= 0. Empty: 0
  double theory_df = std::numeric_limits<double>::infinity();
  bool deterministic = false;
  std::int64_t draws = 1;  ///< K8, K9, K10: independent trials behind each replicate's fraction
  double order = 1;        ///< K7: the power of the step size in which drift vanishes
  /// K5: the largest over the smallest x of the fit, >= 1. Below a decade the answer is inconclusive by rule.
  double span = std::numeric_limits<double>::infinity();
};

/// S replicates of G values each: value[i][g]. Only independent seeds are replicates.
using Replicates = std::vector<std::vector<double>>;

/// Error rates to spend on this decision: the nominal ones, or their share at one look.
struct Levels {
  double confirm = 0.05, falsify = 0.05;
};

/// z = residual / se with se^2 = measured_se^2 + theory_sd^2; NaN where se = 0.
struct GridResult {
  double predicted = 0, measured = 0, measured_se = 0, residual = 0, z = 0;
};

/// The answer to one comparison. The decision is a CASE over two dimensionless ratios: confirmed iff
/// confirm_ratio <= 1, else falsified iff falsify_ratio > 1, else inconclusive. With D = measured - predicted, the band
/// eps + b_th and the quantiles t = T(1 - confirm), t' = T(1 - falsify/2):
///
///   K1 K2 K5   (|D| + t se)/band and (|D| - t' se)/band
///   K3         the same with the distance to the predicted interval, negative inside it
///   K4         the maxima over the grid, t' replaced by the family-wise bound
///   K6         t se/(theta - band), infinite if that is <= 0, and -theta/(t' se) with t' = T(1 - falsify/pairs), both
///              the maxima over pairs; theta is the mean difference beyond `predicted`
///   K7         the larger of the drift's and the order's, and the drift's
///   K8         (|D| + d)/band and (|D| - d)/band, d the DKW radius, the maxima over the grid
///   K9         max(high - p, p - low)/band and max(low - p, p - high)/band, the ends Clopper-Pearson's
///   K10        (1 - low)/(1 - least) and (1 - high)/(1 - least), least = predicted - band
///
/// Where nothing can be said (too few replicates) they are +inf and -inf.
struct Result {
  Decision decision = Decision::inconclusive;
  double confirm_ratio = std::numeric_limits<double>::infinity();
  double falsify_ratio = -std::numeric_limits<double>::infinity();
  double p_confirm = 1, p_falsify = 1;
  double statistic = std::numeric_limits<double>::quiet_NaN();  ///< D/se at the deciding grid point
  std::size_t at = 0;                                           ///< the grid point with the largest falsify ratio
  /// There. measured_se is sd/sqrt(S); the 95 % interval of one number is the one that the rule compares with the band,
  /// so it also holds theory_sd. A deterministic comparison shows the replicate that is furthest out.
  double predicted = 0, measured = 0, measured_se = 0, ci_low = 0, ci_high = 0;
  double eps = 0, b_th = 0, df = 0;
  std::int64_t n_replicates = 0;
  bool deterministic = false, degenerate = false;
  std::string note;  ///< why inconclusive, in a few words; else empty
  std::vector<GridResult> grid;
  /// Descriptions, which no decision reads. Of a curve the distance ||measured - predicted|| / ||predicted|| over the
  /// grid, with its jackknife standard error over replicates (without theory_sd); NaN where predicted = 0 throughout,
  /// the error also with a single replicate. Of one number (K1, K2, K3, K5) the median and its 95 % interval by order
  /// statistics (median_interval), NaN below 6 replicates. NaN for other kinds and where a value is not finite.
  double relative_l2 = std::numeric_limits<double>::quiet_NaN();
  double relative_l2_se = std::numeric_limits<double>::quiet_NaN();
  double median = std::numeric_limits<double>::quiet_NaN();
  double median_low = std::numeric_limits<double>::quiet_NaN();
  double median_high = std::numeric_limits<double>::quiet_NaN();
};

/// What decide() asks of a prediction, so that it can be asked before anything is sealed or measured.
/// @throws std::invalid_argument  shapes that disagree or do not suit the kind; eps, b_th or theory_sd negative or not
///   finite; theory_df < 1; an interval upside down; draws < 1 or theory_sd > 0 where trials are counted.
void validate(const Prediction& prediction);

/// Decides one comparison with a fixed number of replicates. Values that are not finite, fewer than two replicates of a
/// stochastic comparison and replicates that are all equal never confirm: the answer is inconclusive, with a note.
/// A point on more than one grid point is a curve.
/// @throws std::invalid_argument  as validate(); a replicate of another shape; a level outside (0, 1/2].
/// Cost O(S G); curves of 16 replicates and more O(B S G) with B = max(1000, 20/levels.falsify) bootstrap draws, which
/// are a function of the data: the same arguments give the same bits. Thread-safe.
Result decide(const Prediction& prediction, const Replicates& replicates, const Levels& levels = {});

/// Method A, group sequential: looks at 4, 8, 16, 32, 64 replicates spend 10, 15, 20, 25, 30 % of the error rates.
struct Look {
  int replicates = 0;
  double weight = 0;
};
/// The looks up to `max_replicates`; a limit between two looks becomes the last look, with the next one's weight.
/// @throws std::invalid_argument  max_replicates < 1.
std::vector<Look> looks_method_a(int max_replicates);
Levels levels_at(const Look& look, double alpha_confirm = 0.05, double alpha_falsify = 0.05);
/// min(1, min over looks of p_k / w_k): valid at any stopping look.
double sequential_p(const std::vector<double>& p_at_look, const std::vector<Look>& looks);

/// Holm's step-down adjusted p-values, in the order given: reject at level a iff adjusted <= a.
std::vector<double> holm_adjusted(const std::vector<double>& p);

struct Needed {
  std::int64_t to_confirm = 0, to_falsify = 0;
};
/// Replicates that would decide a comparison with per-replicate spread `sd` with probability 0.9: confirm it if
/// the prediction is exact, falsify it if the truth is `rival_gap` away from it. 0 if none suffices:
///
///   to_confirm = ceil( (3.2897 sd)^2 / (eps_eff^2 - (3.2897 theory_sd)^2) ) + 2,
///   to_falsify = ceil( (3.2415 sd)^2 / ((rival_gap - eps_eff)^2 - (3.2415 theory_sd)^2) ) + 2.
///
/// @throws std::invalid_argument  an argument negative or NaN.
Needed replicates_needed(double sd, double eps_eff, double rival_gap, double theory_sd = 0);

}  // namespace lmw::judge
