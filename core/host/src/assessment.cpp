#include "assessment.h"

#include "badges.h"
#include "failures.h"
#include "scorecard.h"

namespace lmw::host {

void assess(store::Lab& lab, store::Id run_id) {
  lab.set_badges(run_id, badges(lab.primary_p_falsify(run_id)));
  const auto counts = lab.failure_counts(run_id);
  if (!counts.empty()) lab.set_failures(run_id, classify(counts), structures(counts));
  lab.set_scores(run_id, scorecard(lab.evidence()));
}

}  // namespace lmw::host
