#include <lmw/sdk/sdk.h>

namespace lmw::solvable {

void add_ridgeless_double_descent(sdk::LawList& laws);
void add_saddle_to_saddle_times(sdk::LawList& laws);
void add_krr_eigenlearning(sdk::LawList& laws);
void add_dln2_sigmoid_modes(sdk::LawList& laws);

void fill(sdk::LawList& laws) {
  add_ridgeless_double_descent(laws);
  add_saddle_to_saddle_times(laws);
  add_krr_eigenlearning(laws);
  add_dln2_sigmoid_modes(laws);
}

}  // namespace lmw::solvable

LMW_PLUGIN(solvable, lmw::solvable::fill)
