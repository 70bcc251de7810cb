#pragma once

#include <lmw/judge/judge.h>

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <vector>

namespace judge_test {

using namespace lmw::judge;  // NOLINT: a header of tests

/// A scalar prediction.
inline Prediction point(double predicted, double eps, double theory_sd = 0) {
  Prediction p;
  p.predicted = {predicted};
  p.eps = {eps};
  p.b_th = {0};
  p.theory_sd = {theory_sd};
  return p;
}

/// Replicates of one number each.
inline Replicates scalars(const std::vector<double>& values) {
  Replicates r;
  for (const double v : values) r.push_back({v});
  return r;
}

/// n values with exactly this mean and sample standard deviation, and no skewness: mean +- a, and mean for odd n.
inline Replicates with_moments(int n, double mean, double sd) {
  const int pairs = n / 2;
  const double a = sd * std::sqrt((n - 1) / (2.0 * pairs));
  std::vector<double> values;
  for (int i = 0; i < pairs; ++i) {
    values.push_back(mean - a);
    values.push_back(mean + a);
  }
  if (n % 2) values.push_back(mean);
  return scalars(values);
}

/// The decision that the two ratios imply.
inline Decision by_ratios(const Result& r) {
  if (r.confirm_ratio <= 1) return Decision::confirmed;
  return r.falsify_ratio > 1 ? Decision::falsified : Decision::inconclusive;
}

}  // namespace judge_test
