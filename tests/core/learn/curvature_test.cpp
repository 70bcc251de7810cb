#include "random_networks.h"

#include <lmw/learn/curvature.h>
#include <lmw/learn/generators.h>
#include <lmw/learn/trainer.h>

#include <doctest/doctest.h>

#include <Eigen/Eigenvalues>

using namespace lmw;
using tests::distance;
using tests::for_random_networks;
using tests::RandomCase;

namespace {

tests::Taylor along(const RandomCase& drawn, const Eigen::VectorXd& theta, const Eigen::VectorXd& v) {
  return tests::reference_loss(drawn.net, theta, drawn.initial(), v, drawn.data, drawn.loss);
}

/// Twenty points, target T_4, tanh 1-30-30-1: the standard task of edge-of-stability experiments.
learn::Dataset<double> chebyshev() {
  return learn::on_interval(20, [](double x) { return 8 * x * x * x * x - 8 * x * x + 1; });
}
learn::Mlp<double> chebyshev_net(std::uint64_t seed) {
  return {learn::standard({.widths = {1, 30, 30, 1}, .activation = learn::Activation::tanh}),
          numerics::Rng(seed, numerics::Stream::init)};
}

}  // namespace

TEST_SUITE("learn/curvature") {
  TEST_CASE("Hessian products equal forward mode") {
    CHECK(for_random_networks("Hessian products", [](const RandomCase& drawn) {
      const auto net = drawn.network();
      learn::Curvature<double> curvature(net, drawn.data, drawn.loss);
      numerics::Rng rng(drawn.seed + 1);
      const Eigen::VectorXd u = rng.normal(net.parameter_count()), v = rng.normal(net.parameter_count());
      const Eigen::VectorXd& theta = net.parameters();
      // u^T H v from the three quadratic forms.
      const double plus = along(drawn, theta, u + v).derivative(2), minus = along(drawn, theta, u - v).derivative(2);
      const Eigen::VectorXd product = curvature.hvp(v);
      const double scale = 1 + u.norm() * product.norm();
      RC_ASSERT(std::abs(u.dot(product) - (plus - minus) / 4) < 1e-10 * (scale + std::abs(plus)));
      RC_ASSERT(std::abs(v.dot(product) - along(drawn, theta, v).derivative(2)) < 1e-10 * scale);
    }));
  }

  TEST_CASE("the Hessian is symmetric, and its columns are products") {
    CHECK(for_random_networks("dense Hessian", [](const RandomCase& drawn) {
      const auto net = drawn.network();
      learn::Curvature<double> curvature(net, drawn.data, drawn.loss);
      const Eigen::MatrixXd h = curvature.hessian();
      RC_ASSERT(distance(h, h.transpose()) < 1e-11);
      const Eigen::VectorXd v = numerics::Rng(drawn.seed + 1).normal(net.parameter_count());
      RC_ASSERT(distance(curvature.hvp(v), h * v) < 1e-11);
    }));
  }

  TEST_CASE("third derivatives equal forward mode") {
    CHECK(for_random_networks("third derivatives", [](const RandomCase& drawn) {
      const auto net = drawn.network();
      learn::Curvature<double> curvature(net, drawn.data, drawn.loss);
      numerics::Rng rng(drawn.seed + 1);
      const Eigen::VectorXd u = rng.normal(net.parameter_count()), v = rng.normal(net.parameter_count());
      const Eigen::VectorXd& theta = net.parameters();
      const double cubic_u = along(drawn, theta, u).derivative(3), cubic_v = along(drawn, theta, v).derivative(3);
      const double plus = along(drawn, theta, u + v).derivative(3), minus = along(drawn, theta, u - v).derivative(3);
      const double scale = 1 + std::abs(cubic_u) + std::abs(cubic_v) + std::abs(plus) + std::abs(minus);
      const Eigen::VectorXd uu = curvature.third(u);
      RC_ASSERT(std::abs(uu.dot(u) - cubic_u) < 1e-9 * scale);
      // D3[u,u,v] = (D3[u+v]^3 - D3[u-v]^3 - 2 D3[v]^3) / 6
      RC_ASSERT(std::abs(uu.dot(v) - (plus - minus - 2 * cubic_v) / 6) < 1e-9 * scale);
      RC_ASSERT(std::abs(curvature.third(u, v).dot(u) - uu.dot(v)) < 1e-9 * scale);
    }));
  }

  TEST_CASE("the gradient of a curvature is its directional derivative, by differences of Hessian products") {
    // (H(w + h u) - H(w - h u)) u / 2h: error h^2 of order 1e-8 times fifth derivatives.
    auto net = chebyshev_net(3);
    const auto data = chebyshev();
    const Eigen::VectorXd theta = net.parameters();
    const Eigen::VectorXd u = numerics::Rng(5).normal(theta.size()).normalized();
    const Eigen::VectorXd exact = learn::Curvature<double>(net, data, learn::Loss::mse_half).third(u);
    const double h = 1e-4;
    net.parameters() = theta + h * u;
    const Eigen::VectorXd plus = learn::Curvature<double>(net, data, learn::Loss::mse_half).hvp(u);
    net.parameters() = theta - h * u;
    const Eigen::VectorXd minus = learn::Curvature<double>(net, data, learn::Loss::mse_half).hvp(u);
    CHECK(distance((plus - minus) / (2 * h), exact) < 1e-6);
  }

  TEST_CASE("a linear model has the Hessian X X^T / n, for the loss with its half") {
    numerics::Rng rng(1);
    const learn::Dataset<double> data{rng.normal(4, 9), rng.normal(1, 9)};
    const learn::Mlp<double> net(learn::standard({.widths = {4, 1}, .bias = false}), numerics::Rng(2));
    const Eigen::MatrixXd expected = data.x * data.x.transpose() / 9;
    CHECK(distance(learn::Curvature<double>(net, data, learn::Loss::mse_half).hessian(), expected) < 1e-14);
    CHECK(distance(learn::Curvature<double>(net, data, learn::Loss::mse).hessian(), 2 * expected) < 1e-14);
  }

  TEST_CASE("u.v / sqrt n at a zero has the single nonzero curvature (|u|^2 + |v|^2) / n") {
    // f = sum_i v_i u_i / sqrt n, one example x = 1, y = 0; at f = 0 the Hessian is the square of (v, u) / sqrt n.
    learn::Architecture net =
        learn::standard({.widths = {1, 3, 1}, .activation = learn::Activation::identity, .bias = false});
    net.layers[1].weight.multiplier = 1 / std::sqrt(3.0);
    learn::Mlp<double> model(net, numerics::Rng(1));
    model.weight(0).col(0) << 1, 2, 0;
    model.weight(1).row(0) << 2, -1, 3;
    const learn::Dataset<double> data{Eigen::MatrixXd::Ones(1, 1), Eigen::MatrixXd::Zero(1, 1)};
    learn::Curvature<double> curvature(model, data, learn::Loss::mse_half);
    const auto top = curvature.top(2);
    CHECK(top.converged);
    CHECK(top.values(0) == doctest::Approx(19.0 / 3).epsilon(1e-9));
    CHECK(top.values(1) == doctest::Approx(0).epsilon(1e-3));  // all others vanish
    CHECK(curvature.hessian().trace() == doctest::Approx(19.0 / 3).epsilon(1e-12));
  }

  TEST_CASE("top eigenpairs equal the dense eigenproblem") {
    const auto net = chebyshev_net(1);
    learn::Curvature<double> curvature(net, chebyshev(), learn::Loss::mse_half);
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> dense(curvature.hessian());
    const auto top = curvature.top(4, {}, {.tolerance = 1e-9});
    REQUIRE(top.converged);
    for (int k = 0; k < 4; ++k) {
      const Eigen::Index at = dense.eigenvalues().size() - 1 - k;
      CHECK(top.values(k) == doctest::Approx(dense.eigenvalues()(at)).epsilon(1e-12));
      CHECK(std::abs(top.vectors.col(k).dot(dense.eigenvectors().col(at))) == doctest::Approx(1).epsilon(1e-9));
      CHECK(top.residuals(k) <= 1e-9 * top.values(0));
    }
  }

  TEST_CASE("a degenerate eigenvalue is found as often as asked for") {
    const Eigen::VectorXd diagonal = (Eigen::VectorXd(6) << 5, 5, 5, 2, 1, -9).finished();
    const learn::SymmetricOperator<double> product = [&](const Eigen::VectorXd& in, Eigen::VectorXd& out) {
      out = diagonal.cwiseProduct(in);
    };
    const auto top = learn::top_eigenpairs<double>(product, 6, 3, {}, {.tolerance = 1e-10});
    CHECK(top.converged);
    CHECK((top.values.array() - 5).abs().maxCoeff() < 1e-12);
    CHECK((top.vectors.transpose() * top.vectors - Eigen::Matrix3d::Identity()).norm() < 1e-12);
    CHECK(top.vectors.bottomRows(3).norm() < 1e-9);
  }

  TEST_CASE("a warm start takes fewer products, and an exact one a single round") {
    auto net = chebyshev_net(1);
    const auto data = chebyshev();
    learn::Trainer<double> trainer(net, data, {.optimiser = learn::gradient_descent(0.05)});
    trainer.run(200);
    const auto cold = learn::Curvature<double>(net, data, learn::Loss::mse_half).top(2);
    trainer.run(5);
    const auto warm = learn::Curvature<double>(net, data, learn::Loss::mse_half).top(2, cold);
    REQUIRE(cold.converged);
    REQUIRE(warm.converged);
    CHECK(warm.products < cold.products);
    CHECK(learn::Curvature<double>(net, data, learn::Loss::mse_half).top(2, warm).products == 2);
  }

  TEST_CASE("a solver that runs out of products says so") {
    const auto net = chebyshev_net(1);
    learn::Curvature<double> curvature(net, chebyshev(), learn::Loss::mse_half);
    const auto top = curvature.top(1, {}, {.tolerance = 1e-10, .max_products = 3});
    CHECK_FALSE(top.converged);
    CHECK(top.products == 3);
  }

  TEST_CASE("the trace estimate is exact for a diagonal matrix and within four standard errors for a network") {
    const learn::SymmetricOperator<double> diagonal = [](const Eigen::VectorXd& in, Eigen::VectorXd& out) {
      out = 3 * in;
    };
    const auto exact = learn::trace_estimate<double>(diagonal, 5, 4, numerics::Rng(1));
    CHECK(exact.mean == doctest::Approx(15).epsilon(1e-14));
    CHECK(exact.standard_error < 1e-13);
    const auto net = chebyshev_net(1);
    learn::Curvature<double> curvature(net, chebyshev(), learn::Loss::mse_half);
    const auto estimate = curvature.trace(400, numerics::Rng(2));
    CHECK(std::abs(estimate.mean - curvature.hessian().trace()) < 4 * estimate.standard_error);
  }

  TEST_CASE("single precision finds the sharpness of double to 1e-5") {
    const auto net = chebyshev_net(1);
    learn::Mlp<float> single(net.architecture(), numerics::Rng(1, numerics::Stream::init));
    const double sharpness = learn::Curvature<double>(net, chebyshev(), learn::Loss::mse_half).top(1).values(0);
    const learn::Dataset<float> data = chebyshev().cast<float>();
    const auto top = learn::Curvature<float>(single, data, learn::Loss::mse_half).top(1);
    CHECK(top.converged);
    CHECK(top.values(0) == doctest::Approx(sharpness).epsilon(1e-5));
  }

  TEST_CASE("arguments that do not fit are refused") {
    const auto net = chebyshev_net(1);
    CHECK_THROWS_AS(learn::Curvature<double>(net, {Eigen::MatrixXd(2, 3), Eigen::MatrixXd(1, 3)}, learn::Loss::mse),
                    std::invalid_argument);
    CHECK_THROWS_AS(learn::Curvature<double>(net, {Eigen::MatrixXd(1, 0), Eigen::MatrixXd(1, 0)}, learn::Loss::mse),
                    std::invalid_argument);
    learn::Curvature<double> curvature(net, chebyshev(), learn::Loss::mse_half);
    CHECK_THROWS_AS(curvature.hvp(Eigen::VectorXd::Ones(3)), std::invalid_argument);
    CHECK_THROWS_AS(curvature.top(0), std::invalid_argument);
    CHECK_THROWS_AS(curvature.top(1, {.vectors = Eigen::MatrixXd(3, 1)}), std::invalid_argument);
    CHECK_THROWS_AS(curvature.trace(0, numerics::Rng(1)), std::invalid_argument);
  }
}
