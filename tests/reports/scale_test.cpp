#include "svg_scale.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

using namespace lmw::reports;

namespace {

std::vector<std::string> labels(const std::vector<Tick>& ticks) {
  std::vector<std::string> out;
  for (const Tick& tick : ticks)
    if (!tick.label.empty()) out.push_back(tick.label);
  return out;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_SUITE("reports/scale") {
  TEST_CASE("linear ticks step by 1, 2 or 5 times a power of ten, inside the range") {
    CHECK(labels(ticks({.lo = 0, .hi = 1}, 5)) == Texts{"0", "0.2", "0.4", "0.6", "0.8", "1"});
    CHECK(labels(ticks({.lo = -3, .hi = 3}, 6)) == Texts{"−3", "−2", "−1", "0", "1", "2", "3"});
    CHECK(labels(ticks({.lo = 0.13, .hi = 0.27}, 4)) == Texts{"0.15", "0.2", "0.25"});
    CHECK(labels(ticks({.lo = 1001, .hi = 1009}, 4)) == Texts{"1002", "1004", "1006", "1008"});
  }

  TEST_CASE("log ticks are decades, with unlabelled ones between") {
    const std::vector<Tick> t = ticks({.log = true, .lo = 1e-3, .hi = 1e1}, 6);
    CHECK(labels(t) == Texts{"0.001", "0.01", "0.1", "1", "10"});
    CHECK(t.size() == 5 + 4 * 8);
  }

  TEST_CASE("labels on a long log axis are all powers, and every few decades") {
    CHECK(labels(ticks({.log = true, .lo = 1e-12, .hi = 1.0}, 4)) == Texts{"10⁻¹²", "10⁻⁹", "10⁻⁶", "10⁻³", "1"});
  }

  TEST_CASE("a log axis of less than two decades is labelled within decades") {
    CHECK(labels(ticks({.log = true, .lo = 0.9, .hi = 25}, 6)) == Texts{"1", "2", "5", "10", "20"});
    CHECK(labels(ticks({.log = true, .lo = 3.1, .hi = 4.1}, 5)) == Texts{"3.2", "3.4", "3.6", "3.8", "4"});
  }

  TEST_CASE("ticks at the data are the values that were run, thinned where labels would touch") {
    const Scale scale{.log = true, .lo = 50, .hi = 1100, .from = 0, .to = 400};
    CHECK(labels(ticks_at(scale, {1024, 64, 64, 256, 128, 512}, 40)) == Texts{"64", "128", "256", "512", "1024"});
    CHECK(labels(ticks_at(scale, {64, 66, 1024}, 40)) == Texts{"64", "1024"});
    CHECK(ticks_at(scale, {64, 66, 1024, 5000}, 40).size() == 3);
  }

  TEST_CASE("a scale maps its ends to its pixels, and log in equal ratios") {
    const Scale log{.log = true, .lo = 1, .hi = 100, .from = 300, .to = 100};
    CHECK(log(1) == doctest::Approx(300));
    CHECK(log(10) == doctest::Approx(200));
    CHECK(log(100) == doctest::Approx(100));
    CHECK(log(0) > 1000);  // out of the way, on the side of small values
  }

  TEST_CASE("fitting leaves a margin, ignores what cannot be drawn, and survives a single value") {
    const double nan = std::nan(""), inf = std::numeric_limits<double>::infinity();
    const Scale linear = fit_scale({0, 10, nan, inf}, false, 0.1);
    CHECK(linear.lo == doctest::Approx(-1));
    CHECK(linear.hi == doctest::Approx(11));
    const Scale log = fit_scale({0, -3, 1, 100}, true, 0.5);
    CHECK(log.lo == doctest::Approx(0.1));
    CHECK(log.hi == doctest::Approx(1000));
    for (const double v : {0.0, 5.0, -5.0, 1e300}) {
      const Scale one = fit_scale({v}, false);
      CHECK(one.lo < v);
      CHECK(one.hi > v);
    }
    CHECK(fit_scale({}, false).lo < fit_scale({}, false).hi);
  }

  TEST_CASE("log is wanted for positive values that span more than the ratio") {
    CHECK(wants_log({1, 30}));
    CHECK_FALSE(wants_log({1, 10}));
    CHECK_FALSE(wants_log({0, 30}));
    CHECK_FALSE(wants_log({}));
  }

  TEST_CASE("the widest range of doubles gives no endless loop") {
    CHECK(ticks({.lo = -1.7e308, .hi = 1.7e308}, 5).size() < 20);
  }
}
