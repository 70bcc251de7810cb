#include "support.h"

#include <lmw/judge/proportion.h>

#include <cmath>
#include <stdexcept>

using namespace judge_test;

namespace {
/// All labels right, up to a share of 0.1: an accuracy of at least 0.9.
Prediction accuracy(double predicted = 1, double eps = 0.1) {
  auto p = point(predicted, eps);
  p.kind = Kind::classification;
  return p;
}
Replicates labels(int right, int wrong, int none = 0) {
  Replicates r;
  for (int i = 0; i < right; ++i) r.push_back({1});
  for (int i = 0; i < wrong; ++i) r.push_back({0});
  for (int i = 0; i < none; ++i) r.push_back({-1});
  return r;
}
}  // namespace

TEST_SUITE("judge/decide_classification") {
  TEST_CASE("confirming an accuracy of 0.9 takes 29 labels, all right") {
    CHECK(decide(accuracy(), labels(28, 0)).decision == Decision::inconclusive);
    CHECK(decide(accuracy(), labels(29, 0)).decision == Decision::confirmed);
    CHECK(decide(accuracy(0.9, 0), labels(29, 0)).decision == Decision::confirmed);
  }
  TEST_CASE("the ratios compare the error rate's ends with the allowed one") {
    const auto r = decide(accuracy(), labels(27, 3));
    CHECK(r.confirm_ratio == doctest::Approx((1 - clopper_pearson(27, 30, 0.05).low) / 0.1).epsilon(1e-12));
    CHECK(r.falsify_ratio == doctest::Approx((1 - clopper_pearson(27, 30, 0.025).high) / 0.1).epsilon(1e-12));
    CHECK(r.measured == doctest::Approx(0.9));
    CHECK(decide(accuracy(), labels(10, 10)).decision == Decision::falsified);
  }
  TEST_CASE("p-values are binomial tails at the least accuracy") {
    CHECK(decide(accuracy(), labels(29, 0)).p_confirm == doctest::Approx(std::pow(0.9, 29)).epsilon(1e-9));
    CHECK(decide(accuracy(), labels(0, 4)).p_falsify == doctest::Approx(2 * std::pow(0.1, 4)).epsilon(1e-9));
  }
  TEST_CASE("cells without a label are left out") {
    const auto r = decide(accuracy(), labels(29, 0, 7));
    CHECK(r.decision == Decision::confirmed);
    CHECK(r.measured == 1);
    CHECK(decide(accuracy(), labels(0, 0, 7)).decision == Decision::inconclusive);
  }
  TEST_CASE("an accuracy that cannot be missed or reached is refused") {
    CHECK_THROWS_AS(validate(accuracy(1, 0)), std::invalid_argument);
    auto p = accuracy();
    p.draws = 0;
    CHECK_THROWS_AS(validate(p), std::invalid_argument);
  }
  TEST_CASE("without noise the share of right labels decides") {
    auto p = accuracy();
    p.deterministic = true;
    CHECK(decide(p, {{0.95}}).decision == Decision::confirmed);
    CHECK(decide(p, {{0.85}}).decision == Decision::falsified);
  }
}
