#include <lmw/numerics/random.h>
#include <lmw/numerics/similarity.h>
#include <lmw/sdk/sdk.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace lmw::universality {
namespace {

using numerics::Rng;
using numerics::Stream;

struct Pair {
  Eigen::MatrixXd x, y;  ///< (n, p) and (n, q), independent of each other
};

/// X: normal columns with standard deviations j^-1/2. Y: Student's t with 5 degrees of freedom.
Pair mixed_pair(const sdk::Point& at, Rng& rng) {
  const Eigen::Index n = at.count("n_probes"), p = at.count("x_features"), q = at.count("y_features");
  Pair pair{rng.normal(n, p), rng.normal(n, q)};
  for (Eigen::Index j = 0; j < p; ++j) pair.x.col(j) /= std::sqrt(static_cast<double>(j + 1));
  for (Eigen::Index j = 0; j < q; ++j)
    for (double& value : pair.y.col(j)) value /= std::sqrt(rng.normal(5).squaredNorm() / 5);
  return pair;
}

/// Stationary unit normals whose rows follow x_t = rho x_{t-1} + sqrt(1 - rho^2) z; independent rows for rho = 0.
Eigen::MatrixXd normal_rows(Eigen::Index n, Eigen::Index columns, double rho, Rng& rng) {
  Eigen::MatrixXd x = rng.normal(n, columns);
  for (Eigen::Index t = 1; t < n; ++t) x.row(t) = rho * x.row(t - 1) + std::sqrt(1 - rho * rho) * x.row(t);
  return x;
}

Pair normal_pair(const sdk::Point& at, Rng& rng) {
  const Eigen::Index n = at.count("n_probes");
  const double rho = at["row_correlation"];
  return {normal_rows(n, at.count("x_features"), rho, rng), normal_rows(n, at.count("y_features"), rho, rng)};
}

/// Of n independent unit normals with p columns: tr(K) is about p (n-1) and tr(K^2) about p (n-1) (n+p).
double normal_participation_ratio(double n, double p) { return p * (n - 1) / (n + p); }

class SimilarityNullCalibration final : public sdk::Law {
 public:
  sdk::LawInfo info() const override {
    return {
        .name = "similarity-null-calibration",
        .title = "What every similarity of representations says when there is nothing to see",
        .claim =
            "For two representations whose probes were shuffled, the mean of the alignment CKA is the root of the "
            "product of their participation ratios over n - 1, that of its debiased form 0, of the summed squared "
            "canonical correlations p q / (n - 1), of the shared k nearest neighbours k / (n - 1): exactly; and "
            "permutation p-values are uniform.",
        .formula = R"(\mathbb{E}\,\mathrm{CKA} = \frac{\sqrt{PR(K)\,PR(L)}}{n-1}, \quad )"
                   R"(PR(K) = \frac{(\operatorname{tr} K)^2}{\operatorname{tr} K^2}, \quad )"
                   R"(\mathbb{E}\sum_i \rho_i^2 = \frac{pq}{n-1}, \quad \mathbb{E}\, m_k = \frac{k}{n-1})",
        .source =
            "Kazi-Aoual et al. 1995; Josse, Pages & Husson 2008; Kornblith et al. 2019; Song et al. 2012; Nguyen, "
            "Raghu "
            "& Kornblith 2021; Murphy, Zylberberg & Fyshe 2024; Huh et al. 2024",
        .analogue = "the thermal background that has to be taken off before a signal is read",
        .parameters = {sdk::text_parameter(
                           "question", "permutations", {"permutations", "normal-pairs", "p-values"},
                           "the mean over permutations of the rows of Y, for X with power-law columns and Y with "
                           "Student's t; the mean over independent pairs of normal features; or how often a "
                           "permutation p-value of such a pair is at most 0.05"),
                       sdk::count_parameter("n_probes", 64, 10, 1e4, "n: rows of both representations"),
                       sdk::count_parameter("x_features", 20, 1, 1e4, "p: columns of X"),
                       sdk::count_parameter("y_features", 40, 1, 1e4, "q: columns of Y"),
                       sdk::count_parameter("neighbours", 5, 1, 1000, "k, at most n/10"),
                       sdk::real_parameter("row_correlation", 0.0, 0, 0.999,
                                           "between neighbouring probes of the normal features"),
                       sdk::count_parameter("permutations", 99, 19, 1e5, "behind one p-value"),
                       sdk::count_parameter("draws", 100, 1, 1e6,
                                            "permutations, pairs or p-values that one replicate averages")},
        .observables = {{.name = "cka",
                         .meaning = "centred kernel alignment, mean over permutations or pairs",
                         .axis = "n_probes",
                         .log_axis = true},
                        {.name = "cka_debiased", .meaning = "its debiased form", .axis = "n_probes", .log_axis = true},
                        {.name = "cca_sum",
                         .meaning = "sum of the squared canonical correlations",
                         .axis = "n_probes",
                         .log_axis = true},
                        {.name = "neighbour_share",
                         .meaning = "share of the k nearest neighbours that both agree on",
                         .axis = "n_probes",
                         .log_axis = true},
                        {.name = "rejected",
                         .kind = sdk::Kind::proportion,
                         .meaning = "share of p-values at or below 0.05",
                         .axis = "row_correlation"}},
        .rivals = {{"zero", "unrelated representations have similarity 0"},
                   {"biased-null", "the debiased alignment has the null of the biased one"}},
        .regime = "probes that could be in any order, more of them than p + q + 1, and k at most n/10",
        .refuted_if =
            "a mean over permutations leaves its value by more than 2 % (5 % for neighbours, 0.02 for the debiased "
            "alignment), or p-values below 0.05 come more often than one in ten",
        .tags = {"representations", "similarity", "statistics"},
        .predicts = sdk::Predicts::per_replicate,
        .quick = {.core_seconds = 0.5, .memory_bytes = 2e6},
        .standard = {.core_seconds = 4.5, .memory_bytes = 10e6},
        .thorough = {.core_seconds = 4.5, .memory_bytes = 10e6},
        .subjects = {"representations"},  // of no architecture: they are drawn or shuffled
        .elasticities = {{"cka", "n_probes", -1}},
        .physics = {.symmetry = "permutations of the probes",
                    .control_parameter = "participation ratio / n_probes",
                    .large_parameter = "n_probes",
                    .leading_correction = "1/n, included",
                    .axioms = {"symmetry"}}};
  }

  // How many a replicate averages. One permutation scatters, relative to the mean, by 9 % (cka), 2.4 % (cca_sum) and 23
  // % (neighbours), and by 0.024 in cka_debiased, at n = 64. The second look (8 replicates) confirms if |D| + 3.2 se <=
  // eps; with D = 2 se, 8 draws = (5.2 scatter / eps)^2 = 550 for cka within 2 % and for neighbours within 5 %. A pair
  // of normal features scatters by about sqrt(2 / (p q)): 14 % for 10 and 10, or 1300 pairs. 400 p-values: at 5 % the
  // upper bound of the second look is 8 %, below 10 %.
  std::vector<sdk::PointOverrides> sweep(sdk::Effort effort) const override {
    const bool quick = effort == sdk::Effort::quick;
    std::vector<sdk::PointOverrides> points = {{}};
    if (!quick) points.push_back({{"n_probes", 256}, {"neighbours", 10}, {"draws", 250}});
    const auto pairs = [&](int n, int features, int draws) {
      points.push_back({{"question", "normal-pairs"},
                        {"n_probes", n},
                        {"x_features", features},
                        {"y_features", features},
                        {"draws", draws}});
    };
    pairs(100, 10, 200);
    pairs(100, 100, 20);
    if (!quick) pairs(500, 100, 20);
    const auto p_values = [&](double rho, int draws) {
      points.push_back(
          {{"question", "p-values"}, {"x_features", 5}, {"y_features", 5}, {"row_correlation", rho}, {"draws", draws}});
    };
    p_values(0, 50);
    p_values(0.9, 10);  // must break
    return points;
  }

  sdk::Regime regime(const sdk::Point& at, sdk::Context&) const override {
    const double n = at["n_probes"], rho = at["row_correlation"];
    if (rho > 0) {
      const char* reason = "neighbouring probes are alike: a random order destroys that, too";
      return rho >= 0.9 ? sdk::Regime::breaks(reason) : sdk::Regime::outside(reason);
    }
    if (at.text("question") != "permutations") return sdk::Regime::within();
    if (at["neighbours"] > n / 10) return sdk::Regime::outside("k > n/10");
    if (n <= at["x_features"] + at["y_features"] + 1)
      return sdk::Regime::outside("n <= p + q + 1: canonical correlations of 1 whatever the representations");
    return sdk::Regime::within(0.999);
  }

  void predict(const sdk::Point& at, sdk::Recorder& out) const override {
    const double n = at["n_probes"], p = at["x_features"], q = at["y_features"];
    const std::string& question = at.text("question");
    if (question == "p-values")
      return out.record({.observable = "rejected",
                         .value = 0.05,
                         .eps = 0.05,
                         .eps_reason = "a test that rejects one in ten would still pass for one of five in a hundred",
                         .draws = at.count("draws")});
    const auto with_zero = [&](const char* observable, double value, double relative, const char* reason) {
      out.record({.observable = observable, .value = value, .eps = relative * value, .eps_reason = reason});
      out.record({.observable = observable, .rival = "zero", .value = 0.0});
    };
    if (question == "normal-pairs")
      return with_zero("cka", std::sqrt(normal_participation_ratio(n, p) * normal_participation_ratio(n, q)) / (n - 1),
                       0.02, "2 %: the participation ratios are ratios of means, good to 1/(n p)");

    // These two means depend on the representations at hand, and so are predicted for each replicate.
    out.record({.observable = "cka",
                .eps = 0.02,
                .eps_reason = "2 %: the mean is exact, the rest is a finite number of permutations",
                .compare = sdk::Compare::ratio});
    out.record({.observable = "cka", .rival = "zero"});
    out.record({.observable = "cka_debiased",
                .eps = 0.02,
                .eps_reason = "0.02 of a similarity of at most 1: a relative tolerance has no meaning at 0",
                .compare = sdk::Compare::difference});
    out.record({.observable = "cka_debiased", .rival = "biased-null"});
    with_zero("cca_sum", p * q / (n - 1), 0.02, "2 %: the mean is exact");
    with_zero("neighbour_share", at["neighbours"] / (n - 1), 0.05,
              "5 %: the mean is exact, but one permutation scatters");
  }

  void predict_replicate(const sdk::Point& at, sdk::Seed seed, sdk::Recorder& out) const override {
    Rng data(seed.value, Stream::data);
    const Pair pair = mixed_pair(at, data);
    const double null = numerics::cka_null(pair.x, pair.y);
    out.record({.observable = "cka", .value = null});
    out.record({.observable = "cka", .rival = "zero", .value = 0.0});
    out.record({.observable = "cka_debiased", .value = 0.0});
    out.record({.observable = "cka_debiased", .rival = "biased-null", .value = null});
  }

  void measure(const sdk::Point& at, sdk::Seed seed, sdk::Recorder& out) const override {
    const std::string& question = at.text("question");
    if (question == "permutations") return measure_permutations(at, seed, out);
    const std::int64_t draws = at.count("draws");
    double alignment = 0, rejected = 0;
    for (std::int64_t k = 0; k < draws; ++k) {
      if (out.cancelled()) return;
      const sdk::Seed draw = seed.draw(k);
      Rng data(draw.value, Stream::data, draw.draw_index), order(draw.value, Stream::order, draw.draw_index);
      const Pair pair = normal_pair(at, data);
      if (question == "p-values") {
        const auto similarity = [](const Eigen::MatrixXd& x, const Eigen::MatrixXd& y) { return numerics::cka(x, y); };
        const int permutations = static_cast<int>(at.count("permutations"));
        rejected += numerics::permutation_test(similarity, pair.x, pair.y, permutations, order).p <= 0.05;
      } else {
        alignment += numerics::cka(pair.x, pair.y);
      }
    }
    const auto count = static_cast<double>(draws);
    if (question == "p-values") return out.record({.observable = "rejected", .value = rejected / count});
    out.record({.observable = "cka", .value = alignment / count});
  }

 private:
  static void measure_permutations(const sdk::Point& at, sdk::Seed seed, sdk::Recorder& out) {
    Rng data(seed.value, Stream::data), order(seed.value, Stream::order);
    const Pair pair = mixed_pair(at, data);
    const std::int64_t draws = at.count("draws");
    double alignment = 0, debiased = 0, correlations = 0, shared = 0;
    for (std::int64_t k = 0; k < draws; ++k) {
      if (out.cancelled()) return;
      const Eigen::MatrixXd y = pair.y(order.permutation(pair.y.rows()), Eigen::all);
      alignment += numerics::cka(pair.x, y);
      debiased += numerics::cka_debiased(pair.x, y);
      correlations += numerics::canonical_correlations(pair.x, y).squaredNorm();
      shared += numerics::mutual_neighbours(pair.x, y, at.count("neighbours"));
    }
    const auto count = static_cast<double>(draws);
    out.record({.observable = "cka", .value = alignment / count});
    out.record({.observable = "cka_debiased", .value = debiased / count});
    out.record({.observable = "cca_sum", .value = correlations / count});
    out.record({.observable = "neighbour_share", .value = shared / count});
  }
};

}  // namespace

void add_similarity_null_calibration(sdk::LawList& laws) { laws.add<SimilarityNullCalibration>(); }

}  // namespace lmw::universality
