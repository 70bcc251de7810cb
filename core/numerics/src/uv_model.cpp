#include <lmw/numerics/uv_model.h>

namespace lmw::numerics {

UvState uv_step(const UvState& now, double eta, double n) {
  const double share = eta * now.f * now.f / n;
  return {now.f * (1 - eta * now.curvature + eta * share), now.curvature + share * (eta * now.curvature - 4)};
}

}  // namespace lmw::numerics
