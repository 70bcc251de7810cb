#include <doctest/doctest.h>
#include <support/law_harness.h>
#include <support/public_data.h>

#include <cmath>

using lmw::sdk::PointOverrides;
using lmw::tests::LawUnderTest;

namespace {

const LawUnderTest& law() {
  static const LawUnderTest loaded("universality/width-representation-convergence");
  return loaded;
}

PointOverrides orthonormal(int width, int other = 0) {
  return {{"data", "orthonormal"}, {"width", width}, {"other_width", other}, {"draws", 40}};
}

PointOverrides random_relu(int inputs, int width, int draws) {
  return {{"inputs", inputs}, {"width", width}, {"draws", draws}};
}

PointOverrides trained(const char* targets, int draws) {
  return {{"stage", "trained"}, {"inputs", 5},    {"widest", 320},     {"factor", 10.0},
          {"pool", 64},         {"draws", draws}, {"targets", targets}};
}

double constant(double alignment, double width) { return width * (1 / alignment - 1); }

}  // namespace

TEST_SUITE("universality/width-representation-convergence") {
  TEST_CASE("linear neurons on ten orthonormal features have c = 10.8, and the published alignments") {
    const struct {
      int n1, n2;
      double cka;
    } known[] = {{50, 0, 0.822368}, {100, 0, 0.902527}, {400, 0, 0.973710}, {50, 400, 0.894845}};
    for (const auto& [n1, n2, cka] : known) {
      CHECK(law().predicted(orthonormal(n1, n2), "cka") == doctest::Approx(cka).epsilon(1e-6));
      // One pair scatters by 0.2 (1 - CKA) at these widths; the next order is below (10.8 / N)^2 / 20.
      const double error = 4 * 0.2 * (1 - cka) / std::sqrt(40.0) + 5.8 / (n1 * n1);
      CHECK(std::abs(law().measured(orthonormal(n1, n2), 1, "cka") - cka) < error);
    }
    CHECK(law().record(orthonormal(400), "cka").eps.at(0) == 0.003);
  }

  TEST_CASE("ReLU neurons have c of 32 to 33.5 on the sphere in 20 dimensions, and 9.7 to 9.8 in 5") {
    // These are ranges over a few sets of 200 probes: one more may lie as far out again.
    const double c20 = constant(law().predicted(random_relu(20, 256, 1), "cka"), 256);
    const double c5 = constant(law().predicted(random_relu(5, 256, 1), "cka"), 256);
    CHECK(std::abs(c20 - 32.75) < 1.5);
    CHECK(std::abs(c5 - 9.75) < 0.3);
    const auto record = law().record(random_relu(20, 1024, 1), "cka");
    CHECK(record.eps.at(0) < 0.006);  // under half of 0.011, the distance to linear neurons
    CHECK(record.theory_sd.at(0) > 0);
    CHECK(record.theory_df == 9);
  }

  TEST_CASE("random networks show it: four standard errors, and the next order") {
    for (const int inputs : {5, 20}) {
      const PointOverrides at = random_relu(inputs, 256, 20);
      const double predicted = law().predicted(at, "cka");
      CHECK(std::abs(law().measured(at, 1, "cka") - predicted) < 4 * 0.1 * (1 - predicted) + 0.002);
    }
  }

  TEST_CASE("so it is on images, and for neurons drawn from a trained network, where the second term of c counts") {
    if (!lmw::tests::public_data("fashion-mnist")) return;
    for (const char* stage : {"initial", "subsampled"}) {
      const PointOverrides at = {
          {"data", "fashion-mnist"}, {"stage", stage}, {"width", 128}, {"pool", 128}, {"steps", 300}, {"draws", 60}};
      const double predicted = law().predicted(at, "cka");
      CHECK(law().regime(at).inside);
      // Pairs scatter by up to all of 1 - CKA.
      CHECK(std::abs(law().measured(at, 1, "cka") - predicted) < 4 * (1 - predicted) / std::sqrt(60.0));
      if (std::string(stage) == "subsampled")
        CHECK(predicted - law().predicted(at, "cka", "without-second-term") > 0.003);
    }
  }

  TEST_CASE("two trained networks agree as 1/N, but not if they learn different functions") {
    CHECK(law().predicted(trained("same", 1), "slope") == -1);
    CHECK(law().predicted(trained("same", 1), "slope", "square-root") == -0.5);
    // Slopes of single pairs spread by 0.2.
    CHECK(std::abs(law().measured(trained("same", 4), 1, "slope") + 1) < 4 * 0.2 / std::sqrt(4.0));
    CHECK(law().measured(trained("same", 4), 1, "log_share") < -0.7);  // seeds gave -1.5 to -2
    CHECK(std::abs(law().measured(trained("different", 1), 1, "slope")) < 0.1);
    CHECK(law().regime(trained("different", 1)).must_break);
  }

  TEST_CASE("it wants widths of at least 2c, and a decade of them if trained") {
    CHECK(law().regime(random_relu(20, 128, 1)).inside);
    CHECK_FALSE(law().regime(random_relu(20, 32, 1)).inside);
    CHECK(law().regime(random_relu(5, 32, 1)).inside);
    CHECK(law().regime(trained("same", 1)).inside);
    PointOverrides narrow = trained("same", 1);
    narrow.push_back({"widest", 256});
    CHECK_FALSE(law().regime(narrow).inside);
    PointOverrides hasty = trained("same", 1);
    hasty.push_back({"steps", 100});
    CHECK_FALSE(law().regime(hasty).inside);
    // One input dimension: every neuron is one of two functions with the same centred shape.
    CHECK_FALSE(law().regime(random_relu(1, 64, 1)).inside);
  }
}
