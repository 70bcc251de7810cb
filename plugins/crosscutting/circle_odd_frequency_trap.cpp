#include <lmw/learn/trainer.h>
#include <lmw/numerics/random.h>
#include <lmw/sdk/sdk.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <string>

namespace lmw::crosscutting {
namespace {

using numerics::Rng;
using numerics::Stream;

constexpr double pi = std::numbers::pi;

/// Points of the circle, over sqrt 2 and with a further coordinate of 1/sqrt 2 where there are biases; and the target.
learn::Dataset<double> examples(const sdk::Point& at) {
  const Eigen::Index n = at.count("n_points");
  const bool biased = at.text("bias") == "yes";
  const Eigen::RowVectorXd theta =
      Eigen::RowVectorXd::LinSpaced(n, 0, 2 * pi * static_cast<double>(n - 1) / static_cast<double>(n));
  learn::Dataset<double> data{Eigen::MatrixXd::Ones(biased ? 3 : 2, n),
                              at["amplitude"] * (at["frequency"] * theta.array()).cos().matrix()};
  data.x.row(0) = theta.array().cos();
  data.x.row(1) = theta.array().sin();
  if (biased) data.x /= std::numbers::sqrt2;
  return data;
}

/// A ReLU network of one or two hidden layers in the parametrisation where every weight is N(0, 1) and a layer of width
/// N divides by sqrt(N); between hidden layers a factor of sqrt 2 keeps the signal's size. What it says at the start is
/// subtracted.
learn::Mlp<double> network(const sdk::Point& at, Eigen::Index inputs, sdk::Seed draw) {
  const Eigen::Index width = at.count("width");
  const double scale = 1 / std::sqrt(at["width"]);
  const auto relu_layer = [&](Eigen::Index outputs, double multiplier) {
    return learn::Layer{.inputs = width,
                        .outputs = outputs,
                        .activation = learn::Activation::relu,
                        .weight = {.multiplier = multiplier}};
  };
  learn::Architecture architecture{.layers = {{.inputs = inputs, .outputs = width}}, .centred = true};
  if (at.count("hidden_layers") == 2) architecture.layers.push_back(relu_layer(width, std::numbers::sqrt2 * scale));
  architecture.layers.push_back(relu_layer(1, scale));
  return {architecture, Rng(draw.value, Stream::init, draw.draw_index)};
}

/// Full-batch gradient descent on the mean of (f - amplitude cos(k theta))^2 / 2, and what is then left of the mode, as
/// a share of the amplitude. Nothing if it diverges.
std::optional<double> share_left(const sdk::Point& at, sdk::Seed draw, sdk::Context& context) {
  const learn::Dataset<double> data = examples(at);
  learn::Mlp<double> net = network(at, data.x.rows(), draw);
  learn::Trainer<double> trainer(net, data, {.optimiser = learn::gradient_descent(at["learning_rate"])});
  while (trainer.steps() < at.count("steps")) {
    if (context.cancelled()) return std::nullopt;
    if (trainer.run(std::min<std::int64_t>(64, at.count("steps") - trainer.steps())) == learn::Ended::diverged)
      return std::nullopt;
  }
  const double left = (data.y - net.output(data.x)).cwiseProduct(data.y).sum() / data.y.squaredNorm();
  return std::isfinite(left) ? std::optional(left) : std::nullopt;
}

/// Rate of the mode cos(k theta) in the infinitely wide network with biases: (1/pi) int_0^pi Theta(psi(t)) cos(k t) dt
/// with cos psi = (1 + cos t)/2 and Theta(psi) = [sin psi + 2 (pi - psi) cos psi]/(2 pi). The even periodic integrand
/// has a kink at 0, |t|^1: 2^16 midpoints leave 1e-10.
double rate_with_biases(double k) {
  constexpr int n = 1 << 16;
  double sum = 0;
  for (int i = 0; i < n; ++i) {
    const double t = pi * (i + 0.5) / n, psi = std::acos((1 + std::cos(t)) / 2);
    sum += (std::sin(psi) + 2 * (pi - psi) * std::cos(psi)) / (2 * pi) * std::cos(k * t);
  }
  return sum / n;
}

/// The same without biases.
double rate_without_biases(double k) {
  if (k == 1) return 0.25;
  const double gap = k * k - 1;
  return std::fmod(k, 2) == 0 ? (k * k + 3) / (pi * pi * gap * gap) : 0;
}

class CircleOddFrequencyTrap final : public sdk::Law {
 public:
  sdk::LawInfo info() const override {
    return {
        .name = "circle-odd-frequency-trap",
        .title = "Without biases no width learns an odd frequency on the circle",
        .claim =
            "A ReLU network of one hidden layer without biases never learns cos(k theta) for odd k >= 3: whatever its "
            "width, seed and training time, all of the target is left. Biases remove the trap, and even k never was in "
            "it.",
        .formula = R"(\mathrm{relu}(z) = \tfrac12 z + \tfrac12 |z| \;\Rightarrow\; f = \text{linear} + \text{even}, )"
                   R"(\quad r_k = 1 \;\; (k = 3, 5, \dots))",
        .source = "Basri, Jacobs, Kasten & Kritchman 2019; Bietti & Mairal 2019; Rahaman et al. 2019",
        .analogue = "a selection rule: parity forbids the transition, and a field that breaks it allows it",
        .parameters = {sdk::count_parameter("frequency", 3, 1, 64, "k"),
                       sdk::text_parameter("bias", "no", {"no", "yes"},
                                           "a constant third input, all divided by sqrt 2"),
                       sdk::count_parameter("width", 64, 1, 65536, "N: hidden units"),
                       sdk::count_parameter("n_points", 16, 3, 4096, "n: equally spaced points on the circle"),
                       sdk::count_parameter("hidden_layers", 1, 1, 2, "one, or two of the same width"),
                       sdk::real_parameter("amplitude", 1.0, 1e-6, 10, "of the target"),
                       sdk::real_parameter("learning_rate", 1.0, 1e-6, 2, "eta"),
                       sdk::count_parameter("steps", 1000, 1, 1e7, "of full-batch gradient descent"),
                       sdk::count_parameter("draws", 16, 1, 1e6, "runs of one replicate")},
        .observables = {{.name = "failure_probability",
                         .kind = sdk::Kind::proportion,
                         .meaning = "share of runs in which more than half of the target is left",
                         .axis = "frequency"},
                        {.name = "untouched",
                         .kind = sdk::Kind::proportion,
                         .meaning = "share of runs in which the whole target is left, to 1e-9",
                         .axis = "frequency"}},
        .rivals = {{"learned-in-time", "the rate of the same network with biases: a smooth spectral bias, and no trap"},
                   {"trapped-with-biases", "odd frequencies are out of reach of ReLU networks, with biases or without"},
                   {"linear-only", "without biases no frequency but 1 is learned, even or odd"}},
        .regime =
            "one hidden layer, an even number of points above 2k; for what is learned, a training time of 4 or more at "
            "the rate of the wide network",
        .refuted_if = "an odd frequency from 3 on is learned without biases, or not learned with them",
        .tags = {"spectral-bias", "symmetry", "failure", "structural"},
        .quick = {.core_seconds = 1, .memory_bytes = 1e6},
        .standard = {.core_seconds = 10, .memory_bytes = 4e6},
        .thorough = {.core_seconds = 60, .memory_bytes = 2e7},
        .subjects = {"performance"},
        .architectures = {"mlp"},
        .physics = {.symmetry = "theta -> theta + pi",
                    .conserved_or_order_parameter = "odd part of the residual, frequency 1 apart",
                    .axioms = {"symmetry"}}};
  }

  // At the first look 4 replicates of 16 runs that all end alike leave 0.005^(1/64) = 0.921.
  std::vector<sdk::PointOverrides> sweep(sdk::Effort effort) const override {
    std::vector<sdk::PointOverrides> points = {{}, {{"bias", "yes"}}, {{"frequency", 2}}};
    if (effort != sdk::Effort::quick) {
      points.push_back({{"frequency", 5}});
      points.push_back({{"frequency", 5}, {"bias", "yes"}, {"steps", 4000}});
      points.push_back({{"frequency", 4}});
      points.push_back({{"width", 4}});
      points.push_back({{"width", 512}, {"n_points", 32}});
      points.push_back({{"steps", 20'000}});
    }
    if (effort == sdk::Effort::thorough)
      for (const int width : {1024, 2048}) points.push_back({{"width", width}, {"n_points", 64}});
    // Must break: a second hidden layer mixes the parities; on 9 points cos 3 theta is cos 6 theta.
    points.push_back({{"hidden_layers", 2}, {"width", 32}, {"steps", 500}});
    points.push_back({{"n_points", 9}});
    return points;
  }

  sdk::Regime regime(const sdk::Point& at, sdk::Context&) const override {
    const double k = at["frequency"], n = at["n_points"], time = at["learning_rate"] * at["steps"];
    const bool biased = at.text("bias") == "yes", odd = is_forbidden(k);
    if (2 * k >= n) return sdk::Regime::outside("the points do not resolve the frequency");
    if (at.count("hidden_layers") == 2) {
      const char* reason = "the second hidden layer sees even and odd inputs at once";
      return odd && !biased && time >= 500 ? sdk::Regime::breaks(reason) : sdk::Regime::outside(reason);
    }
    if (at.count("n_points") % 2 == 1 && odd && !biased) {
      const char* reason = "an odd number of points: the frequency cannot be told from n - k, which is even";
      return time * rate_without_biases(n - k) >= 2 ? sdk::Regime::breaks(reason) : sdk::Regime::outside(reason);
    }
    if (odd && !biased) return sdk::Regime::within();
    if (time * rate(k, biased) < 4) return sdk::Regime::outside("the training time is short for this frequency");
    if (at["width"] < 32) return sdk::Regime::outside("a narrow network may be short of units that see the target");
    return sdk::Regime::within();
  }

  void predict(const sdk::Point& at, sdk::Recorder& out) const override {
    const double k = at["frequency"];
    const bool biased = at.text("bias") == "yes", trapped = is_forbidden(k) && !biased;
    out.record({.observable = "failure_probability",
                .value = trapped ? 1.0 : 0.0,
                .eps = 0.1,
                .eps_reason = "above 0.9 is structural, below 0.1 safe",
                .draws = at.count("draws")});
    const double left = std::pow(1 - at["learning_rate"] * rate_with_biases(k), at["steps"]);
    if (trapped && left < 0.5)
      out.record({.observable = "failure_probability", .rival = "learned-in-time", .value = 0.0});
    if (is_forbidden(k) && biased)
      out.record({.observable = "failure_probability", .rival = "trapped-with-biases", .value = 1.0});
    if (k > 1 && !is_forbidden(k) && !biased)
      out.record({.observable = "failure_probability", .rival = "linear-only", .value = 1.0});
    if (!trapped) return;
    out.record({.observable = "untouched",
                .value = 1.0,
                .eps = 0.1,
                .eps_reason = "as for failures; it is exact, up to the rounding of sums of some thousand numbers",
                .draws = at.count("draws")});
    if (1 - left > 1e-6) out.record({.observable = "untouched", .rival = "learned-in-time", .value = 0.0});
  }

  void measure(const sdk::Point& at, sdk::Seed seed, sdk::Recorder& out) const override {
    const std::int64_t draws = at.count("draws");
    std::int64_t failed = 0, untouched = 0;
    for (std::int64_t k = 0; k < draws; ++k) {
      const auto left = share_left(at, seed.draw(k), out);
      if (out.cancelled()) return;
      if (!left) return out.outcome(sdk::Outcome::diverged, "a run diverged");
      failed += *left > 0.5 ? 1 : 0;
      untouched += std::abs(*left - 1) < 1e-9 ? 1 : 0;
    }
    const auto share = [draws](std::int64_t count) { return static_cast<double>(count) / static_cast<double>(draws); };
    out.record({.observable = "failure_probability", .value = share(failed)});
    if (is_forbidden(at["frequency"]) && at.text("bias") == "no")
      out.record({.observable = "untouched", .value = share(untouched)});
  }

 private:
  static bool is_forbidden(double k) { return k >= 3 && std::fmod(k, 2) == 1; }
  static double rate(double k, bool biased) { return biased ? rate_with_biases(k) : rate_without_biases(k); }
};

}  // namespace

void add_circle_odd_frequency_trap(sdk::LawList& laws) { laws.add<CircleOddFrequencyTrap>(); }

}  // namespace lmw::crosscutting
