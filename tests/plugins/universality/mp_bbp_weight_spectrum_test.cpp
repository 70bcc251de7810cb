#include <lmw/numerics/quadrature.h>

#include <doctest/doctest.h>
#include <support/law_harness.h>

#include <cmath>

using lmw::sdk::PointOverrides;
using lmw::tests::LawUnderTest;

namespace {

const LawUnderTest& law() {
  static const LawUnderTest loaded("universality/mp-bbp-weight-spectrum");
  return loaded;
}

doctest::Approx six_digits(double value) { return doctest::Approx(value).epsilon(5e-6); }

PointOverrides bulk(int n, int p) { return {{"n_rows", n}, {"n_columns", p}}; }
PointOverrides covariance(double spike) { return {{"setting", "spiked-covariance"}, {"spike", spike}}; }
PointOverrides rectangle(int rows, int columns, double spike) {
  return {{"setting", "spiked-rectangle"}, {"n_rows", rows}, {"n_columns", columns}, {"spike", spike}};
}
PointOverrides step(double rate, int scale = 100) {
  return {{"setting", "gradient-step"},
          {"n_rows", 4 * scale},
          {"n_columns", 3 * scale},
          {"n_samples", 9 * scale},
          {"learning_rate", rate}};
}
PointOverrides with(PointOverrides at, const char* name, lmw::sdk::JsonScalar value) {
  at.emplace_back(name, value);
  return at;
}

}  // namespace

TEST_SUITE("universality/mp-bbp-weight-spectrum") {
  TEST_CASE("edges, outliers and overlaps are the published ones") {
    CHECK(law().predicted(bulk(1000, 500), "top") == six_digits(2.914214));
    CHECK(law().predicted(covariance(1), "top") == six_digits(3.0));
    CHECK(law().predicted(covariance(1), "overlap") == six_digits(0.333333));
    CHECK(law().predicted(covariance(2), "top") == six_digits(3.75));
    CHECK(law().predicted(covariance(2), "overlap") == six_digits(0.7));
    const PointOverrides one = rectangle(300, 600, 1), two = rectangle(300, 600, 2);
    CHECK(law().predicted(one, "top") == six_digits(1.732051));
    CHECK(law().predicted(one, "overlap") == six_digits(0.333333));
    CHECK(law().predicted(one, "other_overlap") == six_digits(0.25));
    CHECK(law().predicted(two, "top") == six_digits(2.371708));
    CHECK(law().predicted(two, "overlap") == six_digits(0.861111));
    CHECK(law().predicted(two, "other_overlap") == six_digits(0.775));
    CHECK(law().record(two, "top").eps[0] == six_digits(0.03 * 2.371708));
    CHECK(law().record(two, "overlap").eps[0] == 0.04);
    CHECK(law().predicted(two, "top", "population") == 2);
    CHECK(law().predicted(covariance(2), "top", "population") == 3);
  }

  TEST_CASE("one gradient step: the published outlier, overlap, edge and slope of tanh") {
    const auto slope = [](double z) { return 1 - std::tanh(z) * std::tanh(z); };
    CHECK(lmw::numerics::gauss_hermite(101)(slope) == six_digits(0.605706));
    CHECK(law().predicted(step(2), "top") == doctest::Approx(2.2480).epsilon(3e-5));
    CHECK(law().predicted(step(2), "overlap") == doctest::Approx(0.3296).epsilon(2e-4));
    CHECK(law().predicted(step(4), "top") == doctest::Approx(3.2878).epsilon(2e-5));
    CHECK(law().predicted(step(4), "overlap") == doctest::Approx(0.6180).epsilon(1e-4));
    CHECK(law().predicted(step(0.8), "top") == six_digits(2.154701));
    CHECK(law().predicted(step(0.8), "overlap") == 0);
    // The spike as it was put in: theta = eta mu sqrt(q) and 1/q with q = 1 + 1.25/3.
    CHECK(law().predicted(step(2), "top", "population") == six_digits(2 * 0.605706 * std::sqrt(1 + 1.25 / 3)));
    CHECK(law().predicted(step(2), "overlap", "population") == six_digits(1 / (1 + 1.25 / 3)));
    // Only ratios of the sizes count.
    CHECK(law().predicted(step(4, 200), "top") == doctest::Approx(law().predicted(step(4), "top")).epsilon(1e-12));
  }

  TEST_CASE("between the two thresholds the spike of a rectangle is hidden") {
    const PointOverrides hidden = rectangle(200, 4000, 0.35);  // sqrt(c) = 0.2236, c^(1/4) = 0.4729
    CHECK(law().predicted(hidden, "top") == doctest::Approx(1.2236).epsilon(2e-5));
    CHECK(law().predicted(hidden, "overlap") == 0);
    const auto rival = law().record(hidden, "hidden_overlap", "sqrt-threshold");
    CHECK(rival.value[0] == 0.2);
    CHECK(rival.upper[0] == 1);
    // Published: 0.013 +- 0.005 and a top value of 1.2208. One matrix scatters by 0.02.
    CHECK(law().measured(with(hidden, "draws", 20), 2, "hidden_overlap") < 0.013 + 4 * std::hypot(0.005, 0.02 / 4.4));
    CHECK(law().measured(with(hidden, "draws", 5), 2, "top") == doctest::Approx(1.2208).epsilon(5e-3));
  }

  TEST_CASE("measured means agree with the theory, and with published ones") {
    // Standard errors of published means and of these; scatter of one matrix from the law's own arithmetic.
    CHECK(std::abs(law().measured(with(covariance(2), "draws", 5), 1, "top") - 3.75) < 4 * 0.1 / std::sqrt(5.0));
    CHECK(std::abs(law().measured(with(covariance(2), "draws", 5), 1, "overlap") - 0.7) < 4 * 0.03 / std::sqrt(5.0));
    const PointOverrides two = with(rectangle(300, 600, 2), "draws", 5);
    CHECK(std::abs(law().measured(two, 1, "top") - 2.3717) < 4 * 0.03 / std::sqrt(5.0));
    CHECK(std::abs(law().measured(two, 1, "other_overlap") - 0.775) < 4 * 0.015 / std::sqrt(5.0));
    const PointOverrides four = with(step(4), "draws", 5);
    CHECK(std::abs(law().measured(four, 1, "top") - 3.2878) < 4 * 0.12 / std::sqrt(5.0));
    CHECK(std::abs(law().measured(four, 1, "overlap") - 0.618) < 4 * 0.05 / std::sqrt(5.0));
  }

  TEST_CASE("the bulk is closer to its limit than independent numbers would be") {
    const PointOverrides at = bulk(400, 200);
    CHECK(law().measured(at, 1, "bulk_distance") < 0.025);
    CHECK(law().predicted(at, "bulk_distance", "independent-levels") == doctest::Approx(0.0614).epsilon(1e-3));
    CHECK(law().measured(at, 1, "outlier_rate") == 0);
  }

  TEST_CASE("without a fourth moment, or a linear part of the target, it breaks") {
    const PointOverrides heavy = with(with(bulk(1000, 500), "entries", "heavy"), "draws", 3);
    CHECK(law().regime(heavy).must_break);
    CHECK(law().measured(heavy, 1, "outlier_rate") == 1);
    CHECK(law().measured(heavy, 1, "bulk_distance") > 0.02);
    const PointOverrides quadratic = with(step(4), "target", "quadratic");
    CHECK(law().regime(quadratic).must_break);
    CHECK(law().measured(quadratic, 1, "overlap") < 0.2);
  }

  TEST_CASE("near the threshold it is out of its regime, and shapes that the theory does not cover are left out") {
    CHECK(law().regime(covariance(0.5)).inside);
    CHECK_FALSE(law().regime(covariance(0.8)).inside);
    CHECK_FALSE(law().regime(rectangle(300, 600, 1)).inside);
    CHECK(law().predict(rectangle(600, 300, 1)).abstained);
    CHECK(law().predict({{"setting", "gradient-step"}, {"n_rows", 100}, {"n_columns", 200}}).abstained);
  }
}
