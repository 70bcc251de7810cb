#include <lmw/learn/ntk.h>
#include <lmw/learn/trainer.h>
#include <lmw/numerics/eigenlearning.h>
#include <lmw/numerics/hypercube.h>
#include <lmw/numerics/linalg.h>
#include <lmw/numerics/random.h>
#include <lmw/sdk/sdk.h>

#include <Eigen/Cholesky>

#include <algorithm>
#include <bit>
#include <cmath>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace lmw::solvable {
namespace {

using numerics::Rng;
using numerics::Stream;

Rng stream_of(sdk::Seed draw, Stream stream) { return Rng(draw.value, stream, draw.draw_index); }

double parity(std::uint64_t subset, std::uint64_t x) { return std::popcount(subset & x) % 2 == 0 ? 1.0 : -1.0; }

// --- What predict knows: the spectrum and the target of each setting ---------------------------------------------

/// The cube's target is 0.8 x1 + 0.5 x2 x3 + sqrt(0.11) x4 x5 x6: power by degree.
constexpr double cube_power[] = {0.0, 0.64, 0.25, 0.11};

numerics::KrrProblem problem_of(const sdk::Point& at) {
  numerics::KrrProblem problem{
      .eigenvalues = {}, .coefficients_sq = {}, .ridge = at["ridge"], .noise_var = at["noise_var"]};
  if (at.text("setting") == "hypercube") {
    const auto d = static_cast<int>(at.count("dimension"));
    const auto spectrum =
        numerics::hypercube_spectrum((-2.0 / d * Eigen::ArrayXd::LinSpaced(d + 1, 0, d)).exp().matrix());
    problem.eigenvalues.resize(Eigen::Index{1} << d);
    problem.coefficients_sq.setZero(Eigen::Index{1} << d);
    Eigen::Index next = 0;
    for (int degree = 0; degree <= d; ++degree) {
      const auto copies = static_cast<Eigen::Index>(spectrum.multiplicities(degree));
      problem.eigenvalues.segment(next, copies).setConstant(spectrum.eigenvalues(degree));
      if (degree < 4) problem.coefficients_sq(next) = cube_power[degree];
      next += copies;
    }
    return problem;
  }
  const Eigen::Index m = at.count("n_features");
  const Eigen::ArrayXd rank = Eigen::ArrayXd::LinSpaced(m, 1, static_cast<double>(m));
  problem.eigenvalues = rank.pow(-at["spectrum_decay"]);
  problem.coefficients_sq = rank.pow(-at["target_decay"]);
  if (at.text("setting") == "gaussian-normalised") problem.coefficients_sq /= problem.coefficients_sq.sum();
  return problem;
}

// --- What measure does: draw a training set, solve, look at the function ------------------------------------------

struct Risks {
  double test, train;
};

/// (gram + ridge I)^-1 rhs. Nothing if the matrix is not positive definite.
std::optional<Eigen::MatrixXd> ridge_solve(const Eigen::MatrixXd& gram, double ridge, const Eigen::MatrixXd& rhs) {
  Eigen::MatrixXd shifted = gram;
  shifted.diagonal().array() += ridge;
  const Eigen::LLT<Eigen::MatrixXd> factor(shifted);
  if (factor.info() != Eigen::Success) return std::nullopt;
  return factor.solve(rhs);
}

/// Features z ~ N(0, I) with weights: f(x) = sum_i w_i z_i, so the mean squared error over all x is |w - v|^2 exactly.
std::optional<Risks> gaussian_draw(const sdk::Point& at, sdk::Seed draw) {
  const numerics::KrrProblem task = problem_of(at);
  Rng data = stream_of(draw, Stream::data), noise = stream_of(draw, Stream::noise);
  const Eigen::Index n = at.count("n_samples"), m = task.eigenvalues.size();
  Eigen::VectorXd v = task.coefficients_sq.cwiseSqrt();
  for (double& coefficient : v) coefficient *= data.sign();
  Eigen::MatrixXd features = data.normal(n, m);
  const Eigen::VectorXd y = features * v + std::sqrt(task.noise_var) * noise.normal(n);
  const Eigen::VectorXd scale = task.eigenvalues.cwiseSqrt();
  features *= scale.asDiagonal();
  Eigen::MatrixXd gram = Eigen::MatrixXd::Zero(n, n);
  gram.selfadjointView<Eigen::Lower>().rankUpdate(features);
  gram.triangularView<Eigen::StrictlyUpper>() = gram.transpose();
  const auto alpha = ridge_solve(gram, task.ridge, y);
  if (!alpha) return std::nullopt;
  const Eigen::VectorXd w = scale.cwiseProduct(features.transpose() * *alpha);
  return Risks{(w - v).squaredNorm() + task.noise_var, (gram * *alpha - y).squaredNorm() / static_cast<double>(n)};
}

/// exp(x.x'/d - 1) for two corners of the cube, given as bits.
double cube_kernel(std::uint64_t x, std::uint64_t other, double d) {
  return std::exp(-2.0 * std::popcount(x ^ other) / d);
}

Eigen::MatrixXd cube_kernel(const std::vector<std::uint64_t>& rows, const std::vector<std::uint64_t>& columns,
                            double d) {
  Eigen::MatrixXd kernel(static_cast<Eigen::Index>(rows.size()), static_cast<Eigen::Index>(columns.size()));
  for (std::size_t j = 0; j < columns.size(); ++j)
    for (std::size_t i = 0; i < rows.size(); ++i)
      kernel(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = cube_kernel(rows[i], columns[j], d);
  return kernel;
}

/// The first `count` corners of a random order of all corners of {-1,1}^d.
std::vector<std::uint64_t> distinct_corners(Rng& rng, std::int64_t d, std::int64_t count) {
  std::vector<std::uint64_t> corners(std::size_t{1} << d);
  for (std::size_t x = 0; x < corners.size(); ++x) corners[x] = x;
  rng.shuffle(std::span(corners));
  corners.resize(static_cast<std::size_t>(count));
  return corners;
}

/// Test points are up to 600 corners that were not drawn for training.
std::optional<Risks> cube_draw(const sdk::Point& at, sdk::Seed draw) {
  Rng data = stream_of(draw, Stream::data), noise = stream_of(draw, Stream::noise);
  const std::int64_t n = at.count("n_samples"), d = at.count("dimension");
  const std::int64_t n_test = std::min<std::int64_t>(600, (std::int64_t{1} << d) - n);
  const std::vector<std::uint64_t> all = distinct_corners(data, d, n + n_test);
  const std::vector<std::uint64_t> chosen(all.begin(), all.begin() + n);
  Eigen::VectorXd target(n + n_test);
  for (std::size_t i = 0; i < all.size(); ++i)
    target(static_cast<Eigen::Index>(i)) =
        0.8 * parity(0b1, all[i]) + 0.5 * parity(0b110, all[i]) + std::sqrt(0.11) * parity(0b111000, all[i]);
  const Eigen::VectorXd y = target.head(n) + std::sqrt(at["noise_var"]) * noise.normal(n);
  const Eigen::MatrixXd kernel = cube_kernel(all, chosen, at["dimension"]);
  const auto alpha = ridge_solve(kernel.topRows(n), at["ridge"], y);
  if (!alpha) return std::nullopt;
  const Eigen::VectorXd f = kernel * *alpha;
  return Risks{(f - target).tail(n_test).squaredNorm() / static_cast<double>(n_test) + at["noise_var"],
               (f.head(n) - y).squaredNorm() / static_cast<double>(n)};
}

/// All parities at some corners: (2^d, corners), row S is the parity of the bits in S.
Eigen::MatrixXd parities(std::int64_t d, const std::vector<std::uint64_t>& corners) {
  Eigen::MatrixXd phi(Eigen::Index{1} << d, static_cast<Eigen::Index>(corners.size()));
  for (Eigen::Index x = 0; x < phi.cols(); ++x)
    for (Eigen::Index s = 0; s < phi.rows(); ++s)
      phi(s, x) = parity(static_cast<std::uint64_t>(s), corners[static_cast<std::size_t>(x)]);
  return phi;
}

std::vector<std::uint64_t> all_corners(std::int64_t d) {
  std::vector<std::uint64_t> corners(std::size_t{1} << d);
  for (std::size_t x = 0; x < corners.size(); ++x) corners[x] = x;
  return corners;
}

/// Learnabilities D_S = mean over all corners of parity_S(x) f_S(x), f_S being fitted to noiseless labels parity_S at
/// the chosen corners with a kernel whose columns at all corners are given.
std::optional<Eigen::VectorXd> learnabilities(std::int64_t d, const std::vector<std::uint64_t>& chosen,
                                              const Eigen::MatrixXd& columns, double ridge) {
  const Eigen::MatrixXd labels = parities(d, chosen).transpose();
  Eigen::MatrixXd gram(columns.cols(), columns.cols());
  for (Eigen::Index i = 0; i < gram.rows(); ++i)
    gram.row(i) = columns.row(static_cast<Eigen::Index>(chosen[static_cast<std::size_t>(i)]));
  const auto alpha = ridge_solve(gram, ridge, labels);
  if (!alpha) return std::nullopt;
  const Eigen::MatrixXd fitted = columns * *alpha;  // (corner, target)
  return fitted.cwiseProduct(parities(d, all_corners(d)).transpose()).colwise().mean().transpose();
}

// --- The same with a trained network -----------------------------------------------------------------------------

/// (d + 1, 2^d): all corners over sqrt(d), and a one for the bias.
Eigen::MatrixXd network_inputs(std::int64_t d) {
  Eigen::MatrixXd x = Eigen::MatrixXd::Ones(d + 1, Eigen::Index{1} << d);
  for (Eigen::Index corner = 0; corner < x.cols(); ++corner)
    for (Eigen::Index bit = 0; bit < d; ++bit)
      x(bit, corner) = parity(1U << bit, static_cast<std::uint64_t>(corner)) / std::sqrt(static_cast<double>(d));
  return x;
}

/// f(x) = scale m^-1/2 sum_k a_k relu(w_k.(x/sqrt d, 1)), less its initial value; all weights start as N(0, 1).
learn::Mlp<double> initial_network(const sdk::Point& at, sdk::Seed draw) {
  const Eigen::Index m = at.count("width"), inputs = at.count("dimension") + 1;
  const learn::Architecture architecture = {
      .layers = {{.inputs = inputs, .outputs = m},
                 {.inputs = m,
                  .outputs = 1,
                  .activation = learn::Activation::relu,
                  .weight = {.multiplier = 1 / std::sqrt(static_cast<double>(m))}}},
      .output_scale = at["output_scale"],
      .centred = true};
  return learn::Mlp<double>(architecture, stream_of(draw, Stream::init));
}

/// Full-batch gradient descent on the mean square error / 2, until that mean is 1e-8. The trained function at all
/// corners x, or nothing after 20 000 steps.
std::optional<Eigen::RowVectorXd> train(learn::Mlp<double> net, const Eigen::MatrixXd& x,
                                        const std::vector<std::uint64_t>& chosen, const Eigen::RowVectorXd& y) {
  const double scale = net.architecture().output_scale;
  learn::Dataset<double> data{Eigen::MatrixXd(x.rows(), y.size()), y};
  for (Eigen::Index i = 0; i < y.size(); ++i)
    data.x.col(i) = x.col(static_cast<Eigen::Index>(chosen[static_cast<std::size_t>(i)]));
  // The tangent kernel on n points has eigenvalues up to about 2.5 scale^2 n, and the Hessian those over n.
  learn::Trainer trainer(net, data, {.optimiser = learn::gradient_descent(0.4 / (scale * scale))});
  for (int k = 0; k < 20'000 && trainer.run(1) == learn::Ended::done; ++k)
    if (trainer.batch_loss() < 0.5e-8) return net.output(x);
  return std::nullopt;
}

// --- The law -----------------------------------------------------------------------------------------------------

class KrrEigenlearning final : public sdk::Law {
 public:
  sdk::LawInfo info() const override {
    return {
        .name = "krr-eigenlearning",
        .title = "Kernel regression: the learning curve from the kernel's spectrum alone",
        .claim =
            "The mean test and training error of kernel ridge regression follow from the kernel's eigenvalues, the "
            "target's squared coefficients, the ridge and the noise, with no fit; and the learned shares of all "
            "eigenfunctions add up to the number of samples, for every training set, less a known share of the ridge.",
        .formula = R"(\sum_i \frac{\lambda_i}{\lambda_i+\kappa} + \frac{\delta}{\kappa} = n, \quad )"
                   R"(\bar R = \frac{n}{n-\sum_i L_i^2}\Big(\sum_i (1-L_i)^2 v_i^2 + \sigma^2\Big), \quad )"
                   R"(L_i = \frac{\lambda_i}{\lambda_i+\kappa}, \quad )"
                   R"(\sum_i D_i = n - \delta \operatorname{tr}(K+\delta I)^{-1})",
        .source =
            "Simon, Dickens, Karkada & DeWeese 2023, TMLR, \"The eigenlearning framework\"; Canatar, Bordelon & "
            "Pehlevan 2021; Bordelon, Canatar & Pehlevan 2020; Jacot et al. 2020",
        .analogue =
            "a conserved budget: n samples buy n units of learnability, and the modes compete for them as fermions "
            "for levels below a chemical potential kappa",
        .parameters =
            {sdk::text_parameter(
                 "setting", "gaussian-normalised",
                 {"gaussian-normalised", "gaussian", "hypercube", "learnability", "learnability-network"},
                 "where the eigenfunctions come from: independent normal features (the target's power normalised to 1, "
                 "or not); the parities of the cube {-1,1}^d with the kernel exp(x.x'/d - 1); the same cube with each "
                 "parity as a target in its turn, fitted by the kernel or by a trained network"),
             sdk::count_parameter("n_samples", 100, 2, 4000, "n: training points"),
             sdk::real_parameter("ridge", 0.0, 0, 1e6, "delta: added to the n x n kernel matrix, not multiplied by n"),
             sdk::real_parameter("noise_var", 0.05, 0, 1e3, "sigma^2: variance of the noise on labels, test included"),
             sdk::count_parameter("n_features", 600, 2, 1e5, "M: Gaussian features, that is nonzero eigenvalues"),
             sdk::real_parameter("spectrum_decay", 1.5, 0, 10, "b: Gaussian features have eigenvalues i^-b"),
             sdk::real_parameter("target_decay", 2.0, 0, 20, "a: squared coefficients go as i^-a, with random signs"),
             sdk::count_parameter("dimension", 12, 2, 14, "d: bits of the cube"),
             sdk::count_parameter("width", 256, 1, 1e5, "m: hidden ReLU units of the network"),
             sdk::real_parameter("output_scale", 1.0, 1e-6, 1e6,
                                 "multiplies the network: 1 trains lazily, with a nearly fixed kernel; far below 1 "
                                 "the features move"),
             sdk::count_parameter("draws", 20, 1, 1e6, "training sets that one replicate averages")},
        .observables = {{.name = "test_risk",
                         .meaning = "mean squared error against noisy labels at fresh points",
                         .axis = "n_samples",
                         .log_axis = true,
                         .log_value = true},
                        {.name = "train_risk",
                         .meaning = "mean squared residual at the noisy training points",
                         .axis = "n_samples",
                         .log_axis = true,
                         .log_value = true},
                        {.name = "learnability_sum",
                         .meaning = "sum over all eigenfunctions of the mean of phi_i f_i, f_i fitted to phi_i",
                         .axis = "n_samples",
                         .log_axis = true,
                         .log_value = true}},
        .rivals = {{"no-overfitting", "the same bias and noise without the factor n / (n - sum L^2)"},
                   {"ridge-times-n", "the ridge multiplied by n, as in a mean loss"},
                   {"bare-ridge", "kappa = ridge / n: the kernel's unresolved tail does not regularise"},
                   {"linear-bias", "1 - L_i in place of its square"},
                   {"unseen-only", "learnability is what carries over to unseen points: there the sum is exactly 0"},
                   {"ridgeless", "the sum is n whatever the ridge"},
                   {"sum-of-squares", "the sum of the squared learnabilities, of the initial network's own kernel"}},
        .regime =
            "n of 5 and more, well below the number of nonzero eigenvalues if there is no ridge; on the cube n at most "
            "an eighth of the corners, because training points are distinct; the sum of learnabilities at any n, and "
            "for networks that train lazily",
        .refuted_if =
            "the mean error over training sets leaves the band; or, for a single training set, the learnabilities do "
            "not add up to n to eight digits",
        .tags = {"kernel", "learning-curve", "conservation"},
        .predicts = sdk::Predicts::per_replicate,
        .quick = {.core_seconds = 1.5, .memory_bytes = 8e6},
        .standard = {.core_seconds = 7, .memory_bytes = 30e6},
        .thorough = {.core_seconds = 12, .memory_bytes = 60e6},
        .subjects = {"performance"},
        .architectures = {"linear", "mlp"},
        .fixed_points = 1,
        // None of test_risk: without a ridge its noise makes it rise again between 100 and 300 samples.
        .elasticities = {{"learnability_sum", "n_samples", 1}, {"train_risk", "n_samples", 1}},
        .physics = {.conserved_or_order_parameter = "sum of all learnabilities: n less the share of the ridge",
                    .control_parameter = "n_samples against the spectrum, through kappa",
                    .large_parameter = "n_samples",
                    .leading_correction = "1/n",
                    .axioms = {"self-averaging", "gaussian-equivalence"}}};
  }

  // Training sets per replicate. One has a relative spread of 17 % at n = 30 and 9 % from n = 100
  // (gaussian-normalised), 16 % without and 10 % with noise (gaussian, n = 50), 19, 15, 11 % at n = 32, 64, 128
  // (hypercube). The second look (8 replicates) confirms if |D| + 3.20 se <= band. With a theory bias of up to half the
  // band and D = 2 se beyond that, se <= 0.5 band / 5.2, or draws = (10.4 sd / band)^2 / 8: 80 for 17 % within 7 % and
  // for 9 % within 4 %, 40 for 11 % within 7 %. Where the features are Gaussian the bias is a tenth of the band and a
  // quarter of that is enough.
  std::vector<sdk::PointOverrides> sweep(sdk::Effort effort) const override {
    const bool quick = effort == sdk::Effort::quick;
    std::vector<sdk::PointOverrides> points;
    const auto normalised = [&](int n, double ridge) {
      points.push_back({{"n_samples", n}, {"ridge", ridge}, {"draws", 24}});
    };
    const auto gaussian = [&](int m, int n, double ridge, double noise, int draws) {
      points.push_back({{"setting", "gaussian"},
                        {"n_features", m},
                        {"n_samples", n},
                        {"target_decay", 1.8},
                        {"ridge", ridge},
                        {"noise_var", noise},
                        {"draws", draws}});
    };
    const auto cube = [&](int d, int n, double ridge, int draws) {
      points.push_back(
          {{"setting", "hypercube"}, {"dimension", d}, {"n_samples", n}, {"ridge", ridge}, {"draws", draws}});
    };
    const auto sum = [&](int n, double ridge) {
      points.push_back(
          {{"setting", "learnability"}, {"dimension", 8}, {"n_samples", n}, {"ridge", ridge}, {"draws", 1}});
    };
    const auto network = [&](int width, double scale) {
      points.push_back({{"setting", "learnability-network"},
                        {"dimension", 4},
                        {"n_samples", 8},
                        {"width", width},
                        {"output_scale", scale},
                        {"draws", 1}});
    };
    for (const int n : quick ? std::vector{30, 100} : std::vector{30, 100, 300}) normalised(n, 0.0);
    for (const int n : quick ? std::vector{100} : std::vector{30, 100, 300}) normalised(n, 0.05);
    for (const int n : quick ? std::vector{50} : std::vector{50, 200})
      for (const auto& [ridge, noise] : {std::pair{0.0, 0.0}, {0.1, 0.0}, {0.1, 0.25}})
        gaussian(quick ? 500 : 1500, n, ridge, noise, n == 50 ? 40 : 12);
    for (const int n : quick ? std::vector{32, 64} : std::vector{32, 64, 128}) cube(12, n, 0.0, quick ? 40 : 100);
    if (!quick) cube(12, 128, 0.05, 100);
    for (const int n : quick ? std::vector{16, 64} : std::vector{16, 32, 64, 128})
      for (const double ridge : {0.0, 0.1}) sum(n, ridge);
    network(quick ? 128 : 512, 1.0);
    if (effort == sdk::Effort::thorough) network(4096, 1.0);
    // Must break: half of all corners, drawn without replacement; and a network whose features move.
    cube(8, 128, 0.0, 10);
    network(quick ? 128 : 512, 0.03);
    return points;
  }

  sdk::Regime regime(const sdk::Point& at, sdk::Context&) const override {
    const std::string& setting = at.text("setting");
    const double n = at["n_samples"], corners = std::exp2(at["dimension"]);
    if (setting == "learnability-network") {
      const char* moving = "the features move: the network is not a kernel machine";
      if (at["output_scale"] <= 0.05) return sdk::Regime::breaks(moving);
      if (at["output_scale"] < 0.5 || at["width"] < 100) return sdk::Regime::outside(moving);
      return sdk::Regime::within();
    }
    if (setting == "learnability") return sdk::Regime::within(0.999);
    if (n < 5) return sdk::Regime::outside("n < 5: too few samples for a mean-field theory");
    if (setting == "hypercube") {
      const char* used_up = "the training points are distinct, and use up the cube";
      if (n >= corners / 2) return sdk::Regime::breaks(used_up);
      if (n > corners / 8) return sdk::Regime::outside(used_up);
    } else if (at["ridge"] == 0 && n > 0.8 * at["n_features"]) {
      return sdk::Regime::outside("without a ridge the risk is heavy-tailed where n is near the number of features");
    }
    return sdk::Regime::within();
  }

  void predict(const sdk::Point& at, sdk::Recorder& out) const override {
    const std::string& setting = at.text("setting");
    const double n = at["n_samples"];
    if (setting == "learnability" || setting == "learnability-network") return predict_sum(at, out);
    if (setting == "hypercube" && at["dimension"] < 6) return out.abstain("the target has six bits: dimension >= 6");
    if (at["ridge"] == 0 && n >= (setting == "hypercube" ? std::exp2(at["dimension"]) : at["n_features"]))
      return out.abstain("without a ridge, n samples fix every mode: no kappa > 0 exists");

    const numerics::KrrProblem problem = problem_of(at);
    const numerics::KrrRisk risk = numerics::krr_risk(problem, n);
    const bool sharp = setting == "gaussian-normalised";
    const double eps = sharp ? (n < 50 ? 0.06 : 0.03) : 0.05, b_th = sharp ? 0.01 : 0.02;
    out.record({.observable = "test_risk",
                .value = risk.test,
                .eps = eps * risk.test,
                .b_th = b_th * risk.test,
                .eps_reason = sharp ? "3 %, or 6 % below n = 50; and 1 % for a finite number of effective modes"
                                    : "5 %; and 2 % for few effective modes and, on the cube, features that are not "
                                      "Gaussian"});
    const bool has_train = problem.ridge > 0;
    if (has_train)
      out.record({.observable = "train_risk",
                  .value = risk.train,
                  .eps = 0.05 * risk.train,
                  .b_th = 0.02 * risk.train,
                  .eps_reason = "5 %; and 2 % for a finite number of effective modes"});

    const auto rival = [&](const char* name, double test, std::optional<double> train) {
      if (std::abs(test - risk.test) > 2 * (eps + b_th) * risk.test)
        out.record({.observable = "test_risk", .rival = name, .value = test});
      if (has_train && train && std::abs(*train - risk.train) > 2 * 0.07 * risk.train)
        out.record({.observable = "train_risk", .rival = name, .value = *train});
    };
    const Eigen::ArrayXd missed = 1 - risk.learnability.array();
    rival("no-overfitting", risk.test / risk.overfitting, risk.train / risk.overfitting);
    rival("linear-bias", risk.overfitting * ((missed * problem.coefficients_sq.array()).sum() + problem.noise_var),
          std::nullopt);
    if (!has_train) return;
    numerics::KrrProblem multiplied = problem;
    multiplied.ridge *= n;
    const numerics::KrrRisk other = numerics::krr_risk(multiplied, n);
    rival("ridge-times-n", other.test, other.train);
    const double kappa = problem.ridge / n;
    const Eigen::ArrayXd bare = problem.eigenvalues.array() / (problem.eigenvalues.array() + kappa);
    rival("bare-ridge",
          n / (n - bare.square().sum()) *
              (((1 - bare).square() * problem.coefficients_sq.array()).sum() + problem.noise_var),
          std::nullopt);
  }

  // K may be any kernel and any training set: the sum is an identity, so its prediction is made for each of them.
  void predict_replicate(const sdk::Point& at, sdk::Seed seed, sdk::Recorder& out) const override {
    const std::int64_t draws = at.count("draws"), d = at.count("dimension"), n = at.count("n_samples");
    double sum = 0, squares = 0;
    for (std::int64_t k = 0; k < draws; ++k) {
      Rng data = stream_of(seed.draw(k), Stream::data);
      const std::vector<std::uint64_t> chosen = distinct_corners(data, d, n);
      if (at.text("setting") == "learnability") {
        const Eigen::ArrayXd values = numerics::symmetric_eigenvalues(cube_kernel(chosen, chosen, at["dimension"]));
        sum += (values / (values + at["ridge"])).sum();
      } else {
        sum += static_cast<double>(n);
        const Eigen::MatrixXd kernel = learn::ntk<double>(initial_network(at, seed.draw(k)), network_inputs(d));
        Eigen::MatrixXd columns(kernel.rows(), n);
        for (Eigen::Index i = 0; i < n; ++i)
          columns.col(i) = kernel.col(static_cast<Eigen::Index>(chosen[static_cast<std::size_t>(i)]));
        const auto parts = learnabilities(d, chosen, columns, 0);
        if (!parts)
          throw std::runtime_error("the tangent kernel of the training points is singular: widen the network");
        squares += parts->squaredNorm();
      }
    }
    const auto count = static_cast<double>(draws);
    out.record({.observable = "learnability_sum", .value = sum / count});
    if (at.text("setting") == "learnability-network")
      return out.record({.observable = "learnability_sum", .rival = "sum-of-squares", .value = squares / count});
    if (at["ridge"] > 0)
      return out.record({.observable = "learnability_sum", .rival = "ridgeless", .value = at["n_samples"]});
    out.record({.observable = "learnability_sum", .rival = "unseen-only", .value = 0.0});
  }

  void measure(const sdk::Point& at, sdk::Seed seed, sdk::Recorder& out) const override {
    const std::string& setting = at.text("setting");
    const std::int64_t draws = at.count("draws");
    double test = 0, train_sum = 0, learnability = 0;
    for (std::int64_t k = 0; k < draws; ++k) {
      if (out.cancelled()) return;
      const sdk::Seed draw = seed.draw(k);
      if (setting == "learnability" || setting == "learnability-network") {
        const auto parts =
            setting == "learnability" ? kernel_learnabilities(at, draw) : network_learnabilities(at, draw);
        if (!parts && setting == "learnability") return singular(out);
        if (!parts) return out.outcome(sdk::Outcome::not_converged, "mean square error above 1e-8 after 20 000 steps");
        learnability += parts->sum();
        continue;
      }
      const auto risks = setting == "hypercube" ? cube_draw(at, draw) : gaussian_draw(at, draw);
      if (!risks) return singular(out);
      test += risks->test;
      train_sum += risks->train;
    }
    const auto count = static_cast<double>(draws);
    if (setting == "learnability" || setting == "learnability-network")
      return out.record({.observable = "learnability_sum", .value = learnability / count});
    out.record({.observable = "test_risk", .value = test / count});
    if (at["ridge"] > 0) out.record({.observable = "train_risk", .value = train_sum / count});
  }

 private:
  static void predict_sum(const sdk::Point& at, sdk::Recorder& out) {
    const double n = at["n_samples"];
    const bool network = at.text("setting") == "learnability-network";
    out.record({.observable = "learnability_sum",
                .eps = (network ? 0.05 : 1e-8) * n,
                .eps_reason = network ? "5 %: the kernel of a finite network moves a little"
                                      : "rounding, enlarged by the condition number of the kernel matrix",
                .compare = sdk::Compare::difference});
    out.record({.observable = "learnability_sum",
                .rival = network           ? "sum-of-squares"
                         : at["ridge"] > 0 ? "ridgeless"
                                           : "unseen-only"});
  }

  static std::optional<Eigen::VectorXd> kernel_learnabilities(const sdk::Point& at, sdk::Seed draw) {
    const std::int64_t d = at.count("dimension");
    Rng data = stream_of(draw, Stream::data);
    const std::vector<std::uint64_t> chosen = distinct_corners(data, d, at.count("n_samples"));
    return learnabilities(d, chosen, cube_kernel(all_corners(d), chosen, at["dimension"]), at["ridge"]);
  }

  static std::optional<Eigen::VectorXd> network_learnabilities(const sdk::Point& at, sdk::Seed draw) {
    const std::int64_t d = at.count("dimension");
    Rng data = stream_of(draw, Stream::data);
    const std::vector<std::uint64_t> chosen = distinct_corners(data, d, at.count("n_samples"));
    const Eigen::MatrixXd labels = parities(d, chosen), targets = parities(d, all_corners(d)), x = network_inputs(d);
    const learn::Mlp<double> start = initial_network(at, draw);
    Eigen::VectorXd parts(targets.rows());
    for (Eigen::Index s = 0; s < targets.rows(); ++s) {
      const auto fitted = train(start, x, chosen, labels.row(s));
      if (!fitted) return std::nullopt;
      parts(s) = fitted->dot(targets.row(s)) / static_cast<double>(targets.cols());
    }
    return parts;
  }

  static void singular(sdk::Recorder& out) {
    out.outcome(sdk::Outcome::failed, "the kernel matrix of a training set is singular: raise the ridge");
  }
};

}  // namespace

void add_krr_eigenlearning(sdk::LawList& laws) { laws.add<KrrEigenlearning>(); }

}  // namespace lmw::solvable
