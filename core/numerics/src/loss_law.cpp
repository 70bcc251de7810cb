#include <lmw/numerics/executor.h>
#include <lmw/numerics/loss_law.h>

#include "lbfgs.h"

#include <Eigen/Cholesky>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace lmw::numerics {
namespace {

using Vector5 = Eigen::Matrix<double, 5, 1>;
using Matrix5 = Eigen::Matrix<double, 5, 5>;

Vector5 packed(const LossLaw& law) {
  return (Vector5() << law.ln_a, law.ln_b, law.ln_e, law.alpha, law.beta).finished();
}
LossLaw unpacked(const Vector5& p) { return {p(0), p(1), p(2), p(3), p(4)}; }

/// The runs with weights, and scratch space for passes over them.
class Passes {
 public:
  Passes(const Eigen::ArrayXd& ln_n, const Eigen::ArrayXd& ln_d, const Eigen::ArrayXd& ln_loss, double delta)
      : ln_n_(ln_n), ln_d_(ln_d), ln_loss_(ln_loss), delta_(delta), weight(Eigen::ArrayXd::Ones(ln_n.size())) {}

  /// The objective and its gradient.
  double operator()(const Vector5& p, Vector5& gradient) {
    evaluate(p);
    size_ = residual_.abs();
    const double value =
        (weight * (size_ <= delta_).select(0.5 * size_.square(), delta_ * size_ - 0.5 * delta_ * delta_)).sum();
    pull_ = weight * residual_.max(-delta_).min(delta_) / total_;
    term_a_ *= pull_;
    term_b_ *= pull_;
    gradient << term_a_.sum(), term_b_.sum(), term_e_ * pull_.sum(), -(term_a_ * ln_n_).sum(), -(term_b_ * ln_d_).sum();
    return value;
  }

  /// Normal equations of the squares whose weights make them the Huber loss at p.
  void normal_equations(const Vector5& p, Matrix5& matrix, Vector5& right) {
    evaluate(p);
    size_ = residual_.abs();
    pull_ = weight * (size_ <= delta_).select(1.0, delta_ / size_);
    total_ = total_.inverse();
    columns_[0] = term_a_ * total_;
    columns_[1] = term_b_ * total_;
    columns_[2] = term_e_ * total_;
    columns_[3] = -columns_[0] * ln_n_;
    columns_[4] = -columns_[1] * ln_d_;
    for (std::size_t i = 0; i < 5; ++i) {
      weighted_ = columns_[i] * pull_;
      const auto row = static_cast<Eigen::Index>(i);
      right(row) = (weighted_ * residual_).sum();
      for (std::size_t j = 0; j <= i; ++j) {
        const auto column = static_cast<Eigen::Index>(j);
        matrix(row, column) = matrix(column, row) = (weighted_ * columns_[j]).sum();
      }
    }
  }

 private:
  /// The three terms of L, their sum, and ln L - ln_loss. What overflows makes the objective infinite or NaN, which
  /// both searches take as too far: cheaper than a logsumexp, and never seen from sensible starts.
  void evaluate(const Vector5& p) {
    term_a_ = (p(0) - p(3) * ln_n_).exp();
    term_b_ = (p(1) - p(4) * ln_d_).exp();
    term_e_ = std::exp(p(2));
    total_ = term_a_ + term_b_ + term_e_;
    residual_ = total_.log() - ln_loss_;
  }

  const Eigen::ArrayXd &ln_n_, &ln_d_, &ln_loss_;
  double delta_;
  double term_e_ = 0;
  Eigen::ArrayXd term_a_, term_b_, total_, residual_, size_, pull_, weighted_;
  std::array<Eigen::ArrayXd, 5> columns_;

 public:
  Eigen::ArrayXd weight;
};

LossLawFit by_bfgs(Passes& passes, const LossLaw& start) {
  Vector5 p = packed(start);
  const LbfgsEnd end = lbfgs(passes, p, {});
  return {unpacked(p), end.value, end.evaluations};
}

LossLawFit by_levenberg_marquardt(Passes& passes, const LossLaw& start) {
  Vector5 p = packed(start), gradient, right;
  Matrix5 matrix;
  double value = passes(p, gradient), damping = 1e-2;
  int evaluations = 1;
  for (int iteration = 0; iteration < 500; ++iteration) {
    passes.normal_equations(p, matrix, right);
    ++evaluations;
    if (right.cwiseAbs().maxCoeff() < 1e-9) break;
    double gain = 0;
    for (int trial = 0; trial < 12; ++trial) {
      Matrix5 damped = matrix;
      damped.diagonal() += damping * (matrix.diagonal().array() + 1e-12).matrix();
      const Vector5 next = p - damped.ldlt().solve(right);
      const double next_value = passes(next, gradient);
      ++evaluations;
      if (next_value < value) {
        gain = value - next_value;
        p = next;
        value = next_value;
        damping = std::max(damping * 0.2, 1e-12);
        break;
      }
      damping = std::min(damping * 5, 1e12);
    }
    if (gain <= 1e-9 * value) break;
  }
  return {unpacked(p), value, evaluations};
}

}  // namespace

double LossLaw::operator()(double ln_n, double ln_d) const {
  const double a = ln_a - alpha * ln_n, b = ln_b - beta * ln_d, largest = std::max({a, b, ln_e});
  return largest + std::log(std::exp(a - largest) + std::exp(b - largest) + std::exp(ln_e - largest));
}

LossLawProblem::LossLawProblem(Eigen::VectorXd ln_n, Eigen::VectorXd ln_d, Eigen::VectorXd ln_loss, double delta)
    : ln_n_(std::move(ln_n)), ln_d_(std::move(ln_d)), ln_loss_(std::move(ln_loss)), delta_(delta) {
  if (ln_n_.size() != ln_d_.size() || ln_n_.size() != ln_loss_.size() || ln_n_.size() < 5)
    throw std::invalid_argument("loss law: " + std::to_string(ln_n_.size()) + ", " + std::to_string(ln_d_.size()) +
                                " and " + std::to_string(ln_loss_.size()) +
                                " values: expected as many of each, at least five");
  if (!ln_n_.allFinite() || !ln_d_.allFinite() || !ln_loss_.allFinite() || !(delta > 0))
    throw std::domain_error("loss law: expected finite logarithms and delta > 0");
}

double LossLawProblem::objective(const LossLaw& law, Eigen::Ref<Eigen::VectorXd> gradient) const {
  Passes passes(ln_n_, ln_d_, ln_loss_, delta_);
  Vector5 own;
  const double value = passes(packed(law), own);
  gradient = own;
  return value;
}

LossLawFit LossLawProblem::fit(const LossLaw& start, LossLawSearch search) const {
  Passes passes(ln_n_, ln_d_, ln_loss_, delta_);
  return search == LossLawSearch::bfgs ? by_bfgs(passes, start) : by_levenberg_marquardt(passes, start);
}

LossLawFit LossLawProblem::best(const std::vector<LossLaw>& starts, LossLawSearch search) const {
  if (starts.empty()) throw std::invalid_argument("loss law: no starts: expected at least one");
  std::vector<LossLawFit> ends(starts.size());
  parallel_for(starts.size(), 50, [&](std::size_t first, std::size_t last) {
    Passes passes(ln_n_, ln_d_, ln_loss_, delta_);
    for (std::size_t k = first; k < last; ++k)
      ends[k] = search == LossLawSearch::bfgs ? by_bfgs(passes, starts[k]) : by_levenberg_marquardt(passes, starts[k]);
  });
  const auto rank = [](const LossLawFit& end) {  // a start that ran off to NaN is the worst
    return std::isnan(end.objective) ? std::numeric_limits<double>::infinity() : end.objective;
  };
  return *std::min_element(ends.begin(), ends.end(),
                           [&](const LossLawFit& a, const LossLawFit& b) { return rank(a) < rank(b); });
}

Eigen::MatrixXd LossLawProblem::bootstrap(const LossLaw& start, Eigen::Index count, std::uint64_t seed) const {
  if (count < 1) throw std::invalid_argument("bootstrap: count = " + std::to_string(count) + ": expected >= 1");
  Eigen::MatrixXd rows(count, 5);
  parallel_for(static_cast<std::size_t>(count), 25, [&](std::size_t first, std::size_t last) {
    Passes passes(ln_n_, ln_d_, ln_loss_, delta_);
    for (std::size_t k = first; k < last; ++k) {
      Rng rng(seed, Stream::noise, static_cast<std::uint32_t>(k));
      passes.weight.setZero();
      for (const Eigen::Index i : rng.indices(ln_n_.size(), ln_n_.size())) passes.weight(i) += 1;
      rows.row(static_cast<Eigen::Index>(k)) = packed(by_bfgs(passes, start).law).transpose();
    }
  });
  return rows;
}

std::vector<LossLaw> LossLawProblem::hoffmann_grid() {
  std::vector<LossLaw> starts;
  for (const double ln_a : {0, 5, 10, 15, 20, 25})
    for (const double ln_b : {0, 5, 10, 15, 20, 25})
      for (const double ln_e : {-1.0, -0.5, 0.0, 0.5, 1.0})
        for (const double alpha : {0.0, 0.5, 1.0, 1.5, 2.0})
          for (const double beta : {0.0, 0.5, 1.0, 1.5, 2.0}) starts.push_back({ln_a, ln_b, ln_e, alpha, beta});
  return starts;
}

}  // namespace lmw::numerics
