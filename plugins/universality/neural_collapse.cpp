#include <lmw/learn/features.h>
#include <lmw/learn/images.h>
#include <lmw/learn/trainer.h>
#include <lmw/numerics/class_geometry.h>
#include <lmw/numerics/random.h>
#include <lmw/sdk/sdk.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace lmw::universality {
namespace {

using numerics::Rng;
using numerics::Stream;

bool is_free(const sdk::Point& at) { return at.text("model") == "free-features"; }
bool has_cross_entropy(const sdk::Point& at) { return at.text("loss") == "cross-entropy"; }

// --- The theory of free features -------------------------------------------------------------------------------------

/// The state of lowest J = loss + lw/2 |W|^2 + lh/2 |H|^2, K classes of n_c examples, from
/// min over W H = Z of (lw |W|^2 + lh |H|^2)/2 = sqrt(lw lh) |Z|_* (nuclear norm).
struct Collapsed {
  double logit_gap;  ///< logit of the true class less any other
  double w_norm_sq, h_norm_sq, objective;
  double cosine;  ///< between raw class means
};

Collapsed simplex_of_cross_entropy(double k, double n_c, double lw, double lh) {
  const double c = std::sqrt(n_c * lw * lh), gap = c < 1 / k ? std::log(1 / c - (k - 1)) : 0;
  return {.logit_gap = gap,
          .w_norm_sq = std::sqrt(lh / lw) * gap * std::sqrt(n_c) * (k - 1) / k,
          .h_norm_sq = std::sqrt(lw / lh) * gap * (k - 1) / (k * std::sqrt(n_c)),
          .objective = std::log(1 + (k - 1) * std::exp(-gap)) + std::sqrt(lw * lh * n_c) * gap * (k - 1),
          .cosine = -1 / (k - 1)};
}

/// With a bias, which is not regularised, the bias takes the common part, and a simplex of rank K - 1 is left; without
/// one the K means stand at right angles.
Collapsed frame_of_squared_loss(double k, double n_c, double lw, double lh, bool bias) {
  const double s = std::max(0.0, std::sqrt(n_c) - k * n_c * std::sqrt(lw * lh)), rank = bias ? k - 1 : k;
  const double left = std::sqrt(n_c) - s;
  return {.logit_gap = s / std::sqrt(n_c),
          .w_norm_sq = std::sqrt(lh / lw) * rank * s / k,
          .h_norm_sq = std::sqrt(lw / lh) * rank * s / (k * n_c),
          .objective = rank * left * left / (2 * k * n_c) + std::sqrt(lw * lh) * rank * s,
          .cosine = bias ? -1 / (k - 1) : 0};
}

Collapsed collapsed(const sdk::Point& at, const std::string& loss) {
  const double k = at["classes"], n_c = at["per_class"], lw = at["decay_w"], lh = at["decay_h"];
  return loss == "cross-entropy" ? simplex_of_cross_entropy(k, n_c, lw, lh)
                                 : frame_of_squared_loss(k, n_c, lw, lh, loss == "mse-bias");
}

// --- Training --------------------------------------------------------------------------------------------------------

/// Class numbers, class after class; with `per_minor_class` the last half of the classes has that many examples each.
Eigen::VectorXi labels_of(const sdk::Point& at) {
  const std::int64_t classes = at.count("classes"), minor = at.count("per_minor_class");
  std::vector<int> labels;
  for (std::int64_t k = 0; k < classes; ++k)
    labels.insert(labels.end(), static_cast<std::size_t>(minor > 0 && 2 * k >= classes ? minor : at.count("per_class")),
                  static_cast<int>(k));
  return Eigen::Map<const Eigen::VectorXi>(labels.data(), static_cast<Eigen::Index>(labels.size()));
}

/// Features without a network in front: a linear network whose input is the example's number as a unit vector, so that
/// its first layer H holds one free feature vector per example. H moves N times as fast: its gradient carries 1/N.
learn::Architecture free_features(const sdk::Point& at, Eigen::Index n) {
  const Eigen::Index d = at.count("features"), classes = at.count("classes");
  learn::Architecture net = learn::standard(
      {.widths = {n, d, classes}, .activation = learn::Activation::identity, .bias = at.text("loss") == "mse-bias"});
  learn::Scale &h = net.layers[0].weight, &w = net.layers[1].weight;
  h = {.init_var = 1 / static_cast<double>(d), .lr = static_cast<double>(n), .decay = at["decay_h"]};
  w.decay = at["decay_w"];  // both multiply a decay of 1
  net.layers[0].bias.reset();
  if (net.layers[1].bias) net.layers[1].bias->decay = 0;
  return net;
}

/// Images by their 16 leading principal components at equal variance.
struct Pool final : sdk::Prepared {
  Eigen::MatrixXf x;
  Eigen::VectorXi labels;
};

/// 20 examples of each class: in 16 dimensions, N(mu_k, 0.6^2 I) with mu_k ~ N(0, I); or images of the first classes.
learn::Dataset<float> draw_examples(const sdk::Point& at, const Pool* pool, const Eigen::VectorXi& labels,
                                    sdk::Seed seed) {
  Rng rng(seed.value, Stream::data);
  const Eigen::Index n = labels.size(), classes = at.count("classes");
  Eigen::MatrixXf x(16, n);
  if (pool == nullptr) {
    const Eigen::MatrixXd means = rng.normal(16, classes), noise = 0.6 * rng.normal(16, n);
    for (Eigen::Index i = 0; i < n; ++i) x.col(i) = (means.col(labels(i)) + noise.col(i)).cast<float>();
  } else {
    std::vector<Eigen::Index> filled(static_cast<std::size_t>(classes), 0);  // of each class, which come in blocks
    const Eigen::Index per_class = at.count("per_class");
    for (const Eigen::Index image : rng.permutation(pool->x.cols())) {
      const int label = pool->labels(image);
      if (label >= classes || filled[static_cast<std::size_t>(label)] == per_class) continue;
      x.col(label * per_class + filled[static_cast<std::size_t>(label)]++) = pool->x.col(image);
    }
  }
  return {std::move(x), learn::one_hot<float>(labels, classes)};
}

/// How far the last hidden layer of a network is from collapse.
struct Distance {
  double within, angles, weights;
};

Distance distance_from_collapse(const learn::Mlp<float>& net, const learn::Dataset<float>& data,
                                const Eigen::VectorXi& labels) {
  const int last = static_cast<int>(net.architecture().layers.size()) - 1;
  const Eigen::MatrixXd h = learn::features(net, data.x, last).cast<double>();
  const Eigen::MatrixXd means = numerics::class_means(h, labels, data.y.rows());
  return {numerics::within_over_between(h, labels, data.y.rows()), numerics::simplex_deviation(means),
          numerics::weight_misalignment(net.weight(last).cast<double>(), means)};
}

class NeuralCollapse final : public sdk::Law {
 public:
  sdk::LawInfo info() const override {
    return {
        .name = "neural-collapse",
        .title = "The shape in which a classifier's last layer ends: a regular simplex, or a right-angled frame",
        .claim =
            "With weight decay on the last layer and its features, features that may move freely end in one state "
            "without free constants: the class means form a regular simplex under cross-entropy, and under squared "
            "loss if there is a bias, but a right-angled frame without one; a network that is trained long with weight "
            "decay moves towards it: the spread within classes and the misalignment of weights and means fall at "
            "least fourfold, and the angles' distance from the simplex falls.",
        .formula = R"(W H = a\,(I_K - \tfrac1K 1 1^\top), \quad )"
                   R"(a = \ln\Big(\frac{1}{\sqrt{n_c \lambda_W \lambda_H}} - K + 1\Big); \quad )"
                   R"(\text{squared loss: } W H (+ b) = (1 - K\sqrt{n_c \lambda_W \lambda_H})\,)"
                   R"(\{I_K,\; I_K - \tfrac1K 1 1^\top\})",
        .source =
            "Papyan, Han & Donoho 2020; Zhu et al. 2021 (cross-entropy); Tirer & Bruna 2022, Zhou et al. 2022 (squared "
            "loss, the bias); Fang et al. 2021 (imbalance); data: Xiao, Rasul & Vollgraf 2017",
        .analogue = "crystallisation: repelling particles settle into the most symmetric ground state",
        .parameters =
            {sdk::text_parameter("model", "free-features", {"free-features", "network"},
                                 "J = loss + decay_w/2 |W|^2 + decay_h/2 |H|^2 with H free; or a network of two hidden "
                                 "ReLU layers with cross-entropy and weight decay, momentum 0.9"),
             sdk::text_parameter(
                 "loss", "cross-entropy", {"cross-entropy", "mse", "mse-bias"},
                 "of free features; mse is half the squared error, mse-bias has a bias that does not decay"),
             sdk::text_parameter(
                 "data", "synthetic", {"synthetic", "fashion-mnist"},
                 "of the network: Gaussian clouds in 16 dimensions, or images by 16 principal components"),
             sdk::count_parameter("classes", 4, 2, 10, "K"),
             sdk::count_parameter("per_class", 5, 1, 1000, "n_c: examples of each class"),
             sdk::count_parameter("per_minor_class", 0, 0, 1000,
                                  "of each class in the second half, for free features; 0: as many as in the first"),
             sdk::count_parameter("features", 8, 1, 1000, "d: of free features"),
             sdk::real_parameter("decay_w", 5e-3, 0, 10, "lambda_W; of the network: of all weights and biases"),
             sdk::real_parameter("decay_h", 1e-3, 0, 10, "lambda_H: of free features"),
             sdk::real_parameter("learning_rate", 0.5, 1e-6, 10, "eta; features move N times as fast"),
             sdk::count_parameter("width", 128, 2, 1e4, "of both hidden layers of the network"),
             sdk::count_parameter("steps", 20000, 1, 1e8, "full-batch")},
        .observables =
            {number("logit_gap", "logit of the true class less another, mean over examples and others",
                    "representations"),
             number("w_norm_sq", "squared length of a row of W, mean over classes", "weights"),
             number("h_norm_sq", "squared length of a feature vector, mean over examples", "representations"),
             number("objective", "J", ""),  // of both
             number("raw_cosine", "between class means as they are, mean over pairs", "representations"),
             number("cosine_error", "largest distance of such a cosine from the predicted one", "representations"),
             ordering("within_fall", "ln of the fall of the spread within classes over that between them, less ln 4",
                      "representations"),
             ordering("weights_fall", "ln of the fall of the misalignment of weights and class means, less ln 4",
                      "weights"),
             ordering("angles_fall", "ln of the fall of the centred cosines' distance from -1/(K-1)",
                      "representations")},
        .rivals = {{"right-angles", "class means at right angles, whatever the loss"},
                   {"simplex", "a regular simplex, whatever the loss"},
                   {"complete", "the network, too, reaches the state of free features: everything falls 1000-fold"}},
        .regime =
            "classes of equal size, at least as many features as classes, weight decay; of networks: classes that "
            "are well apart",
        .refuted_if =
            "free features end elsewhere by more than a thousandth, or a network's spread or misalignment falls less "
            "than fourfold, or its angles not at all",
        .data = {"fashion-mnist"},
        .tags = {"neural-collapse", "classification", "weight-decay", "features", "real-data"},
        .quick = {.core_seconds = 2, .memory_bytes = 10e6},
        .standard = {.core_seconds = 30, .memory_bytes = 40e6},
        .thorough = {.core_seconds = 30, .memory_bytes = 40e6},
        .prepared_by = {"data"},
        .prepared_bytes = 10e6,
        .subjects = {"representations", "weights"},
        .architectures = {"linear", "mlp"},
        .physics = {.symmetry = "exchange of classes, rotations of the features",
                    .conserved_or_order_parameter = "cosines between class means",
                    .control_parameter = "K sqrt(n_c decay_w decay_h)",
                    .axioms = {"symmetry", "balance"}}};
  }

  std::vector<sdk::PointOverrides> sweep(sdk::Effort effort) const override {
    const bool quick = effort == sdk::Effort::quick;
    std::vector<sdk::PointOverrides> points;
    for (const char* loss : {"cross-entropy", "mse", "mse-bias"}) {
      points.push_back({{"loss", loss}});
      if (!quick) points.push_back({{"loss", loss}, {"classes", 10}, {"per_class", 3}, {"features", 16}});
    }
    // At 0.5 this one oscillates.
    const double fast = 4e-3, slow = 2e-3;
    if (!quick)
      points.push_back({{"loss", "mse-bias"},
                        {"classes", 3},
                        {"per_class", 7},
                        {"decay_w", slow},
                        {"decay_h", fast},
                        {"learning_rate", 0.2}});
    // So much decay that everything goes to zero.
    points.push_back({{"decay_w", 0.5}, {"decay_h", 0.1}, {"steps", 200}});
    const auto network = [&](const char* data, double decay, int steps) {
      points.push_back({{"model", "network"},
                        {"data", data},
                        {"per_class", 20},
                        {"decay_w", decay},
                        {"learning_rate", 0.1},
                        {"width", quick ? 64 : 128},
                        {"steps", steps}});
    };
    network("synthetic", 5e-3, quick ? 1000 : 4000);
    if (!quick) network("fashion-mnist", 5e-3, 2000);
    // Must break.
    points.push_back({{"per_class", 10}, {"per_minor_class", 2}});
    points.push_back({{"features", 2}});
    network("synthetic", 0, quick ? 1000 : 2000);
    return points;
  }

  sdk::Regime regime(const sdk::Point& at, sdk::Context&) const override {
    const double classes = at["classes"];
    if (!is_free(at)) {
      if (at["decay_w"] == 0)
        return sdk::Regime::breaks(
            "without decay the weights grow, ever more slowly, and nothing pulls them into line");
      if (at["decay_w"] < 1e-3 || at["decay_w"] > 0.02)
        return sdk::Regime::outside("so little decay that collapse takes longer, or so much that it takes all");
      if (classes > 4)
        return sdk::Regime::outside(
            "more classes than are well apart: those that look alike stay close to one another");
      return sdk::Regime::within(at.text("data") == "synthetic" ? 0.95 : 0.8);
    }
    if (at["decay_w"] == 0 || at["decay_h"] == 0) return sdk::Regime::outside("without decay nothing limits the norms");
    if (at.count("per_minor_class") > 0 && at.count("per_minor_class") != at.count("per_class"))
      return sdk::Regime::breaks("classes of different sizes: the means of the small ones draw together");
    if (at["features"] < classes - 1)
      return sdk::Regime::breaks("fewer than K - 1 dimensions hold no simplex of K corners");
    if (at["features"] < classes) return sdk::Regime::outside("fewer features than classes");
    const Collapsed state = collapsed(at, at.text("loss"));
    if (!has_cross_entropy(at) && at["learning_rate"] * (state.w_norm_sq + state.h_norm_sq / classes) > 1)
      return sdk::Regime::outside("so large a learning rate that training may oscillate");
    return sdk::Regime::within(0.99);
  }

  std::shared_ptr<const sdk::Prepared> prepare(const sdk::Point& at, sdk::Context& context) const override {
    if (at.text("data") == "synthetic") return nullptr;
    const learn::ImageSet images = learn::read_fashion_mnist(context.data("fashion-mnist").path, 4096);
    const Eigen::MatrixXd pixels = images.scaled<double>().transpose();
    auto pool = std::make_shared<Pool>();
    pool->x = learn::whitening(pixels, 16)(pixels).cast<float>();
    pool->labels = images.labels;
    pool->bytes = static_cast<std::size_t>(pool->x.size()) * sizeof(float);
    return pool;
  }

  void predict(const sdk::Point& at, sdk::Recorder& out) const override {
    if (!is_free(at)) return predict_network(at, out);
    if (at["decay_w"] == 0 || at["decay_h"] == 0) return out.abstain("the norms grow without limit");
    const Collapsed own = collapsed(at, at.text("loss"));
    const auto record = [&](const char* observable, double value, double eps) {
      out.record({.observable = observable,
                  .value = value,
                  .eps = eps,
                  .eps_reason = "a thousandth: the state is exact, and training converges to five digits"});
    };
    const auto rival = [&](const char* observable, const char* name, double value, double own_value, double eps) {
      if (std::abs(value - own_value) > 2 * eps) out.record({.observable = observable, .rival = name, .value = value});
    };
    const auto relative = [](double value) { return 1e-3 * (value > 0 ? value : 1); };
    // Of the other kind of frame: that of squared loss with and without a bias; of cross-entropy, the angles alone.
    const bool right_angles = own.cosine == 0;
    const char* name = right_angles ? "simplex" : "right-angles";
    const Collapsed other = collapsed(at, right_angles ? "mse-bias" : "mse");
    const bool has_other_norms = !has_cross_entropy(at);
    const auto positive = [&](const char* observable, double value, double other_value) {
      record(observable, value, relative(value));
      if (has_other_norms) rival(observable, name, other_value, value, relative(value));
    };
    positive("w_norm_sq", own.w_norm_sq, other.w_norm_sq);
    positive("h_norm_sq", own.h_norm_sq, other.h_norm_sq);
    if (own.w_norm_sq == 0) return;  // no directions, and a loss of ln K to the last bit
    positive("objective", own.objective, other.objective);
    record("logit_gap", own.logit_gap, relative(own.logit_gap));
    if (mean_cosine_tells(at)) {
      record("raw_cosine", own.cosine, 1e-3);
      rival("raw_cosine", name, right_angles ? -1 / (at["classes"] - 1) : 0, own.cosine, 1e-3);
    }
    record("cosine_error", 0, 1e-3);
  }

  void measure(const sdk::Point& at, sdk::Seed seed, sdk::Recorder& out) const override {
    if (is_free(at)) return measure_free(at, seed, out);
    const Eigen::VectorXi labels = labels_of(at);
    const Pool* pool = at.text("data") == "synthetic" ? nullptr : &out.prepared<Pool>();
    const learn::Dataset<float> data = draw_examples(at, pool, labels, seed);
    const Eigen::Index width = at.count("width");
    learn::Mlp<float> net(learn::standard({.widths = {data.x.rows(), width, width, data.y.rows()}, .weight_var = 2}),
                          Rng(seed.value, Stream::init));
    learn::Optimiser how = learn::heavy_ball(at["learning_rate"], 0.9);
    how.decay = at["decay_w"];
    const Distance first = distance_from_collapse(net, data, labels);
    learn::Trainer<float> trainer(net, data, {.loss = learn::Loss::cross_entropy, .optimiser = how});
    if (!trained(trainer, at.count("steps"), out)) return;
    const Distance last = distance_from_collapse(net, data, labels);
    if (at["decay_w"] > 0) out.record({.observable = "within_fall", .value = std::log(first.within / last.within / 4)});
    out.record({.observable = "weights_fall", .value = std::log(first.weights / last.weights / 4)});
    if (at["decay_w"] > 0) out.record({.observable = "angles_fall", .value = std::log(first.angles / last.angles)});
  }

 private:
  static sdk::Observable number(const char* name, const char* meaning, const char* subject) {
    return {.name = name, .kind = sdk::Kind::point, .meaning = meaning, .axis = "classes", .subject = subject};
  }
  static sdk::Observable ordering(const char* name, const char* meaning, const char* subject) {
    return {.name = name, .kind = sdk::Kind::ordering, .meaning = meaning, .subject = subject};
  }

  /// Over all pairs cosines average to what a simplex has wherever the means add up to nothing, so that their mean does
  /// not tell a simplex from what takes its place; the largest error does.
  static bool mean_cosine_tells(const sdk::Point& at) {
    const bool uneven = at.count("per_minor_class") > 0 && at.count("per_minor_class") != at.count("per_class");
    return !uneven && at["features"] >= at["classes"] - 1;
  }

  // Why the angles are only said to fall: by how much depends on how the untrained means happen to lie. Over five data
  // sets their distance from the simplex fell by factors of 2.7 to 5.3 at width 128 and, over three, 3.8 to 9 at width
  // 64; by 1.3 to 1.8 on images. The other two fell by 17 to 30 and by 7 to 20; on images by 25 and 5 to 6.
  // Without decay the spread within classes falls all the same: the law stakes its name on the weights alone.
  static void predict_network(const sdk::Point& at, sdk::Recorder& out) {
    for (const std::string observable : {"within_fall", "weights_fall", "angles_fall"}) {
      if (at["decay_w"] == 0 && observable != "weights_fall") continue;
      out.record({.observable = observable, .value = 0.0, .eps = 0.1, .eps_reason = "a tenth more than was asked for"});
      out.record({.observable = observable, .rival = "complete", .value = std::log(1000.0 / 4)});
    }
  }

  static bool trained(learn::Trainer<float>& trainer, std::int64_t steps, sdk::Recorder& out) {
    while (trainer.steps() < steps) {
      if (out.cancelled()) return false;
      if (trainer.run(std::min<std::int64_t>(100, steps - trainer.steps())) == learn::Ended::diverged) {
        out.outcome(sdk::Outcome::diverged, "at step " + std::to_string(trainer.steps()));
        return false;
      }
    }
    return true;
  }

  // Single precision: its rounding, 1e-7, is far below the tolerance, and tells the replicates apart. In double they
  // agree to the last bit, and equal numbers say nothing of their spread.
  static void measure_free(const sdk::Point& at, sdk::Seed seed, sdk::Recorder& out) {
    const Eigen::VectorXi labels = labels_of(at);
    const Eigen::Index n = labels.size(), classes = at.count("classes");
    const learn::Dataset<float> data{Eigen::MatrixXf::Identity(n, n), learn::one_hot<float>(labels, classes)};
    learn::Mlp<float> net(free_features(at, n), Rng(seed.value, Stream::init));
    learn::Optimiser how = learn::gradient_descent(at["learning_rate"]);
    how.decay = 1;
    const learn::Loss loss = has_cross_entropy(at) ? learn::Loss::cross_entropy : learn::Loss::mse_half;
    learn::Trainer<float> trainer(net, data, {.loss = loss, .optimiser = how});
    if (!trained(trainer, at.count("steps"), out)) return;

    const Eigen::MatrixXd h = net.weight(0).cast<double>(), w = net.weight(1).cast<double>();
    out.record({.observable = "w_norm_sq", .value = w.squaredNorm() / static_cast<double>(classes)});
    out.record({.observable = "h_norm_sq", .value = h.squaredNorm() / static_cast<double>(n)});
    if (collapsed(at, at.text("loss")).w_norm_sq == 0) return;
    out.record({.observable = "objective",
                .value = trainer.loss() + at["decay_w"] / 2 * w.squaredNorm() + at["decay_h"] / 2 * h.squaredNorm()});
    const Eigen::MatrixXd logits = net.output(data.x).cast<double>();
    double gap = 0;  // K f_true - sum_k f_k = sum over the others of f_true - f_k
    for (Eigen::Index i = 0; i < n; ++i)
      gap += static_cast<double>(classes) * logits(labels(i), i) - logits.col(i).sum();
    out.record({.observable = "logit_gap", .value = gap / static_cast<double>(n * (classes - 1))});
    const Eigen::MatrixXd angles = numerics::cosines(numerics::class_means(h, labels, classes));
    const double pairs = static_cast<double>(classes * (classes - 1));
    if (mean_cosine_tells(at))
      out.record({.observable = "raw_cosine", .value = (angles.sum() - angles.trace()) / pairs});
    const double expected = at.text("loss") == "mse" ? 0 : -1 / (at["classes"] - 1);
    Eigen::ArrayXXd error = (angles.array() - expected).abs();
    error.matrix().diagonal().setZero();
    out.record({.observable = "cosine_error", .value = error.maxCoeff()});
  }
};

}  // namespace

void add_neural_collapse(sdk::LawList& laws) { laws.add<NeuralCollapse>(); }

}  // namespace lmw::universality
