#include <lmw/numerics/ode.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

namespace lmw::numerics {
namespace {

/// One step of the pair: stages k1..k7, the fifth-order result, and an estimate of its error.
class DormandPrince {
 public:
  DormandPrince(const OdeRhs& rhs, Eigen::Index dimension) : rhs_(rhs) {
    for (auto* v : {&k1_, &k2_, &k3_, &k4_, &k5_, &k6_, &k7_, &stage_, &next, &error}) v->setZero(dimension);
  }
  void begin(double t, const Eigen::VectorXd& y) { rhs_(t, y, k1_); }
  /// The last stage of an accepted step is the first of the next.
  void accept() { std::swap(k1_, k7_); }
  const Eigen::VectorXd& slope() const { return k1_; }

  void step(double t, double h, const Eigen::VectorXd& y) {
    stage_ = y + h * (1.0 / 5) * k1_;
    rhs_(t + h / 5, stage_, k2_);
    stage_ = y + h * (3.0 / 40 * k1_ + 9.0 / 40 * k2_);
    rhs_(t + 3 * h / 10, stage_, k3_);
    stage_ = y + h * (44.0 / 45 * k1_ - 56.0 / 15 * k2_ + 32.0 / 9 * k3_);
    rhs_(t + 4 * h / 5, stage_, k4_);
    stage_ = y + h * (19372.0 / 6561 * k1_ - 25360.0 / 2187 * k2_ + 64448.0 / 6561 * k3_ - 212.0 / 729 * k4_);
    rhs_(t + 8 * h / 9, stage_, k5_);
    stage_ = y + h * (9017.0 / 3168 * k1_ - 355.0 / 33 * k2_ + 46732.0 / 5247 * k3_ + 49.0 / 176 * k4_ -
                      5103.0 / 18656 * k5_);
    rhs_(t + h, stage_, k6_);
    next = y + h * (35.0 / 384 * k1_ + 500.0 / 1113 * k3_ + 125.0 / 192 * k4_ - 2187.0 / 6784 * k5_ + 11.0 / 84 * k6_);
    rhs_(t + h, next, k7_);
    error = h * (71.0 / 57600 * k1_ - 71.0 / 16695 * k3_ + 71.0 / 1920 * k4_ - 17253.0 / 339200 * k5_ +
                 22.0 / 525 * k6_ - 1.0 / 40 * k7_);
  }

 private:
  const OdeRhs& rhs_;
  Eigen::VectorXd k1_, k2_, k3_, k4_, k5_, k6_, k7_, stage_;

 public:
  Eigen::VectorXd next, error;
};

double weighted_rms(const Eigen::VectorXd& v, const Eigen::VectorXd& scale_of, const OdeOptions& options) {
  const auto scale = options.abs_tol + options.rel_tol * scale_of.array().abs();
  return v.size() == 0 ? 0.0 : std::sqrt((v.array() / scale).square().mean());
}

void require_valid(const Eigen::Ref<const Eigen::VectorXd>& times, const OdeOptions& options) {
  if (times.size() == 0) throw std::invalid_argument("solve_ode: expected at least one time");
  if (!(options.rel_tol > 0 && options.abs_tol > 0)) throw std::invalid_argument("solve_ode: expected tolerances > 0");
  for (Eigen::Index j = 1; j < times.size(); ++j)
    if (!((times(j) - times(j - 1)) * (times(times.size() - 1) - times(0)) > 0))
      throw std::invalid_argument("solve_ode: times(" + std::to_string(j) + ") = " + std::to_string(times(j)) +
                                  ": expected times that increase, or decrease, throughout");
}

}  // namespace

Eigen::MatrixXd solve_ode(const OdeRhs& rhs, const Eigen::Ref<const Eigen::VectorXd>& start,
                          const Eigen::Ref<const Eigen::VectorXd>& times, const OdeOptions& options) {
  require_valid(times, options);
  Eigen::MatrixXd solution(start.size(), times.size());
  solution.col(0) = start;
  if (times.size() == 1) return solution;

  Eigen::VectorXd y = start;
  double t = times(0);
  DormandPrince pair(rhs, y.size());
  pair.begin(t, y);
  const double direction = times(1) > times(0) ? 1.0 : -1.0;
  // A first step that changes y by about a hundredth of itself; the control below corrects it.
  const double slope = weighted_rms(pair.slope(), y, options), size = weighted_rms(y, y, options);
  double h = slope > 1e-5 && size > 1e-5 ? 0.01 * size / slope : 1e-6;
  std::int64_t steps = 0;
  for (Eigen::Index j = 1; j < times.size(); ++j) {
    while (t != times(j)) {
      const double left = std::abs(times(j) - t);
      const bool last = h >= left;
      const double used = last ? left : h;
      if (used < 16 * std::numeric_limits<double>::epsilon() * std::abs(t) && !last)
        throw std::runtime_error("solve_ode: the step became too small at t = " + std::to_string(t));
      if (++steps > options.max_steps)
        throw std::runtime_error("solve_ode: " + std::to_string(options.max_steps) +
                                 " steps were not enough: t = " + std::to_string(t));
      pair.step(t, direction * used, y);
      const double error = weighted_rms(pair.error, y.cwiseAbs().cwiseMax(pair.next.cwiseAbs()), options);
      if (!std::isfinite(error)) {  // outside the domain of rhs, perhaps: come nearer with a smaller step
        if (used < 1e-12 * (1 + std::abs(t)))
          throw std::runtime_error("solve_ode: a value is not finite at t = " + std::to_string(t));
        h = 0.1 * used;
        continue;
      }
      const double factor = std::clamp(0.9 * std::pow(std::max(error, 1e-10), -0.2), 0.2, 5.0);
      if (error <= 1) {
        t = last ? times(j) : t + direction * used;
        y = pair.next;
        pair.accept();
        // A step cut short to end on a grid point says little about the step that comes next.
        h = last ? std::max(h, used * factor) : used * factor;
      } else {
        h = used * std::min(factor, 1.0);
      }
    }
    solution.col(j) = y;
  }
  return solution;
}

}  // namespace lmw::numerics
