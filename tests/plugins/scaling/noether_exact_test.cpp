#include <doctest/doctest.h>
#include <support/law_harness.h>

#include <cmath>

using lmw::sdk::PointOverrides;
using lmw::tests::LawUnderTest;

namespace {

const LawUnderTest& law() {
  static const LawUnderTest loaded("scaling/noether-exact");
  return loaded;
}

PointOverrides of(const char* symmetry, double decay) { return {{"symmetry", symmetry}, {"decay", decay}}; }

}  // namespace

TEST_SUITE("scaling/noether-exact") {
  TEST_CASE("the charge is the sum of its predicted changes, to rounding, for each symmetry, with and without decay") {
    for (const char* symmetry : {"rescale", "balance", "scale", "translation"})
      for (const double decay : {0.0, 0.1})
        for (const int batch : {0, 10}) {
          PointOverrides at = of(symmetry, decay);
          at.push_back({"batch", batch});
          CHECK(law().measured(at, 1, "identity_error") < 1e-13);  // published: 3e-16 to 3e-14
        }
    CHECK(law().measured({{"activation", "leaky-relu"}}, 1, "identity_error") < 1e-13);
    CHECK(law().predicted({}, "identity_error") == 0);
    CHECK(law().record({}, "identity_error").eps[0] == 1e-12);
  }

  TEST_CASE("it is not conserved, and not with the other sign: both are off by far more than rounding") {
    for (const char* symmetry : {"rescale", "balance", "scale"}) {
      CHECK(law().measured(of(symmetry, 0), 1, "drift") > 1e-3);
      CHECK(law().measured(of(symmetry, 0), 1, "wrong_sign_error") > 1e-3);
      CHECK(law().record(of(symmetry, 0), "drift").value[0] == 1e-3);
      CHECK(law().record(of(symmetry, 0), "drift", "conserved").upper[0] == 0);
    }
    // Decay alone: the logits' shift shrinks by (1 - eta lambda) a step.
    CHECK(law().measured(of("translation", 0.1), 1, "drift") > 1);
  }

  TEST_CASE("halving the step halves the drift, and the extrapolated drift is zero") {
    for (const char* symmetry : {"rescale", "balance", "scale"}) {
      CHECK(law().predicted(of(symmetry, 0), "step_effect") == 2);
      CHECK(law().predicted(of(symmetry, 0), "step_effect", "no-step-effect") == 1);
      CHECK(law().predicted(of(symmetry, 0), "step_effect", "second-order") == 4);
      CHECK(std::abs(law().measured(of(symmetry, 0), 2, "step_effect") - 2) < 0.2);
    }
    const PointOverrides fine = {{"learning_rate", 0.005}, {"steps", 5000}};
    CHECK(std::abs(law().measured(fine, 2, "step_effect") - 2) < 0.02);  // its correction is of first order, too
  }

  TEST_CASE("tanh and momentum break it: by more than 0.1 and 0.01") {
    const PointOverrides tanh = {{"activation", "tanh"}}, ball = {{"momentum", 0.9}};
    CHECK(law().measured(tanh, 1, "identity_error") > 0.1);
    CHECK(law().measured(ball, 1, "identity_error") > 0.01);
    CHECK(law().regime(tanh).must_break);
    CHECK(law().regime(ball).must_break);
    CHECK(law().regime({}).inside);
    CHECK_FALSE(law().regime({{"momentum", 0.1}}).must_break);
    // A sum over classes of the gradient is zero at every step: momentum leaves a shifted softmax alone.
    const PointOverrides shifted = {{"symmetry", "translation"}, {"momentum", 0.9}};
    CHECK(law().regime(shifted).inside);
    CHECK(law().measured(shifted, 1, "identity_error") < 1e-12);
  }
}
