#pragma once

#include <lmw/judge/estimate.h>

#include <cstddef>
#include <span>
#include <vector>

/// Universality classes: laws that share a control parameter and an exponent, whatever the architecture. Equal is what
/// has been shown to be equal, not what has not been told apart.
namespace lmw::judge {

/// The comparison of two exponents, by their places in the list.
struct ExponentPair {
  std::size_t first = 0, second = 0;  ///< first < second
  double difference = 0, se = 0;      ///< of exponents: first - second
  /// confirmed: shown to agree within the tolerance; falsified: shown to differ by more.
  Decision agree = Decision::inconclusive;
};

struct UniversalityClasses {
  std::vector<ExponentPair> pairs;  ///< all n (n - 1)/2, in lexicographic order
  /// Sets of two laws or more of which every pair is shown to agree, and none with a law outside the set. Indices rise
  /// within a class, and so do the classes' first ones. A law in no class and no chain stands alone.
  std::vector<std::vector<std::size_t>> classes;
  /// Sets that hang together through pairs that agree, though not every pair does: a ~ b and b ~ c, but a ~ c is not
  /// shown. Any class within would be a choice, so there is none; more replicates, or the truth, decides.
  std::vector<std::vector<std::size_t>> chains;
};

/// Which laws are in one class. Two exponents agree by the rule for a number (decide_estimate): with
///
///   D = a - b,   se^2 = se_a^2 + se_b^2,   df Welch & Satterthwaite's,
///
/// iff |D| + T(1 - confirm) se <= tolerance. A class needs all of its pairs, so no level is corrected: that laws are
/// put in one class although two of them differ by the tolerance or more has probability at most `confirm`
/// (intersection-union). That any wrong class is found among several grows with their number.
///
/// An exponent that is not finite, or a pair without any standard error, agrees with nothing. Pass laws with the same
/// control parameter, whose exponents come from independent runs and the same estimator.
/// @throws std::invalid_argument  tolerance not finite or <= 0; se < 0, df < 1; a level outside (0, 1/2].
/// Cost O(n^2). Thread-safe.
UniversalityClasses universality_classes(std::span<const Estimate> exponents, double tolerance,
                                         const Levels& levels = {});

}  // namespace lmw::judge
