#pragma once

#include <lmw/judge/judge.h>
#include <lmw/numerics/random.h>

#include <cstdint>
#include <string>
#include <vector>

/// Simulated error rates of every rule. The test suite runs them with few experiments and checks the rates; the
/// program judge_calibration runs them with many and prints them.
namespace judge_calibration {

using namespace lmw::judge;  // NOLINT: a header of tests

/// One simulated rate, and what it has to be.
struct Rate {
  enum class Meaning {
    stated,    ///< equal to `reference`, itself simulated
    at_most,   ///< an error probability: at most `reference`
    at_least,  ///< a coverage: at least `reference`
    shown      ///< not checked
  };
  std::string what;
  double value = 0;
  std::int64_t experiments = 0;  ///< 0: computed exactly
  Meaning meaning = Meaning::shown;
  double reference = 0;
  std::int64_t reference_experiments = 0;  ///< for a stated rate

  /// Within three binomial standard errors; of both, for a stated rate.
  bool holds() const;
  std::string text() const;
};

struct Row {
  std::string rule;
  std::vector<Rate> rates;
};

/// Turns rates that are only shown into stated ones where a large simulation has been recorded.
Row with_stated(Row row);

/// Counts decisions of experiments.
struct Tally {
  std::int64_t n = 0, confirmed = 0, falsified = 0;
  double replicates = 0;
  void add(Decision decision, double used = 0) {
    ++n;
    confirmed += decision == Decision::confirmed;
    falsified += decision == Decision::falsified;
    replicates += used;
  }
  Rate confirm(const std::string& what, Rate::Meaning meaning, double reference = 0) const;
  Rate falsify(const std::string& what, Rate::Meaning meaning, double reference = 0) const;
};

/// A number (K1) of an exact theory.
Prediction number(double predicted, double eps);

/// Noise of mean 0 and sd 1.
enum class Noise { gauss, student5, lognormal };
double draw(lmw::numerics::Rng& rng, Noise noise);

// One number.
Row fixed_number(Noise noise, int replicates, double theory_sd, int n);
Row group_sequential(Noise noise, int n);
Row any_time(int n);
Row peeking(int n);
Row interval(int replicates, int n);
Row interval_coverage(int n);
Row slopes(int n);

// Families and other kinds.
Row curve(int replicates, int n);
Row curve_looks(int n);
Row skewed_curve(int replicates, int n);
Row ordering(int conditions, int replicates, int n);
Row conserved(int n);
Row distribution(int n);
Row proportion();
Row classification();
Row boundary(double width, int cells, int runs, int n);

// Many comparisons, and what scores them.
Row holm(int n);
Row false_discoveries(int replicates, int n);
Row failure_calls(int n);
Row bounded_mean(int n);
Row networks(int count, int n);
Row roc_area(int n);
Row fieller(int n);
Row wilson_coverage();

// Planning: power, pilots, and the rule that goes on until decided.
Row power_of_looks(int replicates, int n);
Row power_at_any_time(int replicates, int n);
Row power_per_replicate(int n);
Row by_pilot(double eps, int n);
Row until_decided(double eps, int n);

// Families of settings and of laws, and what describes a sample.
Row elasticity_sign(int replicates, int n);
Row elasticity_value(int replicates, int n);
Row same_class(double tolerance, int n);
Row median_coverage(int n);
Row boundary_width(int sizes, int runs, int n);

/// Rules that were tried and are not used, with the rates that spoke against them.
Row rejected_skew(int n);
Row rejected_trend(int n);

}  // namespace judge_calibration
