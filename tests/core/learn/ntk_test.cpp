#include "random_networks.h"

#include <lmw/learn/generators.h>
#include <lmw/learn/ntk.h>
#include <lmw/learn/per_example.h>

#include <doctest/doctest.h>

#include <numbers>

using namespace lmw;
using tests::distance;
using tests::for_random_networks;
using tests::RandomCase;

TEST_SUITE("learn/ntk") {
  TEST_CASE("the layer-structured kernel equals J^T J, for one output and for many") {
    CHECK(for_random_networks("kernel", [](const RandomCase& drawn) {
      const auto net = drawn.network();
      const Eigen::MatrixXd jacobian = learn::output_jacobian(net, drawn.data.x);
      const Eigen::MatrixXd kernel = learn::ntk(net, drawn.data.x);
      RC_ASSERT(distance(kernel, jacobian.transpose() * jacobian) < 1e-12);
      RC_ASSERT((kernel.array() == kernel.transpose().array()).all());
    }));
  }

  TEST_CASE("weighted by learning rates it is the kernel that a small step follows") {
    CHECK(for_random_networks("weighted kernel", [](const RandomCase& drawn) {
      const auto net = drawn.network();
      Eigen::MatrixXd jacobian = learn::output_jacobian(net, drawn.data.x);
      const Eigen::MatrixXd unweighted = jacobian;
      Eigen::Index at = 0;
      for (const auto& layer : drawn.net.layers) {
        jacobian.middleRows(at, layer.inputs * layer.outputs) *= layer.weight.lr;
        at += layer.inputs * layer.outputs;
        if (!layer.bias) continue;
        jacobian.middleRows(at, layer.outputs) *= layer.bias->lr;
        at += layer.outputs;
      }
      RC_ASSERT(distance(learn::ntk(net, drawn.data.x, learn::NtkWeights::learning_rate),
                         unweighted.transpose() * jacobian) < 1e-12);
    }));
  }

  TEST_CASE("between two sets of inputs it is a block of the kernel on both") {
    CHECK(for_random_networks("cross kernel", [](const RandomCase& drawn) {
      const auto net = drawn.network();
      const Eigen::MatrixXd other = numerics::Rng(drawn.seed + 3).normal(drawn.data.x.rows(), 4);
      Eigen::MatrixXd both(drawn.data.x.rows(), drawn.data.size() + 4);
      both << drawn.data.x, other;
      const Eigen::Index outputs = drawn.net.outputs();
      const Eigen::MatrixXd block = learn::ntk(net, both).topRightCorner(drawn.data.size() * outputs, 4 * outputs);
      RC_ASSERT(distance(learn::cross_ntk(net, drawn.data.x, other), block) < 1e-12);
    }));
  }

  TEST_CASE("one hidden relu layer: (1/n) sum [relu relu + a^2 step step x.x']") {
    const learn::Mlp<double> net(learn::ntk_parametrisation({.widths = {2, 40, 1}, .bias = false, .weight_var = 1}),
                                 numerics::Rng(3, numerics::Stream::init));
    const Eigen::MatrixXd x = learn::circle(5, 0.1, std::numbers::sqrt2);
    const Eigen::MatrixXd z = net.weight(0) * x / std::sqrt(2.0), on = (z.array() > 0).cast<double>();
    const Eigen::VectorXd a_sq = net.weight(1).row(0).cwiseAbs2();
    const Eigen::MatrixXd h = z.cwiseMax(0.0);
    const Eigen::MatrixXd first = (on.transpose() * a_sq.asDiagonal() * on).array() * (x.transpose() * x / 2).array();
    CHECK(distance(learn::ntk(net, x), (h.transpose() * h + first) / 40) < 1e-13);
  }

  TEST_CASE("a wide relu network's kernel approaches k1 + k0 c, the infinite-width limit") {
    // sigma_w^2 = 2, L = 1, |x|^2 = d, at 60 degrees: Theta = k1(0.5) 2/2 + k0(0.5) 0.5 2/2 ... = 0.608998 + 0.333333
    // on the scale where the output variance is 2 (both terms times sigma_w^2 = 2).
    double sum = 0, sum_sq = 0;
    const int nets = 40;
    Eigen::MatrixXd x(2, 2);
    x << std::numbers::sqrt2, std::numbers::sqrt2 / 2, 0, std::numbers::sqrt2 * std::sqrt(3.0) / 2;
    for (int k = 0; k < nets; ++k) {
      const learn::Mlp<double> net(learn::ntk_parametrisation({.widths = {2, 2000, 1}, .bias = false, .weight_var = 2}),
                                   numerics::Rng(static_cast<std::uint64_t>(k), numerics::Stream::init));
      const double value = learn::ntk(net, x)(0, 1);
      sum += value;
      sum_sq += value * value;
    }
    const double mean = sum / nets, standard_error = std::sqrt((sum_sq / nets - mean * mean) / nets);
    CHECK(std::abs(mean - 2 * (0.608998 + 0.5 * 0.666667)) < 4 * standard_error);
  }

  TEST_CASE("single precision agrees with double") {
    const auto shape =
        learn::ntk_parametrisation({.widths = {3, 50, 50, 2}, .activation = learn::Activation::gelu, .bias_var = 0.1});
    const learn::Mlp<double> net(shape, numerics::Rng(3));
    const learn::Mlp<float> single(shape, numerics::Rng(3));
    const Eigen::MatrixXd x = numerics::Rng(4).normal(3, 7);
    CHECK(distance(learn::ntk(single, x.cast<float>()).cast<double>(), learn::ntk(net, x)) < 1e-5);
  }

  TEST_CASE("inputs that do not fit are refused") {
    const learn::Mlp<double> net(learn::standard({.widths = {2, 3, 1}}), numerics::Rng(1));
    CHECK_THROWS_AS(learn::ntk(net, Eigen::MatrixXd(3, 2)), std::invalid_argument);
    CHECK_THROWS_AS(learn::ntk(net, Eigen::MatrixXd(2, 0)), std::invalid_argument);
    CHECK_THROWS_AS(learn::output_jacobian(net, Eigen::MatrixXd(3, 2)), std::invalid_argument);
  }
}
