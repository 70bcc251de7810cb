#pragma once

#include <lmw/host/plan.h>
#include <lmw/host/registry.h>
#include <lmw/host/runner.h>

#include <limits>
#include <string>
#include <vector>

/// Could the law have lost? Its own prediction is perturbed, and the same data judge the perturbed one.
namespace lmw::host {

/// The resolving power of one comparison: the smallest change of the prediction, either way, that these replicates
/// refute. NaN: no change that was tried is refuted. Both ends of an interval (K3) are changed; an ordering (K6) claims
/// "at least", and is changed upwards alone.
struct Mutation {
  std::string law, point, observable;
  std::int64_t replicates = 0;
  std::string decision;                                        ///< on the prediction itself
  double factor = std::numeric_limits<double>::quiet_NaN();    ///< p (1 + factor) and p (1 - factor); p = 0 has none
  double shift = std::numeric_limits<double>::quiet_NaN();     ///< p + shift, p - shift, in units of eps + b_th (0: of 2^-52 max(1, |p|))
  double exponent = std::numeric_limits<double>::quiet_NaN();  ///< p (x/x_mid)^(+-exponent); curves only
  bool sign_refuted = false;                                   ///< -p; false also where p = 0
  std::string trouble;                                         ///< why nothing could be judged, else empty

  /// A factor of ten, a change of sign or a shift of a hundred tolerances must be refuted, else the law cannot lose
  /// here.
  bool can_lose() const { return trouble.empty() && (factor <= 9 || shift <= 100 || sign_refuted); }
};

/// Measures every planned point inside its regime with `replicates` fixed seeds (purpose "pilot": no confirmatory seed
/// is spent, nothing is recorded), and perturbs the law's own primary predictions. Points outside, and points where the
/// law abstains, are left out.
std::vector<Mutation> resolving_power(const Plan& plan, Registry& registry, int replicates, const RunOptions& options);

}  // namespace lmw::host
