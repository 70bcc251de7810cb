#include "mup_transfer.h"

#include <lmw/numerics/fit.h>
#include <lmw/sdk/sdk.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace lmw::hyperparameters {
namespace {

constexpr int networks_per_rate = 2;

/// The loss on all examples after training, at each rate, mean over initial weights. All widths and rates see the
/// batches of a seed in the same order.
std::vector<double> final_losses(const sdk::Point& at, const learn::Dataset<float>& data, std::int64_t width_number,
                                 sdk::Seed seed, sdk::Recorder& out) {
  const learn::Architecture network = transfer_network(at, at.text("parametrisation"), data, at.count("width_min"),
                                                       at.count("width_min") << width_number);
  std::vector<double> losses;
  for (const double log2_rate : log2_transfer_rates(at)) {
    double sum = 0;
    for (int k = 0; k < networks_per_rate; ++k) {
      if (out.cancelled()) return {};
      const sdk::Seed init = seed.draw(width_number * networks_per_rate + k), order = seed.draw(k);
      sum += train_for_transfer(at, network, data, log2_rate, init, order).loss;
    }
    losses.push_back(sum / networks_per_rate);
  }
  return losses;
}

class MupLrTransfer final : public sdk::Law {
 public:
  sdk::LawInfo info() const override {
    return {
        .name = "mup-lr-transfer",
        .title = "The best learning rate of a narrow network, used for a wide one",
        .claim =
            "The best learning rate of a network that is trained for a short time does not depend on its width n in "
            "muP, for SGD and for Adam alike, and wider networks reach a lower loss at the same rate; in the standard "
            "parametrisation it falls about as 1/n.",
        .formula =
            R"(d \log_2 \eta^* / d \log_2 n \in [-0.3, 0.3] \text{ (muP)}, \quad [-1.4, -0.75] \text{ (standard)})",
        .source =
            "Yang et al. 2022, \"Tensor Programs V: Tuning large neural networks via zero-shot hyperparameter "
            "transfer\"; data: Xiao, Rasul & Vollgraf 2017",
        .analogue = "a dimensionless number: a model in a wind tunnel needs the same one as the full-size ship",
        .parameters = {sdk::text_parameter("optimiser", "sgd", {"sgd", "adam"},
                                           "plain descent; or Adam, betas 0.9 and 0.99, eps 1e-12"),
                       sdk::text_parameter(
                           "parametrisation", "mup", {"standard", "mup", "mup-hidden-up"},
                           "mup-hidden-up: muP with the hidden layer's rate times n/n_0, where Adam needs n_0/n"),
                       sdk::text_parameter(
                           "data", "synthetic", {"synthetic", "fashion-mnist", "fashion-mnist-pixels"},
                           "256 examples of a smooth map from 16 normal inputs to 4 outputs; of images, by their 16 "
                           "leading principal components at equal variance; or by their 784 centred pixels"),
                       sdk::count_parameter("width_min", 64, 1, 1e5,
                                            "n_0: the first width; muP is the standard one there"),
                       sdk::count_parameter("width_max", 256, 2, 1e5, "widths double up to this one"),
                       sdk::count_parameter("steps", 60, 1, 1e6, "of training, on batches of 64 drawn anew")},
        .observables = {{.name = "slope",
                         .kind = sdk::Kind::interval,
                         .meaning = "of log2 of the best learning rate in log2 of the width",
                         .axis = "width_max",
                         .log_axis = true},
                        {.name = "gain_by_width",
                         .kind = sdk::Kind::ordering,
                         .meaning =
                             "by how much log loss falls when the width doubles, at half the first width's best rate",
                         .axis = "width",
                         .log_axis = true}},
        .rivals = {{"as-standard", "the best rate falls as 1/n"},
                   {"as-mup", "the best rate does not depend on the width"},
                   {"as-hidden-up", "the best rate falls as 1/n^2, as if the hidden layer's rate grew with n"}},
        .regime =
            "networks wider than their inputs are many, in the standard parametrisation; training so short that the "
            "best rate is sharp and lies inside the grid",
        .refuted_if = "the slope lies outside its interval by more than 0.1, or wider networks end with a higher loss",
        .data = {"fashion-mnist"},
        .tags = {"parametrisation", "width", "learning-rate", "adam", "real-data"},
        .quick = {.core_seconds = 5, .memory_bytes = 10e6},
        .standard = {.core_seconds = 75, .memory_bytes = 60e6},
        .thorough = {.core_seconds = 400, .memory_bytes = 80e6},
        .prepared_by = {"data"},
        .prepared_bytes = 15e6,
        .subjects = {"performance"},
        .architectures = {"mlp"},
        .physics = {.conserved_or_order_parameter = "the best learning rate, from width to width",
                    .control_parameter = "width",
                    .large_parameter = "width",
                    .axioms = {"self-averaging"}}};
  }

  // A replicate's slope has a standard deviation of 0.07 to 0.18 (synthetic) and 0.12 to 0.27 (images). With 0.18 and a
  // mean in the middle, the second look (8 replicates) confirms: 3.2 * 0.18 / sqrt 8 = 0.20 of 0.35.
  std::vector<sdk::PointOverrides> sweep(sdk::Effort effort) const override {
    const bool quick = effort == sdk::Effort::quick;
    const int thorough_width = effort == sdk::Effort::thorough ? 512 : 256;
    std::vector<sdk::PointOverrides> points;
    const auto add = [&](const char* optimiser, const char* parametrisation, const char* data, bool small) {
      points.push_back({{"optimiser", optimiser},
                        {"parametrisation", parametrisation},
                        {"data", data},
                        {"width_min", small ? 32 : 64},
                        {"width_max", small ? 128 : thorough_width},
                        {"steps", small ? 30 : 60}});
    };
    for (const char* data : {"synthetic", "fashion-mnist"}) {
      if (quick && std::string(data) != "synthetic") break;
      for (const char* optimiser : {"sgd", "adam"})
        for (const char* parametrisation : {"standard", "mup"}) add(optimiser, parametrisation, data, quick);
    }
    // Must break.
    add("adam", "mup-hidden-up", "synthetic", quick);
    if (!quick)
      for (const char* optimiser : {"sgd", "adam"}) add(optimiser, "standard", "fashion-mnist-pixels", true);
    return points;
  }

  sdk::Regime regime(const sdk::Point& at, sdk::Context&) const override {
    const double narrowest = at["width_min"];
    if (at.text("parametrisation") == "mup-hidden-up")
      return uses_adam(at) && at["width_max"] >= 4 * narrowest
                 ? sdk::Regime::breaks("the hidden layer's rate grows with n, so that the best one falls")
                 : sdk::Regime::outside("a rule that is wrong on purpose");
    if (is_standard(at) && at.text("data") == "fashion-mnist-pixels") {
      const char* reason =
          "fewer hidden units than pixels: the first layer sets the rate, whose share does not grow with n";
      return at["width_max"] <= 128 && at["steps"] <= 60 ? sdk::Regime::breaks(reason) : sdk::Regime::outside(reason);
    }
    if (narrowest < 32) return sdk::Regime::outside("widths below 32, twice the number of inputs");
    if (at["steps"] < 20 || at["steps"] > 120)
      return sdk::Regime::outside("too short to tell rates apart, or so long that many rates do equally well");
    return sdk::Regime::within(at.text("data") == "synthetic" ? 0.95 : 0.85);
  }

  std::shared_ptr<const sdk::Prepared> prepare(const sdk::Point& at, sdk::Context& context) const override {
    return transfer_pool(at, context);
  }

  void predict(const sdk::Point& at, sdk::Recorder& out) const override {
    const std::vector<double> wide = wider(at);
    if (wide.empty()) return out.abstain("a slope needs two widths: width_max >= 2 width_min");
    const auto interval = [&](double low, double high) {
      out.record(
          {.observable = "slope",
           .value = low,
           .upper = high,
           .eps = 0.1,
           .eps_reason = "a third of the half-width of muP's interval, a quarter of the gap between the intervals"});
    };
    const auto rival = [&](const char* name, double slope) {
      out.record({.observable = "slope", .rival = name, .value = slope, .upper = slope});
    };
    if (is_standard(at)) {
      interval(-1.4, -0.75);
      rival("as-mup", 0);
      return;
    }
    interval(-0.3, 0.3);
    rival("as-standard", -1);
    if (uses_adam(at)) rival("as-hidden-up", -2);
    if (at.text("parametrisation") != "mup") return;
    out.record({.observable = "gain_by_width",
                .x = wide,
                .value = std::vector<double>(wide.size(), 0.0),
                .eps = std::vector<double>(wide.size(), 0.02),
                .eps_reason = "two per cent: a gain that is worth the width"});
  }

  void measure(const sdk::Point& at, sdk::Seed seed, sdk::Recorder& out) const override {
    const Pool* pool = at.text("data") == "synthetic" ? nullptr : &out.prepared<Pool>();
    const learn::Dataset<float> data = draw_transfer_data(pool, seed);
    const std::vector<double> rates = log2_transfer_rates(at), wide = wider(at);
    const auto count = static_cast<Eigen::Index>(wide.size()) + 1;
    Eigen::VectorXd best(count), widths(count), at_fixed_rate(count);
    std::size_t fixed = 0;
    for (Eigen::Index i = 0; i < count; ++i) {
      const std::vector<double> losses = final_losses(at, data, i, seed, out);
      if (losses.empty()) return;
      const auto found = log2_best_rate(rates, losses);
      widths(i) = std::ldexp(at["width_min"], static_cast<int>(i));
      if (!found)
        return out.outcome(sdk::Outcome::not_converged, "the best rate lies at the edge of the grid, at width " +
                                                            std::to_string(at.count("width_min") << i));
      if (i == 0) fixed = best_of(losses) - 1;
      best(i) = std::exp2(*found);
      at_fixed_rate(i) = std::log(losses[fixed]);
    }
    out.record({.observable = "slope", .value = -numerics::fit_power_law(widths, best).exponent});
    if (at.text("parametrisation") != "mup") return;
    std::vector<double> gains;
    for (Eigen::Index i = 1; i < count; ++i) gains.push_back(at_fixed_rate(i - 1) - at_fixed_rate(i));
    out.record({.observable = "gain_by_width", .x = wide, .value = gains});
  }

 private:
  /// 2 n_0, 4 n_0, ..., up to width_max.
  static std::vector<double> wider(const sdk::Point& at) {
    std::vector<double> widths;
    for (double n = 2 * at["width_min"]; n <= at["width_max"]; n *= 2) widths.push_back(n);
    return widths;
  }
};

}  // namespace

void add_mup_lr_transfer(sdk::LawList& laws) { laws.add<MupLrTransfer>(); }

}  // namespace lmw::hyperparameters
