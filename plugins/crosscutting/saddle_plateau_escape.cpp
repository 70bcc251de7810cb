#include <lmw/numerics/random.h>
#include <lmw/sdk/sdk.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <utility>

namespace lmw::crosscutting {
namespace {

using numerics::Rng;
using numerics::Stream;

/// The two weights before training: equal, opposite, or independent; N(0, init_scale^2) each.
std::pair<double, double> draw_weights(const sdk::Point& at, sdk::Seed draw) {
  Rng init(draw.value, Stream::init, draw.draw_index);
  const double a = at["init_scale"] * init.normal();
  if (at.text("start") == "equal") return {a, a};
  if (at.text("start") == "opposite") return {a, -a};
  return {a, at["init_scale"] * init.normal()};
}

/// Gradient descent on (s - a b)^2 / 2. The time, learning rate times steps, at which the product a b crosses s/2;
/// nothing if that is later than `time_max`.
std::optional<double> train_until_half(double a, double b, double s, double learning_rate, double time_max) {
  double before = a * b;
  const auto steps = static_cast<std::int64_t>(std::ceil(time_max / learning_rate));
  for (std::int64_t k = 1; k <= steps; ++k) {
    const double error = s - before, step_a = learning_rate * error * b;
    b += learning_rate * error * a;
    a += step_a;
    const double product = a * b;
    if (product >= s / 2) return learning_rate * (static_cast<double>(k - 1) + (s / 2 - before) / (product - before));
    before = product;
  }
  return std::nullopt;
}

/// P(u0 < s / (1 + exp(rate T))) for u0 = (init_scale z)^2: the start is so small that escape comes after T.
double late_probability(const sdk::Point& at, double rate) {
  const double start = at["s"] / (1 + std::exp(rate * at["horizon"]));
  return std::erf(std::sqrt(start / 2) / at["init_scale"]);
}

class SaddlePlateauEscape final : public sdk::Law {
 public:
  sdk::LawInfo info() const override {
    return {.name = "saddle-plateau-escape",
            .title = "How long a plateau lasts, and which runs are still on it",
            .claim =
                "Two weights in a row, f = a b x, started at a = b = sqrt(u0) leave the plateau at 0 after "
                "ln((s - u0)/u0) / (2 s): a run that looks stuck at a horizon T is one that started below "
                "s / (1 + exp(2 s T)), and their share follows from the law of the start alone.",
            .formula = R"(t_{1/2} = \frac{1}{2s}\ln\frac{s-u_0}{u_0}, \quad )"
                       R"(P(t_{1/2} > T) = P\left(u_0 < \frac{s}{1+e^{2sT}}\right))",
            .source = "Saxe, McClelland & Ganguli 2014: du/dt = 2 u (s - u)",
            .analogue = "leaving the top of a potential hill: the waiting time is logarithmic in the first push",
            .parameters = {sdk::real_parameter("s", 1.0, 1e-3, 1e3, "target of the product a b"),
                           sdk::real_parameter("init_scale", 0.01, 1e-12, 10, "the weights are N(0, init_scale^2)"),
                           sdk::real_parameter("horizon", 5.0, 1e-3, 1e4,
                                               "T: a run that is on the plateau then has failed"),
                           sdk::text_parameter("start", "equal", {"equal", "opposite", "independent"},
                                               "the second weight: as the first, its negative, or drawn anew"),
                           sdk::real_parameter("learning_rate", 1e-3, 1e-6, 0.1, "eta"),
                           sdk::count_parameter("draws", 1000, 1, 1e7, "runs of one replicate")},
            .observables = {{.name = "failure_probability",
                             .kind = sdk::Kind::proportion,
                             .meaning = "share of runs with a b < s/2 at the horizon",
                             .axis = "horizon"},
                            {.name = "escape_time",
                             .meaning = "eta times steps until a b = s/2, mean over the runs of a replicate",
                             .axis = "init_scale",
                             .log_axis = true}},
            .rivals = {{"one-layer", "growth at rate s, as if one of the two layers stood still"},
                       {"no-plateau", "no run takes longer than 1/s: the gradient has the size of the error"}},
            .regime = "equal weights, so small that none starts beyond the half: init_scale^2 <= 0.02 s; eta s <= 0.01",
            .refuted_if = "the times are others than those of each start, or another share of runs is late",
            .tags = {"saddle", "gradient-descent", "failure"},
            .predicts = sdk::Predicts::per_replicate,
            .quick = {.core_seconds = 1, .memory_bytes = 1e6},
            .standard = {.core_seconds = 5, .memory_bytes = 1e6},
            .thorough = {.core_seconds = 20, .memory_bytes = 1e6},
            .subjects = {"dynamics"},
            .architectures = {"linear"},
            .physics = {.symmetry = "a -> c a, b -> b / c",
                        .conserved_or_order_parameter = "a^2 - b^2, 0 from equal weights",
                        .control_parameter = "2 s T / ln(s / u0)",
                        .large_parameter = "1 / (learning_rate s)",
                        .leading_correction = "learning_rate s",
                        .axioms = {"gradient-flow", "balance"}}};
  }

  // With eps = 0.03 the first look (4000 runs) confirms a probability near 1/2 if |D| <= 0.03 - 2.58 * 0.0079 = 0.0096,
  // which is 1.2 standard errors; the second one if |D| <= 2.3 of its own.
  std::vector<sdk::PointOverrides> sweep(sdk::Effort effort) const override {
    std::vector<sdk::PointOverrides> points;
    for (const double horizon : {3.0, 5.0, 12.0}) points.push_back({{"horizon", horizon}});
    if (effort != sdk::Effort::quick) {
      for (const double horizon : {4.5, 6.0}) points.push_back({{"horizon", horizon}});
      points.push_back({{"init_scale", 0.001}, {"horizon", 7.0}});
      points.push_back({{"s", 3.0}, {"horizon", 1.8}});
    }
    if (effort == sdk::Effort::thorough)
      for (const double scale : {1e-4, 1e-6})
        points.push_back({{"init_scale", scale}, {"horizon", 0.5 - std::log(scale)}});
    // Must break: between a = b and a = -b lies every other start, and at a = -b there is no escape.
    points.push_back({{"start", "opposite"}, {"horizon", 12.0}});
    points.push_back({{"start", "independent"}});
    return points;
  }

  sdk::Regime regime(const sdk::Point& at, sdk::Context&) const override {
    const double scale = at["init_scale"], s = at["s"];
    if (scale * scale > 0.02 * s) return sdk::Regime::outside("a start of the size of the target: there is no plateau");
    if (at["learning_rate"] * s > 0.01) return sdk::Regime::outside("eta s > 0.01: no gradient flow");
    if (at.text("start") == "opposite") {
      const char* reason = "a = -b leads into the saddle";
      return late_probability(at, 2 * s) < 0.8 ? sdk::Regime::breaks(reason) : sdk::Regime::outside(reason);
    }
    if (at.text("start") == "independent")
      return sdk::Regime::breaks("the part of the start that grows is (a + b)/2, not the root of a b");
    return sdk::Regime::within();
  }

  void predict(const sdk::Point& at, sdk::Recorder& out) const override {
    const double s = at["s"], eps = 0.03;
    if (at["init_scale"] * at["init_scale"] > 0.02 * s) return out.abstain("there is no plateau");
    if (predicts_share(at)) {
      const double late = late_probability(at, 2 * s), one_layer = late_probability(at, s);
      out.record({.observable = "failure_probability",
                  .value = late,
                  .eps = eps,
                  .eps_reason = "under a sixth of the gap to the nearest rival in the default points",
                  .draws = at.count("draws")});
      if (one_layer - late > 2 * eps)
        out.record({.observable = "failure_probability", .rival = "one-layer", .value = one_layer});
      if (at["horizon"] * s > 1 && late > 2 * eps)
        out.record({.observable = "failure_probability", .rival = "no-plateau", .value = 0.0});
    }
    if (at.text("start") == "opposite") return;
    out.record({.observable = "escape_time",
                .eps = 0.002,
                .b_th = 0.5 * at["learning_rate"] * s,
                .eps_reason = "the claim; growth by 1 + 2 eta s a step is slower than the flow by eta s",
                .compare = sdk::Compare::ratio});
    out.record({.observable = "escape_time", .rival = "one-layer"});
  }

  void predict_replicate(const sdk::Point& at, sdk::Seed seed, sdk::Recorder& out) const override {
    if (at.text("start") == "opposite") return;
    const double s = at["s"];
    double sum = 0;
    for (std::int64_t k = 0; k < at.count("draws"); ++k) {
      const auto [a, b] = draw_weights(at, seed.draw(k));
      const double start = std::abs(a * b);
      sum += std::log((s - start) / start) / (2 * s);
    }
    const double time = sum / at["draws"];
    out.record({.observable = "escape_time", .value = time});
    out.record({.observable = "escape_time", .rival = "one-layer", .value = 2 * time});
  }

  void measure(const sdk::Point& at, sdk::Seed seed, sdk::Recorder& out) const override {
    const double s = at["s"], horizon = at["horizon"];
    const bool escapes = at.text("start") != "opposite";
    // 50/s after the expected time a start would have to be exp(-100) of a typical one.
    const double time_max = escapes ? std::max(horizon, (50 - std::log(at["init_scale"])) / s) : horizon;
    const std::int64_t draws = at.count("draws");
    std::int64_t late = 0;
    double sum = 0;
    for (std::int64_t k = 0; k < draws; ++k) {
      if (k % 64 == 0 && out.cancelled()) return;
      const auto [a, b] = draw_weights(at, seed.draw(k));
      const auto time = train_until_half(a, b, s, at["learning_rate"], time_max);
      if (escapes && !time) return out.outcome(sdk::Outcome::stuck, "a run never left the plateau");
      if (!time || *time > horizon) ++late;
      sum += time.value_or(0);
    }
    if (predicts_share(at))
      out.record(
          {.observable = "failure_probability", .value = static_cast<double>(late) / static_cast<double>(draws)});
    if (escapes) out.record({.observable = "escape_time", .value = sum / static_cast<double>(draws)});
  }

 private:
  /// The product of two independent normals has another law.
  static bool predicts_share(const sdk::Point& at) { return at.text("start") != "independent"; }
};

}  // namespace

void add_saddle_plateau_escape(sdk::LawList& laws) { laws.add<SaddlePlateauEscape>(); }

}  // namespace lmw::crosscutting
