#pragma once

#include <lmw/judge/judge.h>
#include <lmw/judge/proportion.h>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

/// The arithmetic of the scorecard's seven desiderata. Inputs are counts and values read from the log; nothing is
/// averaged across desiderata.
namespace lmw::judge {

/// A number with its 95 % interval and denominator. Empty where it is not defined.
struct Score {
  std::optional<double> value, low, high;
  std::int64_t n = 0;
};

/// k of n with Wilson's interval.
Score share(std::int64_t k, std::int64_t n);

// Fundamental: how little was put in.

struct PredictionInputs {
  int fitted_parameters = 0;  ///< to the same observable in any earlier record
  int measured_inputs = 0;    ///< read off an experiment instead of specified
};
struct Fundamental {
  Score parameter_free;                   ///< share of predictions without fitted parameters
  std::optional<double> economy;          ///< mean of 1/(1 + fitted_parameters)
  std::optional<double> measured_inputs;  ///< mean number
};
Fundamental fundamental(std::span<const PredictionInputs> predictions);

// Mathematical: how much was said.

struct PredictionForm {
  Kind kind = Kind::point;
  double eps_eff = 0;
  std::optional<double> rival_gap;  ///< |p_rival - p| of the nearest rival, > 0
};
struct Mathematical {
  Score numeric;                    ///< share that states a number (all kinds but orderings and labels)
  std::optional<double> weight;     ///< mean: 1/4 for orderings and labels, 1/2 for intervals, 1 for the rest
  std::optional<double> sharpness;  ///< median of eps_eff/rival_gap; smaller is sharper
};
Mathematical mathematical(std::span<const PredictionForm> predictions);

// Predictive: how often it was right.

struct ScoredComparison {
  Decision decision = Decision::inconclusive;  ///< primary, first attempt, in regime
  std::optional<double> scale;                 ///< width, samples or dimension, > 0
};
struct ScaleTrend {
  double slope = 0, se = 0;  ///< of the log odds of passing, per e-fold of scale
  bool decays = false;       ///< significantly below 0 at one-sided 2.5 %
};
struct Decade {
  int exponent = 0;  ///< scales 10^exponent to 10^(exponent+1)
  Score pass_rate;
};
struct Predictive {
  Score pass_rate;     ///< confirmed of confirmed + falsified
  Score inconclusive;  ///< of all
  std::vector<Decade> decades;
  std::optional<ScaleTrend> trend;  ///< nothing where passes and failures do not mix along the scale
};
Predictive predictive(std::span<const ScoredComparison> comparisons);

struct PredictedInterval {
  double residual = 0;    ///< measured mean - predicted
  double se = 0, df = 1;  ///< of measured mean and theory together, as in Result
  double b_th = 0;
};
/// Share of measurements inside the predicted 95 % interval p +- (T_df(0.975) se + b_th), Clopper-Pearson. With 1.96
/// instead of T the interval would cover 91 % at 8 replicates.
Score calibration(std::span<const PredictedInterval> intervals);

// Comprehensive: how much of training it reaches.

enum class Subject { dynamics, representations, weights, performance };
enum class Architecture { linear, mlp, convolutional, attention };
struct Coverage {
  Subject subject = Subject::dynamics;
  int pillar = 0;  ///< 0..4
  Architecture architecture = Architecture::linear;
  bool confirmed = false;
};
/// Cells of subject x pillar x architecture with a confirmed law, of all 80. @throws std::invalid_argument  pillar.
Score coverage(std::span<const Coverage> laws);

/// One run: which of the four subjects were predicted from one parameter set, and which of those were confirmed.
struct JointRun {
  int predicted = 0, confirmed = 0;  ///< 0..4, confirmed <= predicted
};
/// Share of runs with three or four subjects predicted and all of them confirmed.
Score joint_coverage(std::span<const JointRun> runs);

// Intuitive: how short it is (its other parts are plain shares).

/// Nodes of the closed form, a numerical fixed point counting 20.
std::int64_t description_length(std::int64_t nodes, std::int64_t fixed_points);

// Useful: what it saves.

/// Losses under one seed, which had no part in choosing the grid's best.
struct PairedLosses {
  double theory = 0, grid_best = 0, default_choice = 0;
};
/// regret = (mean theory - mean grid)/(mean default - mean grid), with Fieller's 95 % interval for a ratio of paired
/// means. No interval where the default is not significantly worse than the grid's best: there is nothing to gain.
/// @throws std::invalid_argument  fewer than 2 seeds, a loss that is not finite.
Score regret(std::span<const PairedLosses> losses);
/// Success: the regret's upper end and the cost ratio (theory's training compute over the grid's) both at most 0.1.
bool useful(const Score& regret, double cost_ratio);

// Humble: whether it knows its limits.

struct RegimeCase {
  double rho = 0;  ///< sealed forecast that the law holds, in [0, 1]
  bool inside = true;
  bool must_break = false;
  bool abstained = false;
  std::optional<bool> holds;  ///< nothing: unclear
};
struct RiskAt {
  double rho = 0;
  Score falsified;  ///< of the clear cases with at least this rho
};
struct Humble {
  Score brier;       ///< mean (rho - holds)^2 of the clear cases
  Score auroc;       ///< of rho for holding
  Score must_break;  ///< share of must-break cases that break
  Score abstained;   ///< of all
  std::int64_t unclear = 0;
  std::vector<RiskAt> risk;  ///< at 0.5, 0.7, 0.9
};
/// Nothing for a law that was tested only inside its regime: it never said where it fails.
/// @throws std::invalid_argument  rho outside [0, 1].
std::optional<Humble> humble(std::span<const RegimeCase> cases);

/// Area under the ROC curve: the share of pairs in which the positive case has the higher score, ties counting 1/2,
/// with se^2 = var(V10)/n1 + var(V01)/n0 of the per-case shares and a 95 % interval on the logit scale; [0, 1] for an
/// area of 0 or 1. Empty if either group has fewer than 2. Source: DeLong, DeLong & Clarke-Pearson 1988.
Score auroc(std::span<const double> positives, std::span<const double> negatives);

}  // namespace lmw::judge
