#pragma once

#include <Eigen/Core>

#include <functional>

namespace lmw::numerics {

/// f(x), and its gradient written into the last argument, which has the size of x. A value that is not finite is taken
/// as "too far": the line search comes back.
using Objective = std::function<double(const Eigen::VectorXd& x, Eigen::VectorXd& gradient)>;

struct MinimiseOptions {
  double gradient_tolerance = 1e-9;  ///< stops when the largest |df/dx_i| is below it
  double value_tolerance = 2e-9;     ///< ... or when a step gains less than this share of |f|
  int max_iterations = 1000;
};

struct Minimum {
  Eigen::VectorXd x;
  double value = 0;
  double gradient_max = 0;  ///< largest |df/dx_i|
  bool converged = false;   ///< one of the two tolerances was met
  int evaluations = 0;
};

/// A local minimum of a smooth function, by limited-memory BFGS (ten pairs) with a line search for the weak Wolfe
/// conditions by bisection. Never worse than the start.
/// @throws std::domain_error      f is not finite at the start.
/// @throws std::invalid_argument  a tolerance that is not positive.
/// Cost about one evaluation per iteration and 40 n flops. Source: Nocedal & Wright 2006, section 7.2; Lewis & Overton
/// 2013 for the line search, which also survives kinks.
Minimum minimise(const Objective& f, const Eigen::Ref<const Eigen::VectorXd>& start,
                 const MinimiseOptions& options = {});

}  // namespace lmw::numerics
