#include "image_pools.h"

#include <lmw/learn/trainer.h>
#include <lmw/numerics/eigenlearning.h>
#include <lmw/numerics/linalg.h>
#include <lmw/numerics/random.h>
#include <lmw/sdk/sdk.h>

#include <Eigen/Cholesky>

#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace lmw::scaling {
namespace {

/// The pool as a population: what predict reads is `problem`, what measure reads is the rest.
struct Population final : sdk::Prepared {
  Eigen::MatrixXd inputs;        ///< (pixels, N) of a network; empty unless one may be trained
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
            "of the kernel matrix and the labels' projections on its eigenvectors, within 15 % for n <= N/10; a lazily "
            "trained network is kernel regression with its first tangent kernel.",
        .formula = R"(\bar R = \frac{n}{n - \sum_i L_i^2} \sum_i (1 - L_i)^2 v_i^2, \quad L_i = \frac{\lambda_i})"
                   R"({\lambda_i + \kappa}, \quad \sum_i L_i + \frac{\delta}{\kappa} = n)",
        .source =
            "Canatar, Bordelon & Pehlevan 2021, Nature Communications 12; Simon, Dickens, Karkada & DeWeese 2023, "
            "TMLR; Wei, Hu & Steinhardt 2022; data: Xiao, Rasul & Vollgraf 2017; Alpaydin & Kaynak 1998",
        .analogue = "a mean-field theory: one self-consistent constant, kappa, stands for all the data that were drawn",
        .parameters =
            {sdk::text_parameter(
                 "pool", "even-odd", {"even-odd", "0v1", "digits"},
                 "Fashion-MNIST: the first N images, even against odd class number, or class 0 against 1; or "
                 "the first N of 1797 handwritten digits of 8 x 8 pixels, even against odd"),
             sdk::text_parameter(
                 "kernel", "gaussian", {"gaussian", "laplace", "relu-ntk", "empirical-ntk"},
                 "exp(-d^2 / (2 s^2)) or exp(-d / s), s^2 the median squared distance d^2 in the pool; tangent "
                 "kernel of an infinitely wide two-layer ReLU network, or of one with 400 units at its "
                 "initial weights"),
             sdk::text_parameter("learner", "ridge", {"ridge", "network"},
                                 "kernel ridge regression; or the network of empirical-ntk itself, trained"),
             sdk::real_parameter("alpha", 30.0, 1e-3, 1e4,
                                 "factor at the network's output: large ones leave its kernel as it was"),
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
                         .secondary = true},
                        {.name = "network_gap",
                         .meaning = "mean square, over the pool, of the network's output less that of ridge regression",
                         .axis = "alpha",
                         .log_axis = true,
                         .log_value = true}},
        .rivals = {{"flat", "the labels' power spread evenly over the modes: the spectrum alone, without the target"},
                   {"no-overfitting", "without the factor n/(n - sum L^2), where that is far enough to tell"},
                   {"learns-features", "the trained network leaves its first kernel, as it does at alpha = 1"}},
        .regime =
            "n <= N/10, training sets drawn independently with replacement, ridge regression with a fixed kernel, "
            "or a network with alpha >= 10",
        .refuted_if =
            "the mean risk over training sets leaves the band at some n <= N/10, or a lazy network is not its ridge "
            "regression",
        .data = {"fashion-mnist", "digits-8x8"},
        .tags = {"kernel", "real-data", "learning-curve"},
        .quick = {.core_seconds = 1.5, .memory_bytes = 60e6},
        .standard = {.core_seconds = 60, .memory_bytes = 350e6},
        .thorough = {.core_seconds = 110, .memory_bytes = 1.2e9},
        .prepared_by = {"pool", "kernel", "pool_size"},
        .prepared_bytes = 550e6,
        .subjects = {"performance"},
        .architectures = {"linear", "mlp"},
        .fixed_points = 1,
        .elasticities = {{"test_risk", "n_samples", -1}},
        .physics = {.conserved_or_order_parameter = "sum of all learnabilities: n less the share of the ridge",
                    .control_parameter = "n_samples against the spectrum, through kappa",
                    .large_parameter = "n_samples",
                    .axioms = {"self-averaging", "gaussian-equivalence"}}};
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
      add("even-odd", "relu-ntk", 600, 40, 100);
      add("even-odd", "empirical-ntk", 600, 40, 100);
      return points;  // no digits: a first look needs no data beyond those that the set-up script brings
    }
    const int pool_size = effort == sdk::Effort::standard ? 2000 : 4000;
    for (const char* pool : {"even-odd", "0v1"})
      for (const char* kernel : {"gaussian", "laplace"}) {
        for (const int n : {20, 50, 100, 200, 400}) add(pool, kernel, pool_size, n, 100);
        if (effort == sdk::Effort::standard) add(pool, kernel, pool_size, pool_size, 1);
      }
    for (const int n : {20, 100}) add("even-odd", "relu-ntk", 2000, n, 100);
    // n = 200 is just outside: 1797 digits are few.
    for (const char* kernel : {"gaussian", "laplace", "relu-ntk"})
      for (const int n : {20, 50, 100, 200}) add("digits", kernel, 1797, n, 100);
    add("digits", "gaussian", 1797, 1797, 1);
    // The network's own kernel, which interpolates; and the network, lazy and not.
    for (const int n : {25, 50, 100}) {
      add("digits", "empirical-ntk", 1200, n, 100);
      points.back().push_back({"ridge", 1e-9});
    }
    for (const double alpha : {30.0, 1.0, 0.3}) {
      add("digits", "empirical-ntk", 1200, 25, 1);
      points.back().insert(points.back().end(), {{"ridge", 1e-9}, {"learner", "network"}, {"alpha", alpha}});
    }
    return points;
  }

  sdk::Regime regime(const sdk::Point& at, sdk::Context&) const override {
    const double n = at["n_samples"], pool = at["pool_size"];
    if (trains_network(at)) {
      if (at["alpha"] <= 1) return sdk::Regime::breaks("alpha <= 1: training moves the tangent kernel");
      if (at["alpha"] < 10) return sdk::Regime::outside("alpha < 10: training moves the tangent kernel a little");
      return sdk::Regime::within();
    }
    if (n >= pool) return sdk::Regime::breaks("n >= N: the training set has used the population up");
    if (n > pool / 10) return sdk::Regime::outside("n > N/10: the pool is too small to be a population", 0.45);
    return sdk::Regime::within();
  }

  std::shared_ptr<const sdk::Prepared> prepare(const sdk::Point& at, sdk::Context& context) const override {
    const Eigen::Index size = at.count("pool_size");
    Pool pool = read_pool(at.text("pool"), size, context);
    auto made = std::make_shared<Population>();
    made->gram = pool_kernel(at.text("kernel"), pool.points);
    if (at.text("kernel") == "empirical-ntk") made->inputs = network_inputs(pool.points).transpose();
    made->labels = std::move(pool.labels);
    const auto count = static_cast<double>(size);
    const auto [values, vectors] = numerics::symmetric_eigen(made->gram / count);
    made->problem.eigenvalues = values.cwiseMax(0.0);  // rounding leaves some at -1e-17
    made->problem.coefficients_sq = (vectors.transpose() * made->labels).array().square() / count;
    made->bytes = static_cast<std::size_t>(size * (size + 3) + made->inputs.size()) * sizeof(double);
    return made;
  }

  void predict(const sdk::Point& at, sdk::Recorder& out) const override {
    if (trains_network(at)) {
      // Seen at alpha = 30: below 1e-4; at 1: 8e-3 to 2e-2; at 0.3: 2e-2 to 4e-2.
      out.record({.observable = "network_gap",
                  .value = 0.0,
                  .eps = 1e-3,
                  .eps_reason = "a three-hundredth of the risk there, and an eighth of the gap at alpha = 1"});
      out.record({.observable = "network_gap", .rival = "learns-features", .value = 8e-3});
      return;
    }
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
    if (trains_network(at)) return measure_network(at, seed, out);
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

 private:
  static bool trains_network(const sdk::Point& at) { return at.text("learner") == "network"; }

  /// The network, trained on a training set by heavy ball until it interpolates, against ridge regression with its
  /// first kernel on the same set.
  static void measure_network(const sdk::Point& at, sdk::Seed seed, sdk::Recorder& out) {
    const auto& population = out.prepared<Population>();
    if (population.inputs.size() == 0)
      throw std::invalid_argument("learner = network: expected kernel = empirical-ntk, found " + at.text("kernel"));
    const Eigen::Index n = at.count("n_samples"), size = population.labels.size();
    numerics::Rng data(seed.value, numerics::Stream::data, seed.draw_index);
    const std::vector<Eigen::Index> chosen = data.indices(n, size);
    const learn::Dataset<double> set{population.inputs(Eigen::all, chosen), population.labels(chosen).transpose()};
    Eigen::MatrixXd gram = population.gram(chosen, chosen);
    const double steepest = numerics::symmetric_eigenvalues(gram)(n - 1), alpha = at["alpha"];
    gram.diagonal().array() += at["ridge"];
    const Eigen::LLT<Eigen::MatrixXd> factor(gram);
    if (factor.info() != Eigen::Success)
      return out.outcome(sdk::Outcome::failed, "the kernel matrix of a training set is singular: raise the ridge");
    const Eigen::VectorXd ridge_output = population.gram(Eigen::all, chosen) * factor.solve(population.labels(chosen));

    learn::Mlp<double> net = lazy_network(population.inputs.rows(), alpha);
    // The loss over alpha^2, at half the largest rate that descent without momentum bears.
    const double lr = 0.5 * static_cast<double>(n) / steepest / (alpha * alpha);
    learn::Trainer<double> trainer(net, set, {.optimiser = learn::heavy_ball(lr, 0.95)});
    for (int part = 0; part < 80; ++part) {
      if (out.cancelled()) return;
      if (trainer.run(50) == learn::Ended::diverged)
        return out.outcome(sdk::Outcome::diverged, "after " + std::to_string(trainer.steps()) + " steps");
    }
    const Eigen::VectorXd output = net.output(population.inputs).transpose();
    out.record(
        {.observable = "network_gap", .value = (output - ridge_output).squaredNorm() / static_cast<double>(size)});
  }
};

}  // namespace

void add_real_data_kernel_curve(sdk::LawList& laws) { laws.add<RealDataKernelCurve>(); }

}  // namespace lmw::scaling
