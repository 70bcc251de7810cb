#include <doctest/doctest.h>
#include <support/law_harness.h>

#include <cmath>

using lmw::sdk::PointOverrides;
using lmw::tests::LawUnderTest;

namespace {

const LawUnderTest& law() {
  static const LawUnderTest loaded("universality/similarity-null-calibration");
  return loaded;
}

PointOverrides normal_pairs(int n, int features) {
  return {{"question", "normal-pairs"}, {"n_probes", n}, {"x_features", features}, {"y_features", features}};
}
PointOverrides p_values(double rho, int draws) {
  return {{"question", "p-values"}, {"x_features", 5}, {"y_features", 5}, {"row_correlation", rho}, {"draws", draws}};
}

}  // namespace

TEST_SUITE("universality/similarity-null-calibration") {
  TEST_CASE("nulls of independent normal features are the published ones") {
    CHECK(law().predicted(normal_pairs(100, 100), "cka") == doctest::Approx(0.5).epsilon(1e-12));
    CHECK(law().predicted(normal_pairs(500, 100), "cka") == doctest::Approx(0.166667).epsilon(5e-6));
    CHECK(law().predicted(normal_pairs(100, 10), "cka") == doctest::Approx(0.0909091).epsilon(5e-7));
  }

  TEST_CASE("nulls that depend on sizes alone: neighbours and canonical correlations") {
    const PointOverrides at = {{"n_probes", 300}, {"neighbours", 10}};
    CHECK(law().predicted(at, "neighbour_share") == doctest::Approx(0.0334448).epsilon(5e-6));
    CHECK(law().record(at, "neighbour_share").eps[0] == doctest::Approx(0.05 * 0.0334448).epsilon(1e-5));
    CHECK(law().predicted({}, "cca_sum") == doctest::Approx(12.698).epsilon(5e-5));
    CHECK(law().record({}, "cca_sum").eps[0] == doctest::Approx(0.02 * 12.698).epsilon(1e-4));
    CHECK(law().predicted({}, "neighbour_share") == doctest::Approx(0.0794).epsilon(1e-3));
    CHECK(law().predicted({}, "cca_sum", "zero") == 0);
  }

  TEST_CASE("the null of the alignment is each pair's own: near the published 0.2, and another for another seed") {
    const double null = law().predicted_replicate({}, 1, "cka");
    CHECK(null == doctest::Approx(0.205).epsilon(0.1));  // 0.2024 and 0.2076 for two published draws
    CHECK(null != law().predicted_replicate({}, 2, "cka"));
    CHECK(law().predicted_replicate({}, 1, "cka", "zero") == 0);
    CHECK(law().predicted_replicate({}, 1, "cka_debiased") == 0);
    CHECK(law().predicted_replicate({}, 1, "cka_debiased", "biased-null") == null);
    CHECK(law().record({}, "cka_debiased").eps[0] == 0.02);
  }

  TEST_CASE("means over 400 permutations agree within four standard errors") {
    const PointOverrides at = {{"draws", 400}};
    const double root = std::sqrt(400.0);
    CHECK(std::abs(law().measured(at, 4, "cka") / law().predicted_replicate(at, 4, "cka") - 1) < 4 * 0.09 / root);
    CHECK(std::abs(law().measured(at, 4, "cka_debiased")) < 4 * 0.024 / root);
    CHECK(std::abs(law().measured(at, 4, "cca_sum") - 12.698) < 4 * 0.3 / root);
    CHECK(std::abs(law().measured(at, 4, "neighbour_share") - 5.0 / 63) < 4 * 0.018 / root);
  }

  TEST_CASE("independent normal pairs align as much as their sizes say") {
    PointOverrides at = normal_pairs(100, 10);
    at.push_back({"draws", 400});
    CHECK(std::abs(law().measured(at, 2, "cka") / 0.0909091 - 1) < 4 * 0.14 / std::sqrt(400.0) + 0.002);
  }

  TEST_CASE("p-values are uniform for exchangeable probes, and always small for autoregressive ones") {
    // 200 trials at 0.05: a standard deviation of 0.0154.
    CHECK(std::abs(law().measured(p_values(0, 200), 3, "rejected") - 0.05) < 4 * 0.0154);
    CHECK(law().measured(p_values(0.9, 50), 3, "rejected") > 0.95);
    CHECK(law().record(p_values(0, 200), "rejected").draws == 200);
    CHECK(law().regime(p_values(0, 200)).inside);
    CHECK(law().regime(p_values(0.9, 50)).must_break);
    CHECK_FALSE(law().regime(p_values(0.3, 50)).must_break);
  }

  TEST_CASE("it asks for enough probes") {
    CHECK(law().regime({}).inside);
    CHECK_FALSE(law().regime({{"n_probes", 61}}).inside);   // p + q + 1
    CHECK_FALSE(law().regime({{"neighbours", 7}}).inside);  // more than 64 / 10
  }
}
