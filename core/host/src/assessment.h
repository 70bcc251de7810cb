#pragma once

#include <lmw/store/lab.h>

namespace lmw::host {

/// What is counted once all points of a run are judged, from the log alone, and put into the lab: badges,
/// failures and the scorecard. Given again, the newest counts.
void assess(store::Lab& lab, store::Id run_id);

}  // namespace lmw::host
