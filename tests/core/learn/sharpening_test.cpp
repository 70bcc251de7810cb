#include <lmw/learn/curvature.h>
#include <lmw/learn/sharpening.h>

#include <doctest/doctest.h>
#include <support/public_data.h>
#include <Eigen/Eigenvalues>

#include <algorithm>
#include <cmath>

using namespace lmw;

namespace {

learn::Mlp<double> initial(const learn::SharpeningTask& task) {
  return {task.network, numerics::Rng(1, numerics::Stream::init)};
}

}  // namespace

TEST_SUITE("learn/sharpening") {
  TEST_CASE("the Chebyshev task has 20 points between -1 and 1, and a network of 1021 parameters") {
    const learn::SharpeningTask task = learn::chebyshev_task();
    CHECK(task.data.size() == 20);
    CHECK(task.network.parameter_count() == 1021);
    CHECK(task.data.y(0, 0) == 1);  // T_4(+-1) = 1
    CHECK(task.data.y(0, 19) == 1);
    CHECK(task.data.x(0, 1) == doctest::Approx(-17.0 / 19).epsilon(1e-15));
    // T_4(cos t) = cos 4t.
    CHECK(task.data.y(0, 7) == doctest::Approx(std::cos(4 * std::acos(task.data.x(0, 7)))).epsilon(1e-13));
  }

  TEST_CASE("the images are centred, of mean square 1, and each belongs to one class") {
    const auto found = tests::public_data("fashion-mnist");
    if (!found) return;
    const learn::SharpeningTask task = learn::fashion_task(found->folder);
    CHECK(task.data.size() == 200);
    CHECK(task.network.parameter_count() == 49 * 40 + 40 + 40 * 40 + 40 + 40 * 10 + 10);
    CHECK(task.data.x.rowwise().mean().cwiseAbs().maxCoeff() < 1e-14);
    CHECK(task.data.x.array().square().mean() == doctest::Approx(1.0).epsilon(1e-14));
    CHECK(task.data.y.colwise().sum().isApproxToConstant(2.0));
    CHECK(task.data.y(9, 0) == 2);  // the first training image is an ankle boot
  }

  TEST_CASE("on a quadratic the sharpness is the largest eigenvalue, and descent is stable below 2 over it") {
    // mse_half of w.x on e_1 and 3 e_2: H = diag(1, 9) / 2.
    const learn::Dataset<double> data{(Eigen::MatrixXd(2, 2) << 1, 0, 0, 3).finished(), Eigen::RowVector2d(1, 2)};
    const auto course = [&](double lr) {
      learn::Mlp<double> net(learn::standard({.widths = {2, 1}, .bias = false}), numerics::Rng(1));
      learn::Trainer<double> trainer(net, data, {.optimiser = learn::gradient_descent(lr), .loss_limit = 1e3});
      return learn::follow_sharpness(trainer, net, data, learn::Loss::mse_half, 200, 50);
    };
    const learn::SharpnessCourse stable = course(0.99 * 2 / 4.5), unstable = course(1.1 * 2 / 4.5);
    CHECK(stable.converged);
    CHECK(stable.steps == std::vector<std::int64_t>{0, 50, 100, 150});
    for (const double s : stable.sharpness) CHECK(s == doctest::Approx(4.5).epsilon(1e-6));
    CHECK(stable.losses.size() == 200);
    CHECK(std::is_sorted(stable.losses.rbegin(), stable.losses.rend()));
    CHECK(stable.ended == learn::Ended::done);
    CHECK(unstable.ended == learn::Ended::diverged);
    CHECK(unstable.losses.size() < 200);
  }

  TEST_CASE("looks agree with the whole Hessian, and do not disturb the training") {
    const learn::SharpeningTask task = learn::chebyshev_task();
    learn::Mlp<double> watched = initial(task), alone = initial(task);
    const learn::Training how{.optimiser = learn::gradient_descent(0.1)};
    learn::Trainer<double> watched_trainer(watched, task.data, how), trainer(alone, task.data, how);
    const auto course = learn::follow_sharpness(watched_trainer, watched, task.data, learn::Loss::mse_half, 41, 20);
    trainer.run(40);
    const Eigen::VectorXd all = learn::Curvature<double>(alone, task.data, learn::Loss::mse_half)
                                    .hessian()
                                    .selfadjointView<Eigen::Lower>()
                                    .eigenvalues();
    // Residual 1e-3 of the eigenvalue, whose error is its square over the gap.
    CHECK(course.sharpness.back() == doctest::Approx(all.maxCoeff()).epsilon(1e-4));
    trainer.run(1);
    CHECK(watched.parameters() == alone.parameters());
  }

  TEST_CASE("it stops when it is told to, and refuses to look more than once a step") {
    const learn::SharpeningTask task = learn::chebyshev_task();
    learn::Mlp<double> net = initial(task);
    learn::Trainer<double> trainer(net, task.data, {});
    const auto course = learn::follow_sharpness(trainer, net, task.data, learn::Loss::mse_half, 100, 10,
                                                [&] { return trainer.steps() >= 30; });
    CHECK(course.losses.size() == 30);
    CHECK_THROWS_AS(learn::follow_sharpness(trainer, net, task.data, learn::Loss::mse_half, 10, 0),
                    std::invalid_argument);
  }
}
