#include <lmw/sdk/sdk.h>

namespace lmw::scaling {

void add_real_data_kernel_curve(sdk::LawList& laws);
void add_powerlaw_data_exponent(sdk::LawList& laws);
void add_noether_exact(sdk::LawList& laws);
void add_edge_of_stability(sdk::LawList& laws);

void fill(sdk::LawList& laws) {
  add_real_data_kernel_curve(laws);
  add_powerlaw_data_exponent(laws);
  add_noether_exact(laws);
  add_edge_of_stability(laws);
}

}  // namespace lmw::scaling

LMW_PLUGIN(scaling, lmw::scaling::fill)
