#include <lmw/numerics/eigenlearning.h>
#include <lmw/numerics/fit.h>
#include <lmw/numerics/random.h>
#include <lmw/sdk/sdk.h>

#include <Eigen/Cholesky>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <optional>
#include <vector>

namespace lmw::scaling {
namespace {

using numerics::Rng;
using numerics::Stream;

constexpr double least_samples = 32;  ///< the slope is fitted from here
constexpr double curve_samples = 64;  ///< the curve is compared from here: below, one training set spreads by 30 %

/// 32, 64, ..., up to n_max.
std::vector<double> sample_sizes(const sdk::Point& at, double from) {
  std::vector<double> sizes;
  for (double n = least_samples; n <= at["n_max"]; n *= 2)
    if (n >= from) sizes.push_back(n);
  return sizes;
}

/// sum_{i > m} i^-p: the midpoint rule for an integral, to a relative 1/m^2.
double tail_sum(double m, double p) { return std::pow(m + 0.5, 1 - p) / (p - 1); }

/// Eigenvalues i^-b and squared coefficients i^-a, i = 1..M. The modes beyond M are absent, or stand as what small
/// modes act as: their kernel as a ridge, their target as noise.
numerics::KrrProblem task_of(const sdk::Point& at) {
  const double b = at["spectrum_decay"], a = at["target_decay"], m = at["n_modes"];
  const Eigen::ArrayXd rank = Eigen::ArrayXd::LinSpaced(at.count("n_modes"), 1, m);
  const bool cut = at.text("tail") == "cut";
  return {.eigenvalues = rank.pow(-b),
          .coefficients_sq = rank.pow(-a),
          .ridge = cut ? 0 : tail_sum(m, b),
          .noise_var = cut ? 0 : tail_sum(m, a)};
}

// --- The theory ---------------------------------------------------------------------------------------------------

/// A and alpha of the large-n law R = A n^-alpha. Nothing at s = (a-1)/b = 2, where a logarithm enters.
std::optional<numerics::PowerLaw> closed_form(double b, double a) {
  using std::numbers::pi;
  const double c = pi / b / std::sin(pi / b), s = (a - 1) / b;
  if (std::abs(s - 2) < 1e-9) return std::nullopt;
  if (s < 2) {
    const double gammas = std::abs(s - 1) < 1e-9 ? 1 : (1 - s) * pi / std::sin(pi * s);  // Gamma(s) Gamma(2 - s)
    return numerics::PowerLaw{.exponent = a - 1, .amplitude = gammas * std::pow(c, a - 1)};
  }
  double sum = tail_sum(1e5, a - 2 * b);  // sum of v_i^2 / lambda_i^2, over all i
  for (double i = 1; i <= 1e5; ++i) sum += std::pow(i, 2 * b - a);
  return numerics::PowerLaw{.exponent = 2 * b, .amplitude = b * sum * std::pow(c, 2 * b)};
}

/// The predicted noiseless risks: from the exact equations for M modes, or the closed form where M stands for infinity.
std::vector<double> predicted_risks(const sdk::Point& at, const std::vector<double>& sizes) {
  std::vector<double> risks;
  if (at.text("tail") == "cut") {
    const numerics::KrrProblem task = task_of(at);
    for (const double n : sizes) risks.push_back(numerics::krr_risk(task, n).test);
  } else {
    const auto law = closed_form(at["spectrum_decay"], at["target_decay"]);
    for (const double n : sizes) risks.push_back((*law)(n));
  }
  return risks;
}

/// A saturated risk (s > 2) is the square of what the first modes miss. At n = 64 one training set spreads by 43 %, and
/// the equations are 4 % low, more than half of the band: there the slope is judged alone.
bool watches_curve(const sdk::Point& at) { return at["target_decay"] - 1 < 2 * at["spectrum_decay"]; }

/// The slope of log risk against log n: minus the exponent of the fitted power law.
double slope(const std::vector<double>& sizes, const std::vector<double>& risks) {
  const auto count = static_cast<Eigen::Index>(sizes.size());
  return -numerics::fit_power_law(Eigen::Map<const Eigen::VectorXd>(sizes.data(), count),
                                  Eigen::Map<const Eigen::VectorXd>(risks.data(), count))
              .exponent;
}

// --- The experiment -----------------------------------------------------------------------------------------------

/// Excess test risk of interpolation (ridge 0 but for what stands for the modes beyond M) on n samples with features
/// sqrt(lambda_i) z_i, z ~ N(0, I). The mean over all x is |w - v|^2 exactly. Nothing if the Gram matrix is singular.
std::optional<double> risk_of_draw(const numerics::KrrProblem& task, double label_noise_var, Eigen::Index n,
                                   sdk::Seed draw) {
  Rng data(draw.value, Stream::data, draw.draw_index), noise(draw.value, Stream::noise, draw.draw_index);
  Eigen::VectorXd v = task.coefficients_sq.cwiseSqrt();
  for (double& coefficient : v) coefficient *= data.sign();
  Eigen::MatrixXd features = data.normal(n, v.size());
  const Eigen::VectorXd y = features * v + std::sqrt(task.noise_var + label_noise_var) * noise.normal(n);
  const Eigen::VectorXd scale = task.eigenvalues.cwiseSqrt();
  features *= scale.asDiagonal();
  Eigen::MatrixXd gram = task.ridge * Eigen::MatrixXd::Identity(n, n);
  gram.selfadjointView<Eigen::Lower>().rankUpdate(features);
  const Eigen::LLT<Eigen::Ref<Eigen::MatrixXd>> factor(gram);
  if (factor.info() != Eigen::Success) return std::nullopt;
  const Eigen::VectorXd w = scale.cwiseProduct(features.transpose() * factor.solve(y));
  return (w - v).squaredNorm() + task.noise_var;
}

class PowerlawDataExponent final : public sdk::Law {
 public:
  sdk::LawInfo info() const override {
    return {
        .name = "powerlaw-data-exponent",
        .title = "The exponent and the amplitude of a learning curve, known before training",
        .claim =
            "For kernel eigenvalues i^-b and squared target coefficients i^-a, the noiseless test risk without a ridge "
            "falls as A n^-min(a-1, 2b), with A in closed form; with finitely many modes it follows the exact "
            "equations "
            "for them.",
        .formula = R"(R(n) = \Gamma(s)\,\Gamma(2-s)\, C_b^{a-1}\, n^{-(a-1)} \;\; (s < 2), \quad )"
                   R"(R(n) = b \sum_i \frac{v_i^2}{\lambda_i^2} \Big(\frac{C_b}{n}\Big)^{2b} \;\; (s > 2), \quad )"
                   R"(s = \frac{a-1}{b}, \quad C_b = \frac{\pi/b}{\sin(\pi/b)})",
        .source =
            "Spigler, Geiger & Wyart 2020; Bordelon, Canatar & Pehlevan 2020; Bahri, Dyer, Kaplan, Lee & Sharma 2021; "
            "Cui, Loureiro, Krzakala & Zdeborova 2021",
        .analogue = "a critical exponent: it depends on two decay rates and on nothing else of the system",
        .parameters =
            {sdk::real_parameter("spectrum_decay", 1.5, 1.05, 10, "b: kernel eigenvalues are i^-b"),
             sdk::real_parameter("target_decay", 1.8, 1.05, 20, "a: squared target coefficients are i^-a"),
             sdk::count_parameter("n_modes", 3000, 100, 1e5, "M: modes that are simulated"),
             sdk::text_parameter("tail", "cut", {"cut", "replaced"},
                                 "modes beyond M: none; or the ridge and the noise that they act as, so that M stands "
                                 "for infinity and the closed form applies"),
             sdk::count_parameter("n_max", 512, 128, 4096, "the largest number of samples; 32, 64, ... lead up to it"),
             sdk::real_parameter("label_noise_var", 0.0, 0, 1e3, "variance of noise on the training labels"),
             sdk::count_parameter("draws", 4, 1, 1e6,
                                  "training sets that one replicate averages at n_max; twice as many at n_max/2, and "
                                  "so on")},
        .observables = {{.name = "test_risk",
                         .kind = sdk::Kind::curve,
                         .meaning = "mean squared error against the noiseless target, from n = 64",
                         .axis = "n_samples",
                         .log_axis = true,
                         .log_value = true},
                        {.name = "slope",
                         .kind = sdk::Kind::exponent,
                         .meaning = "of log risk against log n from n = 32, over a decade at least"},
                        {.name = "slope_short",
                         .kind = sdk::Kind::point,
                         .meaning = "the same over less than a decade: shown, but too short to rest a law on",
                         .secondary = true}},
        .rivals = {{"spectrum-only", "exponent b: the kernel's spectrum without the target"},
                   {"root", "exponent 1/2, the classical rate"},
                   {"variance-limited", "exponent 1"},
                   {"squared", "exponent 2 (a - 1)"},
                   {"unsaturated", "exponent a - 1 also for targets smoother than the kernel can use"}},
        .regime =
            "n well below M, no label noise: with noise the curve ends on a plateau (b - 1) sigma^2, from about "
            "n = (A / ((b-1) sigma^2))^(1/(a-1)) on",
        .refuted_if = "the mean risk leaves the curve by more than 7 %, or its slope by more than the band",
        .tags = {"kernel", "scaling-law", "learning-curve"},
        .quick = {.core_seconds = 1.4, .memory_bytes = 3e6},
        .standard = {.core_seconds = 23, .memory_bytes = 40e6},
        .thorough = {.core_seconds = 40, .memory_bytes = 40e6},
        .subjects = {"performance"},
        .architectures = {"linear"},
        .fixed_points = 1,
        .physics = {.symmetry = "scale invariance of spectrum and target",
                    .conserved_or_order_parameter = "exponent of the learning curve",
                    .control_parameter = "(target_decay - 1) / spectrum_decay, against 2",
                    .large_parameter = "n_samples",
                    .leading_correction = "1/n",
                    .axioms = {"self-averaging", "gaussian-equivalence"}}};
  }

  // Training sets per replicate. One spreads by 30, 18, 10, 6.5, 5 % at n = 32, 64, 128, 256, 512. With draws = 4 at
  // 512 and in inverse proportion to n elsewhere, a replicate's mean spreads by 2.5 to 3.8 % at each n, and its slope
  // by 0.014 (weights +-0.29, +-0.14, 0). The second look (8 replicates) confirms if |D| + 3.2 se <= band: 0.016 of
  // 0.064 for the slope, 3.6 % of 7 % for the curve, which leaves room for the theory's own 1 %. Averages before the
  // logarithm: the mean of per-set slopes would be flatter by 0.02 to 0.03, because the risk is skewed at small n.
  std::vector<sdk::PointOverrides> sweep(sdk::Effort effort) const override {
    if (effort == sdk::Effort::quick)
      return {{{"n_modes", 1000}, {"n_max", 128}, {"draws", 12}},
              {{"n_modes", 1000}, {"n_max", 128}, {"draws", 12}, {"tail", "replaced"}},
              {{"n_modes", 1000}, {"n_max", 128}, {"draws", 4}, {"label_noise_var", 1.0}}};
    std::vector<sdk::PointOverrides> points = {
        {},
        {{"tail", "replaced"}},
        {{"tail", "replaced"}, {"spectrum_decay", 2.0}, {"target_decay", 1.5}},
        {{"target_decay", 5.0}, {"draws", 16}},
        {{"label_noise_var", 0.25}},
    };
    if (effort == sdk::Effort::thorough)
      for (const auto& [b, a] : {std::pair{1.5, 1.6}, {1.2, 1.4}})
        points.push_back({{"tail", "replaced"}, {"spectrum_decay", b}, {"target_decay", a}, {"draws", 8}});
    return points;
  }

  sdk::Regime regime(const sdk::Point& at, sdk::Context&) const override {
    if (at["n_max"] > at["n_modes"] / 4) return sdk::Regime::outside("n > M/4: too few modes for the samples");
    const double noise = at["label_noise_var"], b = at["spectrum_decay"];
    if (noise == 0) return sdk::Regime::within();
    const auto law = closed_form(b, at["target_decay"]);
    if (!law) return sdk::Regime::outside("label noise: the curve ends on a plateau");
    const double crossing = std::pow(law->amplitude / ((b - 1) * noise), 1 / law->exponent);
    if (at["n_max"] > 2 * crossing) return sdk::Regime::breaks("label noise: most of this curve lies on its plateau");
    if (at["n_max"] > crossing / 30) return sdk::Regime::outside("label noise: the curve bends to its plateau");
    return sdk::Regime::within();
  }

  void predict(const sdk::Point& at, sdk::Recorder& out) const override {
    const double b = at["spectrum_decay"], a = at["target_decay"], s = (a - 1) / b;
    const std::vector<double> all = sample_sizes(at, least_samples), sizes = sample_sizes(at, curve_samples);
    if (at["n_max"] >= at["n_modes"]) return out.abstain("n >= M: interpolation fixes every mode");
    if (at.text("tail") == "replaced" && !closed_form(b, a)) return out.abstain("(a-1)/b = 2: a logarithm enters");

    const std::vector<double> risks = predicted_risks(at, sizes);
    if (watches_curve(at)) {
      std::vector<double> eps, b_th;
      for (const double risk : risks) eps.push_back(0.05 * risk), b_th.push_back(0.02 * risk);
      out.record({.observable = "test_risk",
                  .x = sizes,
                  .value = risks,
                  .eps = eps,
                  .b_th = b_th,
                  .eps_reason = "5 %, and 2 % for a finite number of effective modes"});
    }

    const std::vector<double> from_first = predicted_risks(at, all);
    const double predicted = slope(all, from_first);
    struct Wrong {
      const char* name;
      double slope;
    };
    std::vector<Wrong> rivals = {
        {"spectrum-only", -b}, {"root", -0.5}, {"variance-limited", -1}, {"squared", -2 * (a - 1)}};
    if (s > 2) rivals.push_back({"unsaturated", -(a - 1)});

    // The curve of a wrong exponent goes through the law's own value at the first n.
    for (const Wrong& rival : rivals) {
      if (!watches_curve(at)) break;
      std::vector<double> curve;
      double farthest = 0;
      for (std::size_t g = 0; g < sizes.size(); ++g) {
        curve.push_back(from_first[0] * std::pow(sizes[g] / all[0], rival.slope));
        farthest = std::max(farthest, std::abs(curve[g] / risks[g] - 1));
      }
      if (farthest > 2 * 0.07) out.record({.observable = "test_risk", .rival = rival.name, .x = sizes, .value = curve});
    }

    const bool decade = all.back() / all.front() >= 10;
    const char* observable = decade ? "slope" : "slope_short";
    std::erase_if(rivals, [&](const Wrong& rival) { return std::abs(rival.slope - predicted) < 0.09; });
    double nearest = std::numeric_limits<double>::infinity();
    for (const Wrong& rival : rivals) nearest = std::min(nearest, std::abs(rival.slope - predicted));
    const double wanted = s > 2 ? 0.2 : 0.05, bias = s > 2 ? 0 : 0.02;
    out.record(
        {.observable = observable,
         .value = predicted,
         .eps = std::min(wanted, 0.49 * nearest - bias),
         .b_th = bias,
         .eps_reason = s > 2 ? "0.2: the slope is near 3" : "0.05, and under half the distance to the next rival",
         .span = decade ? all.back() / all.front() : 0});
    for (const Wrong& rival : rivals) out.record({.observable = observable, .rival = rival.name, .value = rival.slope});
  }

  void measure(const sdk::Point& at, sdk::Seed seed, sdk::Recorder& out) const override {
    const numerics::KrrProblem task = task_of(at);
    const std::vector<double> all = sample_sizes(at, least_samples);
    std::vector<double> risks;
    std::int64_t next = 0;  // every size has training sets of its own
    for (const double n : all) {
      const std::int64_t draws = at.count("draws") * std::llround(all.back() / n);
      double sum = 0;
      for (std::int64_t k = 0; k < draws; ++k) {
        if (out.cancelled()) return;
        const auto risk = risk_of_draw(task, at["label_noise_var"], static_cast<Eigen::Index>(n), seed.draw(next++));
        if (!risk) return out.outcome(sdk::Outcome::failed, "a Gram matrix is singular: raise n_modes");
        sum += *risk;
      }
      risks.push_back(sum / static_cast<double>(draws));
    }
    const std::vector<double> sizes = sample_sizes(at, curve_samples);
    if (watches_curve(at))
      out.record({.observable = "test_risk",
                  .x = sizes,
                  .value = std::vector<double>(risks.end() - static_cast<std::ptrdiff_t>(sizes.size()), risks.end())});
    out.record({.observable = all.back() / all.front() >= 10 ? "slope" : "slope_short", .value = slope(all, risks)});
  }
};

}  // namespace

void add_powerlaw_data_exponent(sdk::LawList& laws) { laws.add<PowerlawDataExponent>(); }

}  // namespace lmw::scaling
