#include <lmw/learn/ntk.h>
#include <lmw/learn/trainer.h>
#include <lmw/numerics/linalg.h>
#include <lmw/numerics/random.h>
#include <lmw/numerics/uv_model.h>
#include <lmw/sdk/sdk.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace lmw::limits {
namespace {

using numerics::Rng;
using numerics::Stream;
using numerics::UvState;

constexpr int path_steps = 12;

/// u and v of f = u.v / sqrt(n).
struct Weights {
  Eigen::VectorXd u, v;

  double n() const { return static_cast<double>(u.size()); }
  UvState state() const { return {u.dot(v) / std::sqrt(n()), (u.squaredNorm() + v.squaredNorm()) / n()}; }
  void step(double eta) {
    const double pull = eta * u.dot(v) / n();  // eta f / sqrt(n)
    const Eigen::VectorXd before = u;
    u -= pull * v;
    v -= pull * before;
  }
};

Weights initial_weights(Eigen::Index n, sdk::Seed draw) {
  Rng init(draw.value, Stream::init, draw.draw_index);
  Eigen::VectorXd u = init.normal(n);
  return {std::move(u), init.normal(n)};
}

/// The first steps, averaged over networks.
struct Paths {
  std::vector<double> output = std::vector<double>(path_steps, 0.0);  ///< |f| / sqrt(n)
  std::vector<double> curvature = std::vector<double>(path_steps, 0.0);

  void add(int step, const UvState& state, double n, double networks) {
    output[static_cast<std::size_t>(step)] += std::abs(state.f) / std::sqrt(n) / networks;
    curvature[static_cast<std::size_t>(step)] += state.curvature / networks;
  }
};

/// How one training ended.
struct Course {
  bool converged = false;  ///< loss below 1e-3 at the end
  double end_rate = 0;     ///< eta times the curvature there
  double first_loss = 0, peak_loss = 0;
};

/// Gradient descent with eta = rate / initial curvature, until loss > 1000 n, or the last step. `linearised` trains the
/// tangent model at the initial weights instead: its output is f (1 - eta curvature_0)^k.
Course train(Weights w, double rate, std::int64_t steps, bool linearised) {
  UvState now = w.state();
  const double eta = rate / now.curvature, n = w.n();
  Course course{.first_loss = now.f * now.f / 2, .peak_loss = now.f * now.f / 2};
  double loss = course.first_loss;
  for (std::int64_t k = 0; k < steps && loss <= 1000 * n; ++k) {
    if (linearised) {
      now.f -= eta * now.curvature * now.f;
    } else {
      w.step(eta);
      now = w.state();
    }
    loss = now.f * now.f / 2;
    course.peak_loss = std::max(course.peak_loss, loss);
  }
  course.converged = loss < 1e-3;
  course.end_rate = eta * now.curvature;
  return course;
}

/// A two-layer ReLU network in NTK parametrisation on six random examples, eta = rate / top eigenvalue of its tangent
/// kernel over six. True if the loss falls below a thousandth of its first value.
bool relu_network_converges(double rate, Eigen::Index width, std::int64_t steps, sdk::Seed draw) {
  Rng data(draw.value, Stream::data, draw.draw_index), init(draw.value, Stream::init, draw.draw_index);
  const learn::Dataset<double> examples{data.normal(5, 6), data.normal(1, 6)};
  learn::Mlp<double> net(
      learn::ntk_parametrisation({.widths = {5, width, 1}, .bias = false, .weight_var = 2, .output_weight_var = 1}),
      init);
  const double top = numerics::symmetric_eigenvalues(learn::ntk(net, examples.x))(5) / 6;
  learn::Trainer<double> trainer(
      net, examples,
      {.optimiser = learn::gradient_descent(rate / top), .loss_limit = 1000.0 * static_cast<double>(width)});
  const double first = trainer.loss();
  return trainer.run(steps) == learn::Ended::done && trainer.loss() < 1e-3 * first;
}

class Catapult final : public sdk::Law {
 public:
  sdk::LawInfo info() const override {
    return {
        .name = "catapult",
        .title = "Too large a learning rate: the loss shoots up, and lands in a flatter place",
        .claim =
            "A two-layer linear network on one example follows an exact map of its output and its curvature K: below "
            "eta K_0 = 2 the loss only falls; between 2 and 4 it first grows to the order of the width, then converges "
            "where eta K < 2; above 4 it diverges; both boundaries are sharp at every width.",
        .formula =
            R"(f' = f\Big(1 - \eta K + \frac{\eta^2 f^2}{n}\Big), \quad K' = K + \frac{\eta f^2}{n}(\eta K - 4))",
        .source =
            "Lewkowycz, Bahri, Dyer, Sohl-Dickstein & Gur-Ari 2020, \"The large learning rate phase of deep learning\"",
        .analogue = "a ball that is thrown out of a narrow valley and comes to rest in a wide one",
        .parameters =
            {sdk::text_parameter(
                 "model", "network", {"network", "linearised", "relu"},
                 "u.v/sqrt n on one example; the same with its tangent kernel held fixed; a two-layer ReLU "
                 "network on six examples"),
             sdk::real_parameter("rate", 3.0, 1e-3, 100, "eta K_0: learning rate times the initial curvature"),
             sdk::count_parameter("width", 1000, 1, 1e6, "n: entries of u and of v"),
             sdk::count_parameter("wider", 0, 0, 1e6, "a second width, to compare the peak of the loss with; 0: none"),
             sdk::count_parameter("steps", 4000, 12, 1e7,
                                  "at most; 400 are too few for some runs near 4, which end with eta K just below 2"),
             sdk::count_parameter("draws", 6, 1, 1e6, "networks that one replicate trains")},
        .observables =
            {{.name = "output_path",
              .kind = sdk::Kind::curve,
              .meaning = "|f| / sqrt n after each of the first steps, mean over networks",
              .axis = "step"},
             {.name = "curvature_path", .kind = sdk::Kind::curve, .meaning = "K after each of them", .axis = "step"},
             {.name = "converged",
              .kind = sdk::Kind::proportion,
              .meaning = "share of networks whose loss ends below 1e-3",
              .axis = "rate"},
             {.name = "flat_end",
              .kind = sdk::Kind::proportion,
              .meaning = "share that converged, and where eta K < 2",
              .axis = "rate"},
             {.name = "thrown",
              .kind = sdk::Kind::proportion,
              .meaning = "share whose loss peaked between 0.01 and 1 times the width",
              .axis = "rate"},
             {.name = "never_above_start",
              .kind = sdk::Kind::proportion,
              .meaning = "share whose loss never exceeded its first value",
              .axis = "rate"},
             {.name = "peak_log_ratio",
              .meaning = "mean logarithm of the peak loss over the width, less that at the second width",
              .axis = "rate"}},
        .rivals = {{"constant-curvature", "the curvature stays what it was: converges below 2, diverges above"},
                   {"boundary-at-3", "the last rate that converges is 3 / K_0"},
                   {"peak-of-order-one", "the peak of the loss does not grow with the width"}},
        .regime =
            "the two-layer linear network on one example, trained by itself; for the growth of the loss also a first "
            "output with eta^2 f^2/n < eta K_0 - 2",
        .refuted_if =
            "a network leaves the map by more than rounding, or more than one in five ends on the wrong side of a "
            "boundary",
        .tags = {"large-learning-rate", "gradient-descent", "training-dynamics"},
        .predicts = sdk::Predicts::per_replicate,
        .quick = {.core_seconds = 0.4, .memory_bytes = 2e6},
        .standard = {.core_seconds = 1.6, .memory_bytes = 2e6},
        .thorough = {.core_seconds = 1.6, .memory_bytes = 2e6},
        .subjects = {"dynamics"},
        .architectures = {"linear"},
        .physics = {.symmetry = "rotations of u and v together, and their exchange",
                    .conserved_or_order_parameter = "final curvature over 2 / eta",
                    .control_parameter = "eta K_0",
                    .large_parameter = "width",
                    .leading_correction = "1/n, included",
                    .axioms = {"symmetry"}}};
  }

  // 24 networks that all end as predicted put the share above 0.8 at the first look (0.005^(1/24) = 0.802): 6 in each
  // of 4 replicates. The logarithm of the peak scatters by 0.2 between pairs of networks: |D| + 5.84 se <= 0.35 at the
  // first look, with D = 2.5 se, takes (8.3 * 0.2 / 0.35)^2 = 23 pairs, 10 in each replicate being on the safe side.
  std::vector<sdk::PointOverrides> sweep(sdk::Effort effort) const override {
    const bool quick = effort == sdk::Effort::quick;
    const int width = quick ? 200 : 1000;
    std::vector<sdk::PointOverrides> points;
    for (const double rate : {1.0, 1.9, 2.5, 3.0, 3.5, 3.9, 4.3}) points.push_back({{"rate", rate}, {"width", width}});
    if (!quick)
      for (const double rate : {3.95, 4.05}) points.push_back({{"rate", rate}, {"width", 2000}});
    for (const double rate : quick ? std::vector{3.0} : std::vector{2.5, 3.0, 3.5})
      points.push_back(
          {{"rate", rate}, {"width", quick ? 125 : 500}, {"wider", quick ? 500 : 2000}, {"steps", 400}, {"draws", 10}});
    // Must break.
    points.push_back({{"model", "linearised"}, {"width", width}, {"draws", 6}});
    points.push_back({{"model", "relu"}, {"rate", 4.3}, {"width", 100}, {"draws", 6}});
    return points;
  }

  sdk::Regime regime(const sdk::Point& at, sdk::Context&) const override {
    const double rate = at["rate"];
    if (at.text("model") == "linearised")
      return rate > 2.1 ? sdk::Regime::breaks("with a fixed kernel nothing stops the growth above 2")
                        : sdk::Regime::outside("another model");
    if (at.text("model") == "relu")
      return rate > 4.1 && rate < 6 ? sdk::Regime::breaks("several examples and ReLU: the boundary is not at 4")
                                    : sdk::Regime::outside("another model");
    if (std::abs(rate - 2) < 0.05 || std::abs(rate - 4) < 0.03)
      return sdk::Regime::outside("on a boundary convergence takes more steps than these");
    // f_0^2 is about 1 (u.v / sqrt n of normal weights): it has to be small against n (eta K_0 - 2) / eta^2.
    if (rate > 2 && at["width"] < 10 * rate * rate / 4 / (rate - 2))
      return sdk::Regime::outside("so narrow that the first output may be too large for the loss to grow");
    return sdk::Regime::within(0.99);
  }

  void predict(const sdk::Point& at, sdk::Recorder& out) const override {
    const double rate = at["rate"];
    if (at.count("wider") > 0) {
      out.record({.observable = "peak_log_ratio",
                  .value = 0.0,
                  .eps = 0.35,
                  .eps_reason = "a quarter of the logarithm of the ratio of widths, at a ratio of 4"});
      out.record(
          {.observable = "peak_log_ratio", .rival = "peak-of-order-one", .value = std::log(at["wider"] / at["width"])});
      return;
    }
    const auto share = [&](const char* observable, double value) {
      out.record({.observable = observable,
                  .value = value,
                  .eps = 0.2,
                  .eps_reason = "one network in five: the boundaries are sharp",
                  .draws = at.count("draws")});
    };
    share("converged", rate < 4 ? 1 : 0);
    if (rate > 2 && rate < 4) out.record({.observable = "converged", .rival = "constant-curvature", .value = 0.0});
    if (rate > 3 && rate < 4) out.record({.observable = "converged", .rival = "boundary-at-3", .value = 0.0});
    if (at.text("model") == "relu") return;
    if (rate < 4) {
      share("flat_end", 1);
      const std::vector<double> steps = path_grid();
      std::vector<double> eps(path_steps, 1e-9);
      eps[0] = 1e-12;
      for (const char* path : {"output_path", "curvature_path"}) {
        out.record({.observable = path,
                    .x = steps,
                    .eps = eps,
                    .eps_reason = "rounding: 1e-12 for one step, 1e-9 for twelve, of numbers of order one",
                    .compare = sdk::Compare::difference});
        // Below 2 the outputs of both models go to zero: there the curvature alone tells them apart.
        if (rate > 2 || std::string(path) == "curvature_path")
          out.record({.observable = path, .rival = "constant-curvature", .x = steps});
      }
    }
    if (rate < 2) share("never_above_start", 1);
    if (rate >= 2.5 && rate <= 3.5) {
      share("thrown", 1);
      out.record({.observable = "thrown", .rival = "constant-curvature", .value = 0.0});
    }
  }

  void predict_replicate(const sdk::Point& at, sdk::Seed seed, sdk::Recorder& out) const override {
    const double n = at["width"];
    Paths predicted, linear;
    for (std::int64_t k = 0; k < at.count("draws"); ++k) {
      const UvState start = initial_weights(at.count("width"), seed.draw(k)).state();
      const double eta = at["rate"] / start.curvature;
      UvState now = start, fixed = start;
      for (int step = 0; step < path_steps; ++step) {
        now = numerics::uv_step(now, eta, n);
        fixed.f *= 1 - eta * start.curvature;
        predicted.add(step, now, n, at["draws"]);
        linear.add(step, fixed, n, at["draws"]);
      }
    }
    const std::vector<double> steps = path_grid();
    const char* rival = "constant-curvature";
    out.record({.observable = "output_path", .x = steps, .value = predicted.output});
    if (at["rate"] > 2) out.record({.observable = "output_path", .rival = rival, .x = steps, .value = linear.output});
    out.record({.observable = "curvature_path", .x = steps, .value = predicted.curvature});
    out.record({.observable = "curvature_path", .rival = rival, .x = steps, .value = linear.curvature});
  }

  void measure(const sdk::Point& at, sdk::Seed seed, sdk::Recorder& out) const override {
    const double rate = at["rate"];
    const std::string& model = at.text("model");
    const std::int64_t draws = at.count("draws"), steps = at.count("steps");
    const auto count = static_cast<double>(draws);
    double converged = 0, flat = 0, thrown = 0, quiet = 0, log_ratio = 0;
    for (std::int64_t k = 0; k < draws; ++k) {
      if (out.cancelled()) return;
      const sdk::Seed draw = seed.draw(k);
      if (model == "relu") {
        converged += relu_network_converges(rate, at.count("width"), steps, draw);
        continue;
      }
      const Course course = train(initial_weights(at.count("width"), draw), rate, steps, model == "linearised");
      converged += course.converged;
      flat += course.converged && course.end_rate < 2;
      thrown += course.peak_loss > 0.01 * at["width"] && course.peak_loss < at["width"];
      quiet += course.peak_loss <= course.first_loss;
      if (at.count("wider") == 0) continue;
      // The wider network has weights of its own: the draw is numbered beyond the others.
      const Course wide = train(initial_weights(at.count("wider"), seed.draw(draws + k)), rate, steps, false);
      log_ratio += std::log(course.peak_loss / at["width"]) - std::log(wide.peak_loss / at["wider"]);
    }
    if (at.count("wider") > 0) return out.record({.observable = "peak_log_ratio", .value = log_ratio / count});
    out.record({.observable = "converged", .value = converged / count});
    if (model == "relu") return;
    if (rate < 4) {
      out.record({.observable = "flat_end", .value = flat / count});
      record_paths(at, seed, out);
    }
    if (rate < 2) out.record({.observable = "never_above_start", .value = quiet / count});
    if (rate >= 2.5 && rate <= 3.5) out.record({.observable = "thrown", .value = thrown / count});
  }

 private:
  static std::vector<double> path_grid() {
    std::vector<double> steps;
    for (int k = 1; k <= path_steps; ++k) steps.push_back(k);
    return steps;
  }

  static void record_paths(const sdk::Point& at, sdk::Seed seed, sdk::Recorder& out) {
    const bool linearised = at.text("model") == "linearised";
    Paths seen;
    for (std::int64_t k = 0; k < at.count("draws"); ++k) {
      Weights w = initial_weights(at.count("width"), seed.draw(k));
      UvState now = w.state();
      const double eta = at["rate"] / now.curvature;
      for (int step = 0; step < path_steps; ++step) {
        if (linearised) {
          now.f -= eta * now.curvature * now.f;
        } else {
          w.step(eta);
          now = w.state();
        }
        seen.add(step, now, w.n(), at["draws"]);
      }
    }
    out.record({.observable = "output_path", .x = path_grid(), .value = seen.output});
    out.record({.observable = "curvature_path", .x = path_grid(), .value = seen.curvature});
  }
};

}  // namespace

void add_catapult(sdk::LawList& laws) { laws.add<Catapult>(); }

}  // namespace lmw::limits
