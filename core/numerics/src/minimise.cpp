#include <lmw/numerics/minimise.h>

#include "lbfgs.h"

#include <stdexcept>

namespace lmw::numerics {

Minimum minimise(const Objective& f, const Eigen::Ref<const Eigen::VectorXd>& start, const MinimiseOptions& options) {
  if (!(options.gradient_tolerance > 0 && options.value_tolerance > 0))
    throw std::invalid_argument("minimise: expected tolerances > 0");
  Minimum found;
  found.x = start;
  Eigen::VectorXd gradient(start.size());
  if (!std::isfinite(f(found.x, gradient)))
    throw std::domain_error("minimise: the function is not finite at the start");
  const LbfgsEnd end = lbfgs(f, found.x, options);
  found.value = end.value;
  found.gradient_max = end.gradient_max;
  found.converged = end.converged;
  found.evaluations = end.evaluations + 1;
  return found;
}

}  // namespace lmw::numerics
