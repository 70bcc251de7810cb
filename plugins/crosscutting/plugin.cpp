#include <lmw/sdk/sdk.h>

namespace lmw::crosscutting {

void add_gd_quadratic_divergence(sdk::LawList& laws);
void add_born_dead_relu(sdk::LawList& laws);
void add_saddle_plateau_escape(sdk::LawList& laws);
void add_symmetric_init_trap(sdk::LawList& laws);
void add_xor_local_minima(sdk::LawList& laws);
void add_circle_odd_frequency_trap(sdk::LawList& laws);

void fill(sdk::LawList& laws) {
  add_gd_quadratic_divergence(laws);
  add_born_dead_relu(laws);
  add_saddle_plateau_escape(laws);
  add_symmetric_init_trap(laws);
  add_xor_local_minima(laws);
  add_circle_odd_frequency_trap(laws);
}

}  // namespace lmw::crosscutting

LMW_PLUGIN(crosscutting, lmw::crosscutting::fill)
