#pragma once

#include <optional>
#include <span>

namespace lmw::judge {

/// Binomial logistic regression P = 1/(1 + exp(-(intercept + slope u))), with the inverse information matrix.
struct LogisticFit {
  double intercept = 0, slope = 0;
  double v00 = 0, v01 = 0, v11 = 0;
};

/// @param u          centred covariate.
/// @param successes  of `trials`, same length.
/// @returns  nothing if Newton's method with step halving does not settle: there is no maximum.
std::optional<LogisticFit> fit_logistic(std::span<const double> u, std::span<const double> successes,
                                        std::span<const double> trials);

}  // namespace lmw::judge
