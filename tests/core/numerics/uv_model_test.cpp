#include <lmw/numerics/random.h>
#include <lmw/numerics/uv_model.h>

#include <doctest/doctest.h>

#include <cmath>

using namespace lmw::numerics;

TEST_SUITE("numerics/uv_model") {
  TEST_CASE("steps have the published values") {
    UvState state{.f = 1, .curvature = 2};
    for (int k = 0; k < 3; ++k) state = uv_step(state, 1.5, 100);
    CHECK(state.f == doctest::Approx(-5.87903).epsilon(1e-6));
    CHECK(state.curvature == doctest::Approx(1.69205).epsilon(3e-6));
    const UvState one = uv_step({.f = 2, .curvature = 3}, 1, 100);
    CHECK(one.f == doctest::Approx(-3.92).epsilon(1e-14));
    CHECK(one.curvature == doctest::Approx(2.96).epsilon(1e-14));
  }
  TEST_CASE("the map is gradient descent on all weights") {
    Rng rng(3);
    const double n = 7, eta = 0.4;
    Eigen::VectorXd u = rng.normal(7), v = rng.normal(7);
    const auto state_of = [&] { return UvState{u.dot(v) / std::sqrt(n), (u.squaredNorm() + v.squaredNorm()) / n}; };
    const UvState predicted = uv_step(state_of(), eta, n);
    const double pull = eta * state_of().f / std::sqrt(n);
    const Eigen::VectorXd before = u;
    u -= pull * v;
    v -= pull * before;
    CHECK(state_of().f == doctest::Approx(predicted.f).epsilon(1e-13));
    CHECK(state_of().curvature == doctest::Approx(predicted.curvature).epsilon(1e-13));
  }
  TEST_CASE("at infinite n it is the linear model, whose curvature stays") {
    const UvState next = uv_step({.f = 1, .curvature = 2}, 0.3, 1e18);
    CHECK(next.f == doctest::Approx(0.4).epsilon(1e-14));
    CHECK(next.curvature == 2);
  }
}
