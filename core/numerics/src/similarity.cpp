#include <lmw/numerics/similarity.h>

#include <Eigen/QR>
#include <Eigen/SVD>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

namespace lmw::numerics {
namespace {

using Representation = Eigen::Ref<const Eigen::MatrixXd>;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

void require_same_probes(const Representation& x, const Representation& y, Eigen::Index least = 2) {
  if (x.rows() != y.rows() || x.rows() < least)
    throw std::invalid_argument("representations of " + std::to_string(x.rows()) + " and " + std::to_string(y.rows()) +
                                " probes: expected the same number, at least " + std::to_string(least));
}

Eigen::MatrixXd gram(const Eigen::MatrixXd& x) {
  Eigen::MatrixXd k = Eigen::MatrixXd::Zero(x.rows(), x.rows());
  k.selfadjointView<Eigen::Lower>().rankUpdate(x);
  return k.selfadjointView<Eigen::Lower>();
}

/// |X^T X|_F = |X X^T|_F, by the smaller of the two.
double gram_norm(const Eigen::MatrixXd& x) {
  return x.cols() <= x.rows() ? (x.transpose() * x).norm() : (x * x.transpose()).norm();
}

/// Orthonormal columns that span those of a centred matrix.
Eigen::MatrixXd column_space(const Eigen::MatrixXd& xc) {
  Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(xc.rows(), xc.cols());
  qr.setThreshold(1e-10);
  qr.compute(xc);
  return qr.householderQ() * Eigen::MatrixXd::Identity(xc.rows(), xc.norm() > 0 ? qr.rank() : 0);
}

Eigen::MatrixXd main_directions(const Eigen::MatrixXd& xc) {
  const Eigen::BDCSVD<Eigen::MatrixXd> svd(xc, Eigen::ComputeThinU);
  const double wanted = 0.99 * svd.singularValues().squaredNorm();
  double held = 0;
  Eigen::Index kept = 0;
  while (kept < svd.singularValues().size() && held < wanted) held += std::pow(svd.singularValues()(kept++), 2);
  return svd.matrixU().leftCols(kept);
}

Eigen::VectorXd overlaps(const Eigen::MatrixXd& qx, const Eigen::MatrixXd& qy) {
  if (qx.cols() == 0 || qy.cols() == 0) return {};
  const Eigen::BDCSVD<Eigen::MatrixXd> svd(qx.transpose() * qy);
  return svd.singularValues().cwiseMin(1.0);
}

/// For each row, whether the others are among its k nearest: (n, n), column i for probe i.
Eigen::MatrixXi neighbours(const Representation& x, Eigen::Index k) {
  const Eigen::Index n = x.rows();
  Eigen::MatrixXd unit = x;
  for (Eigen::Index i = 0; i < n; ++i)
    if (const double norm = unit.row(i).norm(); norm > 0) unit.row(i) /= norm;
  const Eigen::MatrixXd inner = unit * unit.transpose();
  Eigen::MatrixXi chosen = Eigen::MatrixXi::Zero(n, n);
  std::vector<Eigen::Index> order;
  for (Eigen::Index i = 0; i < n; ++i) {
    order.clear();
    for (Eigen::Index j = 0; j < n; ++j)
      if (j != i) order.push_back(j);
    const auto nearer = [&](Eigen::Index a, Eigen::Index b) {
      return inner(a, i) != inner(b, i) ? inner(a, i) > inner(b, i) : a < b;
    };
    std::nth_element(order.begin(), order.begin() + (k - 1), order.end(), nearer);
    for (Eigen::Index j = 0; j < k; ++j) chosen(order[static_cast<std::size_t>(j)], i) = 1;
  }
  return chosen;
}

/// |x_i - x_j|^2 for i < j, from the differences: through the Gram matrix rounding would break exact ties.
Eigen::VectorXd pair_distances(const Representation& x) {
  const Eigen::Index n = x.rows();
  Eigen::VectorXd distances(n * (n - 1) / 2);
  Eigen::Index next = 0;
  for (Eigen::Index i = 0; i < n; ++i)
    for (Eigen::Index j = i + 1; j < n; ++j) distances(next++) = (x.row(i) - x.row(j)).squaredNorm();
  return distances;
}

Eigen::VectorXd average_ranks(const Eigen::VectorXd& values) {
  std::vector<Eigen::Index> order(static_cast<std::size_t>(values.size()));
  std::iota(order.begin(), order.end(), Eigen::Index{0});
  std::sort(order.begin(), order.end(), [&](Eigen::Index a, Eigen::Index b) { return values(a) < values(b); });
  Eigen::VectorXd ranks(values.size());
  for (std::size_t first = 0; first < order.size();) {
    const double smallest = values(order[first]);
    std::size_t last = first + 1;
    while (last < order.size() && values(order[last]) - smallest <= 1e-9 * std::abs(smallest)) ++last;
    for (std::size_t i = first; i < last; ++i)
      ranks(order[i]) = (static_cast<double>(first) + static_cast<double>(last - 1)) / 2;
    first = last;
  }
  return ranks;
}

double correlation(const Eigen::VectorXd& a, const Eigen::VectorXd& b) {
  const Eigen::VectorXd ac = a.array() - a.mean(), bc = b.array() - b.mean();
  return ac.dot(bc) / (ac.norm() * bc.norm());
}

}  // namespace

Eigen::MatrixXd centred(const Representation& x) { return x.rowwise() - x.colwise().mean(); }

double participation_ratio(const Representation& x) {
  const Eigen::MatrixXd xc = centred(x);
  const double norm = gram_norm(xc);
  return norm > 0 ? std::pow(xc.squaredNorm() / norm, 2) : nan;
}

double cka(const Representation& x, const Representation& y) {
  require_same_probes(x, y);
  const Eigen::MatrixXd xc = centred(x), yc = centred(y);
  const double norms = gram_norm(xc) * gram_norm(yc);
  return norms > 0 ? (xc.transpose() * yc).squaredNorm() / norms : nan;
}

double cka_null(const Representation& x, const Representation& y) {
  require_same_probes(x, y);
  return std::sqrt(participation_ratio(x) * participation_ratio(y)) / static_cast<double>(x.rows() - 1);
}

double hsic_unbiased(const Representation& k, const Representation& l) {
  require_same_probes(k, l, 4);
  if (k.rows() != k.cols() || l.rows() != l.cols())
    throw std::invalid_argument("Gram matrices are square: expected (n, n)");
  const auto n = static_cast<double>(k.rows());
  const Eigen::VectorXd k_sums = k.rowwise().sum() - k.diagonal(), l_sums = l.rowwise().sum() - l.diagonal();
  const double product = k.cwiseProduct(l).sum() - k.diagonal().dot(l.diagonal());
  return (product + k_sums.sum() * l_sums.sum() / ((n - 1) * (n - 2)) - 2 / (n - 2) * k_sums.dot(l_sums)) /
         (n * (n - 3));
}

double cka_debiased(const Representation& x, const Representation& y) {
  require_same_probes(x, y, 4);
  const Eigen::MatrixXd xc = centred(x), yc = centred(y);
  if (xc.norm() == 0 || yc.norm() == 0) return nan;
  const Eigen::MatrixXd k = gram(xc), l = gram(yc);
  return hsic_unbiased(k, l) / std::sqrt(hsic_unbiased(k, k) * hsic_unbiased(l, l));
}

Eigen::VectorXd canonical_correlations(const Representation& x, const Representation& y) {
  require_same_probes(x, y);
  return overlaps(column_space(centred(x)), column_space(centred(y)));
}

double mean_cca_sq(const Representation& x, const Representation& y) {
  const Eigen::VectorXd rho = canonical_correlations(x, y);
  return rho.size() > 0 ? rho.squaredNorm() / static_cast<double>(rho.size()) : nan;
}

double svcca(const Representation& x, const Representation& y) {
  require_same_probes(x, y);
  const Eigen::MatrixXd xc = centred(x), yc = centred(y);
  if (xc.norm() == 0 || yc.norm() == 0) return nan;
  return overlaps(main_directions(xc), main_directions(yc)).mean();
}

double pwcca(const Representation& x, const Representation& y) {
  require_same_probes(x, y);
  const Eigen::MatrixXd xc = centred(x), qx = column_space(xc), qy = column_space(centred(y));
  if (qx.cols() == 0 || qy.cols() == 0) return nan;
  const Eigen::BDCSVD<Eigen::MatrixXd> svd(qx.transpose() * qy, Eigen::ComputeThinU);
  const Eigen::MatrixXd variates = qx * svd.matrixU();
  const Eigen::VectorXd weight = (variates.transpose() * xc).cwiseAbs().rowwise().sum();
  return weight.dot(svd.singularValues()) / weight.sum();
}

double procrustes_similarity(const Representation& x, const Representation& y) {
  require_same_probes(x, y);
  const Eigen::MatrixXd xc = centred(x), yc = centred(y);
  const double norms = xc.norm() * yc.norm();
  if (norms == 0) return nan;
  const Eigen::BDCSVD<Eigen::MatrixXd> svd(xc.transpose() * yc);
  return svd.singularValues().sum() / norms;
}

double mutual_neighbours(const Representation& x, const Representation& y, Eigen::Index k) {
  require_same_probes(x, y);
  if (k < 1 || k >= x.rows())
    throw std::invalid_argument("k = " + std::to_string(k) + " neighbours of " + std::to_string(x.rows()) +
                                " probes: expected 1 to n - 1");
  const int shared = neighbours(x, k).cwiseProduct(neighbours(y, k)).sum();
  return static_cast<double>(shared) / static_cast<double>(x.rows() * k);
}

double rsa(const Representation& x, const Representation& y, Rsa kind) {
  require_same_probes(x, y, 3);
  const Eigen::VectorXd dx = pair_distances(x), dy = pair_distances(y);
  return kind == Rsa::pearson ? correlation(dx, dy) : correlation(average_ranks(dx), average_ranks(dy));
}

PermutationTest permutation_test(const Similarity& similarity, const Representation& x, const Representation& y,
                                 int permutations, Rng& rng) {
  require_same_probes(x, y);
  if (permutations < 1)
    throw std::invalid_argument("permutations = " + std::to_string(permutations) + ": expected >= 1");
  const Eigen::MatrixXd fixed = x;
  Eigen::MatrixXd shuffled = y;
  PermutationTest test{.observed = similarity(fixed, shuffled)};
  int reached = 0;
  for (int b = 0; b < permutations; ++b) {
    shuffled = y(rng.permutation(y.rows()), Eigen::all);
    const double value = similarity(fixed, shuffled);
    test.null_mean += value / permutations;
    reached += value >= test.observed - 1e-12;
  }
  test.p = (1.0 + reached) / (permutations + 1.0);
  return test;
}

}  // namespace lmw::numerics
