#include <lmw/sdk/sdk.h>

namespace lmw::solvable {

void add_ridgeless_double_descent(sdk::LawList& laws);

void fill(sdk::LawList& laws) { add_ridgeless_double_descent(laws); }

}  // namespace lmw::solvable

LMW_PLUGIN(solvable, lmw::solvable::fill)
