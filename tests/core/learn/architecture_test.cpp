#include <lmw/learn/architecture.h>
#include <lmw/learn/generators.h>
#include <lmw/learn/mlp.h>

#include <doctest/doctest.h>

#include <cmath>

using namespace lmw;
using learn::Activation;
using learn::MlpShape;

namespace {

/// Mean square of each layer's pre-activations over many networks at initialisation, for one input of mean square 1.
Eigen::VectorXd forward_variance(const learn::Architecture& net, int draws) {
  const Eigen::MatrixXd x = Eigen::MatrixXd::Ones(net.inputs(), 1);
  double sum = 0, sum_sq = 0;
  for (int k = 0; k < draws; ++k) {
    const double f =
        learn::Mlp<double>(net, numerics::Rng(static_cast<std::uint64_t>(k), numerics::Stream::init)).output(x)(0, 0);
    sum += f * f;
    sum_sq += f * f * f * f;
  }
  const double mean = sum / draws;
  return (Eigen::VectorXd(2) << mean, std::sqrt((sum_sq / draws - mean * mean) / draws)).finished();
}

}  // namespace

TEST_SUITE("learn/architecture") {
  TEST_CASE("standard: variance weight_var / fan_in, every multiplier and lr one") {
    const auto net = learn::standard(
        {.widths = {5, 8, 3}, .activation = Activation::erf, .weight_var = 2, .bias_var = 0.5, .output_weight_var = 1});
    REQUIRE(net.layers.size() == 2);
    CHECK(net.layers[0].weight.init_var == 2.0 / 5);
    CHECK(net.layers[1].weight.init_var == 1.0 / 8);
    CHECK(net.layers[0].bias->init_var == 0.5);
    CHECK(net.layers[0].activation == Activation::identity);
    CHECK(net.layers[1].activation == Activation::erf);
    CHECK(net.layers[1].weight.multiplier == 1);
    CHECK(net.layers[1].weight.lr == 1);
    CHECK(net.parameter_count() == 5 * 8 + 8 + 8 * 3 + 3);
  }

  TEST_CASE("the muP table") {
    const MlpShape shape{.widths = {16, 256, 256, 4}, .weight_var = 2, .output_weight_var = 1};
    const auto sgd = learn::mup(shape, 64, learn::MupFor::sgd);
    CHECK(sgd.layers[0].weight.lr == 4);
    CHECK(sgd.layers[1].weight.lr == 1);
    CHECK(sgd.layers[2].weight.lr == 0.25);
    CHECK(sgd.layers[0].bias->lr == 4);
    CHECK(sgd.layers[2].bias->lr == 1);
    CHECK(sgd.layers[0].weight.init_var == 2.0 / 16);
    CHECK(sgd.layers[1].weight.init_var == 2.0 / 256);
    CHECK(sgd.layers[2].weight.init_var == 64.0 / (256.0 * 256.0));
    const auto adam = learn::mup(shape, 64, learn::MupFor::adam);
    CHECK(adam.layers[0].weight.lr == 1);
    CHECK(adam.layers[1].weight.lr == 0.25);
    CHECK(adam.layers[2].weight.lr == 0.25);
    CHECK(adam.layers[0].weight.eps == 0.25);
    CHECK(adam.layers[1].weight.eps == 0.25);
    CHECK(adam.layers[2].weight.eps == 1);
    CHECK(adam.layers[0].weight.decay == 1);
    CHECK(adam.layers[1].weight.decay == 4);
    CHECK(adam.layers[2].weight.decay == 4);
  }

  TEST_CASE("at the base width muP is standard") {
    const MlpShape shape{.widths = {3, 32, 32, 2}, .weight_var = 2, .bias_var = 0.1};
    const auto plain = learn::standard(shape);
    for (const auto family : {learn::MupFor::sgd, learn::MupFor::adam}) {
      const auto same = learn::mup(shape, 32, family);
      for (std::size_t l = 0; l < 3; ++l) {
        CHECK(same.layers[l].weight.init_var == plain.layers[l].weight.init_var);
        CHECK(same.layers[l].weight.lr == 1);
        CHECK(same.layers[l].bias->lr == 1);
        CHECK(same.layers[l].weight.decay == 1);
      }
    }
  }

  TEST_CASE("NTK and standard parametrisation are one function at initialisation") {
    const MlpShape shape{.widths = {3, 7, 7, 2}, .activation = Activation::tanh, .weight_var = 1.5, .bias_var = 0.1};
    const learn::Mlp<double> ntk(learn::ntk_parametrisation(shape), numerics::Rng(4, numerics::Stream::init));
    const learn::Mlp<double> sp(learn::standard(shape), numerics::Rng(4, numerics::Stream::init));
    const Eigen::MatrixXd x = numerics::Rng(5).normal(3, 6);
    CHECK((ntk.output(x) - sp.output(x)).norm() < 1e-14);
  }

  TEST_CASE("mean field with one hidden layer is (1/n) sum a phi(w.x / sqrt d)") {
    const learn::Mlp<double> net(
        learn::mean_field({.widths = {2, 50, 1}, .activation = Activation::tanh, .bias = false}), numerics::Rng(4));
    const Eigen::MatrixXd x = numerics::Rng(5).normal(2, 6);
    const Eigen::MatrixXd hidden = (net.weight(0) * x / std::sqrt(2.0)).array().tanh();
    CHECK((net.output(x) - net.weight(1) * hidden / 50).norm() < 1e-14);
    CHECK(net.architecture().layers[0].weight.lr == 50);
    CHECK(net.architecture().layers[1].weight.lr == 50);
  }

  TEST_CASE("residual branches: E f^2 grows as (1 + c^2 L^-2p)^L for linear blocks") {
    // L = 4, p = 1/2, c = 1: (5/4)^4 = 2.44141. Wide enough that the mean of 300 networks has 5 % error; four of those.
    learn::ResidualShape shape{
        .inputs = 64, .width = 64, .outputs = 1, .blocks = 4, .activation = Activation::identity, .embed = false};
    const Eigen::VectorXd half = forward_variance(learn::residual(shape), 600);
    CHECK(std::abs(half(0) - std::pow(1.25, 4)) < 4 * half(1));
    shape.exponent = 1;
    const Eigen::VectorXd one = forward_variance(learn::residual(shape), 600);
    CHECK(std::abs(one(0) - std::pow(1 + 1.0 / 16, 4)) < 4 * one(1));
  }

  TEST_CASE("two matrices per block: h + beta W' phi(W h)") {
    const learn::Mlp<double> net(
        learn::residual(
            {.inputs = 3, .width = 5, .outputs = 2, .blocks = 1, .matrices = 2, .branch = 0.5, .exponent = 1}),
        numerics::Rng(2));
    const Eigen::MatrixXd x = numerics::Rng(5).normal(3, 6), h = net.weight(0) * x;
    const Eigen::MatrixXd inner = (net.weight(1) * h).cwiseMax(0.0);
    CHECK((net.output(x) - net.weight(3) * (h + 0.5 * net.weight(2) * inner)).norm() < 1e-13);
  }

  TEST_CASE("what cannot be a network is refused, with what was expected") {
    CHECK_THROWS_WITH_AS(learn::standard({.widths = {3, 0, 1}}), "width = 0: expected >= 1", std::invalid_argument);
    CHECK_THROWS_AS(learn::standard({.widths = {3}}), std::invalid_argument);
    CHECK_THROWS_AS(learn::standard({.widths = {3, 1}, .weight_var = -1}), std::invalid_argument);
    CHECK_THROWS_AS(learn::ntk_parametrisation({.widths = {3, 4, 1}}), std::invalid_argument);
    CHECK_THROWS_AS(learn::mup({.widths = {3, 4, 1}}, 0, learn::MupFor::sgd), std::invalid_argument);
    CHECK_THROWS_AS(learn::mean_field({.widths = {3, 1}, .bias = false}), std::invalid_argument);
    CHECK_THROWS_AS(learn::residual({.inputs = 3, .width = 4, .outputs = 1, .embed = false}), std::invalid_argument);
    CHECK_THROWS_AS(learn::residual({.inputs = 3, .width = 4, .outputs = 1, .matrices = 3}), std::invalid_argument);
    CHECK_THROWS_AS(learn::check({}), std::invalid_argument);
    CHECK_THROWS_WITH_AS(learn::check({.layers = {{.inputs = 2, .outputs = 3}, {.inputs = 4, .outputs = 1}}}),
                         "layer 1: takes 4 inputs, the layer before gives 3", std::invalid_argument);
    CHECK_THROWS_AS(learn::check({.layers = {{.inputs = 2, .outputs = 3, .skip = 1}}}), std::invalid_argument);
    CHECK_THROWS_AS(learn::check({.layers = {{.inputs = 2, .outputs = 2, .skip = 2}}}), std::invalid_argument);
    learn::Architecture frozen{.layers = {{.inputs = 2, .outputs = 2}}};
    frozen.layers[0].weight.lr = NAN;
    CHECK_THROWS_AS(learn::check(frozen), std::invalid_argument);
  }

  TEST_CASE("weights have the variance they should, and both precisions start alike") {
    const auto shape = learn::standard({.widths = {100, 400, 1}, .weight_var = 2, .bias_var = 0.25});
    const learn::Mlp<double> net(shape, numerics::Rng(1, numerics::Stream::init));
    const learn::Mlp<float> single(shape, numerics::Rng(1, numerics::Stream::init));
    // The variance of 40000 normals has relative error sqrt(2 / 40000) = 0.7 %; four of those.
    CHECK(net.weight(0).squaredNorm() / 40000 == doctest::Approx(0.02).epsilon(0.03));
    CHECK(net.bias(0).squaredNorm() / 400 == doctest::Approx(0.25).epsilon(0.3));
    CHECK((net.parameters().cast<float>() - single.parameters()).cwiseAbs().maxCoeff() < 1e-6f);
  }

  TEST_CASE("layers are addressed by number, and a missing one is named") {
    learn::Mlp<double> net(learn::standard({.widths = {2, 3, 1}, .bias = false}), numerics::Rng(1));
    CHECK(net.weight(1).cols() == 3);
    CHECK_THROWS_WITH_AS(net.weight(2), "layer 2: expected 0 to 1", std::out_of_range);
    CHECK_THROWS_WITH_AS(net.bias(0), "layer 0 has no bias", std::out_of_range);
    CHECK_THROWS_AS(net.output(Eigen::MatrixXd(3, 1)), std::invalid_argument);
    net.weight(1)(0, 2) = 7;
    CHECK(net.parameters()(2 * 3 + 2) == 7);
  }

  TEST_CASE("a centred network starts at zero, and can be centred where its weights were put") {
    auto architecture = learn::standard({.widths = {2, 5, 3}});
    architecture.output_scale = 4;
    architecture.centred = true;
    learn::Mlp<double> net(architecture, numerics::Rng(1));
    const Eigen::MatrixXd x = numerics::Rng(5).normal(2, 4);
    CHECK(net.output(x).norm() == 0);
    const Eigen::MatrixXd before = net.initial_output(x);
    net.parameters() *= 2;
    CHECK(net.output(x).norm() > 0.1);
    CHECK((net.initial_output(x) - before).norm() == 0);
    net.centre_here();
    CHECK(net.output(x).norm() == 0);
  }

  TEST_CASE("views with gaps between their columns are read correctly") {
    const learn::Mlp<double> net(learn::standard({.widths = {2, 5, 3}}), numerics::Rng(1));
    const Eigen::MatrixXd wide = numerics::Rng(5).normal(4, 6);
    const Eigen::MatrixXd part = wide.topRows(2);
    CHECK((net.output(wide.topRows(2)) - net.output(part)).norm() == 0);
  }
}
