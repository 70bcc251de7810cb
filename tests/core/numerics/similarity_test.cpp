#include <lmw/numerics/linalg.h>
#include <lmw/numerics/similarity.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>

using namespace lmw::numerics;

namespace {

doctest::Approx six_decimals(double value) { return doctest::Approx(value).epsilon(1e-6 / std::abs(value)); }

const Eigen::MatrixXd x5 = (Eigen::MatrixXd(5, 2) << 0, 1, 1, 0, 2, 1, 4, 3, 3, 5).finished();
const Eigen::MatrixXd y5 = (Eigen::MatrixXd(5, 3) << 1, 0, 0, 0, 1, 0, 1, 1, 1, 2, 0, 3, 4, 2, 1).finished();

Eigen::MatrixXd gram(const Eigen::MatrixXd& x) { return x * x.transpose(); }

template <class F>
void for_all_orders(F&& f) {
  std::array<Eigen::Index, 5> order = {0, 1, 2, 3, 4};
  do f(order);
  while (std::next_permutation(order.begin(), order.end()));
}

}  // namespace

TEST_SUITE("numerics/similarity") {
  TEST_CASE("two small representations have the published similarities") {
    CHECK(cka(x5, y5) == six_decimals(0.911342));
    CHECK(hsic_unbiased(gram(x5), gram(y5)) == six_decimals(9.566667));
    CHECK(cka_debiased(x5, y5) == six_decimals(0.955600));
    const Eigen::VectorXd rho = canonical_correlations(x5, y5);
    CHECK(rho.size() == 2);
    CHECK(rho(0) == doctest::Approx(1).epsilon(1e-12));  // n <= p + q: a common direction always exists
    CHECK(rho(1) == six_decimals(0.996354));
    CHECK(mean_cca_sq(x5, y5) == six_decimals(0.996361));
    CHECK(pwcca(x5, y5) == six_decimals(0.997363));
    CHECK(procrustes_similarity(x5, y5) == six_decimals(0.897859));
    CHECK(2 - 2 * procrustes_similarity(x5, y5) == six_decimals(0.204282));
    CHECK(rsa(x5, y5, Rsa::pearson) == six_decimals(0.864105));
    CHECK(rsa(x5, y5, Rsa::spearman) == six_decimals(0.873170));
    CHECK(participation_ratio(x5) == six_decimals(1.305019));
    CHECK(participation_ratio(y5) == six_decimals(2.000000));
  }

  TEST_CASE("the null of CKA is its mean over all 120 orders; of the debiased one, zero; and the exact p is 1/120") {
    double biased = 0, debiased = 0, correlations = 0, shared = 0;
    int reached = 0;
    for_all_orders([&](const auto& order) {
      const Eigen::MatrixXd y = y5(order, Eigen::all);
      biased += cka(x5, y) / 120;
      debiased += cka_debiased(x5, y) / 120;
      correlations += canonical_correlations(x5, y).squaredNorm() / 120;
      shared += mutual_neighbours(x5, y, 2) / 120;
      reached += cka(x5, y) >= cka(x5, y5) - 1e-12;
    });
    CHECK(cka_null(x5, y5) == six_decimals(0.403890));
    CHECK(biased == doctest::Approx(cka_null(x5, y5)).epsilon(1e-12));
    CHECK(std::abs(debiased) < 1e-12);
    CHECK(correlations == doctest::Approx(2.0 * 3 / 4).epsilon(1e-12));  // p q / (n - 1)
    CHECK(shared == doctest::Approx(2.0 / 4).epsilon(1e-12));            // k / (n - 1)
    CHECK(reached == 1);
  }

  TEST_CASE("the unbiased criterion is also the inner product of U-centred matrices") {
    const auto u_centred = [](Eigen::MatrixXd k) {
      k.diagonal().setZero();
      const auto n = static_cast<double>(k.rows());
      const Eigen::VectorXd r = k.rowwise().sum();
      Eigen::MatrixXd u = k - (r.replicate(1, k.rows()) + r.transpose().replicate(k.rows(), 1)) / (n - 2);
      u.array() += r.sum() / ((n - 1) * (n - 2));
      u.diagonal().setZero();
      return u;
    };
    const double expected = u_centred(gram(x5)).cwiseProduct(u_centred(gram(y5))).sum() / 10;  // n (n - 3)
    CHECK(hsic_unbiased(gram(x5), gram(y5)) == doctest::Approx(expected).epsilon(1e-12));
  }

  TEST_CASE("rotations, shifts and scale do not matter, and equal representations are alike") {
    Rng rng(5);
    const Eigen::MatrixXd x = rng.normal(40, 4), y = rng.normal(40, 6);
    const Eigen::MatrixXd q = random_orthonormal(4, 4, rng);
    const Eigen::MatrixXd moved = (3 * x * q).rowwise() + Eigen::RowVector4d(1, -2, 0.5, 7);
    const auto unchanged = [&](auto&& similarity) {
      CHECK(similarity(moved, y) == doctest::Approx(similarity(x, y)).epsilon(1e-10));
      CHECK(similarity(x, moved) == doctest::Approx(1).epsilon(1e-10));
    };
    unchanged([](const auto& a, const auto& b) { return cka(a, b); });
    unchanged([](const auto& a, const auto& b) { return cka_debiased(a, b); });
    unchanged([](const auto& a, const auto& b) { return mean_cca_sq(a, b); });
    unchanged([](const auto& a, const auto& b) { return svcca(a, b); });
    unchanged([](const auto& a, const auto& b) { return procrustes_similarity(a, b); });
    unchanged([](const auto& a, const auto& b) { return rsa(a, b, Rsa::pearson); });
    unchanged([](const auto& a, const auto& b) { return rsa(a, b, Rsa::spearman); });
    CHECK(pwcca(x, x) == doctest::Approx(1).epsilon(1e-10));  // its weights are those of the axes as given
    CHECK(mutual_neighbours(x, 3 * x * q, 5) == 1);
    CHECK(pwcca(x, y) != doctest::Approx(pwcca(y, x)).epsilon(1e-6));
  }

  TEST_CASE("arccos of CKA is a metric: the triangle inequality holds for random triples") {
    Rng rng(6);
    for (int trial = 0; trial < 50; ++trial) {
      const Eigen::MatrixXd a = rng.normal(10, 3), b = a + 0.5 * rng.normal(10, 3), c = b + 0.5 * rng.normal(10, 3);
      CHECK(std::acos(cka(a, c)) <= std::acos(cka(a, b)) + std::acos(cka(b, c)) + 1e-12);
    }
  }

  TEST_CASE("SVCCA leaves the directions out that hold less than a hundredth") {
    Rng rng(7);
    Eigen::MatrixXd x = rng.normal(50, 3);
    Eigen::MatrixXd y = x;
    x.col(2) *= 1e-3;
    y.col(2) = 1e-3 * rng.normal(50);
    CHECK(svcca(x, y) == doctest::Approx(1).epsilon(1e-9));
    CHECK(mean_cca_sq(x, y) < 0.9);
  }

  TEST_CASE("dependent columns do not count twice, and a constant representation is like nothing") {
    Eigen::MatrixXd doubled(5, 3);
    doubled << x5, x5.rowwise().sum();
    CHECK(canonical_correlations(doubled, y5).size() == 2);
    CHECK(mean_cca_sq(doubled, y5) == doctest::Approx(mean_cca_sq(x5, y5)).epsilon(1e-10));
    const Eigen::MatrixXd flat = Eigen::MatrixXd::Constant(5, 2, 3.0);
    CHECK(std::isnan(cka(flat, y5)));
    CHECK(std::isnan(cka_debiased(x5, flat)));
    CHECK(std::isnan(mean_cca_sq(flat, y5)));
    CHECK(std::isnan(svcca(flat, y5)));
    CHECK(std::isnan(pwcca(flat, y5)));
    CHECK(std::isnan(procrustes_similarity(x5, flat)));
    CHECK(std::isnan(rsa(x5, flat, Rsa::pearson)));
    CHECK(std::isnan(participation_ratio(flat)));
  }

  TEST_CASE("neighbours: ties go to the lower index, and a zero row is equally far from all") {
    const Eigen::MatrixXd x = (Eigen::MatrixXd(4, 2) << 1, 0, 1, 0, 0, 1, 0, 0).finished();
    // Nearest of each by x: 1, 0, 0 (all orthogonal), 0 (all zero). By y, with rows 0 and 2 alike: 2, 0, 0, 0.
    const Eigen::MatrixXd y = (Eigen::MatrixXd(4, 2) << 1, 0, 0, 1, 1, 0, 0, 0).finished();
    CHECK(mutual_neighbours(x, y, 1) == 0.75);
    CHECK_THROWS_AS(mutual_neighbours(x, y, 4), std::invalid_argument);
  }

  TEST_CASE("a permutation test sees a relation, and its null mean is the known one") {
    Rng rng(8);
    const Eigen::MatrixXd x = rng.normal(30, 3), y = x + 0.3 * rng.normal(30, 3), other = rng.normal(30, 3);
    const auto related = permutation_test([](const auto& a, const auto& b) { return cka(a, b); }, x, y, 199, rng);
    CHECK(related.p == doctest::Approx(1.0 / 200));
    CHECK(related.observed == cka(x, y));
    const auto chance = permutation_test([](const auto& a, const auto& b) { return cka(a, b); }, x, other, 999, rng);
    CHECK(chance.p > 0.01);
    // One permutation scatters by about 60 % of the mean.
    CHECK(std::abs(chance.null_mean / cka_null(x, other) - 1) < 4 * 0.6 / std::sqrt(999.0));
    CHECK_THROWS_AS(permutation_test([](const auto&, const auto&) { return 0.0; }, x, y, 0, rng),
                    std::invalid_argument);
  }

  TEST_CASE("probes must match") {
    CHECK_THROWS_AS(cka(x5, y5.topRows(4)), std::invalid_argument);
    CHECK_THROWS_AS(cka_debiased(x5.topRows(3), y5.topRows(3)), std::invalid_argument);
    CHECK_THROWS_AS(hsic_unbiased(Eigen::MatrixXd::Zero(5, 4), gram(y5)), std::invalid_argument);
  }
}
