#pragma once

#include <lmw/numerics/random.h>

#include <Eigen/Core>

#include <vector>

namespace lmw::numerics {

/// The parametric loss of a model of N parameters trained on D examples,
///
///   L(N, D) = A / N^alpha + B / D^beta + E.
///
/// Source: Hoffmann et al. 2022, "Training compute-optimal large language models", approach 3.
struct LossLaw {
  double ln_a = 0, ln_b = 0, ln_e = 0, alpha = 0, beta = 0;

  /// ln L. @param ln_n, ln_d  natural logarithms.
  double operator()(double ln_n, double ln_d) const;
};

/// A fitted law, and how it ended.
struct LossLawFit {
  LossLaw law;
  double objective = 0;  ///< sum of Huber losses
  int evaluations = 0;   ///< of the objective or the residuals
};

/// Which search: quasi-Newton, or Levenberg-Marquardt on squares whose weights make them the Huber loss. On the grid
/// below and 240 runs with one per cent of noise, BFGS ended at the best optimum from 4 starts in 10 and took 0.2 ms,
/// Levenberg-Marquardt from 2 in 10 and took 0.35 ms: it runs off along a term that has died out.
enum class LossLawSearch { bfgs, levenberg_marquardt };

/// Fits of ln L to runs, minimising sum_i w_i Huber_delta(ln L(N_i, D_i) - ln L_i): squared / 2 up to |r| = delta,
/// linear beyond, so that a few bad runs do not decide. Its minima are local: start from a grid.
class LossLawProblem {
 public:
  /// @param ln_n, ln_d, ln_loss  (n) natural logarithms of parameters, examples and losses, n >= 5.
  /// @param delta                the Huber corner, > 0, in nats.
  /// @throws std::invalid_argument  sizes that differ, or fewer than five runs.
  /// @throws std::domain_error      a value that is not finite, or delta <= 0.
  LossLawProblem(Eigen::VectorXd ln_n, Eigen::VectorXd ln_d, Eigen::VectorXd ln_loss, double delta = 1e-3);

  /// The objective and its gradient, in the order ln_a, ln_b, ln_e, alpha, beta.
  double objective(const LossLaw& law, Eigen::Ref<Eigen::VectorXd> gradient) const;

  /// From one start. Cost some hundred passes over the runs, about 2 us each for 240 runs.
  LossLawFit fit(const LossLaw& start, LossLawSearch search = LossLawSearch::bfgs) const;
  /// The best of many starts; of equals the first. Starts are independent tasks: same bits on any number of threads.
  /// @throws std::invalid_argument  no starts.
  LossLawFit best(const std::vector<LossLaw>& starts, LossLawSearch search = LossLawSearch::bfgs) const;
  /// Refits to runs drawn with replacement, each from `start` by BFGS: a row (ln_a, ln_b, ln_e, alpha, beta) per refit.
  /// Resampling is by weights; refit k draws from Rng(seed, Stream::noise, k).
  /// @return (count, 5). @throws std::invalid_argument  count < 1.
  Eigen::MatrixXd bootstrap(const LossLaw& start, Eigen::Index count, std::uint64_t seed) const;

  /// The 4500 starts of the source: ln A, ln B in {0, 5, ..., 25}, ln E in {-1, -1/2, 0, 1/2, 1}, alpha, beta in
  /// {0, 1/2, 1, 3/2, 2}.
  static std::vector<LossLaw> hoffmann_grid();

 private:
  Eigen::ArrayXd ln_n_, ln_d_, ln_loss_;
  double delta_;
};

}  // namespace lmw::numerics
