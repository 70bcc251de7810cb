#include <lmw/sdk/sdk.h>

namespace lmw::universality {

void add_similarity_null_calibration(sdk::LawList& laws);
void add_mp_bbp_weight_spectrum(sdk::LawList& laws);
void add_width_representation_convergence(sdk::LawList& laws);
void add_neural_collapse(sdk::LawList& laws);

void fill(sdk::LawList& laws) {
  add_similarity_null_calibration(laws);
  add_mp_bbp_weight_spectrum(laws);
  add_width_representation_convergence(laws);
  add_neural_collapse(laws);
}

}  // namespace lmw::universality

LMW_PLUGIN(universality, lmw::universality::fill)
