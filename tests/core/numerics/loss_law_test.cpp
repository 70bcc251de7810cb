#include <lmw/numerics/executor.h>
#include <lmw/numerics/loss_law.h>

#include <doctest/doctest.h>

#include <cmath>

using namespace lmw::numerics;

namespace {

const LossLaw truth{
    .ln_a = std::log(406.4), .ln_b = std::log(410.7), .ln_e = std::log(1.69), .alpha = 0.34, .beta = 0.28};

struct Runs {
  Eigen::VectorXd ln_n, ln_d, ln_loss;
};

/// Runs over two and a half decades of N and three of D; the noise is in ln L.
Runs runs(int count, double noise, std::uint64_t seed = 1) {
  Rng rng(seed);
  Runs made{Eigen::VectorXd(count), Eigen::VectorXd(count), Eigen::VectorXd(count)};
  for (int i = 0; i < count; ++i) {
    made.ln_n(i) = std::log(10.0) * (7.5 + 2.5 * rng.uniform());
    made.ln_d(i) = std::log(10.0) * (8.5 + 3 * rng.uniform());
    made.ln_loss(i) = truth(made.ln_n(i), made.ln_d(i)) + noise * rng.normal();
  }
  return made;
}

LossLawProblem problem(const Runs& of) { return {of.ln_n, of.ln_d, of.ln_loss}; }

}  // namespace

TEST_SUITE("numerics/loss_law") {
  TEST_CASE("the law at a known point") {
    CHECK(truth(std::log(1e9), std::log(1e10)) ==
          doctest::Approx(std::log(1.69 + 406.4 / std::pow(1e9, 0.34) + 410.7 / std::pow(1e10, 0.28))).epsilon(1e-14));
  }

  TEST_CASE("runs without noise give the law back, by either search") {
    const auto exact = problem(runs(60, 0));
    for (const auto search : {LossLawSearch::levenberg_marquardt, LossLawSearch::bfgs}) {
      const LossLawFit fit = exact.fit({.ln_a = 5, .ln_b = 5, .ln_e = 0.4, .alpha = 0.3, .beta = 0.25}, search);
      CHECK(fit.objective < 1e-9);
      CHECK(fit.law.alpha == doctest::Approx(0.34).epsilon(0.01));
      CHECK(fit.law.beta == doctest::Approx(0.28).epsilon(0.01));
    }
  }

  TEST_CASE("the gradient is that of the objective") {
    const auto noisy = problem(runs(80, 0.01));
    const LossLaw at{.ln_a = 5.5, .ln_b = 6.2, .ln_e = 0.4, .alpha = 0.33, .beta = 0.29};
    Eigen::VectorXd gradient(5), ignored(5);
    noisy.objective(at, gradient);
    for (int k = 0; k < 5; ++k) {
      const double h = 1e-6;
      const auto moved = [&](double by) {
        LossLaw law = at;
        double* parameter[] = {&law.ln_a, &law.ln_b, &law.ln_e, &law.alpha, &law.beta};
        *parameter[k] += by;
        return noisy.objective(law, ignored);
      };
      CHECK((moved(h) - moved(-h)) / (2 * h) == doctest::Approx(gradient(k)).epsilon(1e-5));
    }
  }

  TEST_CASE("both searches end at the same best fit of a grid, whatever the number of threads") {
    const auto noisy = problem(runs(100, 0.01));
    std::vector<LossLaw> starts;
    for (std::size_t k = 0; k < 4500; k += 37) starts.push_back(LossLawProblem::hoffmann_grid()[k]);
    const LossLawFit bfgs = noisy.best(starts), lm = noisy.best(starts, LossLawSearch::levenberg_marquardt);
    CHECK(lm.objective == doctest::Approx(bfgs.objective).epsilon(1e-5));
    CHECK(lm.law.alpha == doctest::Approx(bfgs.law.alpha).epsilon(0.02));
    LossLawFit alone;
    Executor executor(1);
    executor.submit([&] { alone = noisy.best(starts); });
    executor.wait();
    CHECK(alone.objective == bfgs.objective);
    CHECK(alone.law.alpha == bfgs.law.alpha);
    CHECK(LossLawProblem::hoffmann_grid().size() == 4500);
  }

  TEST_CASE("a few wild runs hardly move the fit, as the Huber loss promises") {
    Runs spoilt = runs(100, 0.001);
    for (int i = 0; i < 5; ++i) spoilt.ln_loss(i) += 0.3;
    const LossLawFit fit = problem(spoilt).fit(truth);
    // A sound fit to these runs scatters by a few per cent; least squares would be off by much more.
    CHECK(fit.law.alpha == doctest::Approx(0.34).epsilon(0.1));
    CHECK(fit.law.beta == doctest::Approx(0.28).epsilon(0.1));
  }

  TEST_CASE("bootstrap spreads cover the truth, and repeat bit for bit") {
    const auto noisy = problem(runs(240, 0.01));
    const LossLawFit best = noisy.fit(truth);
    const Eigen::MatrixXd rows = noisy.bootstrap(best.law, 200, 3);
    CHECK((rows.array() == noisy.bootstrap(best.law, 200, 3).array()).all());
    const Eigen::VectorXd alpha = rows.col(3);
    const double spread = std::sqrt((alpha.array() - alpha.mean()).square().sum() / 199);
    CHECK(std::abs(alpha.mean() - 0.34) < 4 * spread);
    CHECK(spread > 1e-3);
    CHECK(spread < 0.1);
  }

  TEST_CASE("too few runs, or values that are no numbers, are refused") {
    const Runs few = runs(4, 0);
    CHECK_THROWS_AS(problem(few), std::invalid_argument);
    Runs broken = runs(10, 0);
    broken.ln_loss(3) = NAN;
    CHECK_THROWS_AS(problem(broken), std::domain_error);
    CHECK_THROWS_AS(problem(runs(10, 0)).best({}), std::invalid_argument);
    CHECK_THROWS_AS(problem(runs(10, 0)).bootstrap(truth, 0, 1), std::invalid_argument);
  }
}
