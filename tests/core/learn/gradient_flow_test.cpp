#include "random_networks.h"

#include <lmw/learn/features.h>
#include <lmw/learn/generators.h>
#include <lmw/learn/gradient_flow.h>
#include <lmw/learn/trainer.h>

#include <doctest/doctest.h>

#include <cmath>

using namespace lmw;
using tests::distance;

TEST_SUITE("learn/gradient_flow") {
  TEST_CASE("a linear model relaxes exponentially along each principal direction") {
    // x = e_1, 2 e_2, one example each, mse_half over two examples: w_i(t) = w*_i + (w_i(0) - w*_i) exp(-x_i^2 t / 2).
    const learn::Dataset<double> data{(Eigen::MatrixXd(2, 2) << 1, 0, 0, 2).finished(), Eigen::RowVector2d(3, -4)};
    learn::Mlp<double> net(learn::standard({.widths = {2, 1}, .bias = false}), numerics::Rng(1));
    net.parameters() << 1, 1;
    learn::GradientFlow flow(net, data, learn::Loss::mse_half);
    REQUIRE(flow.run_to(0.7));
    REQUIRE(flow.run_to(1.5));
    CHECK(net.parameters()(0) == doctest::Approx(3 - 2 * std::exp(-0.75)).epsilon(1e-8));
    CHECK(net.parameters()(1) == doctest::Approx(-2 + 3 * std::exp(-3.0)).epsilon(1e-8));
    CHECK(flow.time() == 1.5);
    CHECK(flow.loss() ==
          doctest::Approx((std::pow(2 * std::exp(-0.75), 2) + std::pow(6 * std::exp(-3.0), 2)) / 4).epsilon(1e-8));
  }

  TEST_CASE("descent approaches the flow in proportion to its step") {
    const auto data = learn::on_interval(6, [](double x) { return std::sin(3 * x); });
    const learn::Mlp<double> start(
        learn::standard({.widths = {1, 5, 1}, .activation = learn::Activation::tanh, .bias_var = 0.5}),
        numerics::Rng(1));
    learn::Mlp<double> flowed = start;
    REQUIRE(learn::GradientFlow(flowed, data, learn::Loss::mse_half).run_to(4));
    const auto miss = [&](double lr) {
      learn::Mlp<double> net = start;
      learn::Trainer<double>(net, data, {.optimiser = learn::gradient_descent(lr)}).run(std::lround(4 / lr));
      return (net.parameters() - flowed.parameters()).norm();
    };
    // First order: halving the step halves the distance, up to the next order, which is lr relative.
    CHECK(miss(0.01) / miss(0.005) == doctest::Approx(2).epsilon(0.03));
  }

  TEST_CASE("the flow conserves the balance of linear layers, with unequal learning rates and centring") {
    learn::Architecture architecture =
        learn::standard({.widths = {3, 4, 2}, .activation = learn::Activation::identity, .bias_var = 0.1});
    architecture.layers[0].weight.lr = 0.5;
    architecture.layers[0].bias->lr = 3;
    architecture.centred = true;
    learn::Mlp<double> net(architecture, numerics::Rng(2));
    numerics::Rng rng(3);
    const learn::Dataset<double> data{rng.normal(3, 10), rng.normal(2, 10)};
    const Eigen::MatrixXd before = learn::balance_charge(net, 0);
    const Eigen::VectorXd start = net.parameters();
    REQUIRE(learn::GradientFlow(net, data, learn::Loss::mse_half).run_to(3));
    CHECK((net.parameters() - start).norm() > 0.1);
    CHECK(distance(learn::balance_charge(net, 0), before) <
          1e-8);  // the integrator's tolerance, times a few hundred steps
  }

  TEST_CASE("an integrator that gives up says so, and leaves the network where it was") {
    const auto data = learn::on_interval(6, [](double x) { return std::sin(3 * x); });
    learn::Mlp<double> net(learn::standard({.widths = {1, 5, 1}}), numerics::Rng(1));
    const Eigen::VectorXd start = net.parameters();
    learn::GradientFlow flow(net, data, learn::Loss::mse_half, {.max_steps = 3});
    CHECK_FALSE(flow.run_to(100));
    CHECK_FALSE(flow.reason().empty());
    CHECK(flow.time() == 0);
    CHECK((net.parameters().array() == start.array()).all());
    CHECK_THROWS_AS(flow.run_to(-1), std::invalid_argument);
    CHECK_THROWS_AS(flow.run_to(NAN), std::invalid_argument);
  }
}
