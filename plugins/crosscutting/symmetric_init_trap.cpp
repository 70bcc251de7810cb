#include "xor_network.h"

#include <lmw/sdk/sdk.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace lmw::crosscutting {
namespace {

using numerics::Rng;
using numerics::Stream;

/// About half of the runs end at 1/6, the others higher: one group in a few hundred has none of them.
constexpr std::int64_t group_size = 8;

class SymmetricInitTrap final : public sdk::Law {
 public:
  sdk::LawInfo info() const override {
    return {
        .name = "symmetric-init-trap",
        .title = "Equal neurons stay equal, and XOR is out of reach at any width",
        .claim =
            "If all hidden units of a network start with the same weights, gradient descent keeps them equal for ever: "
            "on "
            "XOR a ReLU network of any width then fails with probability 1, and the best that it reaches is the best "
            "of "
            "one unit, a mean squared error of 1/6.",
        .formula = R"(\theta_1 = \dots = \theta_H \text{ is invariant}, \quad \min \mathrm{MSE} = \tfrac16)",
        .source =
            "Fukumizu & Amari 2000, Neural Networks 13; Goodfellow, Bengio & Courville 2016, section 8.4. The best of "
            "one "
            "unit: it takes one corner out, and the mean of the other three leaves 2/3 over four points",
        .analogue =
            "a symmetry of the equations of motion that the initial state shares: exchange of identical particles",
        .parameters = {sdk::count_parameter("width", 8, 1, 256, "H: hidden units"),
                       sdk::real_parameter("init_scale", 1.0, 1e-6, 10, "w is N(0, init_scale^2), a that over H"),
                       sdk::real_parameter("noise", 0.0, 0, 10, "what then tells the units apart, in the same unit"),
                       sdk::real_parameter("learning_rate", 0.1, 1e-6, 1, "of full-batch gradient descent"),
                       sdk::count_parameter("steps", 1000, 1, 1e7, "of gradient descent"),
                       sdk::count_parameter("groups", 16, 1, 1e6, "of 8 runs each, in one replicate")},
        .observables = {{.name = "failure_probability",
                         .kind = sdk::Kind::proportion,
                         .meaning = "share of runs that end above a mean squared error of 0.01",
                         .axis = "noise",
                         .subject = "performance"},
                        {.name = "units_equal",
                         .kind = sdk::Kind::proportion,
                         .meaning = "share of runs that end with bitwise equal units",
                         .axis = "noise",
                         .subject = "weights"},
                        {.name = "best_is_sixth",
                         .kind = sdk::Kind::proportion,
                         .meaning = "share of groups of 8 runs whose least mean squared error is 1/6, to 1e-3",
                         .axis = "noise",
                         .subject = "performance"}},
        .rivals = {{"accident", "H units can fit XOR, so that a new seed helps: most runs reach 0"},
                   {"drifts-apart", "rounding tells the units apart in the end"}},
        .regime = "equal units; width and learning rate such that the mean unit moves slowly: eta H <= 2",
        .refuted_if = "a run from equal units learns XOR, or beats 1/6, or ends with units that differ",
        .tags = {"symmetry", "initialisation", "failure", "structural"},
        .quick = {.core_seconds = 0.3, .memory_bytes = 1e6},
        .standard = {.core_seconds = 3, .memory_bytes = 1e6},
        .thorough = {.core_seconds = 20, .memory_bytes = 1e6},
        .subjects = {"weights", "performance"},
        .architectures = {"mlp"},
        .physics = {.symmetry = "exchange of hidden units",
                    .conserved_or_order_parameter = "equality of the units",
                    .control_parameter = "noise / init_scale",
                    .axioms = {"symmetry"}}};
  }

  std::vector<sdk::PointOverrides> sweep(sdk::Effort effort) const override {
    std::vector<sdk::PointOverrides> points = {{}, {{"width", 2}}};
    if (effort != sdk::Effort::quick) {
      points.push_back({{"width", 16}});
      points.push_back({{"init_scale", 0.3}, {"steps", 4000}});
      points.push_back({{"learning_rate", 0.02}, {"steps", 5000}});
      points.push_back({{"steps", 10'000}});
    }
    if (effort == sdk::Effort::thorough) points.push_back({{"steps", 100'000}});
    points.push_back({{"noise", 1.0}});
    if (effort != sdk::Effort::quick)
      for (const double noise : {0.1, 0.3}) points.push_back({{"noise", noise}, {"steps", 4000}});
    return points;
  }

  sdk::Regime regime(const sdk::Point& at, sdk::Context&) const override {
    const double noise = at["noise"] / at["init_scale"];
    if (noise > 0) {
      const char* reason = "units that differ are drawn apart, as far as the local minima of XOR let them";
      const bool enough = noise >= 0.1 && at["width"] >= 4 && at["steps"] * at["learning_rate"] >= 100;
      return enough ? sdk::Regime::breaks(reason) : sdk::Regime::outside(reason);
    }
    if (at["width"] * at["learning_rate"] > 2) return sdk::Regime::outside("eta H > 2: the mean unit may overshoot");
    return sdk::Regime::within();
  }

  void predict(const sdk::Point& at, sdk::Recorder& out) const override {
    const std::int64_t groups = at.count("groups"), draws = group_size * groups;
    const char* why = "above 0.9 is structural, below 0.1 safe";
    out.record({.observable = "failure_probability", .value = 1.0, .eps = 0.1, .eps_reason = why, .draws = draws});
    out.record({.observable = "failure_probability", .rival = "accident", .value = 0.0});
    out.record({.observable = "units_equal", .value = 1.0, .eps = 0.1, .eps_reason = why, .draws = draws});
    out.record({.observable = "units_equal", .rival = "drifts-apart", .value = 0.0});
    out.record({.observable = "best_is_sixth", .value = 1.0, .eps = 0.1, .eps_reason = why, .draws = groups});
    out.record({.observable = "best_is_sixth", .rival = "accident", .value = 0.0});
  }

  void measure(const sdk::Point& at, sdk::Seed seed, sdk::Recorder& out) const override {
    const std::int64_t groups = at.count("groups"), draws = group_size * groups;
    std::int64_t failed = 0, equal = 0, at_sixth = 0;
    double least = std::numeric_limits<double>::infinity();
    for (std::int64_t k = 0; k < draws; ++k) {
      if (out.cancelled()) return;
      const sdk::Seed draw = seed.draw(k);
      Rng init(draw.value, Stream::init, draw.draw_index), noise(draw.value, Stream::noise, draw.draw_index);
      XorNetwork network(at.count("width"), at["init_scale"], init);
      network.make_units_equal();
      if (at["noise"] > 0) network.perturb(at["noise"], noise);
      const double mse = network.train(at.count("steps"), at["learning_rate"]);
      if (!std::isfinite(mse)) return out.outcome(sdk::Outcome::diverged, "a run diverged");
      failed += mse > xor_failure_mse ? 1 : 0;
      equal += network.units_equal() ? 1 : 0;
      least = std::min(least, mse);
      if ((k + 1) % group_size != 0) continue;
      at_sixth += std::abs(least - 1.0 / 6) < 1e-3 ? 1 : 0;
      least = std::numeric_limits<double>::infinity();
    }
    const auto share = [](std::int64_t count, std::int64_t of) {
      return static_cast<double>(count) / static_cast<double>(of);
    };
    out.record({.observable = "failure_probability", .value = share(failed, draws)});
    out.record({.observable = "units_equal", .value = share(equal, draws)});
    out.record({.observable = "best_is_sixth", .value = share(at_sixth, groups)});
  }
};

}  // namespace

void add_symmetric_init_trap(sdk::LawList& laws) { laws.add<SymmetricInitTrap>(); }

}  // namespace lmw::crosscutting
