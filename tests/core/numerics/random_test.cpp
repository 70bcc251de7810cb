#include <lmw/numerics/random.h>
#include <lmw/numerics/special.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <vector>

using lmw::numerics::normal_cdf;
using lmw::numerics::normal_quantile;
using lmw::numerics::Rng;
using lmw::numerics::Stream;

TEST_SUITE("numerics/random") {
  TEST_CASE("the generator is Philox4x32-10: its published known-answer vectors") {
    Rng zeros(0, Stream{0}, 0);
    CHECK(zeros.bits() == 0x6627e8d5e169c58d);
    CHECK(zeros.bits() == 0xbc57ac4c9b00dbd8);

    Rng ones(0xffffffffffffffff, Stream{0xffffffff}, 0xffffffff);
    ones.skip(0xffffffffffffffff);  // two words a block: the last block is 2^65 - 2 words away
    ones.skip(0xffffffffffffffff);
    CHECK(ones.bits() == 0x408f276d41c83b0e);
    CHECK(ones.bits() == 0xa20bc7c66d5451fd);

    Rng digits_of_pi(0x299f31d0a4093822, Stream{0x13198a2e}, 0x03707344);
    digits_of_pi.skip(0x85a308d3243f6a88);
    digits_of_pi.skip(0x85a308d3243f6a88);
    CHECK(digits_of_pi.bits() == 0xd16cfe0994fdcceb);
    CHECK(digits_of_pi.bits() == 0x5001e42024126ea1);
  }

  TEST_CASE("skipping gives the numbers that drawing would have reached") {
    for (const std::uint64_t distance : {0U, 1U, 2U, 255U, 256U, 257U, 1000U, 1001U}) {
      Rng walk(7), jump(7);
      walk.bits(), jump.bits();
      for (std::uint64_t i = 0; i < distance; ++i) walk.bits();
      jump.skip(distance);
      for (int i = 0; i < 300; ++i) REQUIRE(walk.bits() == jump.bits());
    }
  }

  TEST_CASE("seed, stream and draw each give other numbers") {
    const std::uint64_t reference = Rng(5, Stream::data, 0).bits();
    CHECK(Rng(5, Stream::data, 0).bits() == reference);
    CHECK(Rng(6, Stream::data, 0).bits() != reference);
    CHECK(Rng(5 | std::uint64_t{1} << 40, Stream::data, 0).bits() != reference);
    CHECK(Rng(5, Stream::init, 0).bits() != reference);
    CHECK(Rng(5, Stream::data, 1).bits() != reference);
  }

  TEST_CASE("bulk fills are the single calls, whatever the position and the scalar") {
    Rng one(11), bulk(11), in_float(11);
    one.bits(), bulk.bits(), in_float.bits();
    Eigen::MatrixXf rounded(300, 3);
    in_float.fill_normal(rounded);
    const Eigen::MatrixXd many = bulk.normal(300, 3);
    for (Eigen::Index j = 0; j < 3; ++j)
      for (Eigen::Index i = 0; i < 300; ++i) {
        const double x = one.normal();
        REQUIRE(many(i, j) == x);
        REQUIRE(rounded(i, j) == static_cast<float>(x));
      }
    CHECK(one.bits() == bulk.bits());
  }

  TEST_CASE("normals have the moments and the tail of the standard normal") {
    Rng rng(20240611);
    const int n = 1'000'000;
    const Eigen::ArrayXd x = rng.normal(n).array();
    const double root = std::sqrt(static_cast<double>(n));
    // Four standard errors each: Var x = 1, Var x^2 = 2, Var x^3 = 15, Var x^4 = 96, and a binomial count.
    CHECK(std::abs(x.mean()) < 4 * 1.0 / root);
    CHECK(std::abs(x.square().mean() - 1) < 4 * std::sqrt(2.0) / root);
    CHECK(std::abs(x.cube().mean()) < 4 * std::sqrt(15.0) / root);
    CHECK(std::abs(x.square().square().mean() - 3) < 4 * std::sqrt(96.0) / root);
    const double beyond = 2 * normal_cdf(-3.0), count = static_cast<double>((x.abs() > 3.0).count());
    CHECK(std::abs(count - n * beyond) < 4 * std::sqrt(n * beyond));
  }

  TEST_CASE("neighbouring streams, draws and positions are uncorrelated") {
    const int n = 200'000;
    const Eigen::VectorXd x = Rng(3, Stream::data, 0).normal(n);
    for (const Eigen::VectorXd& y :
         {Rng(3, Stream::init, 0).normal(n), Rng(3, Stream::data, 1).normal(n), Rng(4, Stream::data, 0).normal(n)})
      CHECK(std::abs(x.dot(y)) < 4 * std::sqrt(static_cast<double>(n)));
    CHECK(std::abs(x.head(n - 1).dot(x.tail(n - 1))) < 4 * std::sqrt(static_cast<double>(n)));
  }

  TEST_CASE("uniforms lie strictly between 0 and 1 and are uniform") {
    Rng rng(9);
    Eigen::MatrixXd u(100'000, 1);
    rng.fill_uniform(u);
    CHECK(u.minCoeff() > 0.0);
    CHECK(u.maxCoeff() < 1.0);
    std::sort(u.col(0).begin(), u.col(0).end());
    const double n = static_cast<double>(u.rows());
    double distance = 0;
    for (Eigen::Index i = 0; i < u.rows(); ++i)
      distance = std::max({distance, std::abs(u(i, 0) - static_cast<double>(i) / n),
                           std::abs(u(i, 0) - static_cast<double>(i + 1) / n)});
    CHECK(distance < std::sqrt(std::log(2 / 1e-4) / (2 * n)));  // Dvoretzky-Kiefer-Wolfowitz at 1e-4
  }

  TEST_CASE("integers below n are unbiased, also where 2^64 mod n is large") {
    Rng rng(17);
    std::vector<int> seen(6);
    const int n = 60'000;
    for (int i = 0; i < n; ++i) ++seen[rng.below(6)];
    double chi_squared = 0;
    for (const int k : seen) chi_squared += (k - n / 6.0) * (k - n / 6.0) / (n / 6.0);
    CHECK(chi_squared < 25.74);  // 5 degrees of freedom, p = 1e-4

    // With n = 3 * 2^62 the plain product method would return even numbers of thirds twice as often.
    const std::uint64_t wide = std::uint64_t{3} << 62;
    int lowest_third = 0;
    for (int i = 0; i < n; ++i) lowest_third += rng.below(wide) % 3 == 0;
    CHECK(std::abs(lowest_third - n / 3.0) < 4 * std::sqrt(n * 2.0 / 9.0));
    CHECK_THROWS_AS(rng.below(0), std::invalid_argument);
  }

  TEST_CASE("every order of three items is equally likely") {
    Rng rng(23);
    std::vector<int> seen(9);
    const int n = 60'000;
    for (int i = 0; i < n; ++i) {
      const auto order = rng.permutation(3);
      REQUIRE(order[0] + order[1] + order[2] == 3);
      ++seen[static_cast<std::size_t>(3 * order[0] + order[1])];
    }
    double chi_squared = 0;
    for (const int k : seen)
      if (k > 0) chi_squared += (k - n / 6.0) * (k - n / 6.0) / (n / 6.0);
    CHECK(std::count(seen.begin(), seen.end(), 0) == 3);
    CHECK(chi_squared < 25.74);  // 5 degrees of freedom, p = 1e-4
  }

  TEST_CASE("indices with replacement stay in range and repeat") {
    Rng rng(29);
    auto drawn = rng.indices(1000, 10);
    CHECK(*std::min_element(drawn.begin(), drawn.end()) == 0);
    CHECK(*std::max_element(drawn.begin(), drawn.end()) == 9);
    CHECK_THROWS_AS(rng.indices(3, 0), std::invalid_argument);
    CHECK_THROWS_AS(rng.indices(-1, 3), std::invalid_argument);
  }
}

TEST_SUITE("numerics/special") {
  TEST_CASE("normal quantiles: tabulated values and the symmetric point") {
    CHECK(normal_quantile(0.5) == 0.0);
    CHECK(normal_quantile(0.975) == doctest::Approx(1.9599639845400545).epsilon(1e-15));
    CHECK(normal_quantile(0.0013498980316300945) == doctest::Approx(-3.0).epsilon(1e-15));
    CHECK(normal_quantile(1e-20) == doctest::Approx(-9.262340089798408).epsilon(1e-15));
  }
  TEST_CASE("the quantile inverts the distribution function in all three ranges") {
    // Phi amplifies an error in x by x^2: the bound is 1e-15 relative in x, and erfc's own few units in the last place.
    for (double x = -37.0; x <= 0.0; x += 0.01)
      REQUIRE(normal_cdf(normal_quantile(normal_cdf(x))) ==
              doctest::Approx(normal_cdf(x)).epsilon(1e-15 * (10 + x * x)));
    for (const double p : {0.6, 0.9, 0.95, 0.999})
      CHECK(normal_quantile(p) == doctest::Approx(-normal_quantile(1 - p)).epsilon(1e-13));
  }
  TEST_CASE("probabilities outside (0, 1) are refused") {
    for (const double p : {0.0, 1.0, -0.1, 1.1, std::numeric_limits<double>::quiet_NaN()})
      CHECK_THROWS_AS(normal_quantile(p), std::domain_error);
  }
}
