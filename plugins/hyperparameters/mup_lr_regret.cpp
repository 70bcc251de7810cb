#include "mup_transfer.h"

#include <lmw/sdk/sdk.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lmw::hyperparameters {
namespace {

/// What one has without the theory and without a search: the rate that textbooks give for the optimiser, in the
/// standard parametrisation. Bengio 2012, section 3.1.1 (SGD); Kingma & Ba 2015, algorithm 1 (Adam).
///
/// The narrow network's best rate, kept at the target width in the standard parametrisation, would be the other honest
/// default. It costs as much as the theory and does worse (at width 256, SGD: loss 0.32 instead of 0.17, Adam: 0.07 and
/// 0.03), so that the textbook is the harder judge; and it is itself under test, where it must break.
double log2_textbook_rate(const sdk::Point& at) { return std::log2(uses_adam(at) ? 0.001 : 0.01); }

/// What a training is for: each purpose has initial weights and batch orders of its own, so that no rate is scored on
/// what it was chosen by.
enum class Purpose { narrow = 0, wide = 1, scoring = 2 };

/// One task, and trainings on it.
class Bench {
 public:
  Bench(const sdk::Point& at, const learn::Dataset<float>& data, sdk::Seed seed, sdk::Recorder& out)
      : at_(at),
        data_(data),
        seed_(seed),
        out_(out),
        zero_loss_(data.y.squaredNorm() / (2.0 * static_cast<double>(data.y.cols()))) {}

  /// Mean loss and total cost of `draws` trainings. One that diverges or ends above the loss of the output 0 is thrown
  /// away and counts as that output: the size of what diverges says nothing, and would drown all else.
  Trained mean_loss(Purpose purpose, const std::string& parametrisation, Eigen::Index width, double log2_rate,
                    std::int64_t draws) const {
    const learn::Architecture network = transfer_network(at_, parametrisation, data_, at_.count("width_tuned"), width);
    Trained sum;
    for (std::int64_t k = 0; k < draws && !out_.cancelled(); ++k) {
      const sdk::Seed draw = seed_.draw(1000 * static_cast<int>(purpose) + k);
      const Trained one = train_for_transfer(at_, network, data_, log2_rate, draw, draw);
      sum.loss += std::min(one.loss, zero_loss_) / static_cast<double>(draws);
      sum.multiply_adds += one.multiply_adds;
    }
    return sum;
  }

  struct Search {
    std::optional<double> log2_rate;  ///< the best; nothing at the grid's edge
    double multiply_adds = 0;
    double trainings = 0;
  };
  /// The grid of rates at one width, and the parabola through the best of them: the same for narrow and wide networks.
  Search search(Purpose purpose, const std::string& parametrisation, Eigen::Index width, std::int64_t draws) const {
    const std::vector<double> rates = log2_transfer_rates(at_);
    std::vector<double> losses;
    Search found{.trainings = static_cast<double>(rates.size()) * static_cast<double>(draws)};
    for (const double rate : rates) {
      const Trained trained = mean_loss(purpose, parametrisation, width, rate, draws);
      losses.push_back(trained.loss);
      found.multiply_adds += trained.multiply_adds;
    }
    found.log2_rate = log2_best_rate(rates, losses);
    return found;
  }

 private:
  const sdk::Point& at_;
  const learn::Dataset<float>& data_;
  sdk::Seed seed_;
  sdk::Recorder& out_;
  double zero_loss_;
};

class MupLrRegret final : public sdk::Law {
 public:
  sdk::LawInfo info() const override {
    return {
        .name = "mup-lr-regret",
        .title = "What is lost by tuning the learning rate of a wide network on a narrow one",
        .claim =
            "The best learning rate of a network of width n_0, used in muP at width n = 4 n_0 to 8 n_0, loses at most "
            "a twentieth of what a search at width n gains over a textbook's rate, for SGD and for Adam alike, at less "
            "than a tenth of the search's compute; used in the standard parametrisation it loses more than a fifth.",
        .formula = R"(\frac{L_n(\eta_{n_0}) - L_n(\eta_n)}{L_n(\eta_{text}) - L_n(\eta_n)} \le 0.05)",
        .source =
            "Yang et al. 2022, \"Tensor Programs V: Tuning large neural networks via zero-shot hyperparameter "
            "transfer\"; textbook rates: Bengio 2012, \"Practical recommendations for gradient-based training of deep "
            "architectures\", and Kingma & Ba 2015; data: Xiao, Rasul & Vollgraf 2017",
        .analogue = "a ship that is built from the best model in the towing tank, beside the best full-size ship",
        .parameters = {sdk::text_parameter("optimiser", "sgd", {"sgd", "adam"},
                                           "plain descent; or Adam, betas 0.9 and 0.99, eps 1e-12"),
                       sdk::text_parameter("parametrisation", "mup", {"standard", "mup"},
                                           "in which the narrow network's best rate is used for the wide one"),
                       sdk::text_parameter(
                           "data", "synthetic", {"synthetic", "fashion-mnist"},
                           "256 examples of a smooth map from 16 normal inputs to 4 outputs; or of images, by their "
                           "16 leading principal components at equal variance"),
                       sdk::count_parameter("width_tuned", 64, 1, 1e5, "n_0: where muP is the standard one"),
                       sdk::count_parameter("width", 256, 2, 1e5, "where the rate is used"),
                       sdk::count_parameter("steps", 60, 1, 1e6, "of training, on batches of 64 drawn anew"),
                       sdk::count_parameter("tuning_draws", 2, 1, 999, "trainings at each rate of a search"),
                       sdk::count_parameter("scoring_draws", 8, 1, 999, "trainings at each chosen rate")},
        .observables =
            {{.name = "regret",
              .kind = sdk::Kind::interval,
              .meaning = "share of the search's gain over the textbook's rate that the transferred rate loses",
              .axis = "width",
              .log_axis = true},
             {.name = "loss_recommended", .meaning = "at the narrow network's best rate", .diagnostic = true},
             {.name = "loss_best", .meaning = "at the best rate of the search", .diagnostic = true},
             {.name = "loss_default",
              .meaning = "at the textbook's rate, in the standard parametrisation",
              .diagnostic = true},
             {.name = "cost_ratio",
              .meaning = "multiply-adds of all narrow trainings over those of the search",
              .diagnostic = true},
             {.name = "runs_saved",
              .meaning = "trainings of the search, less the narrow ones' cost in such trainings",
              .diagnostic = true}},
        .rivals = {{"as-default", "the transferred rate is no better than the textbook's"},
                   {"as-standard", "a fifth or more is lost, as in the standard parametrisation"}},
        .regime =
            "a short training, so that the best rate is sharp; n from 4 n_0 to 8 n_0 and up to 256, where the "
            "textbook's rate is still far from the best",
        .refuted_if = "more than a tenth of the search's gain is lost",
        .data = {"fashion-mnist"},
        .tags = {"parametrisation", "width", "learning-rate", "adam", "real-data"},
        .quick = {.core_seconds = 3, .memory_bytes = 10e6},
        .standard = {.core_seconds = 75, .memory_bytes = 60e6},
        .thorough = {.core_seconds = 400, .memory_bytes = 80e6},
        .max_replicates_quick = 32,
        .prepared_by = {"data"},
        .prepared_bytes = 15e6,
        .subjects = {"performance"},
        .architectures = {"mlp"},
        .physics = {.conserved_or_order_parameter = "the best learning rate, from width to width",
                    .control_parameter = "the exponents with which the rates of the layers scale with the width",
                    .large_parameter = "width",
                    .axioms = {"self-averaging"}}};
  }

  std::vector<sdk::PointOverrides> sweep(sdk::Effort effort) const override {
    const bool quick = effort == sdk::Effort::quick;
    std::vector<sdk::PointOverrides> points;
    const auto add = [&](const char* parametrisation, const char* data, int width_tuned, int width) {
      for (const char* optimiser : {"sgd", "adam"})
        points.push_back({{"optimiser", optimiser},
                          {"parametrisation", parametrisation},
                          {"data", data},
                          {"width_tuned", width_tuned},
                          {"width", width},
                          {"steps", quick ? 30 : 60},
                          {"tuning_draws", quick ? 3 : 2},
                          {"scoring_draws", quick ? 4 : 8}});
    };
    add("mup", "synthetic", 32, 128);
    add("standard", "synthetic", 32, 128);  // must break
    if (quick) return points;
    add("mup", "synthetic", 32, 256);
    add("mup", "synthetic", 64, 256);
    add("standard", "synthetic", 64, 256);
    add("mup", "fashion-mnist", 64, 256);
    if (effort != sdk::Effort::thorough) return points;
    add("standard", "fashion-mnist", 64, 256);
    add("mup", "synthetic", 64, 512);  // outside
    return points;
  }

  sdk::Regime regime(const sdk::Point& at, sdk::Context&) const override {
    const double narrow = at["width_tuned"], wide = at["width"];
    if (narrow < 32) return sdk::Regime::outside("tuned at a width below 32, twice the number of inputs");
    if (at["steps"] < 20 || at["steps"] > 120)
      return sdk::Regime::outside("too short to tell rates apart, or so long that many rates do equally well");
    if (wide < 4 * narrow || wide > 8 * narrow)
      return sdk::Regime::outside("a search that costs little more, or widths so far apart that a drift would add up");
    if (wide > 256)
      return sdk::Regime::outside("the textbook's rate comes near the best: there is little to lose", 0.45);
    if (is_standard(at)) return sdk::Regime::breaks("the best rate falls as 1/n: the narrow network's is too large");
    return sdk::Regime::within(at.text("data") == "synthetic" ? 0.95 : 0.9);
  }

  std::shared_ptr<const sdk::Prepared> prepare(const sdk::Point& at, sdk::Context& context) const override {
    return transfer_pool(at, context);
  }

  // Means over 4 to 16 replicates of three runs, SGD and Adam. In muP, from 32 to 128: -0.003 to 0.021 and -0.002 to
  // 0.002; from 32 to 256: 0.006 to 0.033 and 0.004 to 0.006; from 64 to 256: 0.019 to 0.033 and 0.013 to 0.019, on
  // images -0.012 to 0.020 and 0.000 to 0.015. A replicate scatters by 0.01 to 0.05. In the standard parametrisation
  // 1.5 and 0.7 (128), 3.2 and 4.3 (256), on images 2.1 and 2.0: worse than the textbook's rate but for Adam at 128. At
  // 512 it is 0.007 to 0.050 for SGD in muP and 0.050 to 0.065 (give or take 0.007) for Adam, tuned at 64 or at 128:
  // there the textbook's rates are as good as a search in the standard parametrisation, so that the same loss is a
  // larger share of a smaller gain.
  void predict(const sdk::Point& at, sdk::Recorder& out) const override {
    if (at["width"] <= at["width_tuned"]) return out.abstain("nothing is transferred: width <= width_tuned");
    constexpr double infinity = std::numeric_limits<double>::infinity();
    out.record(
        {.observable = "regret",
         .value = -infinity,
         .upper = 0.05,
         .eps = 0.05,
         .eps_reason = "to 0.1, beyond which a recommendation is not worth its saving; a third of the gap to 0.2"});
    if (is_standard(at)) return;  // where it must break, the rivals are what comes true
    out.record({.observable = "regret", .rival = "as-default", .value = 1.0, .upper = infinity});
    out.record({.observable = "regret", .rival = "as-standard", .value = 0.2, .upper = infinity});
  }

  // Everything happens on one data set: the theory speaks of how training goes on a given task. The three choices are
  // scored on the same fresh initial weights and batch orders.
  void measure(const sdk::Point& at, sdk::Seed seed, sdk::Recorder& out) const override {
    const Pool* pool = at.text("data") == "synthetic" ? nullptr : &out.prepared<Pool>();
    const learn::Dataset<float> data = draw_transfer_data(pool, seed);
    const Bench bench(at, data, seed, out);
    const std::string& parametrisation = at.text("parametrisation");
    const Eigen::Index narrow = at.count("width_tuned"), wide = at.count("width");
    const auto tuned = bench.search(Purpose::narrow, parametrisation, narrow, at.count("tuning_draws"));
    const auto grid = bench.search(Purpose::wide, parametrisation, wide, at.count("tuning_draws"));
    if (out.cancelled()) return;
    if (!tuned.log2_rate || !grid.log2_rate)
      return out.outcome(sdk::Outcome::not_converged, "the best rate lies at the edge of the grid");
    const auto score = [&](const std::string& in, double log2_rate) {
      return bench.mean_loss(Purpose::scoring, in, wide, log2_rate, at.count("scoring_draws")).loss;
    };
    const double recommended = score(parametrisation, *tuned.log2_rate), best = score(parametrisation, *grid.log2_rate),
                 textbook = score("standard", log2_textbook_rate(at));
    if (out.cancelled()) return;
    if (textbook <= best)
      return out.outcome(sdk::Outcome::failed, "the textbook's rate is as good as the search's: no gain to lose");
    const double cost_ratio = tuned.multiply_adds / grid.multiply_adds;
    out.record({.observable = "regret", .value = (recommended - best) / (textbook - best)});
    out.record({.observable = "loss_recommended", .value = recommended});
    out.record({.observable = "loss_best", .value = best});
    out.record({.observable = "loss_default", .value = textbook});
    out.record({.observable = "cost_ratio", .value = cost_ratio});
    out.record({.observable = "runs_saved", .value = grid.trainings * (1 - cost_ratio)});
  }
};

}  // namespace

void add_mup_lr_regret(sdk::LawList& laws) { laws.add<MupLrRegret>(); }

}  // namespace lmw::hyperparameters
