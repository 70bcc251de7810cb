#include <lmw/numerics/linalg.h>
#include <lmw/numerics/random.h>
#include <lmw/sdk/sdk.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

namespace lmw::crosscutting {
namespace {

using numerics::Rng;
using numerics::Stream;

constexpr double growth = 100;  ///< R: a run has diverged once its weights are R times as long as at the start

/// What exists before training: the eigenvectors of the Hessian, and the first weights.
struct Start {
  Eigen::MatrixXd directions;  ///< (d, d) eigenvectors by column, the sharpest first
  Eigen::VectorXd w;           ///< (d)
};

/// lambda_max, ..., lambda_max / condition, log-spaced.
Eigen::VectorXd curvatures(const sdk::Point& at) {
  const Eigen::Index d = at.count("dimension");
  Eigen::ArrayXd share = Eigen::ArrayXd::LinSpaced(d, 0, 1);
  share(0) = 0;  // also of a single one
  return at["lambda_max"] * (-share * std::log(at["condition"])).exp();
}

Start draw_start(const sdk::Point& at, sdk::Seed draw) {
  const Eigen::Index d = at.count("dimension");
  Rng data(draw.value, Stream::data, draw.draw_index), init(draw.value, Stream::init, draw.draw_index);
  Start start{.directions = numerics::random_orthonormal(d, d, data), .w = init.normal(d)};
  if (at.text("start") == "beside") start.w -= start.directions.col(0) * start.directions.col(0).dot(start.w);
  return start;
}

/// Full-batch gradient descent on sum_i lambda_i l(q_i . w), with l(z) = z^2 / 2 or log cosh z. The number of steps
/// until the weights have grown by R; nothing if they have not after `steps`.
std::optional<std::int64_t> steps_to_grow(const sdk::Point& at, const Start& start, sdk::Context& context) {
  const Eigen::VectorXd lambda = curvatures(at);
  const Eigen::MatrixXd& q = start.directions;
  const bool quadratic = at.text("loss") == "quadratic";
  const Eigen::MatrixXd hessian = q * lambda.asDiagonal() * q.transpose();
  const double eta = at["step_sharpness"] / at["lambda_max"], enough = growth * growth * start.w.squaredNorm();
  Eigen::VectorXd w = start.w, gradient(w.size()), along(w.size());
  for (std::int64_t k = 1; k <= at.count("steps"); ++k) {
    if (k % 4096 == 0 && context.cancelled()) return std::nullopt;
    if (quadratic) {
      gradient.noalias() = hessian * w;
    } else {
      along.noalias() = q.transpose() * w;
      along = lambda.array() * along.array().tanh();
      gradient.noalias() = q * along;
    }
    w -= eta * gradient;
    if (w.squaredNorm() >= enough) return k;
  }
  return std::nullopt;
}

/// ln of the growth that the sharpest direction can reach within `steps`, less ln R: the room for an unlucky start.
double log_room(const sdk::Point& at) { return at["steps"] * std::log(at["step_sharpness"] - 1) - std::log(growth); }

class GdQuadraticDivergence final : public sdk::Law {
 public:
  sdk::LawInfo info() const override {
    return {
        .name = "gd-quadratic-divergence",
        .title = "Gradient descent on a quadratic diverges above 2/lambda_max, whatever the seed",
        .claim =
            "Gradient descent with step eta on a quadratic of largest curvature lambda diverges from every random "
            "start if eta lambda > 2, and from none if eta lambda < 2; the weights have grown by R after "
            "ln(R |w_0| / |w_top|) / ln(eta lambda - 1) steps.",
        .formula = R"(P(\text{diverges}) = [\eta\lambda_{\max} > 2], \quad )"
                   R"(k_R = \frac{\ln(R \lVert w_0\rVert / |q_1 \cdot w_0|)}{\ln(\eta\lambda_{\max} - 1)})",
        .source = "classical: Polyak 1963; LeCun, Kanter & Solla 1991, Physical Review Letters 66",
        .analogue = "a parametric instability: one normal mode leaves its stability interval, the others do not matter",
        .parameters = {sdk::real_parameter("step_sharpness", 2.04, 1.0001, 100, "eta lambda_max"),
                       sdk::count_parameter("dimension", 8, 1, 512, "d: number of weights"),
                       sdk::real_parameter("lambda_max", 4.0, 1e-6, 1e6, "largest curvature"),
                       sdk::real_parameter("condition", 16.0, 1, 1e6, "largest over smallest curvature; log-spaced"),
                       sdk::count_parameter("steps", 6000, 1, 1e7,
                                            "a run that has not diverged by then has not failed"),
                       sdk::text_parameter("start", "random", {"random", "beside"},
                                           "beside: without a part along the sharpest direction"),
                       sdk::text_parameter("loss", "quadratic", {"quadratic", "log-cosh"},
                                           "log-cosh has the same curvatures at 0, and flattens away from it"),
                       sdk::count_parameter("draws", 16, 1, 1e6, "runs of one replicate")},
        .observables = {{.name = "failure_probability",
                         .kind = sdk::Kind::proportion,
                         .meaning = "share of runs whose weights grow by R = 100",
                         .axis = "step_sharpness"},
                        {.name = "growth_time",
                         .unit = "steps",
                         .meaning = "steps until the weights have grown by R, mean over the runs of a replicate",
                         .axis = "step_sharpness",
                         .log_value = true}},
        .rivals = {{"one-over-lambda", "the bound 1/lambda_max of the descent lemma taken for the threshold"},
                   {"mean-curvature", "the threshold 2 over the mean curvature"},
                   {"all-in-one-mode", "growth from |w_0|, as if the start lay along the sharpest direction"}},
        .regime =
            "a quadratic, a start with a part along the sharpest direction, and steps enough for a start with a part "
            "of "
            "one in a million to grow",
        .refuted_if = "a run diverges below the threshold or settles above it, or grows at another pace",
        .tags = {"gradient-descent", "failure", "structural"},
        .predicts = sdk::Predicts::per_replicate,
        .quick = {.core_seconds = 0.5, .memory_bytes = 1e6},
        .standard = {.core_seconds = 3, .memory_bytes = 1e6},
        .thorough = {.core_seconds = 10, .memory_bytes = 2e6},
        .subjects = {"dynamics"},
        .architectures = {"linear"},
        .elasticities = {{"growth_time", "step_sharpness", -1}},
        .physics = {.conserved_or_order_parameter = "amplitude along the sharpest direction",
                    .control_parameter = "eta lambda_max",
                    .large_parameter = "growth_time",
                    .leading_correction = "1/growth_time, from whole steps"}};
  }

  // At the first look 4 replicates of 16 runs that all fail put the probability above 0.005^(1/64) = 0.921.
  std::vector<sdk::PointOverrides> sweep(sdk::Effort effort) const override {
    std::vector<sdk::PointOverrides> points;
    for (const double x : {1.96, 1.996, 2.004, 2.04}) points.push_back({{"step_sharpness", x}});
    if (effort != sdk::Effort::quick) {
      for (const double x : {1.5, 1.9996, 2.5}) points.push_back({{"step_sharpness", x}});
      points.push_back({{"step_sharpness", 2.0004}, {"steps", 60'000}});
      points.push_back({{"dimension", 100}, {"condition", 1000.0}, {"steps", 1000}});
    }
    if (effort == sdk::Effort::thorough)
      for (const double x : {1.96, 2.04}) points.push_back({{"step_sharpness", x}, {"dimension", 256}});
    // Must break: a measure-zero start, a loss that flattens, and a run that ends too early.
    points.push_back({{"start", "beside"}, {"steps", 500}});
    points.push_back({{"loss", "log-cosh"}});
    points.push_back({{"step_sharpness", 2.0004}});
    return points;
  }

  sdk::Regime regime(const sdk::Point& at, sdk::Context&) const override {
    const double x = at["step_sharpness"];
    if (x == 2) return sdk::Regime::outside("at the threshold itself the sharpest direction neither grows nor shrinks");
    if (at.text("loss") == "log-cosh")
      return x > 2 ? sdk::Regime::breaks("the loss flattens: the weights end in a two-cycle of finite size")
                   : sdk::Regime::outside("no quadratic");
    if (x < 2) return sdk::Regime::within();
    const Eigen::VectorXd lambda = curvatures(at);
    if (at.text("start") == "beside") {
      if (lambda.size() > 1 && x * lambda(1) / lambda(0) >= 2)
        return sdk::Regime::outside("the sharpest direction is not excited, but the next one is unstable too");
      return at["steps"] * std::log(x - 1) < std::log(1e12)
                 ? sdk::Regime::breaks("the only unstable direction is not excited")
                 : sdk::Regime::outside("the only unstable direction is excited by rounding alone");
    }
    const double room = log_room(at);
    if (room < 0) return sdk::Regime::breaks("the run ends before any start could have grown by R");
    if (room < std::log(1e6)) return sdk::Regime::outside("a start may need more steps than there are");
    return sdk::Regime::within();
  }

  void predict(const sdk::Point& at, sdk::Recorder& out) const override {
    const double x = at["step_sharpness"];
    if (x == 2) return out.abstain("at the threshold itself the sharpest direction neither grows nor shrinks");
    const double fails = x > 2 ? 1 : 0;
    out.record({.observable = "failure_probability",
                .value = fails,
                .eps = 0.1,
                .eps_reason = "above 0.9 is structural, below 0.1 safe",
                .draws = at.count("draws")});
    if (x < 2) out.record({.observable = "failure_probability", .rival = "one-over-lambda", .value = 1.0});
    if (x > 2 && x * curvatures(at).mean() < 2 * at["lambda_max"])
      out.record({.observable = "failure_probability", .rival = "mean-curvature", .value = 0.0});
    if (!grows(at)) return;
    out.record({.observable = "growth_time",
                .eps = 0.01,
                .b_th = std::log(x - 1) / std::log(growth),
                .eps_reason = "the claim, and one step for counting whole steps; the rival is 20 % away",
                .compare = sdk::Compare::ratio});
    if (at.count("dimension") > 1) out.record({.observable = "growth_time", .rival = "all-in-one-mode"});
  }

  void predict_replicate(const sdk::Point& at, sdk::Seed seed, sdk::Recorder& out) const override {
    if (!grows(at)) return;
    const double pace = std::log(at["step_sharpness"] - 1);
    double sum = 0;
    for (std::int64_t k = 0; k < at.count("draws"); ++k) {
      const Start start = draw_start(at, seed.draw(k));
      sum += std::log(growth * start.w.norm() / std::abs(start.directions.col(0).dot(start.w))) / pace;
    }
    out.record({.observable = "growth_time", .value = sum / at["draws"]});
    if (at.count("dimension") > 1)
      out.record({.observable = "growth_time", .rival = "all-in-one-mode", .value = std::log(growth) / pace});
  }

  void measure(const sdk::Point& at, sdk::Seed seed, sdk::Recorder& out) const override {
    const std::int64_t draws = at.count("draws");
    std::int64_t failed = 0, steps = 0;
    for (std::int64_t k = 0; k < draws; ++k) {
      const auto grown = steps_to_grow(at, draw_start(at, seed.draw(k)), out);
      if (out.cancelled()) return;
      if (grown) ++failed, steps += *grown;
    }
    if (grows(at)) {
      if (failed < draws)
        return out.outcome(sdk::Outcome::stuck, std::to_string(draws - failed) + " runs have not grown by R");
      out.record({.observable = "growth_time", .value = static_cast<double>(steps) / static_cast<double>(draws)});
    }
    out.record(
        {.observable = "failure_probability", .value = static_cast<double>(failed) / static_cast<double>(draws)});
  }

 private:
  /// Whether every start has a growth time.
  static bool grows(const sdk::Point& at) {
    return at["step_sharpness"] > 2 && at.text("loss") == "quadratic" && at.text("start") == "random" &&
           log_room(at) >= std::log(1e6);
  }
};

}  // namespace

void add_gd_quadratic_divergence(sdk::LawList& laws) { laws.add<GdQuadraticDivergence>(); }

}  // namespace lmw::crosscutting
