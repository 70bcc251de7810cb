#pragma once

#include <Eigen/Core>

#include <cstdint>
#include <functional>

namespace lmw::numerics {

/// dy/dt at (t, y), written into the last argument, which has the size of y.
using OdeRhs = std::function<void(double t, const Eigen::VectorXd& y, Eigen::Ref<Eigen::VectorXd> dy)>;

struct OdeOptions {
  double rel_tol = 1e-9;   ///< error allowed per step, relative to |y_i| ...
  double abs_tol = 1e-12;  ///< ... plus this
  std::int64_t max_steps = 1'000'000;
};

/// The solution of dy/dt = rhs(t, y) at given times, by Dormand and Prince's adaptive Runge-Kutta pair of orders 5(4).
///
/// @param start  (d) y at times(0).
/// @param times  (m) strictly increasing or strictly decreasing, m >= 1. Steps end exactly there.
/// @return (d, m): column j is y(times(j)).
/// @throws std::invalid_argument  times not monotonic, or none; a tolerance that is not positive.
/// @throws std::runtime_error     the step became too small (a singularity or a stiff system), a value is not finite,
///                                or max_steps were not enough: says at which t.
/// Cost 6 evaluations a step. Explicit: for stiff systems the step is bounded by stability, not accuracy.
/// Source: Dormand & Prince 1980; step control as in Hairer, Norsett & Wanner 1993, section II.4.
Eigen::MatrixXd solve_ode(const OdeRhs& rhs, const Eigen::Ref<const Eigen::VectorXd>& start,
                          const Eigen::Ref<const Eigen::VectorXd>& times, const OdeOptions& options = {});

}  // namespace lmw::numerics
