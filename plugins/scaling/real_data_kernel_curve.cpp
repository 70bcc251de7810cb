#include <lmw/learn/images.h>
#include <lmw/numerics/eigenlearning.h>
#include <lmw/numerics/kernel.h>
#include <lmw/numerics/linalg.h>
#include <lmw/numerics/random.h>
#include <lmw/sdk/sdk.h>

#include <Eigen/Cholesky>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace lmw::scaling {
namespace {

struct Pool {
  Eigen::MatrixXd points;  ///< (N, 784), pixels in [0, 1]
  Eigen::VectorXd labels;  ///< (N) +1 or -1
};

/// "even-odd": the first N training images, +1 for an even class number.
/// "0v1": the first N/2 images of class 0 (+1), then the first N/2 of class 1 (-1).
Pool read_pool(const std::filesystem::path& folder, const std::string& name, Eigen::Index size) {
  if (name == "even-odd") {
    const learn::ImageSet set = learn::read_fashion_mnist(folder, size);
    return {set.scaled<double>(), set.labels.unaryExpr([](int label) { return label % 2 == 0 ? 1.0 : -1.0; })};
  }
  const Eigen::Index wanted[] = {size / 2, size - size / 2};
  const learn::ImageSet set = learn::read_fashion_mnist(folder, std::min<Eigen::Index>(60'000, 15 * size));
  std::vector<Eigen::Index> rows;
  for (int label = 0; label < 2; ++label) {
    Eigen::Index found = 0;
    for (Eigen::Index row = 0; row < set.labels.size() && found < wanted[label]; ++row)
      if (set.labels(row) == label) rows.push_back(row), ++found;
    if (found < wanted[label])
      throw std::runtime_error("pool 0v1: expected " + std::to_string(wanted[label]) + " images of class " +
                               std::to_string(label) + ", found " + std::to_string(found));
  }
  Pool pool{.points = set.select(rows).scaled<double>(), .labels = Eigen::VectorXd::Constant(size, -1.0)};
  pool.labels.head(wanted[0]).setOnes();
  return pool;
}

/// The pool as a population: what predict reads is `problem`, what measure reads is `gram` and `labels`.
struct Population final : sdk::Prepared {
  Eigen::MatrixXd gram;          ///< (N, N)
  Eigen::VectorXd labels;        ///< (N)
  numerics::KrrProblem problem;  ///< spectrum of gram / N and the labels' squared projections; no ridge yet
};

/// Where a power law through n <= 50 is worth comparing.
bool extrapolates(const sdk::Point& at) { return at["n_samples"] > 50 && at["n_samples"] < at["pool_size"]; }

double risk_of_spectrum(const numerics::KrrProblem& problem, double n) { return numerics::krr_risk(problem, n).test; }

class RealDataKernelCurve final : public sdk::Law {
 public:
  sdk::LawInfo info() const override {
    return {
        .name = "real-data-kernel-curve",
        .title = "A learning curve on real images from the kernel's spectrum alone",
        .claim =
            "On a real data set the test risk of kernel ridge regression with n samples follows from the eigenvalues "
            "of the kernel matrix and the labels' projections on its eigenvectors, within 15 % for n <= N/10.",
        .formula = R"(\bar R = \frac{n}{n - \sum_i L_i^2} \sum_i (1 - L_i)^2 v_i^2, \quad L_i = \frac{\lambda_i})"
                   R"({\lambda_i + \kappa}, \quad \sum_i L_i + \frac{\delta}{\kappa} = n)",
        .source =
            "Canatar, Bordelon & Pehlevan 2021, Nature Communications 12; Simon, Dickens, Karkada & DeWeese 2023, "
            "TMLR; Wei, Hu & Steinhardt 2022; data: Xiao, Rasul & Vollgraf 2017",
        .analogue = "a mean-field theory: one self-consistent constant, kappa, stands for all the data that were drawn",
        .parameters = {sdk::text_parameter(
                           "pool", "even-odd", {"even-odd", "0v1"},
                           "Fashion-MNIST: the first N images, even against odd class number; or class 0 against 1"),
                       sdk::text_parameter(
                           "kernel", "gaussian", {"gaussian", "laplace"},
                           "exp(-d^2 / (2 s^2)) or exp(-d / s), s^2 the median squared distance d^2 in the pool"),
                       sdk::count_parameter("pool_size", 600, 20, 4000, "N: images that are the population"),
                       sdk::count_parameter("n_samples", 20, 2, 4000, "n: training images, drawn with replacement"),
                       sdk::real_parameter("ridge", 1e-3, 1e-9, 1e6, "delta: added to the n x n kernel matrix"),
                       sdk::count_parameter("draws", 100, 1, 1e6, "training sets that one replicate averages")},
        .observables = {{.name = "test_risk",
                         .meaning = "mean squared error over the whole pool",
                         .axis = "n_samples",
                         .log_axis = true,
                         .log_value = true},
                        {.name = "power_law_risk",
                         .meaning =
                             "the same measured risk, beside the power law through the predictions at n = 20 and 50",
                         .axis = "n_samples",
                         .log_axis = true,
                         .log_value = true,
                         .secondary = true}},
        .rivals = {{"flat", "the labels' power spread evenly over the modes: the spectrum alone, without the target"},
                   {"no-overfitting", "without the factor n/(n - sum L^2), where that is far enough to tell"}},
        .regime = "n <= N/10, training sets drawn independently with replacement, ridge regression with a fixed kernel",
        .refuted_if = "the mean risk over training sets leaves the band at some n <= N/10",
        .data = {"fashion-mnist"},
        .tags = {"kernel", "real-data", "learning-curve"},
        .quick = {.core_seconds = 0.5, .memory_bytes = 60e6},
        .standard = {.core_seconds = 14, .memory_bytes = 350e6},
        .thorough = {.core_seconds = 60, .memory_bytes = 1.2e9},
        .prepared_by = {"pool", "kernel", "pool_size"},
        .prepared_bytes = 550e6};
  }

  // One training set has a relative spread of 26 % at n = 20, 15 % at n = 50, 10 % from n = 100. The theory itself is
  // off by up to 6 % there, so that a first look (4 replicates) confirms within 15 % if 5.84 se <= 9 % less a standard
  // error: se = 1.3 %, or (26 / 1.3)^2 / 4 = 100 training sets a replicate.
  //
  // Must break: n = N. The theory takes the eigenfunctions for new numbers in each training set; with n = N draws it
  // expects to have seen nearly every mode, while 1/e of the images were never drawn. Measured over both pools and
  // kernels at N = 600 and 2000: 4 to 25 times the predicted risk. (At n = N/2 it is 1.25 to 2.3 times, and at n = N/5
  // with the even-odd pool still inside the band: no place to stake a claim on.)
  std::vector<sdk::PointOverrides> sweep(sdk::Effort effort) const override {
    std::vector<sdk::PointOverrides> points;
    const auto add = [&](const char* pool, const char* kernel, int pool_size, int n, int draws) {
      points.push_back(
          {{"pool", pool}, {"kernel", kernel}, {"pool_size", pool_size}, {"n_samples", n}, {"draws", draws}});
    };
    if (effort == sdk::Effort::quick) {
      for (const int n : {20, 40, 80}) add("even-odd", "gaussian", 600, n, 100);
      add("even-odd", "gaussian", 600, 600, 1);
      return points;
    }
    const int pool_size = effort == sdk::Effort::standard ? 2000 : 4000;
    for (const char* pool : {"even-odd", "0v1"})
      for (const char* kernel : {"gaussian", "laplace"}) {
        for (const int n : {20, 50, 100, 200, 400}) add(pool, kernel, pool_size, n, 100);
        if (effort == sdk::Effort::standard) add(pool, kernel, pool_size, pool_size, 1);
      }
    return points;
  }

  sdk::Regime regime(const sdk::Point& at, sdk::Context&) const override {
    const double n = at["n_samples"], pool = at["pool_size"];
    if (n >= pool) return sdk::Regime::breaks("n >= N: the training set has used the population up");
    if (n > pool / 10) return sdk::Regime::outside("n > N/10: the pool is too small to be a population", 0.45);
    return sdk::Regime::within();
  }

  std::shared_ptr<const sdk::Prepared> prepare(const sdk::Point& at, sdk::Context& context) const override {
    const Eigen::Index size = at.count("pool_size");
    Pool pool = read_pool(context.data("fashion-mnist").path, at.text("pool"), size);
    auto made = std::make_shared<Population>();
    {
      const Eigen::MatrixXd sq = numerics::squared_distances(pool.points);
      const double width_sq = numerics::median_entry(sq);
      made->gram = at.text("kernel") == "gaussian" ? numerics::gaussian_kernel(sq, width_sq)
                                                   : numerics::laplace_kernel(sq, width_sq);
    }
    made->labels = std::move(pool.labels);
    const auto count = static_cast<double>(size);
    const auto [values, vectors] = numerics::symmetric_eigen(made->gram / count);
    made->problem.eigenvalues = values.cwiseMax(0.0);  // rounding leaves some at -1e-17
    made->problem.coefficients_sq = (vectors.transpose() * made->labels).array().square() / count;
    made->bytes = static_cast<std::size_t>(size * (size + 3)) * sizeof(double);
    return made;
  }

  void predict(const sdk::Point& at, sdk::Recorder& out) const override {
    numerics::KrrProblem problem = out.prepared<Population>().problem;
    problem.ridge = at["ridge"];
    const double n = at["n_samples"];
    const numerics::KrrRisk risk = numerics::krr_risk(problem, n);
    const double eps = 0.10 * risk.test, b_th = 0.05 * risk.test;
    out.record({.observable = "test_risk",
                .value = risk.test,
                .eps = eps,
                .b_th = b_th,
                .eps_reason = "10 %, and 5 % for eigenfunctions that are not Gaussian and a pool that is finite"});

    numerics::KrrProblem flat = problem;
    flat.coefficients_sq.setConstant(problem.coefficients_sq.mean());
    out.record({.observable = "test_risk", .rival = "flat", .value = risk_of_spectrum(flat, n)});
    const double no_overfitting = risk.test / risk.overfitting;
    if (risk.test - no_overfitting > 2 * (eps + b_th))
      out.record({.observable = "test_risk", .rival = "no-overfitting", .value = no_overfitting});

    if (!extrapolates(at)) return;
    const double at_20 = risk_of_spectrum(problem, 20), at_50 = risk_of_spectrum(problem, 50);
    const double exponent = std::log(at_20 / at_50) / std::log(50.0 / 20.0);
    const double extrapolated = at_50 * std::pow(n / 50, -exponent);
    out.record({.observable = "power_law_risk",
                .value = extrapolated,
                .eps = 0.15 * extrapolated,
                .eps_reason = "the band of the law itself"});
  }

  void measure(const sdk::Point& at, sdk::Seed seed, sdk::Recorder& out) const override {
    const auto& population = out.prepared<Population>();
    const Eigen::Index n = at.count("n_samples"), size = population.labels.size();
    const std::int64_t draws = at.count("draws");
    Eigen::MatrixXd gram(n, n), columns(size, n);
    Eigen::VectorXd targets(n), error(size);
    double sum = 0;
    for (std::int64_t k = 0; k < draws; ++k) {
      if (out.cancelled()) return;
      const sdk::Seed draw = seed.draw(k);
      numerics::Rng data(draw.value, numerics::Stream::data, draw.draw_index);
      const std::vector<Eigen::Index> chosen = data.indices(n, size);
      for (Eigen::Index j = 0; j < n; ++j) columns.col(j) = population.gram.col(chosen[static_cast<std::size_t>(j)]);
      gram = columns(chosen, Eigen::all);
      gram.diagonal().array() += at["ridge"];
      targets = population.labels(chosen);
      const Eigen::LLT<Eigen::Ref<Eigen::MatrixXd>> factor(gram);
      if (factor.info() != Eigen::Success)
        return out.outcome(sdk::Outcome::failed, "the kernel matrix of a training set is singular: raise the ridge");
      error = columns * factor.solve(targets) - population.labels;
      sum += error.squaredNorm() / static_cast<double>(size);
    }
    const double risk = sum / static_cast<double>(draws);
    out.record({.observable = "test_risk", .value = risk});
    if (extrapolates(at)) out.record({.observable = "power_law_risk", .value = risk});
  }
};

}  // namespace

void add_real_data_kernel_curve(sdk::LawList& laws) { laws.add<RealDataKernelCurve>(); }

}  // namespace lmw::scaling
