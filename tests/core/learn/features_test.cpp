#include "random_networks.h"

#include <lmw/learn/curvature.h>
#include <lmw/learn/features.h>
#include <lmw/learn/trainer.h>

#include <doctest/doctest.h>

using namespace lmw;
using learn::Activation;
using tests::distance;
using tests::for_random_networks;
using tests::RandomCase;

namespace {

learn::Dataset<double> data_for(Eigen::Index inputs, Eigen::Index outputs, Eigen::Index n = 40) {
  numerics::Rng rng(2);
  return {rng.normal(inputs, n), rng.normal(outputs, n)};
}

}  // namespace

TEST_SUITE("learn/features") {
  TEST_CASE("features and pre-activations of a relu network") {
    const learn::Mlp<double> net(learn::standard({.widths = {3, 6, 5, 2}, .bias_var = 0.1}), numerics::Rng(1));
    const Eigen::MatrixXd x = data_for(3, 2, 1100).x;  // three blocks
    const Eigen::MatrixXd z = (net.weight(0) * x).colwise() + net.bias(0);
    CHECK(distance(learn::features(net, x, 0), x) == 0);
    CHECK(distance(learn::pre_activations(net, x, 0), z) < 1e-14);
    CHECK(distance(learn::features(net, x, 1), z.cwiseMax(0.0)) < 1e-14);
    CHECK(distance(learn::pre_activations(net, x, 2), net.output(x)) < 1e-14);
    CHECK_THROWS_AS(learn::features(net, x, 3), std::out_of_range);
    CHECK_THROWS_AS(learn::features(net, Eigen::MatrixXd(2, 2), 0), std::invalid_argument);
  }

  TEST_CASE("the AGOP of a linear network is M^T M, and of any network that of central differences") {
    const learn::Mlp<double> linear(
        learn::standard({.widths = {4, 6, 3}, .activation = Activation::identity, .bias = false}), numerics::Rng(1));
    const Eigen::MatrixXd x = data_for(4, 3).x, map = linear.weight(1) * linear.weight(0);
    CHECK(distance(learn::agop(linear, x), map.transpose() * map) < 1e-14);
    CHECK(distance(learn::agop(linear, x, 1), linear.weight(1).transpose() * linear.weight(1)) < 1e-14);

    CHECK(for_random_networks(
        "input gradients",
        [](const RandomCase& drawn) {
          const auto net = drawn.network();
          const double h = 1e-6;
          const Eigen::Index inputs = drawn.net.inputs(), outputs = drawn.net.outputs();
          Eigen::MatrixXd expected = Eigen::MatrixXd::Zero(inputs, inputs);
          for (Eigen::Index i = 0; i < drawn.data.size(); ++i) {
            Eigen::MatrixXd jacobian(outputs, inputs);
            for (Eigen::Index j = 0; j < inputs; ++j) {
              Eigen::VectorXd plus = drawn.data.x.col(i), minus = plus;
              plus(j) += h;
              minus(j) -= h;
              // What centring takes away is put back: it is not differentiated.
              jacobian.col(j) =
                  (net.output(plus) + net.initial_output(plus) - net.output(minus) - net.initial_output(minus)) /
                  (2 * h);
            }
            expected += jacobian.transpose() * jacobian / static_cast<double>(drawn.data.size());
          }
          RC_ASSERT(distance(learn::agop(net, drawn.data.x), expected) < 1e-6);
        },
        true));
  }

  TEST_CASE("rescaling charges change by the exact law of one descent step, with bias and unequal learning rates") {
    for (const Activation phi : {Activation::relu, Activation::identity, Activation::quadratic}) {
      learn::Architecture architecture = learn::standard({.widths = {5, 7, 3}, .activation = phi, .bias_var = 0.01});
      architecture.layers[0].weight.lr = 0.5;
      architecture.layers[0].bias->lr = 2;
      architecture.layers[1].weight.lr = 0.8;
      learn::Mlp<double> net(architecture, numerics::Rng(3));
      const auto data = data_for(5, 3);
      const double lr = 0.02, degree = phi == Activation::quadratic ? 2 : 1;
      learn::Trainer<double> trainer(net, data, {.optimiser = learn::gradient_descent(lr)});
      Eigen::VectorXd expected = learn::rescaling_charges(net, 0);
      for (int step = 0; step < 50; ++step) {
        learn::Mlp<double> gradient = net;
        gradient.parameters() = trainer.gradient();
        expected += lr * lr *
                    (0.5 * gradient.weight(0).rowwise().squaredNorm() + 2 * gradient.bias(0).cwiseAbs2() -
                     degree * 0.8 * gradient.weight(1).colwise().squaredNorm().transpose());
        trainer.run(1);
      }
      INFO(learn::to_text(phi));
      CHECK(distance(learn::rescaling_charges(net, 0), expected) < 1e-12);
    }
  }

  TEST_CASE("the balance of linear layers changes by the exact law of one descent step") {
    learn::Mlp<double> net(learn::standard({.widths = {6, 4, 3}, .activation = Activation::identity, .bias_var = 0.01}),
                           numerics::Rng(3));
    const auto data = data_for(6, 3);
    const double lr = 0.05;
    learn::Trainer<double> trainer(net, data, {.optimiser = learn::gradient_descent(lr)});
    Eigen::MatrixXd expected = learn::balance_charge(net, 0);
    for (int step = 0; step < 100; ++step) {
      learn::Mlp<double> gradient = net;
      gradient.parameters() = trainer.gradient();
      expected +=
          lr * lr *
          (gradient.weight(1).transpose() * gradient.weight(1) - gradient.weight(0) * gradient.weight(0).transpose() -
           gradient.bias(0) * gradient.bias(0).transpose());
      trainer.run(1);
    }
    CHECK(distance(learn::balance_charge(net, 0), expected) < 1e-13);
  }

  TEST_CASE("networks without the symmetry have no charge") {
    const auto charge = [](const learn::Architecture& net, int layer) {
      return learn::rescaling_charges(learn::Mlp<double>(net, numerics::Rng(1)), layer);
    };
    CHECK_THROWS_AS(charge(learn::standard({.widths = {2, 3, 1}, .activation = Activation::tanh}), 0),
                    std::domain_error);
    CHECK_THROWS_AS(charge(learn::standard({.widths = {2, 3, 1}}), 1), std::out_of_range);
    CHECK_THROWS_AS(charge(learn::residual({.inputs = 2, .width = 3, .outputs = 1}), 0), std::domain_error);
    CHECK_THROWS_AS(charge(learn::residual({.inputs = 2, .width = 3, .outputs = 1}), 1), std::domain_error);
    learn::Architecture frozen = learn::standard({.widths = {2, 3, 1}});
    frozen.layers[1].weight.lr = 0;
    CHECK_THROWS_AS(charge(frozen, 0), std::domain_error);
    frozen = learn::standard({.widths = {2, 3, 1}});
    frozen.layers[0].bias->lr = 0;
    CHECK_THROWS_AS(charge(frozen, 0), std::domain_error);
    CHECK_THROWS_AS(
        learn::balance_charge(learn::Mlp<double>(learn::standard({.widths = {2, 3, 1}}), numerics::Rng(1)), 0),
        std::domain_error);
  }
}
