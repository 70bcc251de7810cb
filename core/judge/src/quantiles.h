#pragma once

#include <cstdint>

/// The distribution functions that the rules need, with tails given as tails: 1 - a near 1 would lose the digits that
/// small error rates live in. Boost.Math stays behind this header.
namespace lmw::judge {

/// x with P(T_df > x) = tail, for real df >= 1; df = infinity is the normal law. @param tail  in (0, 1).
double student_upper(double tail, double df);
double student_cdf(double x, double df);
double student_survival(double x, double df);

double normal_upper(double tail);
double normal_cdf(double x);
double normal_survival(double x);

/// x with P(Beta(a, b) < x) = p, and with P(Beta(a, b) > x) = tail.
double beta_lower(double p, double a, double b);
double beta_upper(double tail, double a, double b);

/// log B(a, b) = log Gamma(a) + log Gamma(b) - log Gamma(a + b).
double log_beta(double a, double b);

/// P(Bin(n, p) <= k) and P(Bin(n, p) >= k), 0 <= k <= n; p outside [0, 1] counts as the nearer end.
double binomial_at_most(std::int64_t k, std::int64_t n, double p);
double binomial_at_least(std::int64_t k, std::int64_t n, double p);

}  // namespace lmw::judge
