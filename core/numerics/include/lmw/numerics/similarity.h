#pragma once

#include <lmw/numerics/random.h>

#include <Eigen/Core>

#include <functional>

/// How alike two representations of the same n probes are. A representation is (n, p): row i holds the activations on
/// probe i. All functions need the same n on both sides, centre the columns themselves, do not care about rotations,
/// shifts and overall scale, and are 1 for equal arguments.
///
/// A constant representation is like nothing: NaN, from every function. std::invalid_argument where the numbers of rows
/// differ or are below what a function asks for (2 unless stated).
namespace lmw::numerics {

/// X with the mean of each column taken away.
Eigen::MatrixXd centred(const Eigen::Ref<const Eigen::MatrixXd>& x);

/// (tr K)^2 / tr(K^2) of the centred Gram matrix K: how many directions carry the variance, 1 <= PR <= p.
double participation_ratio(const Eigen::Ref<const Eigen::MatrixXd>& x);

/// Linear centred kernel alignment: the cosine of the angle between the centred Gram matrices,
/// |X^T Y|^2 / (|X^T X| |Y^T Y|), in [0, 1]. Not 0 for unrelated representations: cka_null. Cost n p q.
/// Source: Kornblith, Norouzi, Lee & Hinton 2019.
double cka(const Eigen::Ref<const Eigen::MatrixXd>& x, const Eigen::Ref<const Eigen::MatrixXd>& y);

/// Its mean over all permutations of the rows of Y, exactly: sqrt(PR(X) PR(Y)) / (n - 1).
/// Source: Kazi-Aoual, Hitier, Sabatier & Lebreton 1995; Josse, Pages & Husson 2008.
double cka_null(const Eigen::Ref<const Eigen::MatrixXd>& x, const Eigen::Ref<const Eigen::MatrixXd>& y);

/// The unbiased estimator of the Hilbert-Schmidt independence criterion from two Gram matrices (n, n), n >= 4:
///
///   [ <K, L> + 1'K1 1'L1 / ((n-1)(n-2)) - 2 1'KL1 / (n-2) ] / (n (n-3)),   diagonals of K and L set to 0.
///
/// Its mean over permutations is exactly 0. Source: Song et al. 2012.
double hsic_unbiased(const Eigen::Ref<const Eigen::MatrixXd>& k, const Eigen::Ref<const Eigen::MatrixXd>& l);

/// hsic(X, Y) / sqrt(hsic(X, X) hsic(Y, Y)) with linear Gram matrices, n >= 4: 0 on average for unrelated
/// representations, and so at times negative. Cost n^2 (p + q). Source: Nguyen, Raghu & Kornblith 2021.
double cka_debiased(const Eigen::Ref<const Eigen::MatrixXd>& x, const Eigen::Ref<const Eigen::MatrixXd>& y);

/// Canonical correlations 1 >= rho_1 >= rho_2 >= ... >= 0, one for each dimension of the smaller column space. Columns
/// that depend on others to 1e-10 do not count. Where n <= p + q + 1 some are 1 whatever the representations: then
/// canonical correlations say nothing.
Eigen::VectorXd canonical_correlations(const Eigen::Ref<const Eigen::MatrixXd>& x,
                                       const Eigen::Ref<const Eigen::MatrixXd>& y);
/// Mean of rho_i^2 over min(rank X, rank Y).
double mean_cca_sq(const Eigen::Ref<const Eigen::MatrixXd>& x, const Eigen::Ref<const Eigen::MatrixXd>& y);
/// Mean of rho_i between the fewest top singular directions that hold 99 % of the squared norm on each side.
/// Source: Raghu, Gilmer, Yosinski & Sohl-Dickstein 2017.
double svcca(const Eigen::Ref<const Eigen::MatrixXd>& x, const Eigen::Ref<const Eigen::MatrixXd>& y);
/// Mean of rho_i weighted by how much of X its canonical variates explain: not symmetric.
/// Source: Morcos, Raghu & Bengio 2018.
double pwcca(const Eigen::Ref<const Eigen::MatrixXd>& x, const Eigen::Ref<const Eigen::MatrixXd>& y);

/// Nuclear norm of X^T Y with X and Y scaled to Frobenius norm 1, in [0, 1]; the squared Procrustes distance is 2 - 2
/// of it. Source: Williams, Kunz, Kornblith & Linderman 2021.
double procrustes_similarity(const Eigen::Ref<const Eigen::MatrixXd>& x, const Eigen::Ref<const Eigen::MatrixXd>& y);

/// Mean share of the k nearest neighbours of a probe that both representations agree on. Rows are scaled to norm 1 (a
/// zero row stays), neighbours ranked by inner product, ties to the lower index, the probe itself left out. The columns
/// are NOT centred. Chance gives k / (n - 1). @throws std::invalid_argument  k outside 1..n-1.
/// Source: Huh, Cheung, Wang & Isola 2024.
double mutual_neighbours(const Eigen::Ref<const Eigen::MatrixXd>& x, const Eigen::Ref<const Eigen::MatrixXd>& y,
                         Eigen::Index k);

enum class Rsa { pearson, spearman };
/// Correlation of the squared distances between all pairs of probes. For ranks, distances equal to a relative 1e-9 are
/// tied. n >= 3. Source: Kriegeskorte, Mur & Bandettini 2008.
double rsa(const Eigen::Ref<const Eigen::MatrixXd>& x, const Eigen::Ref<const Eigen::MatrixXd>& y, Rsa kind);

/// Some similarity of two representations.
using Similarity = std::function<double(const Eigen::MatrixXd& x, const Eigen::MatrixXd& y)>;

struct PermutationTest {
  double observed = 0, null_mean = 0;
  double p = 1;  ///< (1 + number of permutations with a value >= observed) / (permutations + 1)
};
/// The rows of Y in random orders: how often unrelated representations look as alike as these. Values equal to 1e-12
/// count as reached. @throws std::invalid_argument  permutations < 1.
PermutationTest permutation_test(const Similarity& similarity, const Eigen::Ref<const Eigen::MatrixXd>& x,
                                 const Eigen::Ref<const Eigen::MatrixXd>& y, int permutations, Rng& rng);

}  // namespace lmw::numerics
