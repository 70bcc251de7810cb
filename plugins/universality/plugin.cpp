#include <lmw/sdk/sdk.h>

namespace lmw::universality {

void add_similarity_null_calibration(sdk::LawList& laws);

void fill(sdk::LawList& laws) { add_similarity_null_calibration(laws); }

}  // namespace lmw::universality

LMW_PLUGIN(universality, lmw::universality::fill)
