#include "random_networks.h"

#include <lmw/learn/curvature.h>
#include <lmw/learn/per_example.h>
#include <lmw/learn/trainer.h>

#include <doctest/doctest.h>

using namespace lmw;
using tests::distance;
using tests::for_random_networks;
using tests::RandomCase;

namespace {

/// The gradient by forward mode, one parameter at a time.
Eigen::VectorXd forward_gradient(const RandomCase& drawn, const Eigen::VectorXd& theta) {
  Eigen::VectorXd gradient(theta.size()), unit = Eigen::VectorXd::Zero(theta.size());
  for (Eigen::Index i = 0; i < theta.size(); ++i) {
    unit(i) = 1;
    gradient(i) = tests::reference_loss(drawn.net, theta, drawn.initial(), unit, drawn.data, drawn.loss).derivative(1);
    unit(i) = 0;
  }
  return gradient;
}

}  // namespace

TEST_SUITE("learn/gradient") {
  TEST_CASE("outputs equal plain loops") {
    CHECK(for_random_networks("outputs", [](const RandomCase& drawn) {
      const auto net = drawn.network();
      const Eigen::MatrixXd f = net.output(drawn.data.x);
      for (Eigen::Index i = 0; i < drawn.data.size(); ++i) {
        const auto expected = tests::reference_output(drawn.net, tests::constants(net.parameters()),
                                                      tests::constants(drawn.initial()), drawn.data.x.col(i));
        for (Eigen::Index a = 0; a < f.rows(); ++a)
          RC_ASSERT(std::abs(f(a, i) - expected[static_cast<std::size_t>(a)].c[0]) < 1e-12 * (1 + f.norm()));
      }
    }));
  }

  TEST_CASE("reverse mode equals forward mode, for the loss and its gradient") {
    CHECK(for_random_networks("gradient", [](const RandomCase& drawn) {
      auto net = drawn.network();
      const Eigen::VectorXd theta = net.parameters();
      const Eigen::VectorXd zero = Eigen::VectorXd::Zero(theta.size());
      const double loss =
          tests::reference_loss(drawn.net, theta, drawn.initial(), zero, drawn.data, drawn.loss).derivative(0);
      const learn::Trainer<double> trainer(net, drawn.data, {.loss = drawn.loss});
      RC_ASSERT(std::abs(trainer.loss() - loss) < 1e-11 * (1 + std::abs(loss)));
      RC_ASSERT(std::abs(learn::loss_value(drawn.loss, net.output(drawn.data.x), drawn.data.y) - loss) <
                1e-11 * (1 + std::abs(loss)));
      RC_ASSERT(distance(trainer.gradient(), forward_gradient(drawn, theta)) < 1e-11);
    }));
  }

  TEST_CASE("central differences agree as far as they can, to 1e-7") {
    // Error h^2/6 f''' + 1e-16 |f| / h at h = 1e-5: about 1e-10 for smooth networks of order 1, more for deep squares.
    CHECK(for_random_networks(
        "central differences",
        [](const RandomCase& drawn) {
          auto net = drawn.network();
          const Eigen::VectorXd theta = net.parameters();
          const Eigen::VectorXd v = numerics::Rng(drawn.seed + 1).normal(theta.size()).normalized();
          const double h = 1e-5;
          const auto loss_at = [&](double step) {
            net.parameters() = theta + step * v;
            return learn::loss_value(drawn.loss, net.output(drawn.data.x), drawn.data.y);
          };
          const double slope = (loss_at(h) - loss_at(-h)) / (2 * h);
          net.parameters() = theta;
          const Eigen::VectorXd gradient = learn::Trainer<double>(net, drawn.data, {.loss = drawn.loss}).gradient();
          RC_ASSERT(std::abs(slope - gradient.dot(v)) < 1e-7 * (1 + gradient.norm()));
        },
        true));
  }

  TEST_CASE("the examples' own gradients average to the gradient, and their scatter is the noise trace") {
    CHECK(for_random_networks("per-example gradients", [](const RandomCase& drawn) {
      auto net = drawn.network();
      const Eigen::MatrixXd each = learn::per_example_gradients(net, drawn.data, drawn.loss);
      const Eigen::VectorXd mean = each.rowwise().mean();
      RC_ASSERT(distance(learn::Trainer<double>(net, drawn.data, {.loss = drawn.loss}).gradient(), mean) < 1e-11);
      const auto noise = learn::gradient_noise(net, drawn.data, drawn.loss);
      const double trace = (each.colwise() - mean).squaredNorm() / static_cast<double>(each.cols());
      RC_ASSERT(std::abs(noise.mean_sq - mean.squaredNorm()) < 1e-11 * (1 + mean.squaredNorm()));
      RC_ASSERT(std::abs(noise.trace - trace) < 1e-11 * (1 + mean.squaredNorm() + trace));
    }));
  }

  TEST_CASE("the Jacobian of the outputs equals forward mode") {
    CHECK(for_random_networks("output Jacobian", [](const RandomCase& drawn) {
      const auto net = drawn.network();
      const Eigen::MatrixXd jacobian = learn::output_jacobian(net, drawn.data.x);
      const Eigen::VectorXd v = numerics::Rng(drawn.seed + 1).normal(net.parameter_count());
      std::vector<tests::Taylor> moving;
      for (Eigen::Index i = 0; i < v.size(); ++i) moving.emplace_back(net.parameters()(i), v(i));
      const Eigen::VectorXd along = jacobian.transpose() * v;
      for (Eigen::Index i = 0; i < drawn.data.size(); ++i) {
        const auto f =
            tests::reference_output(drawn.net, moving, tests::constants(drawn.initial()), drawn.data.x.col(i));
        for (std::size_t a = 0; a < f.size(); ++a)
          RC_ASSERT(std::abs(f[a].derivative(1) - along(i * static_cast<Eigen::Index>(f.size()) +
                                                        static_cast<Eigen::Index>(a))) < 1e-11 * (1 + along.norm()));
      }
    }));
  }

  TEST_CASE("more examples than one block give the same sums") {
    // 1300 examples go in three blocks of at most 512.
    const auto drawn = tests::random_case(7, 3, 5, 1300);
    auto net = drawn.network();
    const learn::Trainer<double> trainer(net, drawn.data, {.loss = drawn.loss});
    const Eigen::MatrixXd each = learn::per_example_gradients(net, drawn.data, drawn.loss);
    CHECK(distance(trainer.gradient(), each.rowwise().mean()) < 1e-12);
    const learn::Curvature<double> curvature(net, drawn.data, drawn.loss);
    CHECK(distance(curvature.gradient(), each.rowwise().mean()) < 1e-12);
    CHECK(curvature.loss() == doctest::Approx(trainer.loss()).epsilon(1e-13));
    const auto noise = learn::gradient_noise(net, drawn.data, drawn.loss);
    CHECK(noise.trace == doctest::Approx((each.colwise() - each.rowwise().mean()).squaredNorm() / 1300).epsilon(1e-12));
  }

  TEST_CASE("single precision agrees with double to its rounding") {
    CHECK(for_random_networks(
        "single precision",
        [](const RandomCase& drawn) {
          auto net = drawn.network();
          learn::Mlp<float> single(drawn.net, numerics::Rng(drawn.seed, numerics::Stream::init));
          single.parameters() = net.parameters().cast<float>();
          const learn::Dataset<float> data = drawn.data.cast<float>();
          const Eigen::VectorXd gradient = learn::Trainer<double>(net, drawn.data, {.loss = drawn.loss}).gradient();
          const Eigen::VectorXf rounded = learn::Trainer<float>(single, data, {.loss = drawn.loss}).gradient();
          // Six layers of rounding at 6e-8 each, amplified where activations grow.
          RC_ASSERT(distance(rounded.cast<double>(), gradient) < 2e-4);
        },
        true));
  }
}
