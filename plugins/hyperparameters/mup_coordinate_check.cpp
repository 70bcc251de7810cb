#include <lmw/learn/features.h>
#include <lmw/learn/trainer.h>
#include <lmw/numerics/fit.h>
#include <lmw/numerics/random.h>
#include <lmw/sdk/sdk.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace lmw::hyperparameters {
namespace {

using numerics::Rng;
using numerics::Stream;

constexpr Eigen::Index inputs = 16, outputs = 4, examples = 256;

/// Exponents in the width n of the rms changes of h_1, h_2 and f, in this order.
using Exponents = std::array<double, 3>;
constexpr std::array<const char*, 3> observables = {"first_layer_slope", "second_layer_slope", "output_slope"};

/// One step of size eta. The signal that comes back to layer 2 is W_3^T times the residual, with entries of n^-1/2, or
/// 1/n in muP. SGD: dh_2 = eta times that signal times |x_1|^2 ~ n, dh_1 without that factor (the inputs are few), and
/// df = eta times the residual times |x_2|^2 ~ n. A step of Adam has entries of eta whatever the gradient, and so
/// changes a sum of n terms by eta n, one of few terms by eta. Each times what the parametrisation makes of eta.
Exponents exponents_of(const std::string& parametrisation, bool adam) {
  if (parametrisation == "mup") return {0, 0, 0};
  if (parametrisation == "ntk") return {-0.5, -0.5, 0};
  // The rates of the other optimiser: of layer 1 less by n (SGD gets Adam's) or more by n, and of layer 2 in the same
  // sense; the readout's are equal in both columns.
  if (parametrisation == "mup-swapped") return adam ? Exponents{1, 1, 0} : Exponents{-1, -1, 0};
  return adam ? Exponents{0, 1, 1} : Exponents{-0.5, 0.5, 1};
}

bool uses_adam(const sdk::Point& at) { return at.text("optimiser") == "adam"; }

bool narrow(const sdk::Point& at) { return at["width_min"] < 10 && at["width_max"] <= 64; }

/// Where networks are narrow the law stakes its name on layer 2 alone: layer 1 moves by eta at any width, and the
/// output is on its way from there.
bool bets_on(const sdk::Point& at, std::size_t layer) {
  return layer == 1 || !(narrow(at) && uses_adam(at) && at.text("parametrisation") == "standard");
}

learn::Architecture network(const sdk::Point& at, Eigen::Index width) {
  const learn::MlpShape shape{
      .widths = {inputs, width, width, outputs}, .bias = false, .weight_var = 2, .output_weight_var = 1};
  const std::string& kind = at.text("parametrisation");
  const bool adam = uses_adam(at), other_column = kind == "mup-swapped";
  learn::Architecture net =
      kind == "standard" ? learn::standard(shape)
      : kind == "ntk"
          ? learn::ntk_parametrisation(shape)
          : learn::mup(shape, at.count("width_min"), adam != other_column ? learn::MupFor::adam : learn::MupFor::sgd);
  net.layers.back().weight.init_var *= at["output_factor"] * at["output_factor"];
  return net;
}

/// Root mean square over examples and units of what training changed in h_1, h_2 and f.
std::array<double, 3> changes(const sdk::Point& at, Eigen::Index width, const learn::Dataset<double>& data,
                              Rng&& init) {
  learn::Mlp<double> net(network(at, width), init);
  std::array<Eigen::MatrixXd, 3> before;
  for (int l = 0; l < 3; ++l) before[static_cast<std::size_t>(l)] = learn::pre_activations(net, data.x, l);
  const double eta = at["learning_rate"];
  const learn::Optimiser how = uses_adam(at) ? learn::adam(eta, 0.9, 0.99, 1e-12) : learn::gradient_descent(eta);
  learn::Trainer<double> trainer(net, data, {.optimiser = how});
  trainer.run(at.count("steps"));
  std::array<double, 3> rms{};
  for (int l = 0; l < 3; ++l) {
    const Eigen::MatrixXd& old = before[static_cast<std::size_t>(l)];
    rms[static_cast<std::size_t>(l)] =
        (learn::pre_activations(net, data.x, l) - old).norm() / std::sqrt(static_cast<double>(old.size()));
  }
  return rms;
}

/// width_min, and twice as wide each time, up to width_max.
std::vector<double> widths(const sdk::Point& at) {
  std::vector<double> all;
  for (std::int64_t n = at.count("width_min"); n <= at.count("width_max"); n *= 2)
    all.push_back(static_cast<double>(n));
  return all;
}

class MupCoordinateCheck final : public sdk::Law {
 public:
  sdk::LawInfo info() const override {
    return {
        .name = "mup-coordinate-check",
        .title = "What one step changes in a network, as its width grows",
        .claim =
            "One step at a small learning rate changes the hidden pre-activations h_1 and h_2 and the output f of a "
            "network of width n by n^p, where the three exponents p follow from parametrisation and optimiser alone: "
            "for SGD (-1/2, 1/2, 1) in the standard parametrisation, (-1/2, -1/2, 0) in the tangent-kernel one; for "
            "Adam (0, 1, 1) in the standard one; and (0, 0, 0) for both in muP.",
        .formula = R"(|\Delta h_1|, |\Delta h_2|, |\Delta f| \propto n^p, \quad )"
                   R"(\Delta h_2 = \eta\, \delta_2 |x_1|^2, \; \delta_2 = W_3^\top (y - f), \; |x_1|^2 \propto n)",
        .source = "Yang & Hu 2021, \"Tensor Programs IV\"; Yang et al. 2022, \"Tensor Programs V\"",
        .analogue = "dimensional analysis: how each term of an equation of motion scales with the size of the system",
        .parameters = {sdk::text_parameter("optimiser", "sgd", {"sgd", "adam"},
                                           "plain descent; or Adam, betas 0.9 and 0.99, eps 1e-12"),
                       sdk::text_parameter(
                           "parametrisation", "mup", {"standard", "ntk", "mup", "mup-swapped"},
                           "mup-swapped: muP with the learning rates that belong to the other optimiser"),
                       sdk::count_parameter("width_min", 64, 1, 1e5, "the first width; muP is the standard one there"),
                       sdk::count_parameter("width_max", 1024, 2, 1e5, "widths double up to this one"),
                       sdk::real_parameter("learning_rate", 1e-3, 1e-12, 10, "eta; in muP that of the first width"),
                       sdk::count_parameter("steps", 1, 1, 1e4, "full-batch, on 256 examples"),
                       sdk::real_parameter(
                           "output_factor", 0.01, 0, 100,
                           "the initial readout is multiplied by it: small, so that the first error is -y"),
                       sdk::count_parameter("draws", 1, 1, 1e4,
                                            "data sets, with a network per width, that one replicate averages")},
        .observables = {observable(0, "slope of log rms change of h_1, before the first ReLU, in log width"),
                        observable(1, "the same of h_2, before the second ReLU"),
                        observable(2, "the same of the output f")},
        .rivals = {{"as-mup", "nothing depends on the width, as in muP"},
                   {"as-standard", "the exponents of the standard parametrisation under the same optimiser"}},
        .regime =
            "one step, widths from 50, a first output far below the targets, and eta so small that the step is "
            "linear",
        .refuted_if = "a slope is further from its exponent than a quarter, half of the least distance between rows",
        .tags = {"parametrisation", "width", "feature-learning", "adam"},
        .quick = {.core_seconds = 4, .memory_bytes = 30e6},
        .standard = {.core_seconds = 30, .memory_bytes = 60e6},
        .thorough = {.core_seconds = 60, .memory_bytes = 60e6},
        .subjects = {"dynamics", "representations"},
        .architectures = {"mlp"},
        .physics = {.conserved_or_order_parameter = "what one step changes in a layer",
                    .control_parameter = "width",
                    .large_parameter = "width",
                    .leading_correction = "1/n",
                    .axioms = {"self-averaging"}}};
  }

  // The output's slope scatters most, by 0.08 between replicates at 64..1024 and by 0.23 at 64..256. The second look (8
  // replicates) confirms within 0.17 if |D| + 3.2 * 0.08 / sqrt 8 does: |D| <= 0.08. At 64..256 the band is 0.20 and
  // four draws a replicate leave |D| <= 0.07.
  std::vector<sdk::PointOverrides> sweep(sdk::Effort effort) const override {
    const bool quick = effort == sdk::Effort::quick;
    const int draws = effort == sdk::Effort::thorough ? 4 : 1;
    std::vector<sdk::PointOverrides> points;
    const auto add = [&](const char* optimiser, const char* parametrisation) -> sdk::PointOverrides& {
      points.push_back({{"optimiser", optimiser},
                        {"parametrisation", parametrisation},
                        {"learning_rate", std::string(optimiser) == "adam" ? 3e-5 : 1e-3},
                        {"width_min", quick ? 50 : 64},  // a decade, as cheaply as the regime allows
                        {"width_max", quick ? 800 : 1024},
                        {"draws", draws}});
      return points.back();
    };
    for (const char* parametrisation : {"standard", "mup"}) add("sgd", parametrisation);
    add("adam", "mup");
    // Must break.
    points.push_back({{"optimiser", "adam"},
                      {"parametrisation", "standard"},
                      {"learning_rate", 3e-5},
                      {"width_min", 4},
                      {"width_max", 64},
                      {"draws", 4}});
    if (quick) return points;
    for (const char* parametrisation : {"ntk", "mup-swapped"}) add("sgd", parametrisation);
    for (const char* parametrisation : {"standard", "mup-swapped"}) add("adam", parametrisation);
    add("sgd", "mup").emplace_back("output_factor", 1.0);
    points.push_back({{"parametrisation", "standard"},
                      {"learning_rate", 0.03},
                      {"steps", 4},
                      {"width_max", 1024},
                      {"draws", draws}});
    return points;
  }

  sdk::Regime regime(const sdk::Point& at, sdk::Context&) const override {
    const double eta = at["learning_rate"];
    const bool adam = uses_adam(at), standard = at.text("parametrisation") == "standard";
    if (narrow(at) && adam && standard)
      return sdk::Regime::breaks("so narrow that layer 1's change is as large as what layer 2 adds to it");
    if (at["width_min"] < 50) return sdk::Regime::outside("widths below 50: the next power of n is not small");
    if (at["output_factor"] >= 1 && !adam && at.text("parametrisation") == "mup")
      return sdk::Regime::breaks(
          "the first output is of order one at the first width and falls with n: so does the error");
    if (at["output_factor"] > 0.03) return sdk::Regime::outside("the first error depends on the width");
    if (at.count("steps") >= 4 && standard && !adam && eta * at["width_max"] > 4)
      return sdk::Regime::breaks("several steps beyond the largest stable rate, which falls as 1/n: they blow up");
    if (at.count("steps") > 1) return sdk::Regime::outside("after the first step the error depends on the width");
    if (adam ? eta * at["width_max"] > 0.1 : eta > 3e-3) return sdk::Regime::outside("a step that is not small");
    return sdk::Regime::within(0.97);
  }

  void predict(const sdk::Point& at, sdk::Recorder& out) const override {
    if (at.text("parametrisation") == "ntk" && uses_adam(at))
      return out.abstain("a step of Adam times a multiplier of n^-1/2: not in the table");
    if (at["width_max"] < 2 * at["width_min"]) return out.abstain("a slope needs two widths: width_max >= 2 width_min");
    const std::vector<double> sizes = widths(at);
    const double span = sizes.back() / sizes.front();
    const double eps = 0.12, b_th = at["width_max"] > 512 ? 0.05 : 0.08;
    const Exponents own = exponents_of(at.text("parametrisation"), uses_adam(at));
    for (std::size_t l = 0; l < own.size(); ++l) {
      if (!bets_on(at, l)) continue;
      out.record({.observable = observables[l],
                  .value = own[l],
                  .eps = eps,
                  .b_th = b_th,
                  .eps_reason = "half the least distance between rows of the table is 0.25; b_th is what the next "
                                "power of n leaves of a slope at these widths",
                  .span = span});
      for (const auto& [rival, exponents] : {std::pair{"as-mup", exponents_of("mup", uses_adam(at))},
                                             std::pair{"as-standard", exponents_of("standard", uses_adam(at))}})
        if (std::abs(exponents[l] - own[l]) > 2 * (eps + b_th))
          out.record({.observable = observables[l], .rival = rival, .value = exponents[l]});
    }
  }

  // Double precision: a step changes h_1 by a millionth, of which float keeps one digit.
  void measure(const sdk::Point& at, sdk::Seed seed, sdk::Recorder& out) const override {
    const std::vector<double> sizes = widths(at);
    const auto count = static_cast<Eigen::Index>(sizes.size());
    std::array<double, 3> slopes{};
    for (std::int64_t k = 0; k < at.count("draws"); ++k) {
      const sdk::Seed draw = seed.draw(k);
      Rng rng(draw.value, Stream::data, draw.draw_index);
      Eigen::MatrixXd x = rng.normal(inputs, examples);
      const learn::Dataset<double> data{std::move(x), rng.normal(outputs, examples)};
      Eigen::MatrixXd rms(count, 3);
      for (Eigen::Index i = 0; i < count; ++i) {
        if (out.cancelled()) return;
        // Networks of different widths share nothing but the data: numbered beyond one another.
        const sdk::Seed own = seed.draw(k * count + i);
        const auto seen = changes(at, static_cast<Eigen::Index>(sizes[static_cast<std::size_t>(i)]), data,
                                  Rng(own.value, Stream::init, own.draw_index));
        for (std::size_t l = 0; l < 3; ++l) rms(i, static_cast<Eigen::Index>(l)) = seen[l];
      }
      if (!rms.allFinite()) return out.outcome(sdk::Outcome::diverged, "a change is not finite");
      for (std::size_t l = 0; l < 3; ++l)
        slopes[l] -= numerics::fit_power_law(Eigen::Map<const Eigen::VectorXd>(sizes.data(), count),
                                             rms.col(static_cast<Eigen::Index>(l)))
                         .exponent /
                     at["draws"];
    }
    for (std::size_t l = 0; l < 3; ++l)
      if (bets_on(at, l)) out.record({.observable = observables[l], .value = slopes[l]});
  }

 private:
  static sdk::Observable observable(std::size_t l, const char* meaning) {
    return {.name = observables[l],
            .kind = sdk::Kind::exponent,
            .meaning = meaning,
            .axis = "width_max",
            .log_axis = true,
            .subject = l < 2 ? "representations" : "dynamics"};
  }
};

}  // namespace

void add_mup_coordinate_check(sdk::LawList& laws) { laws.add<MupCoordinateCheck>(); }

}  // namespace lmw::hyperparameters
