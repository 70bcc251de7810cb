// A small plugin with laws whose answers are known: what the host's tests run.
#include <lmw/sdk/sdk.h>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <thread>

namespace {

using namespace lmw::sdk;

/// A uniform number in (0, 1) from a seed and an index: enough randomness for tests, and no library.
double uniform(Seed seed, std::uint64_t index) {
  std::uint64_t z = seed.value + 0x9e3779b97f4a7c15u * (index + 1 + (std::uint64_t{seed.draw_index} << 32));
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return (static_cast<double>((z ^ (z >> 31)) >> 12) + 0.5) * 0x1p-52;
}

/// The mean of n uniform numbers is 1/2 within eps; the rival says 0.4. Biased points are outside, and must break.
class MeanOfUniforms final : public Law {
 public:
  LawInfo info() const override {
    return {
        .name = "mean-of-uniforms",
        .claim = "the mean of uniform numbers is one half",
        .formula = R"(\mathbb{E}[u] = \frac{1}{2})",
        .source = "the definition of the uniform distribution",
        .parameters = {count_parameter("n", 400, 1, 1e6, "numbers in one mean"), real_parameter("shift", 0.0, 0, 1)},
        .observables = {{.name = "mean", .axis = "n", .log_axis = true}},
        .rivals = {{"low", "it is 0.4"}},
        .regime = "no shift",
        .quick = {.core_seconds = 0.01, .memory_bytes = 1e6},
        .standard = {.core_seconds = 0.02, .memory_bytes = 1e6}};
  }
  std::vector<PointOverrides> sweep(Effort effort) const override {
    std::vector<PointOverrides> points = {{{"n", 400}}, {{"n", 1600}}, {{"n", 400}, {"shift", 0.2}}};
    if (effort != Effort::quick) points.push_back({{"n", 6400}});
    return points;
  }
  Regime regime(const Point& at, Context&) const override {
    return at["shift"] > 0 ? Regime::breaks("the numbers are shifted") : Regime::within();
  }
  void predict(const Point&, Recorder& out) const override {
    out.record({.observable = "mean", .value = 0.5, .eps = 0.04, .eps_reason = "under half the gap to the rival"});
    out.record({.observable = "mean", .rival = "low", .value = 0.4});
  }
  void measure(const Point& at, Seed seed, Recorder& out) const override {
    double sum = 0;
    const auto n = at.count("n");
    for (std::int64_t i = 0; i < n; ++i) sum += uniform(seed, static_cast<std::uint64_t>(i));
    out.record({.observable = "mean", .value = sum / static_cast<double>(n) + at["shift"]});
  }
};

/// A curve, predicted per replicate from a number that the seed draws: the measurement follows it within noise.
class SeededLine final : public Law {
 public:
  LawInfo info() const override {
    return {.name = "seeded-line",
            .claim = "the line follows the slope that its seed drew",
            .source = "made for tests",
            .parameters = {text_parameter("say", "slope", {"slope", "mean"},
                                          "mean: a plain number instead, the mean of all slopes")},
            .observables = {{.name = "line", .kind = Kind::curve, .axis = "t"}, {.name = "mean_slope"}},
            .rivals = {{"flat", "no slope at all"}},
            .predicts = Predicts::per_replicate,
            .quick = {.core_seconds = 0.01}};
  }
  void predict(const Point& at, Recorder& out) const override {
    if (at.text("say") == "mean") return out.record({.observable = "mean_slope", .value = 1.5, .eps = 0.05});
    out.record({.observable = "line", .x = grid(), .eps = 0.05, .compare = Compare::difference});
    out.record({.observable = "line", .rival = "flat", .x = grid()});
  }
  void predict_replicate(const Point&, Seed seed, Recorder& out) const override {
    out.record({.observable = "line", .x = grid(), .value = line(seed, 0)});
    out.record({.observable = "line", .rival = "flat", .x = grid(), .value = std::vector<double>(grid().size(), 0.0)});
  }
  void measure(const Point& at, Seed seed, Recorder& out) const override {
    if (at.text("say") == "mean") return out.record({.observable = "mean_slope", .value = line(seed, 0.01)[0]});
    out.record({.observable = "line", .x = grid(), .value = line(seed, 0.01)});
  }

 private:
  static std::vector<double> grid() { return {1, 2, 3, 4}; }
  static std::vector<double> line(Seed seed, double noise) {
    std::vector<double> y;
    for (const double t : grid())
      y.push_back((1 + uniform(seed, 0)) * t + noise * (uniform(seed, static_cast<std::uint64_t>(t)) - 0.5));
    return y;
  }
};

/// Behaves as its parameter says.
class Misbehaves final : public Law {
 public:
  LawInfo info() const override {
    return {.name = "misbehaves",
            .claim = "it does what its parameter says",
            .source = "made for tests",
            .parameters = {text_parameter(
                "how", "abstain",
                {"abstain", "throw-in-predict", "nan-in-predict", "no-eps", "undeclared", "powerless",
                 "throw-in-measure", "nan-in-measure", "extra", "missing", "not-converged", "slow", "wrong", "wide"})},
            .observables = {{.name = "x"}, {.name = "y"}},
            .rivals = {{"near", "too near to be told apart"}},
            .quick = {.core_seconds = 0.01}};
  }
  void predict(const Point& at, Recorder& out) const override {
    const std::string& how = at.text("how");
    if (how == "abstain") return out.abstain("the theory has no answer");
    if (how == "throw-in-predict") throw std::runtime_error("planted in predict");
    if (how == "undeclared") return out.record({.observable = "z", .value = 1.0, .eps = 0.1});
    if (how == "no-eps") return out.record({.observable = "x", .value = 1.0});
    out.record({.observable = "x", .value = how == "nan-in-predict" ? std::nan("") : 1.0, .eps = 0.1});
    if (how == "powerless") out.record({.observable = "x", .rival = "near", .value = 1.15});
  }
  void measure(const Point& at, Seed seed, Recorder& out) const override {
    const std::string& how = at.text("how");
    if (how == "throw-in-measure") throw std::runtime_error("planted in measure");
    if (how == "not-converged") return out.outcome(Outcome::not_converged, "residual 0.3 after 100 steps");
    if (how == "slow" || how == "wide")
      for (int i = 0; i < (how == "slow" ? 50 : 4); ++i) {
        if (out.cancelled()) return;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
      }
    if (how != "missing")
      out.record({.observable = "x",
                  .value = (how == "nan-in-measure" ? std::nan("")
                            : how == "wrong"        ? 2.0
                            : how == "wide"         ? 2 * uniform(seed, 2)
                                                    : 1.0) +
                           0.01 * uniform(seed, 1)});
    if (how == "extra") out.record({.observable = "y", .value = 1.0});
  }
};

/// Needs a data set that no one has.
class NeedsData final : public Law {
 public:
  LawInfo info() const override {
    return {.name = "needs-data",
            .claim = "the data say 1",
            .source = "made for tests",
            .observables = {{.name = "x"}},
            .data = {"no-such-data"},
            .quick = {.core_seconds = 0.01}};
  }
  void predict(const Point&, Recorder& out) const override {
    out.record({.observable = "x", .value = 1.0, .eps = 0.1});
  }
  void measure(const Point&, Seed, Recorder& out) const override { out.record({.observable = "x", .value = 1.0}); }
};

/// A data set that is not there: one point chooses it, one by the beginning of its name, the other does without.
class AsksForData final : public Law {
 public:
  LawInfo info() const override {
    return {.name = "asks-for-data",
            .claim = "the data say 1",
            .source = "made for tests",
            .parameters = {text_parameter("from", "nowhere", {"nowhere", "no-such-data", "no-such"})},
            .observables = {{.name = "x"}},
            .data = {"no-such-data"},
            .quick = {.core_seconds = 0.01}};
  }
  std::vector<PointOverrides> sweep(Effort) const override {
    return {{}, {{"from", "no-such-data"}}, {{"from", "no-such"}}};
  }
  void predict(const Point&, Recorder& out) const override {
    out.record({.observable = "x", .value = 1.0, .eps = 0.1});
  }
  void measure(const Point& at, Seed seed, Recorder& out) const override {
    if (at.text("from") != "nowhere") out.data("no-such-data");
    out.record({.observable = "x", .value = 1.0 + 0.01 * uniform(seed, 1)});
  }
};

/// An identity: one replicate, no noise.
class Identity final : public Law {
 public:
  LawInfo info() const override {
    return {.name = "identity",
            .claim = "(a+b)^2 = a^2 + 2ab + b^2",
            .source = "made for tests",
            .parameters = {real_parameter("a", 0.25), real_parameter("b", 0.5)},
            .observables = {{.name = "square"}},
            .rivals = {{"freshman", "a^2 + b^2"}},
            .deterministic = true,
            .quick = {.core_seconds = 0.01}};
  }
  void predict(const Point& at, Recorder& out) const override {
    const double a = at["a"], b = at["b"];
    out.record({.observable = "square", .value = a * a + 2 * a * b + b * b, .eps = 1e-12});
    out.record({.observable = "square", .rival = "freshman", .value = a * a + b * b});
  }
  void measure(const Point& at, Seed, Recorder& out) const override {
    const double sum = at["a"] + at["b"];
    out.record({.observable = "square", .value = sum * sum});
  }
};

/// Runs fail beyond x = 1, always, and below it never; but it forecasts a safe run at x = 4. Half of the runs fail at
/// 0.5.
class Cliff final : public Law {
 public:
  LawInfo info() const override {
    return {
        .name = "cliff",
        .claim = "runs fail beyond x = 1",
        .formula = R"(p = \text{step}(x - 1))",
        .source = "made for tests",
        .parameters = {real_parameter("x", 2.0, 0, 10), count_parameter("draws", 20, 1, 1000, "runs of a replicate")},
        .observables = {{.name = "failure_probability", .kind = Kind::proportion, .axis = "x"}},
        .rivals = {{"contrary", "the other way around"}},
        .regime = "not at x = 3",
        .quick = {.core_seconds = 0.01}};
  }
  std::vector<PointOverrides> sweep(Effort) const override {
    std::vector<PointOverrides> points;
    for (const double x : {0.25, 0.5, 0.9, 1.1, 2.0, 3.0, 4.0}) points.push_back({{"x", x}});
    return points;
  }
  Regime regime(const Point& at, Context&) const override {
    return at["x"] == 3 ? Regime::outside("nobody knows") : Regime::within();
  }
  void predict(const Point& at, Recorder& out) const override {
    const double p = at["x"] == 0.5 ? 0.5 : at["x"] > 1 && at["x"] < 3 ? 1 : 0;
    out.record({.observable = "failure_probability", .value = p, .eps = 0.15, .draws = at.count("draws")});
    out.record({.observable = "failure_probability", .rival = "contrary", .value = p == 0.5 ? 1.0 : 1 - p});
  }
  void measure(const Point& at, Seed seed, Recorder& out) const override {
    const auto draws = at.count("draws");
    double failed = 0;
    for (std::int64_t k = 0; k < draws; ++k) failed += at["x"] == 0.5 ? uniform(seed.draw(k), 0) < 0.5 : at["x"] > 1;
    out.record({.observable = "failure_probability", .value = failed / static_cast<double>(draws)});
  }
};

/// An interval and a claim "at least", of the same number near 0.5.
class Bounds final : public Law {
 public:
  LawInfo info() const override {
    return {.name = "bounds",
            .claim = "the number lies between 0.2 and 0.8, and is positive",
            .source = "made for tests",
            .observables = {{.name = "between", .kind = Kind::interval}, {.name = "positive", .kind = Kind::ordering}},
            .quick = {.core_seconds = 0.01}};
  }
  void predict(const Point&, Recorder& out) const override {
    out.record({.observable = "between", .value = 0.2, .upper = 0.8, .eps = 0.1});
    out.record({.observable = "positive", .value = 0.0, .eps = 0.1});
  }
  void measure(const Point&, Seed seed, Recorder& out) const override {
    const double number = 0.5 + 0.01 * (uniform(seed, 0) - 0.5);
    out.record({.observable = "between", .value = number});
    out.record({.observable = "positive", .value = number});
  }
};

/// Intervals of one end each, about the same number near 0.5.
class OneSided final : public Law {
 public:
  LawInfo info() const override {
    return {.name = "one-sided",
            .claim = "the number is at least 0.2 and at most 0.8",
            .source = "made for tests",
            .observables = {{.name = "at_least", .kind = Kind::interval}, {.name = "at_most", .kind = Kind::interval}},
            .rivals = {{"beyond", "it lies on the other side"}},
            .quick = {.core_seconds = 0.01}};
  }
  void predict(const Point&, Recorder& out) const override {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    out.record({.observable = "at_least", .value = 0.2, .upper = infinity, .eps = 0.1});
    out.record({.observable = "at_least", .rival = "beyond", .value = -infinity, .upper = 0.0});
    out.record({.observable = "at_most", .value = -infinity, .upper = 0.8, .eps = 0.1});
    out.record({.observable = "at_most", .rival = "beyond", .value = 1.0, .upper = infinity});
  }
  void measure(const Point&, Seed seed, Recorder& out) const override {
    const double number = 0.5 + 0.01 * (uniform(seed, 0) - 0.5);
    out.record({.observable = "at_least", .value = number});
    out.record({.observable = "at_most", .value = number});
  }
};

/// x squared within a per cent, with all that a card can say beside: diagnostics, elasticities, subjects, the words of
/// mechanics. One observable does not depend on the seed. Runs beyond x = 4 diverge.
class Knob final : public Law {
 public:
  LawInfo info() const override {
    return {.name = "knob",
            .claim = "the answer is the square of the knob",
            .source = "made for tests",
            .parameters = {real_parameter("x", 1.0, 0.1, 10), text_parameter("forget", "no", {"no", "yes"})},
            .observables = {{.name = "square", .axis = "x", .subject = "dynamics"},
                            {.name = "exact", .axis = "x", .subject = "weights"},
                            {.name = "constant", .axis = "x", .subject = "performance"},
                            {.name = "steps_taken", .diagnostic = true},
                            {.name = "loss_recommended", .diagnostic = true},
                            {.name = "loss_best", .diagnostic = true},
                            {.name = "loss_default", .diagnostic = true},
                            {.name = "cost_ratio", .diagnostic = true}},
            .rivals = {{"tenfold", "ten times as much"}},
            .quick = {.core_seconds = 0.01},
            .standard = {.core_seconds = 0.01},
            .subjects = {"dynamics", "weights", "performance"},
            .architectures = {"mlp"},
            .fixed_points = 1,
            .elasticities = {{.observable = "square", .parameter = "x", .value = 2, .eps = 0.1},
                             {.observable = "exact", .parameter = "x", .sign = -1},
                             {.observable = "constant", .parameter = "x", .sign = 0, .eps = 0.05}},
            .physics = {.symmetry = "x to -x",
                        .conserved_or_order_parameter = "none",
                        .control_parameter = "x",
                        .large_parameter = "replicates",
                        .leading_correction = "1/S",
                        .axioms = {"symmetry", "balance"}}};
  }
  std::vector<PointOverrides> sweep(Effort) const override { return {{{"x", 1.0}}, {{"x", 2.0}}, {{"x", 4.0}}}; }
  void predict(const Point& at, Recorder& out) const override {
    const double x = at["x"];
    out.record({.observable = "square", .value = x * x, .eps = 0.05 * x * x});
    out.record({.observable = "square", .rival = "tenfold", .value = 10 * x * x});
    out.record({.observable = "exact", .value = 1 / x, .eps = 0, .deterministic = true});
    out.record({.observable = "constant", .value = 3.0, .eps = 0.1});
  }
  void measure(const Point& at, Seed seed, Recorder& out) const override {
    const double x = at["x"];
    if (x > 4) return out.outcome(Outcome::diverged, "beyond 4");
    const auto noise = [&](std::uint64_t i) { return 0.01 * (uniform(seed, i) - 0.5); };
    out.record({.observable = "square", .value = x * x * (1 + noise(0))});
    out.record({.observable = "exact", .value = 1 / x});
    out.record({.observable = "constant", .value = 3 * (1 + noise(1))});
    if (at.text("forget") == "no") out.record({.observable = "steps_taken", .value = 100.0});
    out.record({.observable = "loss_recommended", .value = 1.05 + noise(2)});
    out.record({.observable = "loss_best", .value = 1 + noise(3)});
    out.record({.observable = "loss_default", .value = 2 + noise(4)});
    out.record({.observable = "cost_ratio", .value = 0.0625});
  }
};

/// An exponent of 2, from a fit over as much of x as its parameter says; 0: it does not say.
class Exponent final : public Law {
 public:
  LawInfo info() const override {
    return {.name = "exponent",
            .claim = "the slope is 2",
            .source = "made for tests",
            .parameters = {real_parameter("span", 16.0, 0, 1000)},
            .observables = {{.name = "slope", .kind = Kind::exponent}},
            .rivals = {{"linear", "it is 1"}},
            .quick = {.core_seconds = 0.01}};
  }
  void predict(const Point& at, Recorder& out) const override {
    out.record({.observable = "slope", .value = 2.0, .eps = 0.1, .span = at["span"]});
    out.record({.observable = "slope", .rival = "linear", .value = 1.0});
  }
  void measure(const Point&, Seed seed, Recorder& out) const override {
    out.record({.observable = "slope", .value = 2 + 0.01 * uniform(seed, 0)});
  }
};

/// A drift that vanishes as the square of the step, at three steps; the law expects another power if told so.
class SquareDrift final : public Law {
 public:
  LawInfo info() const override {
    return {.name = "square-drift",
            .claim = "the drift vanishes as the square of the step",
            .source = "made for tests",
            .parameters = {real_parameter("order", 2.0, 0.5, 4)},
            .observables = {{.name = "drift", .kind = Kind::conserved, .axis = "step divisor"}},
            .quick = {.core_seconds = 0.01}};
  }
  void predict(const Point& at, Recorder& out) const override {
    out.record({.observable = "drift", .x = divisors(), .value = 0.0, .eps = 0.01, .order = at["order"]});
  }
  void measure(const Point&, Seed seed, Recorder& out) const override {
    const double size = 0.02 + 0.01 * uniform(seed, 0), next_order = 0.1 * uniform(seed, 1);
    std::vector<double> drift;
    for (const double by : divisors()) drift.push_back(size / (by * by) * (1 + next_order / by));
    out.record({.observable = "drift", .x = divisors(), .value = drift});
  }

 private:
  static std::vector<double> divisors() { return {1, 2, 4}; }
};

void fill(LawList& laws) {
  laws.add<MeanOfUniforms>();
  laws.add<SeededLine>();
  laws.add<Misbehaves>();
  laws.add<NeedsData>();
  laws.add<AsksForData>();
  laws.add<Identity>();
  laws.add<Cliff>();
  laws.add<Bounds>();
  laws.add<OneSided>();
  laws.add<SquareDrift>();
  laws.add<Knob>();
  laws.add<Exponent>();
}

}  // namespace

LMW_PLUGIN(coin, fill)
