#include <lmw/learn/features.h>
#include <lmw/learn/images.h>
#include <lmw/learn/trainer.h>
#include <lmw/numerics/fit.h>
#include <lmw/numerics/linalg.h>
#include <lmw/numerics/similarity.h>
#include <lmw/numerics/wide_kernels.h>
#include <lmw/sdk/sdk.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace lmw::universality {
namespace {

using numerics::Rng;
using numerics::Stream;

constexpr int batches = 10;
constexpr Eigen::Index neurons_per_batch = 2000;
constexpr Eigen::Index linear_features = 10;
constexpr int subsample_pairs = 20;  ///< of independent neurons, for one trained pair

// --- The theory

/// The constant of 1 - CKA = (c/2)(1/N1 + 1/N2).
struct Constant {
  double c = 0, std_error = 0;
  double rival = 0;  ///< the same by the law's rival
};

double alignment(double c, double n1, double n2) { return 1 / std::sqrt((1 + c / n1) * (1 + c / n2)); }

/// c = (E[q^2] - E[r^2] / kappa) / kappa of neurons with centred activations phi over the probes, one a column:
/// K = E phi phi^T, kappa = |K|^2, q = |phi|^2, r = phi^T K phi. The rival leaves the second term out.
Constant constant_of(const Eigen::MatrixXd& neurons, const Eigen::MatrixXd& k) {
  const double kappa = k.squaredNorm();
  const Eigen::ArrayXd q = neurons.colwise().squaredNorm();
  const Eigen::ArrayXd r = neurons.cwiseProduct(k * neurons).colwise().sum();
  const double first = q.square().mean() / kappa;
  return {.c = first - r.square().mean() / (kappa * kappa), .std_error = 0, .rival = first};
}

/// Linear neurons on inputs with Gram matrix G: PR(G) + 1 - 2 tr(G^4) / (tr G^2)^2.
double linear_constant(const Eigen::MatrixXd& x) {
  const Eigen::MatrixXd centred = numerics::centred(x);
  const Eigen::ArrayXd g = numerics::symmetric_eigenvalues(centred.transpose() * centred);
  const double tr2 = g.square().sum();
  return g.sum() * g.sum() / tr2 + 1 - 2 * g.pow(4).sum() / (tr2 * tr2);
}

Eigen::MatrixXd relu(const Eigen::MatrixXd& z) { return z.cwiseMax(0); }

/// ReLU neurons with weights N(0, I): the kernel in closed form, the fourth moments over 20 000 neurons.
Constant initial_constant(const Eigen::MatrixXd& x, std::uint64_t set) {
  const auto wide = numerics::wide_kernels({.weight_var = 1, .bias_var = 0, .hidden_layers = 1}, x * x.transpose());
  const Eigen::MatrixXd k = numerics::centred(numerics::centred(wide.nngp).transpose());
  Rng noise(set, Stream::noise);
  Eigen::ArrayXd c(batches);
  for (double& value : c)
    value = constant_of(numerics::centred(relu(x * noise.normal(x.cols(), neurons_per_batch))), k).c;
  const double variance = (c - c.mean()).square().sum() / (batches - 1);
  return {.c = c.mean(), .std_error = std::sqrt(variance / batches), .rival = linear_constant(x)};
}

// --- Probes, targets, networks

struct Probes {
  Eigen::MatrixXd x;           ///< (n, d), rows of length 1
  Eigen::VectorXd y, other_y;  ///< (n) centred targets
};

void finish(Probes& probes) {
  probes.x.rowwise().normalize();
  probes.y.array() -= probes.y.mean();
  probes.other_y.array() -= probes.other_y.mean();
}

/// Uniform on the sphere; the other target is the same function of other coordinates.
Probes on_sphere(Eigen::Index n, Eigen::Index d, std::uint64_t set) {
  Probes probes{Rng(set, Stream::data).normal(n, d), Eigen::VectorXd::Zero(n), Eigen::VectorXd::Zero(n)};
  probes.x.rowwise().normalize();
  if (d >= 5) {
    const auto step = [](double a, double b) { return 1.5 * (std::max(3 * a, 0.0) - std::max(b, 0.0)); };
    for (Eigen::Index i = 0; i < n; ++i) {
      probes.y(i) = step(probes.x(i, 0), 2 * probes.x(i, 1) + probes.x(i, 2));
      probes.other_y(i) = step(probes.x(i, 3), 2 * probes.x(i, 4) - probes.x(i, 1));
    }
  }
  finish(probes);
  return probes;
}

/// The first images, each averaged over 4 x 4 pixels; +1 or -1 for an even or odd class, or for the lower five.
Probes of_images(const std::filesystem::path& folder, Eigen::Index n) {
  const learn::ImageSet images = learn::read_fashion_mnist(folder, n);
  const Eigen::MatrixXd pixels = images.scaled<double>();
  Probes probes{Eigen::MatrixXd::Zero(n, 49), Eigen::VectorXd(n), Eigen::VectorXd(n)};
  for (Eigen::Index row = 0; row < 28; ++row)
    for (Eigen::Index column = 0; column < 28; ++column)
      probes.x.col(row / 4 * 7 + column / 4) += pixels.col(28 * row + column) / 16;
  for (Eigen::Index i = 0; i < n; ++i) {
    probes.y(i) = images.labels(i) % 2 == 0 ? 1 : -1;
    probes.other_y(i) = images.labels(i) < 5 ? 1 : -1;
  }
  finish(probes);
  return probes;
}

/// f = (1/N) sum a_k relu(w_k.x) from unit normals, trained by full-batch descent with steps eta N, in mean-field time
/// t = eta * steps. Returns the hidden activations on the probes, (n, N); empty if it diverged.
Eigen::MatrixXd trained_features(const sdk::Point& at, const Probes& probes, const Eigen::VectorXd& y,
                                 Eigen::Index width, Rng init) {
  const Eigen::Index d = probes.x.cols();
  const learn::Dataset<float> data{probes.x.transpose().cast<float>(), y.transpose().cast<float>()};
  learn::Mlp<float> net(learn::mean_field({.widths = {d, width, 1},
                                           .bias = false,
                                           .weight_var = static_cast<double>(d),  // weights of variance 1, not 1/d
                                           .output_weight_var = 1.0}),
                        init);
  learn::Trainer<float> trainer(net, data, {.optimiser = learn::gradient_descent(at["lr"])});
  if (trainer.run(at.count("steps")) == learn::Ended::diverged) return {};
  return learn::features(net, data.x, 1).transpose().cast<double>();
}

/// What a setting is measured on, and the constant that it predicts.
struct Ready final : sdk::Prepared {
  Probes probes;
  Constant constant;        ///< of the stage's neurons
  double untrained_c = 0;   ///< trained stages: of the neurons before training
  Eigen::MatrixXd neurons;  ///< trained stages: (n, pool) the neurons of one wide trained network
};

std::vector<Eigen::Index> widths(const sdk::Point& at) {
  std::vector<Eigen::Index> all;
  for (double n = at["narrowest"]; n <= at["widest"] + 0.5; n *= at["factor"]) all.push_back(std::lround(n));
  return all;
}

double other_width(const sdk::Point& at) { return at.count("other_width") > 0 ? at["other_width"] : at["width"]; }

double gap(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) { return 1 - numerics::cka(a, b); }

class WidthRepresentationConvergence final : public sdk::Law {
 public:
  sdk::LawInfo info() const override {
    return {
        .name = "width-representation-convergence",
        .title = "Two networks that differ by their seeds agree, the wider the more",
        .claim =
            "The alignment (CKA) of the hidden layers of two networks of widths N1 and N2 that differ in their seeds "
            "alone is [(1 + c/N1)(1 + c/N2)]^-1/2, with c from the activations of single neurons, for independent "
            "neurons; after mean-field training 1 - CKA still falls as 1/N, but is smaller than independent neurons of "
            "the same kind would have it.",
        .formula = R"(1 - \mathrm{CKA} \approx \frac{c}{2}\Big(\frac{1}{N_1} + \frac{1}{N_2}\Big), \quad )"
                   R"(c = \frac{\mathbb{E}\,|\phi|^4 - \mathbb{E}(\phi^\top K \phi)^2 / \|K\|^2}{\|K\|^2}, \quad )"
                   R"(K = \mathbb{E}\,\phi\phi^\top)",
        .source =
            "the delta method for a mean of independent neurons (Mei, Montanari & Nguyen 2018; Sirignano & "
            "Spiliopoulos "
            "2020); the effect of width in practice: Morcos, Raghu & Bengio 2018, Kornblith et al. 2019",
        .analogue = "self-averaging: a large system shows the mean of its parts, whatever their disorder",
        .parameters =
            {sdk::text_parameter("stage", "initial", {"initial", "subsampled", "trained"},
                                 "random networks; N random neurons out of a wide trained one; or networks of N units, "
                                 "each trained by itself"),
             sdk::text_parameter("data", "synthetic", {"synthetic", "fashion-mnist", "orthonormal"},
                                 "probes uniform on the unit sphere; images of clothes, 7 x 7 pixels, scaled to length "
                                 "1; or linear neurons on 10 orthonormal features, where c = 10 + 1 - 2/10"),
             sdk::count_parameter("inputs", 20, 1, 1000, "d: of the sphere"),
             sdk::count_parameter("n_probes", 200, 12, 5000, "n: probes, which are also the training set"),
             sdk::count_parameter("probe_set", 1, 1, 1e9, "which random probes, and which wide network"),
             sdk::count_parameter("width", 256, 1, 1e5, "N1, if not trained"),
             sdk::count_parameter("other_width", 0, 0, 1e5, "N2; 0: as N1"),
             sdk::count_parameter("narrowest", 32, 2, 1e5, "units of the narrowest trained network"),
             sdk::count_parameter("widest", 512, 2, 1e5, "and of the widest"),
             sdk::real_parameter("factor", 2.0, 1.1, 1000, "between neighbouring widths"),
             sdk::text_parameter("targets", "same", {"same", "different"}, "what the two networks of a pair learn"),
             sdk::count_parameter("pool", 1024, 2, 1e5, "units of the wide trained network"),
             sdk::real_parameter("lr", 0.2, 1e-4, 10, "eta, in mean-field time"),
             sdk::count_parameter("steps", 1000, 0, 1e6, "of gradient descent"),
             sdk::count_parameter("draws", 5, 1, 1e6, "pairs of each kind that one replicate averages")},
        .observables = {{.name = "cka",
                         .kind = sdk::Kind::theory_error,
                         .meaning = "alignment of the two hidden layers, mean over pairs",
                         .axis = "width",
                         .log_axis = true},
                        {.name = "slope",
                         .kind = sdk::Kind::exponent,
                         .meaning = "of log (1 - CKA) of trained pairs against log N"},
                        {.name = "log_share",
                         .kind = sdk::Kind::interval,
                         .meaning = "log of 1 - CKA of trained pairs at the least width, over that of as many neurons "
                                    "drawn from the widest network"},
                        {.name = "cross_width_log_ratio",
                         .meaning = "log of 1 - CKA between the least and the largest width, over the mean of both "
                                    "same-width values",
                         .secondary = true}},
        .rivals = {{"linear-neurons", "c from the inputs' Gram matrix, as if neurons were linear"},
                   {"without-second-term", "c with the whole fluctuation, not only its part orthogonal to K"},
                   {"square-root", "1 - CKA falls as N^-1/2"},
                   {"independent-neurons", "trained neurons are as independent as random ones"},
                   {"untrained-neurons", "c from the neurons before training"},
                   {"narrower-decides", "between two widths the smaller one alone counts"}},
        .regime =
            "same data, same targets; N at least 2c if not trained; mean-field training from widths of 16 on, over a "
            "decade; c above 0.05",
        .refuted_if = "the alignment of untrained networks leaves its value, or that of trained ones another power",
        .data = {"fashion-mnist"},
        .tags = {"representations", "similarity", "width", "mean-field", "real-data"},
        .quick = {.core_seconds = 3, .memory_bytes = 40e6},
        .standard = {.core_seconds = 20, .memory_bytes = 80e6},
        .thorough = {.core_seconds = 20, .memory_bytes = 80e6},
        .prepared_by = {"stage", "data", "inputs", "n_probes", "probe_set", "pool", "lr", "steps"},
        .subjects = {"representations"},
        .architectures = {"linear", "mlp"},
        .measured_inputs = 1,  // c of trained neurons, from a wide network
        .elasticities = {{"cka", "width", 1}},
        .physics = {.symmetry = "exchange of neurons",
                    .conserved_or_order_parameter = "1 - CKA",
                    .control_parameter = "width",
                    .large_parameter = "width",
                    .leading_correction = "1/n",
                    .axioms = {"self-averaging"}}};
  }

  // Pairs per replicate. CKA of single pairs scatters by 0.35 (1 - CKA): 5 pairs and 8 replicates leave 0.002 of 0.015
  // at d = 20, N = 256. Trained neurons differ more in size than random ones, and pairs drawn from them scatter by all
  // of 1 - CKA. At N = 32 their next order is +0.009(2), which would leave little of 0.015: the points start at 64.
  // Slopes of single trained pairs over a decade spread by 0.15 to 0.2, and the second look (8 replicates of two pairs
  // or four) confirms if |D| + 3.2 * 0.05 <= 0.24.
  std::vector<sdk::PointOverrides> sweep(sdk::Effort effort) const override {
    const bool quick = effort == sdk::Effort::quick;
    std::vector<sdk::PointOverrides> points;
    const auto untrained = [&](const char* data, int inputs, int width, int other, int draws) {
      points.push_back(
          {{"data", data}, {"inputs", inputs}, {"width", width}, {"other_width", other}, {"draws", draws}});
    };
    const auto subsampled = [&](const char* data, int width) {
      points.push_back({{"stage", "subsampled"},
                        {"data", data},
                        {"inputs", 5},
                        {"width", width},
                        {"pool", quick ? 256 : 1024},
                        {"draws", 40}});
    };
    const auto trained = [&](const char* data, const char* targets, int widest, double factor, int draws) {
      points.push_back({{"stage", "trained"},
                        {"data", data},
                        {"inputs", 5},
                        {"widest", widest},
                        {"factor", factor},
                        {"pool", quick ? 256 : 1024},
                        {"targets", targets},
                        {"draws", draws}});
    };
    untrained("synthetic", 20, 256, 0, 5);
    untrained("orthonormal", 20, 400, 0, 10);
    if (quick) {
      subsampled("synthetic", 64);
      trained("synthetic", "same", 320, 10, 4);
      trained("synthetic", "different", 320, 10, 1);  // must break
      return points;
    }
    untrained("synthetic", 20, 128, 0, 5);
    untrained("synthetic", 20, 1024, 0, 3);
    untrained("synthetic", 20, 128, 1024, 3);
    untrained("synthetic", 5, 32, 0, 10);
    untrained("orthonormal", 20, 50, 400, 10);
    untrained("fashion-mnist", 20, 64, 0, 10);
    untrained("fashion-mnist", 20, 256, 0, 5);
    for (const char* data : {"synthetic", "fashion-mnist"})
      for (const int width : {64, 128}) subsampled(data, width);
    trained("synthetic", "same", 512, 2, 2);
    trained("fashion-mnist", "same", 320, std::sqrt(10.0), 1);
    trained("synthetic", "different", 512, 4, 1);  // must break
    return points;
  }

  sdk::Regime regime(const sdk::Point& at, sdk::Context& context) const override {
    const double c = context.prepared<Ready>().constant.c;
    if (!(c > 0.05)) return sdk::Regime::outside("c below 0.05: one direction carries all activations", 0.1);
    if (at.text("stage") != "trained") {
      if (std::min(at["width"], other_width(at)) < 2 * c)
        return sdk::Regime::outside("N below 2c: the next order is not small");
      return sdk::Regime::within();
    }
    if (at.text("data") == "orthonormal") return sdk::Regime::outside("linear neurons have no target to learn here");
    const auto sizes = widths(at);
    if (at.text("targets") == "different")
      return sdk::Regime::breaks("two functions need two representations, at any width");
    if (at["lr"] * at["steps"] < 100) return sdk::Regime::outside("too short a training to call it one");
    if (sizes.front() < 16 || 10 * sizes.back() < 99 * sizes.front())
      return sdk::Regime::outside("a slope wants widths from 16 on, over a decade");
    return sdk::Regime::within(0.9);
  }

  std::shared_ptr<const sdk::Prepared> prepare(const sdk::Point& at, sdk::Context& context) const override {
    auto made = std::make_shared<Ready>();
    const Eigen::Index n = at.count("n_probes");
    const auto set = static_cast<std::uint64_t>(at.count("probe_set"));
    if (at.text("data") == "orthonormal") {
      Rng data(set, Stream::data);
      const Eigen::MatrixXd start = numerics::centred(data.normal(n, linear_features));
      // Orthonormal and centred: the eigenvectors of a centred Gram matrix that carry it.
      made->probes.x = numerics::symmetric_eigen(start * start.transpose()).vectors.rightCols(linear_features);
      made->constant.c = linear_constant(made->probes.x);
      return made;
    }
    made->probes = at.text("data") == "synthetic" ? on_sphere(n, at.count("inputs"), set)
                                                  : of_images(context.data("fashion-mnist").path, n);
    made->constant = initial_constant(made->probes.x, set);
    if (at.text("stage") == "initial") return made;
    made->untrained_c = made->constant.c;
    made->neurons = trained_features(at, made->probes, made->probes.y, at.count("pool"), Rng(set, Stream::init));
    if (made->neurons.size() == 0) throw std::runtime_error("the wide network diverged: a smaller lr may help");
    const Eigen::MatrixXd centred = numerics::centred(made->neurons);
    made->constant = constant_of(centred, centred * centred.transpose() / at["pool"]);
    made->bytes = static_cast<std::size_t>(made->neurons.size()) * sizeof(double);
    return made;
  }

  void predict(const sdk::Point& at, sdk::Recorder& out) const override {
    const auto& ready = out.prepared<Ready>();
    const Constant& constant = ready.constant;
    if (at.text("stage") == "trained") return predict_trained(at, ready, out);

    const double n1 = at["width"], n2 = other_width(at), value = alignment(constant.c, n1, n2);
    const bool linear = at.text("data") == "orthonormal";
    const double wrong = linear ? 1 / std::sqrt((1 + constant.c / std::sqrt(n1)) * (1 + constant.c / std::sqrt(n2)))
                                : alignment(constant.rival, n1, n2);
    const double eps = linear && std::min(n1, n2) >= 400 ? 0.003 : std::min(0.015, 0.4 * std::abs(value - wrong));
    const double by_c = value / 2 * (1 / (n1 + constant.c) + 1 / (n2 + constant.c));
    sdk::Record own{.observable = "cka",
                    .value = value,
                    .eps = eps,
                    .theory_sd = by_c * constant.std_error,
                    .eps_reason = "0.015, and less than half the distance to the rival"};
    if (constant.std_error > 0) own.theory_df = batches - 1;
    out.record(own);
    const char* rival = linear                             ? "square-root"
                        : at.text("stage") == "subsampled" ? "without-second-term"
                                                           : "linear-neurons";
    out.record({.observable = "cka", .rival = rival, .value = wrong});
  }

  void measure(const sdk::Point& at, sdk::Seed seed, sdk::Recorder& out) const override {
    const auto& ready = out.prepared<Ready>();
    if (at.text("stage") == "trained") return measure_trained(at, ready, seed, out);
    const Eigen::MatrixXd& x = ready.probes.x;
    const auto n1 = at.count("width"), n2 = static_cast<std::int64_t>(other_width(at));
    double sum = 0;
    for (std::int64_t k = 0; k < at.count("draws"); ++k) {
      if (out.cancelled()) return;
      Rng init(seed.value, Stream::init, seed.draw(k).draw_index);
      const auto layer = [&](Eigen::Index width) -> Eigen::MatrixXd {
        if (at.text("stage") == "subsampled")
          return ready.neurons(Eigen::all, init.indices(width, ready.neurons.cols()));
        const Eigen::MatrixXd z = x * init.normal(x.cols(), width);
        return at.text("data") == "orthonormal" ? z : relu(z);
      };
      const Eigen::MatrixXd one = layer(n1), other = layer(n2);
      sum += numerics::cka(one, other);
    }
    out.record({.observable = "cka", .value = sum / at["draws"]});
  }

 private:
  static void predict_trained(const sdk::Point& at, const Ready& ready, sdk::Recorder& out) {
    const auto sizes = widths(at);
    const double least = static_cast<double>(sizes.front()), largest = static_cast<double>(sizes.back());
    out.record({.observable = "slope",
                .value = -1.0,
                .eps = 0.24,
                .eps_reason = "under half the distance to the rival",
                .span = largest / least});
    out.record({.observable = "slope", .rival = "square-root", .value = -0.5});
    if (at.text("targets") == "different") return;
    out.record({.observable = "log_share",
                .value = std::log(1e-3),
                .upper = -0.25,
                .eps = 0.1,
                .eps_reason = "a fifth smaller at least; independent neurons are more than twice eps away"});
    out.record({.observable = "log_share", .rival = "independent-neurons", .value = 0.0, .upper = 0.0});
    const double untrained =
        std::log((1 - alignment(ready.untrained_c, least, least)) / (1 - alignment(ready.constant.c, least, least)));
    if (untrained > 0)
      out.record({.observable = "log_share", .rival = "untrained-neurons", .value = untrained, .upper = untrained});
    out.record({.observable = "cross_width_log_ratio",
                .value = 0.0,
                .eps = 0.2,
                .eps_reason = "under half the distance to the rival"});
    out.record({.observable = "cross_width_log_ratio",
                .rival = "narrower-decides",
                .value = std::log(2 / (1 + least / largest))});
  }

  static void measure_trained(const sdk::Point& at, const Ready& ready, sdk::Seed seed, sdk::Recorder& out) {
    const auto sizes = widths(at);
    const auto count = static_cast<Eigen::Index>(sizes.size());
    const Probes& probes = ready.probes;
    const bool same = at.text("targets") == "same";
    Eigen::VectorXd x(count), gaps = Eigen::VectorXd::Zero(count), logs = gaps;  // means over pairs
    double cross = 0, log_independent = 0;
    std::uint32_t stream_draw = 0;
    for (std::int64_t k = 0; k < at.count("draws"); ++k) {
      Eigen::MatrixXd narrow;
      for (Eigen::Index i = 0; i < count; ++i) {
        const Eigen::Index width = sizes[static_cast<std::size_t>(i)];
        x(i) = static_cast<double>(width);
        Eigen::MatrixXd pair[2];
        for (int side = 0; side < 2; ++side) {
          if (out.cancelled()) return;
          const Eigen::VectorXd& y = same || side == 0 ? probes.y : probes.other_y;
          pair[side] = trained_features(at, probes, y, width, Rng(seed.value, Stream::init, stream_draw++));
          if (pair[side].size() == 0)
            return out.outcome(sdk::Outcome::diverged, "a network of " + std::to_string(width) + " units");
        }
        const double apart = gap(pair[0], pair[1]);
        gaps(i) += apart / at["draws"];
        logs(i) += std::log(apart) / at["draws"];
        if (i == 0) narrow = pair[0];
        if (i < count - 1) continue;
        Rng order(seed.value, Stream::order, seed.draw(k).draw_index);
        const auto some = [&]() -> Eigen::MatrixXd { return pair[0](Eigen::all, order.indices(sizes.front(), width)); };
        cross += gap(narrow, pair[1]) / at["draws"];
        for (int j = 0; j < subsample_pairs; ++j) {
          const Eigen::MatrixXd one = some(), other = some();
          log_independent += std::log(gap(one, other)) / (subsample_pairs * at["draws"]);
        }
      }
    }
    out.record({.observable = "slope", .value = -numerics::fit_power_law(x, logs.array().exp().matrix()).exponent});
    if (!same) return;
    out.record({.observable = "log_share", .value = logs(0) - log_independent});
    out.record({.observable = "cross_width_log_ratio", .value = std::log(2 * cross / (gaps(0) + gaps(count - 1)))});
  }
};

}  // namespace

void add_width_representation_convergence(sdk::LawList& laws) { laws.add<WidthRepresentationConvergence>(); }

}  // namespace lmw::universality
