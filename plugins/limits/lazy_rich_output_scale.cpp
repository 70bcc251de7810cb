#include <lmw/learn/generators.h>
#include <lmw/learn/ntk.h>
#include <lmw/learn/trainer.h>
#include <lmw/numerics/fit.h>
#include <lmw/numerics/linearised_training.h>
#include <lmw/sdk/sdk.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <string>
#include <vector>

namespace lmw::limits {
namespace {

using numerics::LinearisedTraining;
using numerics::Rng;
using numerics::Stream;

/// A network before its output multiplier, and how it is trained.
struct Setting {
  learn::Dataset<double> data;
  learn::Architecture network;
  std::int64_t steps = 0;
};

/// Six points on half a circle and an odd target: without biases a tanh network is an odd function.
Setting two_layer(Eigen::Index width) {
  Setting setting{.data = {learn::circle(12, 0.1, std::numbers::sqrt2).leftCols(6), Eigen::MatrixXd(1, 6)},
                  .network = learn::ntk_parametrisation(
                      {.widths = {2, width, 1}, .activation = learn::Activation::tanh, .bias = false}),
                  .steps = 200};
  for (Eigen::Index p = 0; p < 6; ++p) {
    const double t = std::atan2(setting.data.x(1, p), setting.data.x(0, p));
    setting.data.y(0, p) = std::cos(t) + 0.3 * std::sin(3 * t);
  }
  return setting;
}

/// Twelve points of [-1, 1] and y = sin 3x.
Setting three_layer() {
  return {.data = learn::on_interval(12, [](double x) { return std::sin(3 * x); }),
          .network = learn::standard({.widths = {1, 40, 40, 1}, .activation = learn::Activation::tanh}),
          .steps = 3000};
}

Setting setting_of(const sdk::Point& at, Eigen::Index width) {
  return at.text("network") == "two-layer" ? two_layer(width) : three_layer();
}

/// eta: 0.2, or a twentieth of 1 over the top eigenvalue of K/n. The step is eta / alpha^2 on (1/2n) sum (f - y)^2.
double learning_rate(const sdk::Point& at, const Eigen::MatrixXd& kernel) {
  if (at.text("network") == "two-layer") return 0.2;
  return 0.05 / LinearisedTraining(kernel, 1).top_rate();
}

struct Moved {
  double kernel = 0;   ///< |K_T - K_0| / |K_0|
  double weights = 0;  ///< |w_T - w_0|
  double start = 0;    ///< |w_0|
  bool diverged = false;
};

Moved train(const sdk::Point& at, Setting setting, double alpha, Rng init) {
  setting.network.output_scale = alpha;
  setting.network.centred = at.text("centred") == "yes";
  learn::Mlp<double> net(setting.network, init);
  const Eigen::VectorXd start = net.parameters();
  const Eigen::MatrixXd before = learn::ntk(net, setting.data.x) / (alpha * alpha);
  const double lr = learning_rate(at, before) / (alpha * alpha);
  learn::Trainer<double> trainer(net, setting.data, {.optimiser = learn::gradient_descent(lr)});
  const bool diverged = trainer.run(setting.steps) == learn::Ended::diverged;
  const Eigen::MatrixXd after = learn::ntk(net, setting.data.x) / (alpha * alpha);
  return {.kernel = (after - before).norm() / before.norm(),
          .weights = (net.parameters() - start).norm(),
          .start = start.norm(),
          .diverged = diverged};
}

/// One network of the series: its width and its multiplier.
struct Rung {
  double width = 0, alpha = 1;
};

std::vector<Rung> ladder(const sdk::Point& at) {
  const bool widths = at.text("along") == "width";
  const double first = widths ? at["narrowest"] : at["least_alpha"], last = widths ? at["widest"] : at["largest_alpha"];
  std::vector<Rung> rungs;
  const auto steps = std::lround(std::floor(std::log(last / first) / std::log(at["factor"]) + 1e-9));
  for (long i = 0; i <= steps; ++i) {
    const double x = first * std::pow(at["factor"], static_cast<double>(i));
    if (widths) rungs.push_back({std::round(x), std::pow(std::round(x), -at["power"])});
    if (!widths) rungs.push_back({at["width"], x});
  }
  return rungs;
}

/// Along the multiplier a draw keeps its weights; along the width every network has its own.
Rng weights_of(const sdk::Point& at, sdk::Seed seed, std::int64_t draw, std::size_t rung, std::size_t rungs) {
  const bool own = at.text("along") == "width";
  const auto index = own ? draw * static_cast<std::int64_t>(rungs) + static_cast<std::int64_t>(rung) : draw;
  return Rng(seed.value, Stream::init, seed.draw(index).draw_index);
}

bool has_amplitude(const sdk::Point& at) { return at.text("along") == "multiplier" && at["largest_alpha"] > 1; }

class LazyRichOutputScale final : public sdk::Law {
 public:
  sdk::LawInfo info() const override {
    return {
        .name = "lazy-rich-output-scale",
        .title = "One multiplier turns a network from feature learning to kernel learning",
        .claim =
            "If alpha (f - f_0) is trained in place of f, the relative motion of the tangent kernel falls as 1/alpha "
            "for large alpha and as 1/n with the width at alpha = 1, while at alpha = n^-1/2 it does not depend on the "
            "width at all; weights move by alpha^-1 n^-1/2 of their size, with an amplitude known from the first "
            "kernel.",
        .formula =
            R"(\frac{|K_T - K_0|}{|K_0|} \sim \max\Big(\frac{1}{n\alpha}, \frac{1}{n\alpha^2}\Big), \quad )"
            R"(\alpha\,|w_T - w_0| \to \Big|\sum_i u_i \frac{1 - (1 - \eta k_i/P)^T}{\sqrt{k_i}}\, u_i \cdot y\Big|)",
        .source =
            "Chizat, Oyallon & Bach 2019; Geiger, Spigler, Jacot & Wyart 2020; Dyer & Gur-Ari 2020; Atanasov, "
            "Bordelon, Sainathan & Pehlevan 2024",
        .analogue = "the strength of an interaction: weak coupling leaves the free theory as it is",
        .parameters = {sdk::text_parameter(
                           "network", "two-layer", {"two-layer", "three-layer"},
                           "2-n-1 without biases, on six points of a half circle; or 1-40-40-1 with biases, on "
                           "twelve points of an interval; both tanh"),
                       sdk::text_parameter("along", "multiplier", {"multiplier", "width"},
                                           "what grows from network to network"),
                       sdk::real_parameter("least_alpha", 10.0, 1e-3, 1e6, "alpha: the smallest multiplier"),
                       sdk::real_parameter("largest_alpha", 100.0, 1e-3, 1e6, "and the largest"),
                       sdk::count_parameter("narrowest", 50, 1, 1e5, "n: hidden units, along the width"),
                       sdk::count_parameter("widest", 1600, 1, 1e5, "and of the widest network"),
                       sdk::real_parameter("factor", 2.0, 1.01, 1e4, "between neighbours"),
                       sdk::count_parameter("width", 200, 1, 1e5, "n, along the multiplier"),
                       sdk::real_parameter("power", 0.0, -2, 2, "p: along the width, alpha = n^-p"),
                       sdk::text_parameter("centred", "yes", {"yes", "no"}, "whether the first output is taken away"),
                       sdk::count_parameter("draws", 8, 1, 1e6, "networks of each kind that one replicate averages")},
        .observables = {{.name = "kernel_slope",
                         .kind = sdk::Kind::exponent,
                         .meaning = "of log |K_T - K_0| / |K_0| against log alpha or log n",
                         .axis = "power",
                         .subject = "representations"},
                        {.name = "motion_slope",
                         .kind = sdk::Kind::exponent,
                         .meaning = "of log |w_T - w_0| / |w_0|",
                         .axis = "power",
                         .subject = "weights"},
                        {.name = "log_motion",
                         .meaning = "log of alpha |w_T - w_0| at the largest multiplier, mean over networks",
                         .axis = "largest_alpha",
                         .log_axis = true,
                         .subject = "weights"}},
        .rivals = {{"second-order", "alpha^-2: what the second order of the Taylor series alone would do"},
                   {"square-root", "the power 1/2 in place of the law's"},
                   {"as-the-kernel", "weights move by 1/n, as kernels do"},
                   {"width-alone", "1/n whatever the multiplier"},
                   {"no-effect", "the multiplier changes nothing"},
                   {"without-root", "the amplitude with k_i in place of its square root"}},
        .regime =
            "centred output, equal training time; along the multiplier alpha from 10 (two layers) or 64 (three), along "
            "the width -1/2 <= p <= 1/2",
        .refuted_if = "a slope or the amplitude leaves its band",
        .tags = {"lazy-training", "feature-learning", "ntk", "output-scale"},
        .predicts = sdk::Predicts::per_replicate,
        .quick = {.core_seconds = 3, .memory_bytes = 4e6},
        .standard = {.core_seconds = 15, .memory_bytes = 4e6},
        .thorough = {.core_seconds = 15, .memory_bytes = 4e6},
        .subjects = {"representations", "weights"},
        .architectures = {"mlp"},
        .physics = {.conserved_or_order_parameter = "relative motion of the tangent kernel",
                    .control_parameter = "alpha sqrt(width)",
                    .large_parameter = "alpha, width",
                    .leading_correction = "1/(n alpha) + 1/(n alpha^2)",
                    .axioms = {"self-averaging"}}};
  }

  // Draws per replicate. Along the multiplier weights are shared, and slopes of single draws spread by 0.01 (kernel)
  // and 1e-4 (weights); three layers of 40 units leave 0.06, and a without-root that spreads by 0.3. Along the width
  // they spread by 0.15 (kernel) and 0.06 (weights): averages of 8 leave 0.05 and 0.02, and the second look (8
  // replicates) confirms if |D| + 3.2 se <= band: 0.06 of 0.1. At p = 0 the next order bends the slope by 0.05, hence
  // b_th.
  std::vector<sdk::PointOverrides> sweep(sdk::Effort effort) const override {
    const bool quick = effort == sdk::Effort::quick;
    const double factor = quick ? 10 : std::sqrt(10.0);
    std::vector<sdk::PointOverrides> points;
    points.push_back({{"width", quick ? 100 : 200}, {"factor", factor}, {"draws", 4}});
    for (const double power : quick ? std::vector{0.0, 0.5} : std::vector{-0.5, 0.0, 0.25, 0.5})
      points.push_back({{"along", "width"},
                        {"power", power},
                        {"widest", quick ? 800 : 1600},
                        {"factor", quick ? 4.0 : 2.0},
                        {"draws", power == 0 ? 12 : 8}});
    points.push_back({{"network", "three-layer"},
                      {"least_alpha", 64.0},
                      {"largest_alpha", 1024.0},
                      {"factor", quick ? 16.0 : 2.0},
                      {"draws", 3}});
    // Must break.
    points.push_back({{"centred", "no"}, {"width", quick ? 100 : 200}, {"factor", factor}, {"draws", 4}});
    if (!quick)
      points.push_back(
          {{"network", "three-layer"}, {"least_alpha", 0.1}, {"largest_alpha", 1.0}, {"factor", factor}, {"draws", 1}});
    return points;
  }

  sdk::Regime regime(const sdk::Point& at, sdk::Context&) const override {
    const bool two = at.text("network") == "two-layer";
    const auto rungs = ladder(at);
    if (at.text("along") == "width") {
      if (!two) return sdk::Regime::outside("the three-layer network has one width");
      if (at.text("centred") == "no") return sdk::Regime::outside("the first output is part of what is learned", 0.1);
      if (std::abs(at["power"]) > 0.5) return sdk::Regime::outside("p beyond 1/2: the kernel's motion saturates");
      if (at["narrowest"] < 50 || rungs.back().width < 10 * rungs.front().width)
        return sdk::Regime::outside("a slope wants widths from 50 on, over a decade");
      return sdk::Regime::within();
    }
    if (at.text("centred") == "no")
      return at["least_alpha"] >= 3
                 ? sdk::Regime::breaks("alpha f_0 has to be unlearned: a motion that alpha does not lessen")
                 : sdk::Regime::outside("the first output is part of what is learned", 0.1);
    if (!two && at["largest_alpha"] <= 1) return sdk::Regime::breaks("rich: the kernel moves by its own size");
    if (at["least_alpha"] < (two ? 10 : 64) || rungs.back().alpha < 9.99 * rungs.front().alpha)
      return sdk::Regime::outside("a slope wants large multipliers, over a decade");
    return sdk::Regime::within();
  }

  void predict(const sdk::Point& at, sdk::Recorder& out) const override {
    struct Wrong {
      const char* name;
      double slope;
    };
    const auto rungs = ladder(at);
    const double span = at.text("along") == "width" ? rungs.back().width / rungs.front().width
                                                    : rungs.back().alpha / rungs.front().alpha;
    const auto slope = [&](const char* observable, double value, double eps, double b_th,
                           const std::vector<Wrong>& rivals) {
      out.record({.observable = observable,
                  .value = value,
                  .eps = eps,
                  .b_th = b_th,
                  .eps_reason = "under half the distance to the rival; b_th for the next order",
                  .span = span});
      for (const Wrong& rival : rivals)
        out.record({.observable = observable, .rival = rival.name, .value = rival.slope});
    };
    if (at.text("along") == "multiplier") {
      if (at.text("network") == "two-layer") {
        slope("kernel_slope", -1, 0.05, 0, {{"second-order", -2}});
        slope("motion_slope", -1, 0.05, 0, {{"square-root", -0.5}});
      } else {
        slope("kernel_slope", -1, 0.15, 0.05, {{"second-order", -2}, {"no-effect", 0}});
        slope("motion_slope", -1, 0.02, 0, {{"second-order", -2}, {"no-effect", 0}});
      }
      if (!has_amplitude(at)) return;
      out.record({.observable = "log_motion",
                  .eps = 0.01,
                  .eps_reason = "1 %: corrections are of order 1/alpha",
                  .compare = sdk::Compare::difference});
      out.record({.observable = "log_motion", .rival = "without-root"});
      return;
    }
    const double p = at["power"], kernel = std::max(-1 + p, -1 + 2 * p);
    if (p == 0) {
      slope("kernel_slope", -1, 0.1, 0.05, {{"square-root", -0.5}});
      slope("motion_slope", -0.5, 0.05, 0, {{"as-the-kernel", -1}});
    } else if (p == 0.5) {
      slope("kernel_slope", 0, 0.05, 0, {{"square-root", -0.5}});
      slope("motion_slope", 0, 0.05, 0, {{"square-root", -0.5}});
    } else {
      const double gap = std::abs(kernel + 1);
      if (gap < 0.1) return out.abstain("too near p = 0 for another multiplier to be told from none");
      slope("kernel_slope", kernel, std::min(0.1, 0.4 * gap), 0, {{"width-alone", -1}});
    }
  }

  void predict_replicate(const sdk::Point& at, sdk::Seed seed, sdk::Recorder& out) const override {
    if (!has_amplitude(at)) return;
    const auto rungs = ladder(at);
    double log_motion = 0, without_root = 0;
    for (std::int64_t k = 0; k < at.count("draws"); ++k) {
      const Setting setting = setting_of(at, at.count("width"));
      const learn::Mlp<double> net(setting.network, weights_of(at, seed, k, 0, rungs.size()));
      const Eigen::MatrixXd kernel = learn::ntk(net, setting.data.x);
      const LinearisedTraining flow(kernel, learning_rate(at, kernel));
      const Eigen::VectorXd residual = -setting.data.y.row(0).transpose();
      log_motion += std::log(flow.motion(residual, setting.steps)) / at["draws"];
      without_root += std::log(flow.coefficients(residual, setting.steps).norm()) / at["draws"];
    }
    out.record({.observable = "log_motion", .value = log_motion});
    out.record({.observable = "log_motion", .rival = "without-root", .value = without_root});
  }

  void measure(const sdk::Point& at, sdk::Seed seed, sdk::Recorder& out) const override {
    const auto rungs = ladder(at);
    const bool along_width = at.text("along") == "width";
    const auto count = static_cast<Eigen::Index>(rungs.size());
    Eigen::VectorXd x(count);
    // Mean logarithms: the slope of the geometric means, which is the mean of the slopes of single draws.
    Eigen::ArrayXd log_kernel = Eigen::ArrayXd::Zero(count), log_weights = log_kernel;
    double log_last = 0;
    for (Eigen::Index i = 0; i < count; ++i) {
      const Rung& rung = rungs[static_cast<std::size_t>(i)];
      x(i) = along_width ? rung.width : rung.alpha;
      for (std::int64_t k = 0; k < at.count("draws"); ++k) {
        if (out.cancelled()) return;
        const Rng init = weights_of(at, seed, k, static_cast<std::size_t>(i), rungs.size());
        const Moved moved =
            train(at, setting_of(at, static_cast<Eigen::Index>(std::lround(rung.width))), rung.alpha, init);
        if (moved.diverged) return out.outcome(sdk::Outcome::diverged, "at alpha = " + std::to_string(rung.alpha));
        log_kernel(i) += std::log(moved.kernel) / at["draws"];
        log_weights(i) += std::log(moved.weights / moved.start) / at["draws"];
        if (i == count - 1) log_last += std::log(rung.alpha * moved.weights) / at["draws"];
      }
    }
    const auto slope = [&](const Eigen::ArrayXd& logs) { return -numerics::fit_power_law(x, logs.exp()).exponent; };
    out.record({.observable = "kernel_slope", .value = slope(log_kernel)});
    if (!along_width || at["power"] == 0 || at["power"] == 0.5)
      out.record({.observable = "motion_slope", .value = slope(log_weights)});
    if (has_amplitude(at)) out.record({.observable = "log_motion", .value = log_last});
  }
};

}  // namespace

void add_lazy_rich_output_scale(sdk::LawList& laws) { laws.add<LazyRichOutputScale>(); }

}  // namespace lmw::limits
