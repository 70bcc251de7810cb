#pragma once

#include "support/fixture_lab.h"

/// The lab that the report's tests, and whoever looks at its pages, use: one law for each thing that can happen.
namespace lmw::testing {

/// Excess risk of minimum-norm least squares with n = 100 samples and noise variance 1, signal norm 1.
inline double min_norm_risk(double p, double n) { return p < n ? p / (n - p - 1) : n / (p - n - 1) + (1 - n / p); }

inline void add_double_descent(FixtureLab& lab) {
  const auto point = [&](std::int64_t p, double correlation, bool inside) {
    const double n = 100, risk = min_norm_risk(static_cast<double>(p), n);
    const double classical = p < 100 ? static_cast<double>(p) / n : 1 - n / static_cast<double>(p);
    const double eps = 0.08 * risk;
    lab.add({.law = "solvable/ridgeless-double-descent",
             .parameters = {{"n_features", p},
                            {"n_samples", std::int64_t{100}},
                            {"noise_var", 1.0},
                            {"feature_correlation", correlation}},
             .series = {scalar("excess_risk", risk, eps), scalar("excess_risk", classical, eps, "classical")},
             .measure =
                 [=](const std::string&, int j) {
                   const double truth = risk * (inside ? 1.0 : 1.9);
                   return std::vector<double>{truth * (1 + 0.035 * noise(static_cast<std::uint64_t>(p * 131 + j)))};
                 },
             .replicates = 16,
             .inside = inside,
             .must_break = !inside,
             .reason = inside ? "" : "correlated features: the covariance is not isotropic"});
  };
  for (const std::int64_t p : {20, 50, 80, 90, 110, 125, 160, 250, 500, 1000}) point(p, 0, true);
  lab.add({.law = "solvable/ridgeless-double-descent",
           .parameters = {{"n_features", std::int64_t{100}},
                          {"n_samples", std::int64_t{100}},
                          {"noise_var", 1.0},
                          {"feature_correlation", 0.0}},
           .series = {},
           .measure = [](const std::string&, int) { return std::vector<double>{}; },
           .replicates = 4,
           .inside = false,
           .reason = "at the threshold",
           .abstain = "the mean risk diverges at n_features = n_samples"});
  point(250, 0.9, false);
}

inline void add_frozen_kernel(FixtureLab& lab) {
  for (const std::int64_t depth : {2, 4})
    for (const std::int64_t width : {32, 64, 128, 256, 512}) {
      const double predicted = 2.0 / static_cast<double>(width), eps = 0.25 * predicted;
      lab.add({.law = "limits/kernel-motion",
               .parameters = {{"width", width}, {"depth", depth}, {"steps", width * 4}},
               .series = {scalar("relative_kernel_change", predicted, eps),
                          scalar("relative_kernel_change", 0, eps, "frozen"),
                          scalar("relative_kernel_change", 0.3 / static_cast<double>(depth), eps, "mean-field")},
               .measure =
                   [=](const std::string&, int j) {
                     const double truth =
                         depth == 2 ? predicted * 1.04 : predicted * (1 + 24.0 / static_cast<double>(width));
                     return std::vector<double>{
                         truth * (1 + 0.08 * noise(static_cast<std::uint64_t>(width * 7 + depth * 1009 + j)))};
                   },
               .replicates = 16,
               .reason = ""});
    }
}

inline void add_loss_curve(FixtureLab& lab) {
  for (const std::int64_t spectrum : {0, 1, 2}) {
    store::SealedSeries curve{.observable = "test_loss",
                              .kind = "K4",
                              .eps_reason = "declared",
                              .x = {},
                              .predicted = {},
                              .upper = {},
                              .eps = {},
                              .b_th = {},
                              .theory_sd = {}};
    store::SealedSeries rival = curve;
    rival.rival = "exponential";
    for (int g = 0; g < 16; ++g) {
      double t = 1;
      for (int i = 0; i < g; ++i) t *= 1.6;
      curve.x.push_back(t);
      curve.predicted.push_back(1 / (1 + t * (0.5 + 0.25 * static_cast<double>(spectrum))));
      curve.eps.push_back(0.09 * curve.predicted.back());
      curve.b_th.push_back(0.01 * curve.predicted.back());
      curve.theory_sd.push_back(0);
      rival.predicted.push_back(g < 6 ? curve.predicted.back() : rival.predicted.back() * 0.4);
    }
    rival.x = curve.x, rival.eps = curve.eps, rival.b_th = curve.b_th, rival.theory_sd = curve.theory_sd;
    lab.add({.law = "scaling/power-law-spectrum",
             .parameters = {{"spectrum", spectrum == 0   ? std::string("flat")
                                         : spectrum == 1 ? std::string("steep")
                                                         : std::string("cut")},
                            {"n_samples", std::int64_t{4096}}},
             .series = {curve, rival, scalar("half_time", 2.0, 0.2, "", true)},
             .measure =
                 [=](const std::string& observable, int j) {
                   const auto key = static_cast<std::uint64_t>(9000 + spectrum * 100 + j);
                   if (observable == "half_time") return std::vector<double>{2.0 + 0.05 * noise(key)};
                   std::vector<double> values;
                   for (std::size_t g = 0; g < curve.x.size(); ++g)
                     values.push_back(curve.predicted[g] *
                                      (1 + (spectrum == 2 && g > 9 ? 0.03 * static_cast<double>(g - 9) : 0.01)) *
                                      (1 + 0.02 * noise(key * 50 + g)));
                   return values;
                 },
             .replicates = 16,
             .inside = spectrum != 2,
             .reason = spectrum == 2 ? "the spectrum is cut: no power law beyond its last mode" : ""});
  }
}

inline void add_the_others(FixtureLab& lab) {
  // A rival so close that the measurement cannot tell it apart.
  lab.add({.law = "hyperparameters/critical-batch-size",
           .parameters = {{"noise_scale", std::int64_t{400}}},
           .series = {scalar("critical_batch_size", 400, 60), scalar("critical_batch_size", 440, 60, "loss-scaled")},
           .measure = [](const std::string&,
                         int j) { return std::vector<double>{405 + 20 * noise(static_cast<std::uint64_t>(70 + j))}; },
           .replicates = 16});
  lab.add({.law = "universality/gaussian-equivalence",
           .parameters = {{"width", std::int64_t{512}}},
           .series = {scalar("generalisation_error", 0.21, 0.01)},
           .measure = [](const std::string&, int) { return std::vector<double>{}; },
           .replicates = 4,
           .failure = "Cholesky factorisation failed: the kernel is not positive definite"});
  for (const std::int64_t width : {64, 256})
    lab.add({.law = "crosscutting/balancedness",
             .parameters = {{"width", width}},
             .series = {scalar("imbalance_drift", 0, 1e-9)},
             .measure = [](const std::string&, int) { return std::vector<double>{2.5e-10}; },
             .replicates = 1,
             .deterministic = true});
}

/// The time to leave a saddle, from each seed's own initial overlap; the rival takes the mean overlap for all.
inline void add_escape_times(FixtureLab& lab) {
  const auto series = [](const std::string& rival) {
    store::SealedSeries s = scalar("escape_time", 0, 0.1, rival);
    s.compare = "difference";
    return s;
  };
  for (const std::int64_t width : {32, 128}) {
    const auto own = [=](int j) { return 4.6 + 0.5 * noise(static_cast<std::uint64_t>(width * 11 + j)); };
    lab.add({.law = "solvable/escape-time",
             .parameters = {{"width", width}},
             .series = {series(""), series("no-half")},
             .measure =
                 [=](const std::string&, int j) {
                   return std::vector<double>{own(j) + 0.02 + 0.03 * noise(static_cast<std::uint64_t>(width * 17 + j))};
                 },
             .predict = [=](const std::string&, const std::string& rival,
                            int j) { return own(j) - (rival.empty() ? 0 : 0.35); },
             .replicates = 16});
  }
}

/// The same card, of a law that predicts per replicate.
inline store::LawCard per_replicate(store::LawCard card) {
  const std::string before = "per_point";
  return card.card_json.replace(card.card_json.find(before), before.size(), "per_replicate"), card;
}

inline std::vector<store::LawCard> demo_cards() {
  return {
      law_card(
          "solvable/ridgeless-double-descent", "Ridgeless double descent",
          "The excess risk of minimum-norm least squares peaks at n_features = n_samples and falls on both sides.",
          R"(\mathbb{E}\,R = \begin{cases} \sigma^2 \dfrac{p}{n-p-1} & p < n-1 \\ \sigma^2 \dfrac{n}{p-n-1} + \lVert\beta\rVert^2\left(1-\dfrac{n}{p}\right) & p > n+1 \end{cases})",
          "Hastie, Montanari, Rosset & Tibshirani 2022; finite n from the inverse-Wishart mean",
          R"(,"analogue":"a resonance","regime":"isotropic Gaussian features; |p - n| at least 10","refuted_if":"the risk at any width differs from the formula by more than 8 %","parameters":[{"name":"n_features","unit":"1","meaning":"width of the feature map"},{"name":"n_samples","unit":"1","meaning":"training samples"},{"name":"noise_var","unit":"1","meaning":"variance of the label noise"}],"observables":[{"name":"excess_risk","unit":"1","kind":"K1","meaning":"mean squared error on fresh data, above the noise","axis":"n_features","log_axis":true,"log_value":true,"secondary":false}],"rivals":[{"name":"classical","meaning":"in-sample variance below n, no variance above"}])"),
      per_replicate(law_card(
          "solvable/escape-time", "Escape from a saddle",
          "The time to leave a saddle follows from the initial weights of each seed.",
          R"(t = \frac{1}{2s}\ln\frac{s - u_0}{u_0})", "Saxe, McClelland & Ganguli 2014",
          R"(,"observables":[{"name":"escape_time","unit":"1/s","kind":"K1","meaning":"time to half of the final value","axis":"width","log_axis":true,"log_value":false,"secondary":false}],"rivals":[{"name":"no-half","meaning":"without the factor 1/2"}])")),
      law_card(
          "limits/kernel-motion", "The kernel moves like one over the width",
          "The relative change of the neural tangent kernel over training is 2/width, at any depth.",
          R"(\frac{\lVert K_T - K_0 \rVert_F}{\lVert K_0 \rVert_F} = \frac{2}{N} + \mathcal{O}(N^{-2}))",
          "Hanin & Nica 2020",
          R"(,"regime":"ReLU networks at critical initialisation","refuted_if":"the change departs from 2/width by more than a quarter","observables":[{"name":"relative_kernel_change","unit":"1","kind":"K1","meaning":"Frobenius norm of the kernel's change over that of the kernel","axis":"width","log_axis":true,"log_value":false,"secondary":false}],"rivals":[{"name":"frozen","meaning":"the kernel does not move"},{"name":"mean-field","meaning":"it moves as much at any width"}])"),
      law_card(
          "scaling/power-law-spectrum", "Loss curves from the spectrum",
          "The test loss over training is that of independent modes with a power-law spectrum.",
          R"(L(t) = \sum_k \lambda_k\, e^{-2\lambda_k t} \sim t^{-\alpha})", "Bordelon, Canatar & Pehlevan 2020", R"(,"regime":"power-law spectra without a cut-off","observables":[{"name":"test_loss","unit":"1","kind":"K4","meaning":"squared error on fresh data","axis":"t","log_axis":true,"log_value":true,"secondary":false},{"name":"half_time","unit":"steps","kind":"K1","meaning":"time to half of the initial loss","axis":"","log_axis":false,"log_value":false,"secondary":true}],"rivals":[{"name":"exponential","meaning":"one mode decides"}])"),
      law_card(
          "hyperparameters/critical-batch-size", "Critical batch size",
          "The critical batch size is the noise scale of the gradient.",
          R"(B_\mathrm{crit} = \frac{\operatorname{tr}\Sigma}{\lVert g \rVert^2})",
          "McCandlish, Kaplan, Amodei et al. 2018",
          R"(,"observables":[{"name":"critical_batch_size","unit":"samples","kind":"K1","meaning":"batch at which halving the steps doubles the data","axis":"","log_axis":false,"log_value":false,"secondary":false}],"rivals":[{"name":"loss-scaled","meaning":"it follows the loss"}])"),
      law_card("universality/gaussian-equivalence", "Gaussian equivalence",
               "Random features generalise like Gaussian features of the same covariance.",
               R"(\phi(x) \simeq \mu_0 + \mu_1 x + \mu_\star z)", "Goldt et al. 2022",
               R"(,"observables":[],"rivals":[])"),
      law_card(
          "crosscutting/balancedness", "Balanced layers stay balanced",
          "Gradient flow conserves the difference of neighbouring layers' Gram matrices.",
          R"(\frac{\mathrm{d}}{\mathrm{d}t}\left(W_{l+1}^\top W_{l+1} - W_l W_l^\top\right) = 0)", "Du, Hu & Lee 2018",
          R"(,"analogue":"angular momentum","observables":[{"name":"imbalance_drift","unit":"1","kind":"K1","meaning":"largest change, relative to the weights","axis":"width","log_axis":true,"log_value":false,"secondary":false}],"rivals":[])"),
  };
}

inline void make_demo_lab(const std::filesystem::path& file) {
  {
    FixtureLab lab(file, "demo", demo_cards());
    add_double_descent(lab);
    add_escape_times(lab);
    add_frozen_kernel(lab);
    add_loss_curve(lab);
    add_the_others(lab);
    lab.finish();
  }
  stop_clock(file);
}

}  // namespace lmw::testing
