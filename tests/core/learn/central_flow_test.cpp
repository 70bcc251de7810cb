#include <lmw/learn/central_flow.h>
#include <lmw/learn/gradient_flow.h>
#include <lmw/learn/sharpening.h>
#include <lmw/learn/trainer.h>

#include <doctest/doctest.h>

#include <cmath>

using namespace lmw;

namespace {

/// L(x, y) = y x^2 / 2 - q x^4 / 4 - c y: a valley along y whose sharpness y grows at the rate c until the oscillation
/// in x stops it. At x = 0 the Hessian is diag(y, 0) and grad (e_x^T H e_x) = (0, 1).
learn::LocalLoss valley(double y, double c) {
  return {.gradient = Eigen::Vector2d(0, -c),
          .eigenvalues = Eigen::VectorXd::Constant(1, y),
          .slopes = {Eigen::Vector2d(0, 1)}};
}

}  // namespace

TEST_SUITE("learn/central_flow") {
  TEST_CASE("in the valley the flow stands still at 2/eta, and oscillates with variance 2c") {
    for (const auto& [lr, c] : {std::pair{0.1, 0.01}, std::pair{0.1, 0.5}, std::pair{0.05, 0.2}}) {
      const learn::CentralStep step = learn::central_step(valley(2 / lr, c), lr, 0.5);
      CHECK(step.oscillation(0, 0) == doctest::Approx(2 * c).epsilon(1e-12));
      CHECK(step.change.norm() < 1e-15);
      // Beyond the edge the step leads back to it, before it the flow is the gradient's.
      CHECK(2.3 / lr + learn::central_step(valley(2.3 / lr, c), lr, 0.5).change(1) ==
            doctest::Approx(2 / lr).epsilon(1e-12));
      const learn::CentralStep before = learn::central_step(valley(1.9 / lr, c), lr, 0.5);
      CHECK(before.oscillation(0, 0) == 0);
      CHECK(before.change(1) == doctest::Approx(0.5 * lr * c).epsilon(1e-12));
    }
  }

  TEST_CASE("descent in the valley is a cycle of two with mean square 2c, at eta y = 2 + 2 c q eta") {
    struct Reference {
      double lr, c, mean_sq, lr_y;
    };
    for (const Reference& of : {Reference{0.1, 0.01, 0.02, 2.002}, {0.1, 0.5, 1.0, 2.1}, {0.05, 0.2, 0.4, 2.02}}) {
      double x = 0.8 * std::sqrt(2 * of.c), y = 2 / of.lr;  // q = 1
      for (int k = 0; k < 200'000; ++k) {
        const double gradient_x = y * x - x * x * x, gradient_y = x * x / 2 - of.c;
        x -= of.lr * gradient_x;
        y -= of.lr * gradient_y;
      }
      CHECK(x * x == doctest::Approx(of.mean_sq).epsilon(1e-9));
      CHECK(of.lr * y == doctest::Approx(of.lr_y).epsilon(1e-9));
      CHECK(learn::central_step(valley(2 / of.lr, of.c), of.lr, 1).oscillation(0, 0) ==
            doctest::Approx(of.mean_sq).epsilon(1e-12));
    }
  }

  TEST_CASE("two separate valleys oscillate each for itself") {
    const double lr = 0.1, c = 0.3, d = 0.2;
    learn::LocalLoss at{.gradient = Eigen::Vector4d(0, 0, -c, -d),
                        .eigenvalues = Eigen::Vector2d(2 / lr, 2 / lr),
                        .slopes = {Eigen::Vector4d(0, 0, 1, 0), Eigen::Vector4d::Zero(), Eigen::Vector4d(0, 0, 0, 1)}};
    const learn::CentralStep step = learn::central_step(at, lr, 1);
    CHECK(step.oscillation(0, 0) == doctest::Approx(2 * c).epsilon(1e-9));
    CHECK(step.oscillation(1, 1) == doctest::Approx(2 * d).epsilon(1e-9));
    CHECK(std::abs(step.oscillation(0, 1)) < 1e-9);
    at.slopes.pop_back();
    CHECK_THROWS_AS(learn::central_step(at, lr, 1), std::invalid_argument);
  }

  TEST_CASE("below the edge it is gradient flow, at it the sharpness stays at 2/eta") {
    const learn::SharpeningTask task = learn::chebyshev_task();
    const learn::Mlp<double> start(task.network, numerics::Rng(1, numerics::Stream::init));
    learn::Mlp<double> central = start, plain = start;
    const double lr = 0.12;
    learn::CentralFlow flow(central, task.data, learn::Loss::mse_half, lr, {.substeps = 8});
    for (int k = 0; k < 50; ++k) CHECK(flow.step().oscillation.size() == 0);
    REQUIRE(learn::GradientFlow(plain, task.data, learn::Loss::mse_half).run_to(50 * lr));
    const double moved = (plain.parameters() - start.parameters()).norm();
    CHECK((central.parameters() - plain.parameters()).norm() < 0.01 * moved);  // Euler steps of 0.015

    learn::Mlp<double> net = start;
    learn::CentralFlow to_the_edge(net, task.data, learn::Loss::mse_half, lr);
    double sharpest = 0, oscillation = 0;
    for (int k = 0; k < 1600; ++k) {
      const learn::CentralMoment moment = to_the_edge.step();
      sharpest = std::max(sharpest, moment.sharpness);
      oscillation += moment.oscillation.trace();
      if (moment.oscillation.size() > 0) CHECK((moment.directions.transpose() * moment.directions).isIdentity(1e-6));
    }
    CHECK(sharpest ==
          doctest::Approx(2 / lr).epsilon(0.005));  // the residual of the eigenpairs, and second order in dt
    CHECK(oscillation > 0);
  }
}
