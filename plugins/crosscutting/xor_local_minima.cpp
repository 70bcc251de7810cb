#include "xor_network.h"

#include <lmw/sdk/sdk.h>

#include <algorithm>
#include <cmath>
#include <optional>

namespace lmw::crosscutting {
namespace {

using numerics::Rng;
using numerics::Stream;

/// Failures among 400 runs at each of five widths: what the law was made from.
struct Seen {
  double width, failures;
};
constexpr Seen seen[] = {{2, 310}, {3, 177}, {4, 110}, {6, 41}, {10, 1}};
constexpr double runs_seen = 400;

struct Forecast {
  double probability;
  double error;  ///< the farther end of the 99 % Wilson interval of 400 runs
};

Forecast forecast_of(double failures) {
  const double p = failures / runs_seen, z = 2.5758293035489004, z_sq = z * z / runs_seen;
  const double centre = (p + z_sq / 2) / (1 + z_sq);
  const double half = z / (1 + z_sq) * std::sqrt(p * (1 - p) / runs_seen + z_sq / (4 * runs_seen));
  return {p, std::max(centre + half - p, p - centre + half)};
}

/// Straight between the listed widths in the logarithm of the probability; nothing beyond them.
std::optional<Forecast> forecast(double width) {
  for (std::size_t i = 0; i + 1 < std::size(seen); ++i) {
    const auto [low, high] = std::pair(seen[i], seen[i + 1]);
    if (width < low.width || width > high.width) continue;
    const Forecast left = forecast_of(low.failures), right = forecast_of(high.failures);
    const double share = (width - low.width) / (high.width - low.width);
    const double probability = std::exp((1 - share) * std::log(left.probability) + share * std::log(right.probability));
    return Forecast{probability, (1 - share) * left.error + share * right.error};
  }
  return std::nullopt;
}

class XorLocalMinima final : public sdk::Law {
 public:
  sdk::LawInfo info() const override {
    return {
        .name = "xor-local-minima",
        .title = "How often a small network is caught in a local minimum of XOR",
        .claim =
            "A ReLU network with H hidden units, started at random and trained on XOR, ends in a local minimum with "
            "probability 0.78, 0.44, 0.28, 0.10, 0.003 at H = 2, 3, 4, 6, 10, and on a straight line in ln P between "
            "them. Which run fails is an accident of its seed, and a new seed helps.",
        .formula = R"(P(\text{fail} \mid H) = \tfrac{310}{400}, \tfrac{177}{400}, \tfrac{110}{400}, \tfrac{41}{400}, )"
                   R"(\tfrac{1}{400}, \quad \text{runs for a success of 99 \%} = \lceil \ln 0.01 / \ln P \rceil)",
        .source =
            "400 runs at each of the five widths; local minima of small networks: Gori & Tesi 1992, IEEE "
            "Transactions on Pattern Analysis and Machine Intelligence 14",
        .analogue = "a glass: which valley is reached depends on the quench, how many there are on the size",
        .parameters = {sdk::count_parameter("width", 4, 1, 256, "H: hidden units"),
                       sdk::real_parameter("init_scale", 1.0, 1e-6, 10,
                                           "w is N(0, init_scale^2), a that over H, b = 0"),
                       sdk::real_parameter("learning_rate", 0.1, 1e-6, 1, "of full-batch gradient descent"),
                       sdk::count_parameter("steps", 4000, 1, 1e7, "of gradient descent"),
                       sdk::count_parameter("draws", 1000, 1, 1e6, "runs of one replicate")},
        .observables = {{.name = "failure_probability",
                         .kind = sdk::Kind::proportion,
                         .meaning = "share of runs that end above a mean squared error of 0.01",
                         .axis = "width",
                         .log_value = true}},
        .rivals = {{"structural", "the width is too small for any seed: every run fails"},
                   {"width-does-not-help", "each further unit is caught as the first two are"},
                   {"safe", "a width that suffices to fit is enough to learn: no run fails"}},
        .regime = "2 to 10 units, init_scale 1, learning rate 0.1 and 4000 steps: as in the runs that it was made from",
        .refuted_if = "another share of fresh runs fails",
        .fitted_parameters = 5,
        .tags = {"local-minima", "failure", "contingent"},
        .quick = {.core_seconds = 2.5, .memory_bytes = 1e6},
        .standard = {.core_seconds = 5, .memory_bytes = 1e6},
        .thorough = {.core_seconds = 5, .memory_bytes = 1e6},
        .subjects = {"performance"},
        .architectures = {"mlp"},
        .elasticities = {{"failure_probability", "width", -1}},
        .physics = {.conserved_or_order_parameter = "share of runs in a local minimum", .control_parameter = "width"}};
  }

  // The band is 0.02 and the error of 400 runs: 0.08 at H = 2, of which 4000 fresh runs need 2.58 * 0.0066 = 0.017.
  std::vector<sdk::PointOverrides> sweep(sdk::Effort effort) const override {
    std::vector<sdk::PointOverrides> points;
    for (const int width : {2, 3, 4, 6, 10}) points.push_back({{"width", width}});
    // Between the widths that the law was made from.
    if (effort != sdk::Effort::quick)
      for (const int width : {5, 8}) points.push_back({{"width", width}});
    points.push_back({{"init_scale", 3.0}});
    if (effort != sdk::Effort::quick) points.push_back({{"steps", 300}});
    return points;
  }

  sdk::Regime regime(const sdk::Point& at, sdk::Context&) const override {
    if (at["width"] < 2 || at["width"] > 10) return sdk::Regime::outside("widths from 2 to 10 are known");
    const bool middle = at["width"] >= 3 && at["width"] <= 6;
    if (at["init_scale"] != 1) {
      const char* reason = "another scale of the first weights leads to other valleys";
      return middle && at["init_scale"] >= 3 ? sdk::Regime::breaks(reason) : sdk::Regime::outside(reason);
    }
    if (at["steps"] < 4000) {
      const char* reason = "runs that would escape are still on their way";
      return middle && at["steps"] * at["learning_rate"] <= 30 ? sdk::Regime::breaks(reason)
                                                               : sdk::Regime::outside(reason);
    }
    if (at["learning_rate"] != 0.1) return sdk::Regime::outside("another learning rate than 0.1");
    return sdk::Regime::within(at["width"] == 5 || at["width"] >= 7 ? 0.8 : 0.9);
  }

  void predict(const sdk::Point& at, sdk::Recorder& out) const override {
    const auto expected = forecast(at["width"]);
    if (!expected) return out.abstain("widths from 2 to 10 are known");
    const double p = expected->probability, eps = 0.02, band = eps + expected->error;
    out.record({.observable = "failure_probability",
                .value = p,
                .eps = eps,
                .b_th = expected->error,
                .eps_reason = "two runs in a hundred, and the 99 % error of the 400 runs that were counted",
                .draws = at.count("draws")});
    const double narrow = seen[0].failures / runs_seen;
    if (1 - p > 2 * band) out.record({.observable = "failure_probability", .rival = "structural", .value = 1.0});
    if (narrow - p > 2 * band)
      out.record({.observable = "failure_probability", .rival = "width-does-not-help", .value = narrow});
    if (p > 2 * band) out.record({.observable = "failure_probability", .rival = "safe", .value = 0.0});
  }

  void measure(const sdk::Point& at, sdk::Seed seed, sdk::Recorder& out) const override {
    const std::int64_t draws = at.count("draws");
    std::int64_t failed = 0;
    for (std::int64_t k = 0; k < draws; ++k) {
      if (k % 16 == 0 && out.cancelled()) return;
      const sdk::Seed draw = seed.draw(k);
      Rng init(draw.value, Stream::init, draw.draw_index);
      const double mse =
          XorNetwork(at.count("width"), at["init_scale"], init).train(at.count("steps"), at["learning_rate"]);
      failed += mse <= xor_failure_mse ? 0 : 1;  // one that is not finite has failed too
    }
    out.record(
        {.observable = "failure_probability", .value = static_cast<double>(failed) / static_cast<double>(draws)});
  }
};

}  // namespace

void add_xor_local_minima(sdk::LawList& laws) { laws.add<XorLocalMinima>(); }

}  // namespace lmw::crosscutting
