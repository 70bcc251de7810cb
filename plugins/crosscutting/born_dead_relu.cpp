#include <lmw/numerics/random.h>
#include <lmw/sdk/sdk.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace lmw::crosscutting {
namespace {

using numerics::Rng;
using numerics::Stream;

/// One deep ReLU network and one input: x -> relu(W x + b) `depth` times, then a linear readout. Drawn layer by layer.
class Network {
 public:
  Network(const sdk::Point& at, sdk::Seed draw)
      : width_(at.count("width")),
        depth_(at.count("depth")),
        bias_(at["bias"]),
        mean_(at["weight_mean"]),
        law_(at.text("weights")),
        rng_(draw.value, Stream::init, draw.draw_index) {}

  /// Back-propagates (f(x) - 1)^2 / 2 through the network at one input of ones, and says whether the derivative by
  /// every weight is exactly 0: then no method that follows gradients moves any of them.
  bool every_gradient_vanishes() {
    std::vector<Eigen::MatrixXd> weights;
    std::vector<Eigen::VectorXd> hidden = {Eigen::VectorXd::Ones(width_)};
    for (std::int64_t l = 0; l < depth_; ++l) {
      weights.push_back(draw(width_, width_));
      hidden.push_back(((weights.back() * hidden.back()).array() + bias_).max(0.0).matrix());
    }
    const Eigen::MatrixXd readout = draw(1, width_);
    const double error = (readout * hidden.back())(0) - 1;
    if ((error * hidden.back().array() != 0).any()) return false;
    Eigen::VectorXd backward = error * readout.transpose();
    for (std::int64_t l = depth_; l-- > 0;) {
      backward = (hidden[l + 1].array() > 0).select(backward, 0.0).eval();
      if (backward.cwiseAbs().maxCoeff() * hidden[l].maxCoeff() != 0) return false;
      backward = (weights[l].transpose() * backward).eval();
    }
    return true;
  }

 private:
  /// Entries of standard deviation sqrt(2 / width) for the first two laws, so that living signals keep their size.
  Eigen::MatrixXd draw(Eigen::Index rows, Eigen::Index cols) {
    Eigen::MatrixXd w(rows, cols);
    if (law_ == "normal") {
      rng_.fill_normal(w);
    } else {
      rng_.fill_uniform(w);
      if (law_ == "uniform")
        w = std::sqrt(12.0) * (w.array() - 0.5);
      else
        w = (std::numbers::pi * (w.array() - 0.5)).tan();
    }
    return std::sqrt(2.0 / static_cast<double>(width_)) * (w.array() + mean_);
  }

  Eigen::Index width_;
  std::int64_t depth_;
  double bias_, mean_;
  std::string law_;
  Rng rng_;
};

/// 1 - (1 - 2^-N)^L, without cancellation.
double dead_probability(double width, double depth) { return -std::expm1(depth * std::log1p(-std::exp2(-width))); }

class BornDeadRelu final : public sdk::Law {
 public:
  sdk::LawInfo info() const override {
    return {
        .name = "born-dead-relu",
        .title = "The share of ReLU networks that are born dead",
        .claim =
            "A ReLU network of L hidden layers of N units, without biases and with independent symmetric weights, has "
            "gradient exactly 0 at a given input with probability 1 - (1 - 2^-N)^L.",
        .formula = R"(P(\text{dead}) = 1 - (1 - 2^{-N})^L)",
        .source =
            "Lu, Shin, Su & Karniadakis 2020, Dying ReLU and initialization: theory and numerical examples; "
            "given a living layer below, each unit is off with probability 1/2, independently",
        .analogue = "extinction of a branching process: each generation has the same chance to be the last",
        .parameters = {sdk::count_parameter("width", 3, 1, 1000, "N: units in each hidden layer"),
                       sdk::count_parameter("depth", 10, 1, 1e5, "L: hidden layers"),
                       sdk::text_parameter("weights", "normal", {"normal", "uniform", "cauchy"},
                                           "law of the weights: all symmetric, and the probability does not care"),
                       sdk::real_parameter("weight_mean", 0.0, -10, 10, "shift of the weights, in their own unit"),
                       sdk::real_parameter("bias", 0.0, -10, 10, "of every hidden unit"),
                       sdk::count_parameter("draws", 2500, 1, 1e7, "networks of one replicate")},
        .observables = {{.name = "failure_probability",
                         .kind = sdk::Kind::proportion,
                         .meaning = "share of networks in which every derivative of the loss is exactly 0",
                         .axis = "depth",
                         .log_axis = true}},
        .rivals = {{"last-layer", "only the last hidden layer can be off: 2^-N, whatever the depth"},
                   {"expected-number",
                    "the expected number of dead layers L 2^-N, at most 1, taken for a probability"}},
        .regime = "no biases, weights with a symmetric continuous law, one input that is not 0",
        .refuted_if =
            "the share of dead networks is another at some width and depth, or follows the law of the weights",
        .tags = {"relu", "initialisation", "failure", "contingent"},
        .quick = {.core_seconds = 0.5, .memory_bytes = 1e6},
        .standard = {.core_seconds = 8, .memory_bytes = 1e6},
        .thorough = {.core_seconds = 20, .memory_bytes = 2e6},
        .subjects = {"dynamics"},
        .architectures = {"mlp"},
        .elasticities = {{"failure_probability", "depth", 1}, {"failure_probability", "width", -1}},
        .physics = {.symmetry = "w -> -w, of the law of the weights",
                    .conserved_or_order_parameter = "share of networks that live",
                    .control_parameter = "depth 2^-width",
                    .axioms = {"symmetry"}}};
  }

  // With eps = 0.02 the first look (4 replicates, quantile 2.58) confirms if |D| + 2.58 se <= eps: allowing D = se it
  // asks for n >= (3.58 * 0.5 / 0.02)^2 = 8000 networks where half of them die.
  std::vector<sdk::PointOverrides> sweep(sdk::Effort effort) const override {
    std::vector<sdk::PointOverrides> points = {{{"width", 2}}, {}, {{"width", 5}, {"depth", 20}}};
    if (effort != sdk::Effort::quick) {
      points.push_back({{"width", 8}, {"depth", 20}});
      points.push_back({{"width", 8}, {"depth", 177}});  // ln 2 * 2^N: half of the networks
      points.push_back({{"width", 2}, {"depth", 40}});   // L 2^-N = 10: dead for sure
      points.push_back({{"weights", "uniform"}});
      points.push_back({{"weights", "cauchy"}});
    }
    if (effort == sdk::Effort::thorough) {
      points.push_back({{"width", 10}, {"depth", 355}});
      points.push_back({{"width", 5}, {"depth", 20}, {"weights", "cauchy"}});
    }
    points.push_back({{"bias", 0.1}});
    points.push_back({{"weight_mean", 0.5}});
    return points;
  }

  sdk::Regime regime(const sdk::Point& at, sdk::Context&) const override {
    const bool many_die = dead_probability(at["width"], at["depth"]) >= 0.2;
    if (const double bias = at["bias"]; bias != 0) {
      const char* reason = "a bias: a unit with no input is not at the edge of its two halves";
      return bias > 0 && many_die ? sdk::Regime::breaks(reason) : sdk::Regime::outside(reason);
    }
    if (const double mean = at["weight_mean"]; mean != 0) {
      const char* reason = "weights with a mean: a unit is off more or less often than half of the time";
      return mean >= 0.5 && many_die ? sdk::Regime::breaks(reason) : sdk::Regime::outside(reason);
    }
    return sdk::Regime::within();
  }

  void predict(const sdk::Point& at, sdk::Recorder& out) const override {
    const double width = at["width"], depth = at["depth"], eps = 0.02;
    const double dead = dead_probability(width, depth), one_layer = std::exp2(-width);
    out.record({.observable = "failure_probability",
                .value = dead,
                .eps = eps,
                .eps_reason = "under half the gap to the nearest rival in the default points",
                .draws = at.count("draws")});
    if (dead - one_layer > 2 * eps)
      out.record({.observable = "failure_probability", .rival = "last-layer", .value = one_layer});
    if (const double number = std::min(1.0, depth * one_layer); number - dead > 2 * eps)
      out.record({.observable = "failure_probability", .rival = "expected-number", .value = number});
  }

  void measure(const sdk::Point& at, sdk::Seed seed, sdk::Recorder& out) const override {
    const std::int64_t draws = at.count("draws");
    std::int64_t dead = 0;
    for (std::int64_t k = 0; k < draws; ++k) {
      if (k % 256 == 0 && out.cancelled()) return;
      dead += Network(at, seed.draw(k)).every_gradient_vanishes() ? 1 : 0;
    }
    out.record({.observable = "failure_probability", .value = static_cast<double>(dead) / static_cast<double>(draws)});
  }
};

}  // namespace

void add_born_dead_relu(sdk::LawList& laws) { laws.add<BornDeadRelu>(); }

}  // namespace lmw::crosscutting
