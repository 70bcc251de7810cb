#include <lmw/learn/activation.h>
#include <lmw/learn/mlp.h>
#include <lmw/learn/per_example.h>

#include <doctest/doctest.h>

#include <cmath>
#include <complex>
#include <limits>
#include <numbers>

using namespace lmw;
using learn::Activation;

namespace {

constexpr Activation all[] = {Activation::identity, Activation::relu,      Activation::tanh,    Activation::erf,
                              Activation::gelu,     Activation::quadratic, Activation::softplus};

/// A network that is phi itself: one layer, the activation in front, weight 1.
template <class Scalar>
learn::Mlp<Scalar> just(Activation phi) {
  learn::Mlp<Scalar> net({.layers = {{.inputs = 1, .outputs = 1, .activation = phi}}}, numerics::Rng(1));
  net.weight(0)(0, 0) = 1;
  return net;
}

/// phi'(z) through the derivative of w2 phi(w1 x) by w1, at w1 = z, x = w2 = 1.
template <class Scalar>
Scalar slope(Activation phi, Scalar z) {
  learn::Mlp<Scalar> net({.layers = {{.inputs = 1, .outputs = 1}, {.inputs = 1, .outputs = 1, .activation = phi}}},
                         numerics::Rng(1));
  net.parameters() << z, 1;
  return learn::output_jacobian(net, learn::Matrix<Scalar>::Ones(1, 1))(0, 0);
}

template <class Scalar>
learn::Matrix<Scalar> sample_points() {
  learn::Matrix<Scalar> z(1, 2001);
  for (Eigen::Index i = 0; i < 2001; ++i) z(0, i) = static_cast<Scalar>(i - 1000) * Scalar(0.0125);
  z(0, 1000) = Scalar(1e-9);
  return z;
}

template <class Scalar>
void compare_with_scalar_code(double tolerance) {
  const learn::Matrix<Scalar> z = sample_points<Scalar>();
  for (const Activation phi : all) {
    const learn::Matrix<Scalar> h = just<Scalar>(phi).output(z);
    double worst = 0, worst_slope = 0;
    for (Eigen::Index i = 0; i < z.cols(); ++i) {
      const double at = static_cast<double>(z(0, i));
      const double expected = learn::activation(phi, at);
      worst = std::max(worst, std::abs(static_cast<double>(h(0, i)) - expected) / std::max(1.0, std::abs(expected)));
      if (i % 20 == 0)
        worst_slope =
            std::max(worst_slope, std::abs(static_cast<double>(slope(phi, z(0, i))) - learn::activation(phi, at, 1)) /
                                      std::max(1.0, std::abs(learn::activation(phi, at, 1))));
    }
    INFO(learn::to_text(phi));
    CHECK(worst < tolerance);
    CHECK(worst_slope < 2 * tolerance);
  }
}

}  // namespace

TEST_SUITE("learn/activation") {
  TEST_CASE("known values") {
    CHECK(learn::activation(Activation::erf, 0.5) == doctest::Approx(0.5204998778130465).epsilon(1e-15));
    CHECK(learn::activation(Activation::gelu, 1) == doctest::Approx(0.8413447460685429).epsilon(1e-15));
    CHECK(learn::activation(Activation::softplus, 0) == doctest::Approx(std::numbers::ln2).epsilon(1e-15));
    CHECK(learn::activation(Activation::tanh, 0.5, 1) == doctest::Approx(0.7864477329659274).epsilon(1e-15));
    CHECK(learn::activation(Activation::quadratic, 3, 2) == 2);
    CHECK(learn::activation(Activation::relu, 0, 1) == 0);
  }

  TEST_CASE("each derivative is the slope of the one before") {
    // Central differences with h = 1e-5: h^2/6 times a fifth derivative of order 10, and 1e-16/h: below 1e-9.
    const double h = 1e-5;
    for (const Activation phi : all)
      for (const double z : {-2.3, -0.7, 0.2, 0.9, 3.1})
        for (int order = 1; order <= 3; ++order) {
          INFO(learn::to_text(phi) << " at " << z << ", order " << order);
          const double slope =
              (learn::activation(phi, z + h, order - 1) - learn::activation(phi, z - h, order - 1)) / (2 * h);
          CHECK(learn::activation(phi, z, order) == doctest::Approx(slope).epsilon(1e-8).scale(1));
        }
  }

  TEST_CASE("the complex step gives the slope of tanh and softplus to rounding") {
    const std::complex<double> step(0.7, 1e-30);
    CHECK(learn::activation(Activation::tanh, 0.7, 1) ==
          doctest::Approx(std::tanh(step).imag() / 1e-30).epsilon(1e-15));
    CHECK(learn::activation(Activation::softplus, 0.7, 1) ==
          doctest::Approx(std::log(1.0 + std::exp(step)).imag() / 1e-30).epsilon(1e-15));
  }

  TEST_CASE("vector code agrees with the standard library in double precision") {
    compare_with_scalar_code<double>(1e-15);
  }
  TEST_CASE("vector code agrees with the standard library in single precision") {
    compare_with_scalar_code<float>(6e-7);
  }

  TEST_CASE("tanh and erf keep their relative accuracy near zero") {
    for (const double z : {1e-300, 1e-20, -1e-9, 1e-5, -0.01, 0.3, 0.4999, 0.5001}) {
      const Eigen::MatrixXd x = Eigen::MatrixXd::Constant(1, 5, z);
      CHECK(just<double>(Activation::tanh).output(x)(0, 3) == doctest::Approx(std::tanh(z)).epsilon(4e-16));
      CHECK(just<double>(Activation::erf).output(x)(0, 3) == doctest::Approx(std::erf(z)).epsilon(6e-16));
    }
  }

  TEST_CASE("far out every activation has its limit, and not a NaN") {
    for (const double z : {-800.0, 800.0, -1e300, 1e300}) {
      const Eigen::MatrixXd x = Eigen::MatrixXd::Constant(1, 9, z);
      CHECK(just<double>(Activation::tanh).output(x)(0, 4) == std::copysign(1.0, z));
      CHECK(just<double>(Activation::erf).output(x)(0, 4) == std::copysign(1.0, z));
      CHECK(just<double>(Activation::gelu).output(x)(0, 4) == std::max(z, 0.0));
      CHECK(just<double>(Activation::softplus).output(x)(0, 4) == std::max(z, 0.0));
    }
  }

  TEST_CASE("names are read back, and an unknown one is refused with those that there are") {
    for (const Activation phi : all) CHECK(learn::activation_named(learn::to_text(phi)) == phi);
    CHECK_THROWS_WITH_AS(learn::activation_named("selu"),
                         "activation \"selu\": expected one of identity, relu, tanh, erf, gelu, quadratic, softplus",
                         std::invalid_argument);
    CHECK_THROWS_AS(learn::activation(Activation::relu, 1, 4), std::invalid_argument);
  }
}
