#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

/// From a sealed prediction and independent replicates to a decision. Pure functions of their arguments: no clock, no
/// files, no global state. The rules are those of docs/statistics.md.
namespace lmw::judge {

/// Decision kinds (docs/statistics.md). The numbers are the K of their names.
enum class Kind { point = 1, theory_error, interval, curve, exponent, ordering, conserved, distribution, proportion,
                  classification };

/// "K1".."K10" <-> Kind. @throws std::invalid_argument  another text.
Kind kind_from_text(const std::string& text);
std::string to_text(Kind kind);

enum class Decision { confirmed, falsified, inconclusive };
std::string to_text(Decision decision);

/// What was predicted, on a grid of G >= 1 points (a scalar is a grid of one). Vectors have G entries.
struct Prediction {
  Kind kind = Kind::point;
  std::vector<double> predicted;
  std::vector<double> upper;       ///< K3 only: predicted is the lower end
  std::vector<double> eps;         ///< > 0, or 0 for claimed bit equality
  std::vector<double> b_th;        ///< >= 0; the band is eps + b_th
  std::vector<double> theory_sd;   ///< >= 0
  double theory_df = std::numeric_limits<double>::infinity();
  bool deterministic = false;
  std::int64_t draws = 1;          ///< K9: Bernoulli trials behind each replicate's fraction
};

/// S replicates of G values each: value[i][g]. Only independent seeds are replicates.
using Replicates = std::vector<std::vector<double>>;

/// Error rates to spend on this decision: the nominal ones, or their share at one look.
struct Levels {
  double confirm = 0.05, falsify = 0.05;
};

struct GridResult {
  double predicted = 0, measured = 0, measured_se = 0, residual = 0, z = 0;
};

/// The answer to one comparison. Ratios are those of DESIGN section 5: decision is CASE confirm_ratio <= 1,
/// falsify_ratio > 1. Where nothing can be said (too few replicates) they are +inf and -inf, and decision is
/// inconclusive.
struct Result {
  Decision decision = Decision::inconclusive;
  double confirm_ratio = std::numeric_limits<double>::infinity();
  double falsify_ratio = -std::numeric_limits<double>::infinity();
  double p_confirm = 1, p_falsify = 1;
  double statistic = std::numeric_limits<double>::quiet_NaN();  ///< D/se at the deciding grid point
  std::size_t at = 0;              ///< the grid point with the largest falsify ratio
  double predicted = 0, measured = 0, measured_se = 0, ci_low = 0, ci_high = 0;  ///< there; 95 % interval
  double eps = 0, b_th = 0, df = 0;
  std::int64_t n_replicates = 0;
  bool deterministic = false, degenerate = false;
  std::string note;                ///< why inconclusive, in a few words; else empty
  std::vector<GridResult> grid;
};

/// Decides one comparison with a fixed number of replicates.
/// @throws std::invalid_argument  shapes that disagree, eps < 0, a kind that is not built yet.
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

/// Replicates that would decide a comparison with per-replicate spread `sd` (methodology 1.4); 0 if none suffices.
struct Needed {
  std::int64_t to_confirm = 0, to_falsify = 0;
};
Needed replicates_needed(double sd, double eps_eff, double rival_gap, double theory_sd = 0);

}  // namespace lmw::judge
