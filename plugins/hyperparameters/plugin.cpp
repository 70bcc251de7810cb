#include <lmw/sdk/sdk.h>

namespace lmw::hyperparameters {

void add_abc_symmetry(sdk::LawList& laws);
void add_mup_coordinate_check(sdk::LawList& laws);
void add_mup_lr_transfer(sdk::LawList& laws);
void add_mup_lr_regret(sdk::LawList& laws);
void add_central_flow_gd(sdk::LawList& laws);

void fill(sdk::LawList& laws) {
  add_abc_symmetry(laws);
  add_mup_coordinate_check(laws);
  add_mup_lr_transfer(laws);
  add_mup_lr_regret(laws);
  add_central_flow_gd(laws);
}

}  // namespace lmw::hyperparameters

LMW_PLUGIN(hyperparameters, lmw::hyperparameters::fill)
