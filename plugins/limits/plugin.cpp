#include <lmw/sdk/sdk.h>

namespace lmw::limits {

void add_nngp_kernel_recursion(sdk::LawList& laws);
void add_catapult(sdk::LawList& laws);
void add_ntk_predicts_training(sdk::LawList& laws);
void add_lazy_rich_output_scale(sdk::LawList& laws);

void fill(sdk::LawList& laws) {
  add_nngp_kernel_recursion(laws);
  add_catapult(laws);
  add_ntk_predicts_training(laws);
  add_lazy_rich_output_scale(laws);
}

}  // namespace lmw::limits

LMW_PLUGIN(limits, lmw::limits::fill)
