#include <lmw/learn/trainer.h>
#include <lmw/numerics/linalg.h>
#include <lmw/numerics/linear_modes.h>
#include <lmw/numerics/random.h>
#include <lmw/sdk/sdk.h>

#include <Eigen/SVD>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lmw::solvable {
namespace {

using numerics::linear_mode_half_time;
using numerics::linear_mode_strength;
using numerics::Rng;
using numerics::Stream;

constexpr std::int64_t grid_points = 50;

struct Task {
  Eigen::Index inputs, outputs, hidden, samples;
  std::vector<double> strengths;  ///< singular values of the target, falling
  double time_max;
};

Task task_of(const sdk::Point& at) {
  if (at.text("target") == "six-modes") return {8, 6, 10, 64, {4, 2.5, 1.5, 0.8, 0.4, 0.2}, 3.2};
  return {32, 32, 64, 256, {4, 3.4, 2.8, 2.3, 1.9, 1.6, 1.3, 1.0}, 4.0};
}

/// The strength of this point's mode. @throws std::invalid_argument  the target has fewer modes.
double nominal_strength(const sdk::Point& at) {
  const std::vector<double> strengths = task_of(at).strengths;
  const std::int64_t mode = at.count("mode"), last = static_cast<std::int64_t>(strengths.size());
  if (mode > last)
    throw std::invalid_argument("mode = " + std::to_string(mode) + ": the target has " + std::to_string(last));
  return strengths[static_cast<std::size_t>(mode - 1)];
}

/// Gradient descent steps between two points of the time grid, which ends at about time_max.
std::int64_t steps_per_grid_point(const sdk::Point& at) {
  return std::max<std::int64_t>(1, std::llround(task_of(at).time_max / (grid_points * at["learning_rate"])));
}

std::vector<double> time_grid(const sdk::Point& at) {
  const double spacing = at["learning_rate"] * static_cast<double>(steps_per_grid_point(at));
  std::vector<double> grid(grid_points);
  for (std::int64_t g = 0; g < grid_points; ++g)
    grid[static_cast<std::size_t>(g)] = spacing * static_cast<double>(g + 1);
  return grid;
}

/// Everything that exists before training.
struct Problem {
  learn::Dataset<double> data;  ///< (inputs, P), (outputs, P)
  Eigen::MatrixXd u, v;         ///< (outputs, r), (inputs, r): singular vectors of Y X^T / P
  Eigen::VectorXd s;            ///< (r) its singular values, falling
  double label_power;           ///< mean of |y|^2
  learn::Mlp<double> net;       ///< x -> W2 W1 x at its first weights
};

bool follows_the_draw(const sdk::Point& at) { return at["label_noise"] > 0 || at["input_spread"] != 1; }

/// Weights independent with variance 1/fan-in, or along the modes: W1 = sqrt(a0) F V^T, W2 = sqrt(a0) U F^T.
learn::Mlp<double> draw_network(const sdk::Point& at, const Eigen::MatrixXd& u, const Eigen::MatrixXd& v, Rng& init) {
  const Eigen::Index hidden = task_of(at).hidden;
  const learn::Architecture two_layers = learn::standard(
      {.widths = {v.rows(), hidden, u.rows()}, .activation = learn::Activation::identity, .bias = false});
  learn::Mlp<double> net(two_layers, init);
  if (at.text("init") == "random") return net;
  const Eigen::MatrixXd frame = numerics::random_orthonormal(hidden, u.cols(), init);
  net.weight(0) = std::sqrt(at["start"]) * frame * v.transpose();
  net.weight(1) = std::sqrt(at["start"]) * u * frame.transpose();
  return net;
}

Problem draw_problem(const sdk::Point& at, sdk::Seed seed) {
  const Task task = task_of(at);
  const auto r = static_cast<Eigen::Index>(task.strengths.size());
  Rng draw(seed.value, Stream::data), init(seed.value, Stream::init), noise(seed.value, Stream::noise);
  Eigen::VectorXd s = Eigen::Map<const Eigen::VectorXd>(task.strengths.data(), r);
  Eigen::MatrixXd u = numerics::random_orthonormal(task.outputs, r, draw);
  Eigen::MatrixXd v = numerics::random_orthonormal(task.inputs, r, draw);
  const auto count = static_cast<double>(task.samples);
  learn::Dataset<double> data;
  data.x = std::sqrt(count) * numerics::random_orthonormal(task.samples, task.inputs, draw).transpose();
  data.x.row(0) *= std::sqrt(at["input_spread"]);
  data.y = u * s.asDiagonal() * v.transpose() * data.x +
           at["label_noise"] * noise.normal(task.samples, task.outputs).transpose();
  if (follows_the_draw(at)) {
    const Eigen::BDCSVD<Eigen::MatrixXd> svd(data.y * data.x.transpose() / count,
                                             Eigen::ComputeThinU | Eigen::ComputeThinV);
    u = svd.matrixU().leftCols(r);
    v = svd.matrixV().leftCols(r);
    s = svd.singularValues().head(r);
  }
  const double label_power = data.y.squaredNorm() / count;
  return {std::move(data), u, v, s, label_power, draw_network(at, u, v, init)};
}

/// What training shows of one mode.
struct Course {
  std::vector<double> strength, loss;  ///< on the time grid
  std::optional<double> half_time;     ///< first crossing of half the mode's final strength
  double off_diagonal = 0;             ///< largest |u_j^T W2 W1 v_k|, j != k, over the grid
};

/// Full-batch gradient descent on half the mean square error, `steps` between two grid points of `grid_points`. Nothing
/// more is recorded after the crossing if `crossing_only`.
Course train(Problem p, Eigen::Index mode, double learning_rate, std::int64_t steps, bool crossing_only) {
  Course seen;
  learn::Trainer trainer(p.net, p.data, {.optimiser = learn::gradient_descent(learning_rate)});
  const auto w1 = p.net.weight(0), w2 = p.net.weight(1);
  const double half = p.s(mode) / 2;
  double before = 0;
  for (std::int64_t k = 0; k <= steps * grid_points; ++k) {
    const double strength = (w2.transpose() * p.u.col(mode)).dot(w1 * p.v.col(mode));
    if (!seen.half_time && k > 0 && before < half && strength >= half) {
      seen.half_time = learning_rate * (static_cast<double>(k - 1) + (half - before) / (strength - before));
      if (crossing_only) return seen;
    }
    before = strength;
    if (k > 0 && k % steps == 0 && !crossing_only) {
      seen.strength.push_back(strength);
      seen.loss.push_back(trainer.loss());
      Eigen::MatrixXd modes = (p.u.transpose() * w2) * (w1 * p.v);
      modes.diagonal().setZero();
      seen.off_diagonal = std::max(seen.off_diagonal, modes.cwiseAbs().maxCoeff());
    }
    trainer.run(1);
  }
  return seen;
}

/// What the logistic curves say of one observable, and what they would say at rate s in place of 2 s.
struct Forecast {
  std::string observable;
  std::vector<double> x;
  sdk::Values own, half_rate;
};

bool watches_loss(const sdk::Point& at) { return at["input_spread"] == 1 && at.text("init") == "aligned"; }
bool watches_crossing(const sdk::Point& at) {
  return watches_loss(at) && linear_mode_half_time(nominal_strength(at), at["start"]) < 0.95 * time_grid(at).back();
}

/// `s` are the strengths of all modes, `floor` the loss when all are learned.
std::vector<Forecast> forecasts(const sdk::Point& at, const Eigen::VectorXd& s, double floor) {
  const double start = at["start"], watched = s(at.count("mode") - 1);
  const std::vector<double> times = time_grid(at);
  const auto strength = [&](double rate) {
    std::vector<double> curve;
    for (const double t : times) curve.push_back(linear_mode_strength(watched, start, rate * t));
    return curve;
  };
  const auto loss = [&](double rate) {
    std::vector<double> curve(times.size(), floor);
    for (const double mode : s)
      for (std::size_t g = 0; g < times.size(); ++g)
        curve[g] += std::pow(mode - linear_mode_strength(mode, start, rate * times[g]), 2) / 2;
    return curve;
  };
  std::vector<Forecast> all = {{"strength", times, strength(1), strength(0.5)}};
  if (watches_loss(at)) all.push_back({"loss", times, loss(1), loss(0.5)});
  if (watches_crossing(at)) {
    const double flow = linear_mode_half_time(watched, start);
    all.push_back({"half_time", {}, flow, 2 * flow});
    all.push_back({"half_time_discrete", {}, linear_mode_half_time(watched, start, at["learning_rate"]), 2 * flow});
  }
  return all;
}

class Dln2SigmoidModes final : public sdk::Law {
 public:
  sdk::LawInfo info() const override {
    return {
        .name = "dln2-sigmoid-modes",
        .title = "Two-layer linear network: each mode is learned along a logistic curve",
        .claim =
            "From a small, balanced, aligned start the strength of each singular mode of a two-layer linear network "
            "follows a logistic curve of rate 2 s, whatever the other modes do, and reaches half of s at "
            "ln(s/a0 - 1) / (2 s).",
        .formula = R"(a_k(t) = \frac{s_k}{1 + (s_k/a_0 - 1)\, e^{-2 s_k t}}, \quad )"
                   R"(t_k = \frac{\ln(s_k/a_0 - 1)}{2 s_k}, \quad L(t) = \frac12 \sum_k (s_k - a_k(t))^2)",
        .source = "Saxe, McClelland & Ganguli 2014, ICLR, the two-layer time course; Saxe et al. 2019, PNAS 116",
        .analogue = "uncoupled normal modes, each of them a population that grows to its carrying capacity",
        .parameters =
            {sdk::text_parameter("target", "six-modes", {"six-modes", "eight-modes"},
                                 "y = S x with singular values 4, 2.5, 1.5, 0.8, 0.4, 0.2 (8 inputs, 6 outputs, 10 "
                                 "hidden, 64 examples) or 4, 3.4, 2.8, 2.3, 1.9, 1.6, 1.3, 1 (32, 32, 64, 256)"),
             sdk::count_parameter("mode", 1, 1, 8, "k: the mode that is watched; 1 is the strongest"),
             sdk::real_parameter("learning_rate", 2e-3, 1e-6, 0.1, "eta; time is eta times the number of steps"),
             sdk::real_parameter("start", 1e-3, 1e-12, 0.1, "a0: strength of every mode before training"),
             sdk::real_parameter("label_noise", 0.0, 0, 10,
                                 "standard deviation of noise on the labels; the modes are then those of Y^T X / P"),
             sdk::real_parameter("input_spread", 1.0, 1, 100,
                                 "variance of the first input; all others have variance 1, exactly"),
             sdk::text_parameter("init", "aligned", {"aligned", "random"},
                                 "weights along the target's modes, or independent with variance 1/fan-in")},
        .observables = {{.name = "half_time",
                         .meaning = "first crossing of half the mode's strength, against gradient flow",
                         .axis = "mode",
                         .subject = "dynamics"},
                        {.name = "half_time_discrete",
                         .meaning = "the same crossing, against gradient descent to first order in the learning rate",
                         .axis = "mode",
                         .subject = "dynamics"},
                        {.name = "strength",
                         .kind = sdk::Kind::curve,
                         .meaning = "u_k^T W2 W1 v_k",
                         .axis = "time",
                         .subject = "weights"},
                        {.name = "loss",
                         .kind = sdk::Kind::curve,
                         .meaning = "half the mean square error",
                         .axis = "time",
                         .subject = "dynamics"},
                        {.name = "off_diagonal",
                         .meaning = "largest |u_j^T W2 W1 v_k| between two different modes during training",
                         .axis = "mode",
                         .subject = "weights"},
                        {.name = "step_halving",
                         .meaning = "change of the crossing from eta to eta/2, over that from eta/2 to eta/4",
                         .axis = "mode",
                         .subject = "dynamics"}},
        .rivals = {{"half-rate", "rate s in place of 2 s: the two layers counted as one"},
                   {"no-step-effect", "the step size makes no difference"},
                   {"second-order", "its effect is of second order: halving the step quarters it"}},
        .regime =
            "whitened inputs (to 0.05), eta s_1 <= 0.05, a start below a hundredth of the weakest mode, weights "
            "aligned with the modes and balanced between the layers",
        .refuted_if =
            "a mode leaves its logistic curve by more than eta s^2, crosses half at another time, or excites another "
            "mode",
        .tags = {"linear-network", "gradient-descent", "training-dynamics"},
        .predicts = sdk::Predicts::per_replicate,
        .deterministic = true,
        .quick = {.core_seconds = 0.1, .memory_bytes = 4e6},
        .standard = {.core_seconds = 0.1, .memory_bytes = 4e6},
        .thorough = {.core_seconds = 1, .memory_bytes = 8e6},
        .subjects = {"dynamics", "weights"},
        .architectures = {"linear"},
        // Along `mode` the strength falls: t_k = ln(s/a0 - 1) / (2 s). A step of descent adds to it
        // eta [ln(s/(2 a0)) / 4 - ln(2) / 2], positive from so small a start.
        .elasticities = {{"half_time", "mode", 1},
                         {"half_time_discrete", "mode", 1},
                         {"half_time_discrete", "learning_rate", 1}},
        .physics = {.symmetry = "rotations of the hidden layer: W1 -> R W1, W2 -> W2 R^T",
                    .conserved_or_order_parameter = "W1 W1^T - W2^T W2, which balance sets to 0",
                    .control_parameter = "start / s_k",
                    .large_parameter = "1 / (learning_rate s_1)",
                    .leading_correction = "learning_rate s_1",
                    .axioms = {"gradient-flow", "balance"}}};
  }

  std::vector<sdk::PointOverrides> sweep(sdk::Effort effort) const override {
    std::vector<sdk::PointOverrides> points;
    for (const int mode : {1, 2, 3}) points.push_back({{"mode", mode}});
    points.push_back({{"mode", 5}});  // not learned by the end: it must not feel those that are
    points.push_back({{"mode", 2}, {"label_noise", 0.25}});
    if (effort != sdk::Effort::quick) {
      points.push_back({{"mode", 1}, {"start", 1e-6}, {"learning_rate", 1e-3}});
      points.push_back({{"mode", 1}, {"learning_rate", 1e-2}});
    }
    if (effort == sdk::Effort::thorough)
      for (int mode = 1; mode <= 8; ++mode) points.push_back({{"target", "eight-modes"}, {"mode", mode}});
    // Must break: inputs that are not white, and weights that start large.
    points.push_back({{"input_spread", 10.0}});
    points.push_back({{"input_spread", 3.0}});
    points.push_back({{"init", "random"}});
    return points;
  }

  sdk::Regime regime(const sdk::Point& at, sdk::Context&) const override {
    const std::vector<double> s = task_of(at).strengths;
    if (at.text("init") == "random")
      return sdk::Regime::breaks("large random weights: training is lazy, and starts from strengths that are not a0");
    if (at["input_spread"] > 1.05) {
      const char* reason = "inputs that are not white mix the modes";
      return at["input_spread"] >= 3 ? sdk::Regime::breaks(reason) : sdk::Regime::outside(reason);
    }
    if (at["learning_rate"] * s.front() > 0.05) return sdk::Regime::outside("eta s_1 > 0.05: not close to a flow");
    if (at["start"] > 0.0101 * s.back()) return sdk::Regime::outside("a0 > s_r / 100: the weakest mode starts large");
    return sdk::Regime::within(0.99);
  }

  void predict(const sdk::Point& at, sdk::Recorder& out) const override {
    const double s = nominal_strength(at), start = at["start"], rate = at["learning_rate"];
    const std::vector<double> strengths = task_of(at).strengths;
    const Eigen::VectorXd all =
        Eigen::Map<const Eigen::VectorXd>(strengths.data(), static_cast<Eigen::Index>(strengths.size()));
    // Gradient descent is late by less than eta s^2 / (a'(t) at half strength) from a start of 1e-3 on; the delay grows
    // with the logarithm of a smaller one.
    const double slow = start < 1e-3 ? std::log(all(0) / start) / 6 : 1;
    const bool follows = follows_the_draw(at);
    for (const auto& [observable, x, own, half_rate] : forecasts(at, all, 0)) {
      sdk::Record record{.observable = observable, .x = x};
      double eps = 0;
      if (observable == "strength") {
        eps = rate * s * s * slow;
        record.eps_reason = "eta s^2: the delay of gradient descent behind gradient flow";
      } else if (observable == "loss") {
        eps = rate * all.array().cube().sum() / 2 * slow;
        record.eps_reason = "the delays of all modes together: each moves the loss by at most s/2 times eta s^2";
      } else {
        const bool flow = observable == "half_time";
        eps = (flow ? rate * s : rate * s * rate * s) * (follows ? 1.0 : own.get()[0]);
        record.eps_reason = flow ? "eta s, relatively: the delay of gradient descent behind gradient flow"
                                 : "(eta s)^2, relatively: what the first order in the step leaves out";
      }
      record.eps = std::vector<double>(std::max<std::size_t>(1, x.size()), eps);
      sdk::Record rival{.observable = observable, .rival = "half-rate", .x = x};
      if (!follows) {
        record.value = own;
        rival.value = half_rate;
      } else {
        record.compare = x.empty() ? sdk::Compare::ratio : sdk::Compare::difference;
      }
      out.record(record);
      if (rival_applies(at)) out.record(rival);
    }
    if (at.text("init") == "random") return;
    // Rounding (64 units in the last place of s) grows with the strongest mode from a0 to s.
    out.record({.observable = "off_diagonal",
                .value = 0.0,
                .eps = 64 * 2.2e-16 * all(0) * all(0) / start,
                .eps_reason = "rounding, enlarged by the growth of the strongest mode"});
    if (!watches_crossing(at)) return;
    out.record({.observable = "step_halving",
                .value = 2.0,
                .eps = 0.3,
                .eps_reason = "between 1.7 and 2.3: first order in the step, and nothing else of that size"});
    out.record({.observable = "step_halving", .rival = "no-step-effect", .value = 1.0});
    out.record({.observable = "step_halving", .rival = "second-order", .value = 4.0});
  }

  void predict_replicate(const sdk::Point& at, sdk::Seed seed, sdk::Recorder& out) const override {
    const Problem p = draw_problem(at, seed);
    for (const auto& [observable, x, own, half_rate] : forecasts(at, p.s, (p.label_power - p.s.squaredNorm()) / 2)) {
      out.record({.observable = observable, .x = x, .value = own});
      if (rival_applies(at)) out.record({.observable = observable, .rival = "half-rate", .x = x, .value = half_rate});
    }
  }

  void measure(const sdk::Point& at, sdk::Seed seed, sdk::Recorder& out) const override {
    const Problem problem = draw_problem(at, seed);
    const std::int64_t steps = steps_per_grid_point(at);
    const Eigen::Index mode = at.count("mode") - 1;
    const double rate = at["learning_rate"];
    const Course course = train(problem, mode, rate, steps, false);
    const std::vector<double> times = time_grid(at);
    out.record({.observable = "strength", .x = times, .value = course.strength});
    if (watches_loss(at)) out.record({.observable = "loss", .x = times, .value = course.loss});
    if (at.text("init") == "aligned") out.record({.observable = "off_diagonal", .value = course.off_diagonal});
    if (!watches_crossing(at)) return;
    const Course half = train(problem, mode, rate / 2, 2 * steps, true);
    const Course quarter = train(problem, mode, rate / 4, 4 * steps, true);
    if (!course.half_time || !half.half_time || !quarter.half_time)
      return out.outcome(sdk::Outcome::stuck, "the mode did not reach half its strength");
    out.record({.observable = "half_time", .value = *course.half_time});
    out.record({.observable = "half_time_discrete", .value = *course.half_time});
    out.record({.observable = "step_halving",
                .value = (*course.half_time - *half.half_time) / (*half.half_time - *quarter.half_time)});
  }

 private:
  /// A mode that has hardly begun to grow when time is up does not tell one rate from another.
  static bool rival_applies(const sdk::Point& at) { return nominal_strength(at) * time_grid(at).back() > 2; }
};

}  // namespace

void add_dln2_sigmoid_modes(sdk::LawList& laws) { laws.add<Dln2SigmoidModes>(); }

}  // namespace lmw::solvable
