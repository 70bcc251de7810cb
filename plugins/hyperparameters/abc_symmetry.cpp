#include <lmw/learn/trainer.h>
#include <lmw/numerics/random.h>
#include <lmw/sdk/sdk.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>

namespace lmw::hyperparameters {
namespace {

using numerics::Rng;
using numerics::Stream;

/// theta of the three layers.
std::array<double, 3> shifts(const sdk::Point& at) {
  if (at.text("shift") == "powers-of-two") return {8, 0.25, 32};
  return {std::exp(1.1), std::exp(-0.7), std::exp(0.9)};
}

bool uses_adam(const sdk::Point& at) { return at.text("optimiser") == "adam"; }

/// The layer's multiplier times theta, its initial weights over theta, and the rates that go with it, or those of a
/// rule that is wrong on purpose.
learn::Scale shifted(learn::Scale scale, double theta, const sdk::Point& at) {
  const std::string& rule = at.text("rule");
  const bool adam = uses_adam(at), coupled = at.text("decay_kind") == "coupled";
  const bool squared = rule == "sgd-rule" || (!adam && rule != "first-power");
  scale.multiplier *= theta;
  scale.init_var /= theta * theta;
  scale.lr /= squared ? theta * theta : theta;
  // Decoupled decay acts through lr times decay, coupled decay is added to a gradient that is theta times as large.
  scale.decay *= adam && !coupled ? theta : theta * theta;
  if (rule != "eps-kept") scale.eps *= theta;
  return scale;
}

learn::Optimiser optimiser(const sdk::Point& at) {
  learn::Optimiser how =
      uses_adam(at) ? learn::adam(std::ldexp(1.0, -8), 0.9, 0.999, at["adam_eps"]) : learn::heavy_ball(0.125, 0.9);
  how.decay = at["decay"];
  how.decoupled = at.text("decay_kind") == "decoupled";
  if (at["clip_norm"] > 0) how.clip_norm = at["clip_norm"];
  return how;
}

/// What stands for every larger difference, divergence included.
constexpr double beyond = 1e6;

class AbcSymmetry final : public sdk::Law {
 public:
  sdk::LawInfo info() const override {
    return {
        .name = "abc-symmetry",
        .title = "Initial scale, multiplier and learning rate: three numbers per layer, of which two are real",
        .claim =
            "Multiplying a layer's multiplier by theta and dividing its initial weights by theta leaves the whole "
            "course of "
            "the trained function unchanged if its learning rate is divided by theta^2 (SGD, with momentum or "
            "without) or "
            "theta (Adam), with decay and eps rescaled: bit for bit if theta is a power of two.",
        .formula =
            R"(a \to \theta a, \quad W_0 \to W_0/\theta, \quad \eta \to \eta/\theta^2 \text{ (SGD)}, \; )"
            R"(\eta/\theta \text{ (Adam)}, \quad \epsilon \to \theta\epsilon \quad \Rightarrow \quad f'_t = f_t)",
        .source =
            "Yang & Hu 2021, \"Tensor Programs IV\" (abc-parametrisations); Yang & Littwin 2023, \"Tensor Programs "
            "IVb\"",
        .analogue = "a change of units: only dimensionless combinations of scale, multiplier and rate have effects",
        .parameters = {sdk::text_parameter(
                           "optimiser", "sgd", {"sgd", "adam"},
                           "heavy ball, eta = 1/8 and beta = 0.9; or Adam, eta = 2^-8, betas 0.9 and 0.999"),
                       sdk::text_parameter("shift", "powers-of-two", {"powers-of-two", "irrational"},
                                           "theta of the three layers: 8, 1/4, 32; or e^1.1, e^-0.7, e^0.9"),
                       sdk::text_parameter(
                           "rule", "exact", {"exact", "first-power", "sgd-rule", "eps-kept"},
                           "the law's; or wrong ones: SGD's rate over theta, Adam's rate over theta^2, Adam's eps as "
                           "it was"),
                       sdk::real_parameter("decay", 0.0, 0, 1, "lambda: weight decay"),
                       sdk::text_parameter("decay_kind", "decoupled", {"decoupled", "coupled"},
                                           "w -= eta lambda w beside the step, or lambda w added to the gradient"),
                       sdk::real_parameter("adam_eps", 0.0, 0, 1, "eps of Adam"),
                       sdk::real_parameter("clip_norm", 0.0, 0, 1e6,
                                           "the whole gradient is cut to this norm; 0: it is not"),
                       sdk::count_parameter("steps", 60, 1, 1e6,
                                            "of full-batch training, 16 examples, a 6-32-32-2 tanh network")},
        .observables =
            {{.name = "difference",
              .kind = sdk::Kind::conserved,
              .meaning = "largest change of an output at any step, over the largest output"},
             {.name = "difference_of_wrong_rule",
              .kind = sdk::Kind::interval,
              .meaning = "largest change of an output at any step, under a rule that is wrong on purpose; 10^6 stands "
                         "for more"}},
        .rivals = {{"also-symmetric", "the wrong rule leaves the function unchanged as well"}},
        .regime = "any network, loss and batches; each layer's step depends on that layer's gradient alone",
        .refuted_if = "an output differs: by one bit for powers of two, by more than 1e-10 otherwise",
        .tags = {"parametrisation", "symmetry", "learning-rate", "adam"},
        .deterministic = true,
        .quick = {.core_seconds = 0.1, .memory_bytes = 2e6},
        .standard = {.core_seconds = 0.1, .memory_bytes = 2e6},
        .thorough = {.core_seconds = 0.1, .memory_bytes = 2e6},
        .subjects = {"dynamics"},
        .architectures = {"mlp"},
        .physics = {
            .symmetry =
                "a -> theta a, W -> W / theta, eta -> eta / theta^2 (SGD) or eta / theta (Adam), layer by layer",
            .conserved_or_order_parameter = "the trained function, at every step",
            .axioms = {"symmetry"}}};
  }

  std::vector<sdk::PointOverrides> sweep(sdk::Effort) const override {
    const double tiny = std::ldexp(1.0, -20), large = std::ldexp(1.0, -6);
    return {
        {},
        {{"decay", 0.125}},
        {{"decay", 0.125}, {"decay_kind", "coupled"}},
        {{"optimiser", "adam"}},
        {{"optimiser", "adam"}, {"adam_eps", tiny}},
        {{"optimiser", "adam"}, {"adam_eps", tiny}, {"decay", 0.125}},
        {{"optimiser", "adam"}, {"adam_eps", tiny}, {"decay", 0.125}, {"decay_kind", "coupled"}},
        {{"shift", "irrational"}},
        {{"shift", "irrational"}, {"optimiser", "adam"}},
        // Wrong rules, which must show.
        {{"rule", "first-power"}},
        {{"rule", "sgd-rule"}, {"optimiser", "adam"}},
        {{"rule", "eps-kept"}, {"optimiser", "adam"}, {"adam_eps", large}},
        // Must break.
        {{"clip_norm", 0.5}},
    };
  }

  sdk::Regime regime(const sdk::Point& at, sdk::Context&) const override {
    if (at["clip_norm"] > 0)
      return sdk::Regime::breaks(
          "clipping by the whole gradient's norm couples the layers, whose gradients scale apart");
    return sdk::Regime::within(0.999);
  }

  void predict(const sdk::Point& at, sdk::Recorder& out) const override {
    if (is_wrong(at)) {
      out.record({.observable = "difference_of_wrong_rule",
                  .value = 0.1,
                  .upper = beyond,
                  .eps = 0.01,
                  .eps_reason = "a tenth, of outputs of order one: nothing that rounding could do"});
      out.record({.observable = "difference_of_wrong_rule", .rival = "also-symmetric", .value = 0.0, .upper = 0.0});
      return;
    }
    const bool exact = at.text("shift") == "powers-of-two";
    out.record({.observable = "difference",
                .value = 0.0,
                .eps = exact ? 0 : 1e-10,
                .eps_reason = exact ? "bit for bit: a power of two changes exponents only"
                                    : "rounding, and what 60 steps make of it"});
  }

  void measure(const sdk::Point& at, sdk::Seed seed, sdk::Recorder& out) const override {
    Rng data(seed.value, Stream::data);
    Eigen::MatrixXd x = data.normal(6, 16);
    const learn::Dataset<double> examples{std::move(x), data.normal(2, 16)};
    const learn::Architecture plain =
        learn::standard({.widths = {6, 32, 32, 2}, .activation = learn::Activation::tanh, .bias = false});
    learn::Architecture moved = plain;
    const std::array<double, 3> theta = shifts(at);
    for (std::size_t l = 0; l < theta.size(); ++l)
      moved.layers[l].weight = shifted(plain.layers[l].weight, theta[l], at);

    learn::Mlp<double> net(plain, Rng(seed.value, Stream::init)), other(moved, Rng(seed.value, Stream::init));
    learn::Trainer<double> trainer(net, examples, {.optimiser = optimiser(at)});
    learn::Trainer<double> other_trainer(other, examples, {.optimiser = optimiser(at)});
    double difference = 0, largest = 0;
    for (std::int64_t k = 0; k <= at.count("steps"); ++k) {
      const Eigen::MatrixXd f = net.output(examples.x), g = other.output(examples.x);
      largest = std::max(largest, f.cwiseAbs().maxCoeff());
      difference = g.allFinite() ? std::max(difference, (f - g).cwiseAbs().maxCoeff()) : beyond;
      if (k == at.count("steps")) break;
      if (trainer.run(1) == learn::Ended::diverged)
        return out.outcome(sdk::Outcome::diverged, "the network as it was diverged: nothing to compare with");
      if (other_trainer.run(1) == learn::Ended::diverged) {
        difference = beyond;
        break;
      }
    }
    if (is_wrong(at))
      return out.record({.observable = "difference_of_wrong_rule", .value = std::min(beyond, difference)});
    out.record({.observable = "difference", .value = std::min(beyond, difference / largest)});
  }

 private:
  static bool is_wrong(const sdk::Point& at) { return at.text("rule") != "exact"; }
};

}  // namespace

void add_abc_symmetry(sdk::LawList& laws) { laws.add<AbcSymmetry>(); }

}  // namespace lmw::hyperparameters
