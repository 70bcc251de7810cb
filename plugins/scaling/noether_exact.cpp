#include <lmw/numerics/random.h>
#include <lmw/sdk/sdk.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace lmw::scaling {
namespace {

using numerics::Rng;
using numerics::Stream;

using Parameters = std::vector<Eigen::MatrixXd>;

struct Examples {
  Eigen::MatrixXd x, y;  ///< (inputs, n), (outputs, n)
};

/// A model, its loss, and the charge of its symmetry: Q = plus - minus, quadratic in the parameters (linear for the
/// translation of logits).
struct Model {
  std::string symmetry, activation;

  Parameters initial(Rng& init) const;
  Examples examples(Rng& data) const;
  Parameters gradient(const Parameters& w, const Examples& batch) const;
  Eigen::VectorXd plus(const Parameters& w) const;
  Eigen::VectorXd minus(const Parameters& w) const;
  Eigen::VectorXd charge(const Parameters& w) const { return plus(w) - minus(w); }
  bool linear_charge() const { return symmetry == "translation"; }
};

Eigen::MatrixXd weights(Eigen::Index outputs, Eigen::Index inputs, Rng& init) {
  return init.normal(outputs, inputs) / std::sqrt(static_cast<double>(inputs));
}

Parameters Model::initial(Rng& init) const {
  if (symmetry == "translation") return {weights(4, 6, init)};
  if (symmetry == "scale") return {weights(1, 8, init)};
  if (symmetry == "balance") {
    Eigen::MatrixXd w1 = weights(4, 6, init);
    return {std::move(w1), weights(3, 4, init)};
  }
  Eigen::MatrixXd w1 = weights(7, 5, init), b1 = 0.1 * init.normal(7, 1);
  return {std::move(w1), std::move(b1), weights(3, 7, init)};
}

Examples Model::examples(Rng& data) const {
  const Eigen::Index n = 40, inputs = symmetry == "scale" ? 8 : symmetry == "rescale" ? 5 : 6;
  Eigen::MatrixXd x = data.normal(inputs, n);
  if (symmetry != "translation") return {std::move(x), data.normal(symmetry == "scale" ? 1 : 3, n)};
  Eigen::MatrixXd y = Eigen::MatrixXd::Zero(4, n);
  for (Eigen::Index k = 0; k < n; ++k) y(static_cast<Eigen::Index>(data.below(4)), k) = 1;
  return {std::move(x), std::move(y)};
}

/// Gradients of (1/2n) sum |f - y|^2, or of the mean cross entropy of the softmax for `translation`; n the batch.
Parameters Model::gradient(const Parameters& w, const Examples& batch) const {
  const auto n = static_cast<double>(batch.x.cols());
  if (symmetry == "translation") {
    Eigen::MatrixXd p = w[0] * batch.x;
    p.rowwise() -= p.colwise().maxCoeff().eval();
    p = p.array().exp().matrix();
    p.array().rowwise() /= p.colwise().sum().array().eval();
    return {(p - batch.y) * batch.x.transpose() / n};
  }
  if (symmetry == "scale") {  // f = w.x / |w|
    const double norm = w[0].norm();
    const Eigen::MatrixXd unit = w[0] / norm, by_unit = (unit * batch.x - batch.y) * batch.x.transpose() / n;
    return {(by_unit - by_unit.cwiseProduct(unit).sum() * unit) / norm};
  }
  if (symmetry == "balance") {
    const Eigen::MatrixXd hidden = w[0] * batch.x, error = (w[1] * hidden - batch.y) / n;
    return {w[1].transpose() * error * batch.x.transpose(), error * hidden.transpose()};
  }
  const Eigen::MatrixXd z = (w[0] * batch.x).colwise() + w[1].col(0);
  Eigen::MatrixXd hidden(z.rows(), z.cols()), slope(z.rows(), z.cols());
  if (activation == "tanh") {
    hidden = z.array().tanh();
    slope = 1 - hidden.array().square();
  } else {
    const double leak = activation == "leaky-relu" ? 0.1 : 0;
    slope = (z.array() > 0).select(Eigen::MatrixXd::Ones(z.rows(), z.cols()), leak);
    hidden = z.cwiseProduct(slope);
  }
  const Eigen::MatrixXd error = (w[2] * hidden - batch.y) / n;
  const Eigen::MatrixXd back = (w[2].transpose() * error).cwiseProduct(slope);
  return {back * batch.x.transpose(), back.rowwise().sum(), error * hidden.transpose()};
}

Eigen::VectorXd flat(const Eigen::MatrixXd& m) { return Eigen::Map<const Eigen::VectorXd>(m.data(), m.size()); }

Eigen::VectorXd Model::plus(const Parameters& w) const {
  if (symmetry == "translation") return w[0].colwise().sum().transpose();
  if (symmetry == "scale") return Eigen::VectorXd::Constant(1, w[0].squaredNorm());
  if (symmetry == "balance") return flat(w[1].transpose() * w[1]);
  return w[0].rowwise().squaredNorm() + w[1].cwiseAbs2();
}

Eigen::VectorXd Model::minus(const Parameters& w) const {
  if (symmetry == "translation") return Eigen::VectorXd::Zero(w[0].cols());
  if (symmetry == "scale") return Eigen::VectorXd::Zero(1);
  if (symmetry == "balance") return flat(w[0] * w[0].transpose());
  return w[2].colwise().squaredNorm().transpose();
}

struct Run {
  double eta, decay, momentum;
  std::int64_t steps, batch;
};

struct Seen {
  double identity_error = 0, wrong_sign_error = 0;  ///< at the end, over the scale of the charge's terms
  double drift = 0;                                 ///< |Q(end) - Q(0)|, likewise
  double largest_drift = 0;                         ///< max over the times that all step sizes share, likewise
};

/// Trains, and adds up beside it what the one-step identity says of the charge.
Seen train(const Model& model, const Run& run, std::int64_t watch_every, sdk::Seed seed) {
  Rng data(seed.value, Stream::data), init(seed.value, Stream::init), order(seed.value, Stream::order);
  const Examples all = model.examples(data);
  Parameters w = model.initial(init), velocity;
  for (const auto& array : w) velocity.push_back(Eigen::MatrixXd::Zero(array.rows(), array.cols()));
  const Eigen::VectorXd first = model.charge(w);
  Eigen::VectorXd expected = first, wrong = first;
  const double shrink = 1 - run.eta * run.decay;
  const double charge_shrink = model.linear_charge() ? shrink : shrink * shrink;
  const bool has_minus = model.symmetry == "rescale" || model.symmetry == "balance";
  double largest = 0;
  for (std::int64_t k = 1; k <= run.steps; ++k) {
    Examples batch = all;
    if (run.batch > 0) {
      const auto chosen = order.indices(run.batch, all.x.cols());
      batch = {all.x(Eigen::all, chosen), all.y(Eigen::all, chosen)};
    }
    const Parameters g = model.gradient(w, batch);
    expected *= charge_shrink;
    wrong *= charge_shrink;
    if (!model.linear_charge()) {
      const double eta_sq = run.eta * run.eta;
      expected += eta_sq * model.charge(g);
      wrong += eta_sq * (model.minus(g) + (has_minus ? 1.0 : -1.0) * model.plus(g));
    }
    for (std::size_t i = 0; i < w.size(); ++i) {
      velocity[i] = run.momentum * velocity[i] + g[i];
      w[i] = shrink * w[i] - run.eta * velocity[i];
    }
    if (k % watch_every == 0) largest = std::max(largest, (model.charge(w) - first).cwiseAbs().maxCoeff());
  }
  const Eigen::VectorXd last = model.charge(w);
  const double scale = std::max(model.plus(w).cwiseAbs().maxCoeff(), model.minus(w).cwiseAbs().maxCoeff());
  return {.identity_error = (last - expected).cwiseAbs().maxCoeff() / scale,
          .wrong_sign_error = (last - wrong).cwiseAbs().maxCoeff() / scale,
          .drift = (last - first).cwiseAbs().maxCoeff() / scale,
          .largest_drift = largest / scale};
}

class NoetherExact final : public sdk::Law {
 public:
  sdk::LawInfo info() const override {
    return {
        .name = "noether-exact",
        .title = "Symmetries of the loss and their charges: how each step breaks them, exactly",
        .claim =
            "Each continuous symmetry of a loss has a charge that gradient flow conserves and weight decay shrinks, "
            "and that "
            "a step of gradient descent changes by eta^2 times the same expression in the gradients, to machine "
            "precision; "
            "at a fixed time the drift is proportional to the step.",
        .formula = R"(Q' = (1-\eta\lambda)^2 Q + \eta^2\, Q[g], \quad )"
                   R"(Q = \sum_k W_k,\ |w|^2,\ |w_i|^2 + b_i^2 - |a_i|^2,\ W_2^\top W_2 - W_1 W_1^\top)",
        .source =
            "Kunin, Sagastuy-Brena, Ganguli, Yamins & Tanaka 2021, ICLR, \"Neural mechanics\"; Du, Hu & Lee 2018; the "
            "one-step identities follow from the symmetry's relation between weights and gradients",
        .analogue = "Noether's theorem, and the exact amount by which a discrete time step violates it",
        .parameters = {sdk::text_parameter(
                           "symmetry", "rescale", {"rescale", "scale", "translation", "balance"},
                           "a 5-7-3 network whose hidden units may be rescaled; a linear model with normalised "
                           "weights; the logits of a softmax, which may be shifted; a linear 6-4-3 network"),
                       sdk::text_parameter("activation", "relu", {"relu", "leaky-relu", "tanh"},
                                           "of the 5-7-3 network"),
                       sdk::real_parameter("learning_rate", 0.05, 1e-5, 0.5, "eta"),
                       sdk::real_parameter("decay", 0.0, 0, 1, "lambda: weight decay"),
                       sdk::real_parameter("momentum", 0.0, 0, 0.99, "beta of heavy ball"),
                       sdk::count_parameter("batch", 0, 0, 40, "examples of the 40 that a step sees; 0: all of them"),
                       sdk::count_parameter("steps", 500, 1, 1e7, "of gradient descent")},
        .observables = {{.name = "identity_error",
                         .meaning = "charge at the end less the sum of its predicted changes, over its largest term",
                         .subject = "dynamics"},
                        {.name = "drift",
                         .kind = sdk::Kind::interval,
                         .meaning = "how far the charge has moved, over its largest term: it is not conserved by steps",
                         .subject = "weights"},
                        {.name = "wrong_sign_error",
                         .kind = sdk::Kind::interval,
                         .meaning = "the identity's error if one of its terms had the other sign",
                         .subject = "dynamics"},
                        {.name = "step_effect",
                         .meaning = "drift at eta over drift at eta/2, at equal time",
                         .subject = "dynamics"},
                        {.name = "flow_drift",
                         .kind = sdk::Kind::conserved,
                         .meaning = "largest drift at eta, eta/2 and eta/4: it vanishes with the step",
                         .axis = "step divisor",
                         .subject = "weights"}},
        .rivals = {{"conserved", "gradient descent conserves the charge as gradient flow does"},
                   {"wrong-sign", "the identity holds with the other sign of one term"},
                   {"no-step-effect", "the drift does not depend on the step size"},
                   {"second-order", "the drift is of second order in the step size"}},
        .regime =
            "plain gradient descent, on all examples or a part; for rescaling an activation with phi(c z) = c phi(z), "
            "c > 0",
        .refuted_if = "the charge differs from the sum of its predicted changes by more than rounding",
        .tags = {"symmetry", "conservation", "gradient-descent"},
        .deterministic = true,
        .quick = {.core_seconds = 0.1, .memory_bytes = 1e6},
        .standard = {.core_seconds = 0.1, .memory_bytes = 1e6},
        .thorough = {.core_seconds = 0.1, .memory_bytes = 1e6},
        .subjects = {"dynamics", "weights"},
        .architectures = {"linear", "mlp"},
        .physics = {
            .symmetry =
                "rescaling of a unit, scaling of normalised weights, shift of logits, rotation of a hidden layer",
            .conserved_or_order_parameter = "|w_i|^2 + b_i^2 - |a_i|^2, |w|^2, sum_k W_k, W2^T W2 - W1 W1^T",
            .control_parameter = "learning_rate",
            .large_parameter = "1 / learning_rate",
            .leading_correction = "learning_rate, at a fixed time",
            .axioms = {"symmetry"}}};
  }

  std::vector<sdk::PointOverrides> sweep(sdk::Effort effort) const override {
    std::vector<sdk::PointOverrides> points;
    for (const char* symmetry : {"rescale", "balance", "scale", "translation"})
      for (const double decay : {0.0, 0.1}) points.push_back({{"symmetry", symmetry}, {"decay", decay}});
    points.push_back({{"batch", 10}});
    if (effort != sdk::Effort::quick) {
      points.push_back({{"activation", "leaky-relu"}});
      for (const char* symmetry : {"balance", "scale", "translation"})
        points.push_back({{"symmetry", symmetry}, {"batch", 10}, {"decay", 0.1}});
    }
    // Must break.
    points.push_back({{"activation", "tanh"}});
    points.push_back({{"momentum", 0.9}});
    return points;
  }

  sdk::Regime regime(const sdk::Point& at, sdk::Context&) const override {
    if (at["momentum"] > 0 && at.text("symmetry") != "translation") {
      const char* reason = "with momentum the charge follows an equation of second order";
      return at["momentum"] >= 0.5 ? sdk::Regime::breaks(reason) : sdk::Regime::outside(reason);
    }
    if (at.text("symmetry") == "rescale" && at.text("activation") == "tanh")
      return sdk::Regime::breaks("tanh has no rescaling symmetry");
    return sdk::Regime::within(0.999);
  }

  void predict(const sdk::Point& at, sdk::Recorder& out) const override {
    out.record({.observable = "identity_error",
                .value = 0.0,
                .eps = 1e-12,
                .eps_reason = "rounding of some hundreds of steps, each good to 1e-16"});
    if (!plain(at)) return;
    if (drifts(at)) {
      out.record({.observable = "drift",
                  .value = 1e-3,
                  .upper = 1e3,
                  .eps = 1e-4,
                  .eps_reason = "a thousandth of the charge's terms: ten powers of ten above the identity's error"});
      out.record({.observable = "drift", .rival = "conserved", .value = 0.0, .upper = 0.0});
    }
    if (at.text("symmetry") == "translation") return;
    out.record(
        {.observable = "wrong_sign_error", .value = 1e-3, .upper = 1e3, .eps = 1e-4, .eps_reason = "as for the drift"});
    out.record({.observable = "wrong_sign_error", .rival = "wrong-sign", .value = 0.0, .upper = 0.0});
    if (!halves(at)) return;
    out.record({.observable = "step_effect",
                .value = 2.0,
                .eps = 0.2,
                .eps_reason = "between 1.8 and 2.2: first order in the step, and its own correction"});
    out.record({.observable = "step_effect", .rival = "no-step-effect", .value = 1.0});
    out.record({.observable = "step_effect", .rival = "second-order", .value = 4.0});
    out.record({.observable = "flow_drift",
                .x = divisors(),
                .value = {0.0, 0.0, 0.0},
                .eps = {0.002, 0.002, 0.002},
                .eps_reason = "what the extrapolation to step 0 leaves, of the charge's largest term",
                .order = 1});  // each step adds eta^2, and a given time takes 1/eta of them
  }

  void measure(const sdk::Point& at, sdk::Seed seed, sdk::Recorder& out) const override {
    const Model model{at.text("symmetry"), at.text("activation")};
    const Run run{at["learning_rate"], at["decay"], at["momentum"], at.count("steps"), at.count("batch")};
    const Seen seen = train(model, run, 1, seed);
    out.record({.observable = "identity_error", .value = seen.identity_error});
    if (!plain(at)) return;
    if (drifts(at)) out.record({.observable = "drift", .value = seen.drift});
    if (at.text("symmetry") == "translation") return;
    out.record({.observable = "wrong_sign_error", .value = seen.wrong_sign_error});
    if (!halves(at)) return;
    const auto divided = [&](std::int64_t by) {
      return train(model, {run.eta / static_cast<double>(by), run.decay, run.momentum, run.steps * by, run.batch}, by,
                   seed);
    };
    const Seen half = divided(2), quarter = divided(4);
    out.record({.observable = "step_effect", .value = seen.drift / half.drift});
    out.record({.observable = "flow_drift",
                .x = divisors(),
                .value = {seen.largest_drift, half.largest_drift, quarter.largest_drift}});
  }

 private:
  static std::vector<double> divisors() { return {1, 2, 4}; }
  /// The symmetry is there, and so is the rule of motion.
  static bool plain(const sdk::Point& at) {
    return at["momentum"] == 0 && (at.text("activation") != "tanh" || at.text("symmetry") != "rescale");
  }
  /// Shifted logits are conserved by steps, too: only decay moves their charge.
  static bool drifts(const sdk::Point& at) { return at.text("symmetry") != "translation" || at["decay"] > 0; }
  /// Without decay, and on all examples, what is left of the drift is the step's.
  static bool halves(const sdk::Point& at) { return at["decay"] == 0 && at.count("batch") == 0; }
};

}  // namespace

void add_noether_exact(sdk::LawList& laws) { laws.add<NoetherExact>(); }

}  // namespace lmw::scaling
