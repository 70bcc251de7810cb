#pragma once

#include <lmw/judge/judge.h>

#include <cstdint>
#include <span>

/// Rules that may be applied after every replicate, without a plan of looks. Repeating a fixed-S rule after each
/// replicate is no such rule: it confirms a quarter of the predictions that it should not.
namespace lmw::judge {

/// Half-width of the t-mixture confidence sequence for a Gaussian mean of unknown variance: with a = 1 + n g and
/// C = (a/alpha^2)^(1/n),
///
///   h_n = (sd/sqrt(n)) sqrt( (n-1)(C - 1)/(1 - C/a) )   if C < a, else infinite;
///
/// P(|mean_n - mu| > h_n for some n >= 2) <= alpha.
///
/// @param g  > 0: the mixture's variance in units of the data's; where the sequence is tightest.
/// @throws std::invalid_argument  n < 2, sd < 0, alpha outside (0, 1), g <= 0.
/// Source: Lai 1976; Wang & Ramdas 2023, "Anytime-valid t-tests and confidence sequences".
double t_mixture_half_width(std::int64_t n, double sd, double alpha = 0.05, double g = 1);

/// The e-value behind it, against one mean mu0 with t = sqrt(n) (mean - mu0)/sd, nu = n - 1:
///
///   E_n = a^(-1/2) [ (1 + t^2/nu)/(1 + t^2/(nu a)) ]^(n/2),
///
/// of expectation at most 1 under mu0 at any stopping time: E >= 1/alpha refutes mu0.
/// @throws std::invalid_argument  n < 2, t NaN, g <= 0.
double t_mixture_e_value(std::int64_t n, double t, double g = 1);

/// The e-value against every mean within `eps` of `predicted`: the least E_n over the band, so E at the nearest edge if
/// the sample mean lies outside, a^(-1/2) < 1 if inside. Feeds e_benjamini_hochberg.
/// @throws std::invalid_argument  as above; sd <= 0.
double e_value_outside_band(std::int64_t n, double mean, double sd, double predicted, double eps, double g = 1);

/// Decides a number (K1, K2 or K5) at any stopping time:
///
///   confirm_ratio = (|D| + h)/band,   falsify_ratio = (|D| - h)/band,
///
/// both error probabilities at most alpha = 0.05 over all numbers of replicates together. With a noisy theory h is that
/// of alpha = 0.04, plus z(0.995) theory_sd. The p-values are 1/E at the band's edges, valid at any stopping time.
/// Edge cases as in decide().
/// @throws std::invalid_argument  as decide(); another kind or more than one grid point.
Result decide_any_time(const Prediction& prediction, const Replicates& replicates);

/// A confidence sequence for the mean of values in [0, 1] of any distribution: the predictable plug-in empirical
/// Bernstein sequence. Very conservative below 50 values.
struct MeanInterval {
  double centre = 0.5, half_width = 1;
};
/// @throws std::invalid_argument  no values, a value outside [0, 1], alpha outside (0, 1).
/// Cost O(n). Source: Waudby-Smith & Ramdas 2024, "Estimating means of bounded random variables by betting", theorem 2.
MeanInterval empirical_bernstein(std::span<const double> values, double alpha = 0.05);

/// e-value against success probability p0 after k successes in n trials, two-sided: a uniform mixture,
/// B(k+1, n-k+1)/(p0^k (1-p0)^(n-k)) with the beta function B.
/// @throws std::invalid_argument  k outside [0, n], p0 outside (0, 1).
double bernoulli_e_value(std::int64_t k, std::int64_t n, double p0);

/// e-value against "failure probability at most 1 - delta" after k failures in n runs:
/// (0.99/(1-delta))^k (0.01/delta)^(n-k). At 40 or more a failure is structural at the 2.5 % level, at any time:
/// 39 failures in a row do that for delta = 0.1.
/// @throws std::invalid_argument  k outside [0, n], delta outside (0.01, 1).
double structural_e_value(std::int64_t k, std::int64_t n, double delta = 0.1);

}  // namespace lmw::judge
