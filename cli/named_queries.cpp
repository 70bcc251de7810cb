#include "named_queries.h"

namespace lmw::cli {
namespace {

constexpr NamedQuery queries[] = {
    {"laws", "the verdict of each law in the newest run",
     "SELECT law, verdict, points, confirmed, falsified, inconclusive, rivals_refuted, rivals_tried, core_seconds\n"
     "FROM law_summary WHERE run_id = (SELECT max(run_id) FROM runs) ORDER BY pillar, law"},
    {"surprises", "what did not come out as expected, furthest out first",
     "SELECT verdict_id, law, point, observable, rival, expected, verdict, sub_verdict, falsify_ratio, sentence\n"
     "FROM verdicts WHERE met_expectation = 0 ORDER BY falsify_ratio DESC"},
    {"worst-residuals", "the grid points furthest from their prediction, in standard errors",
     "SELECT law, observable, x, predicted, measured, measured_se, z FROM residuals\n"
     "WHERE rival IS NULL AND z IS NOT NULL ORDER BY abs(z) DESC LIMIT 20"},
    {"sealed-before-measured", "for each run and law: last seal of a point before its first measurement (0 violations)",
     "SELECT run_id, law, count(*) AS points, sum(first_measured < sealed) AS violations FROM (\n"
     "  SELECT p.run_id, p.law, p.point_id, min(p.sealed_at) AS sealed,\n"
     "         (SELECT min(m.measured_at) FROM measurements AS m WHERE m.point_id = p.point_id) AS first_measured\n"
     "  FROM predictions AS p WHERE p.replicate IS NULL GROUP BY p.point_id)\n"
     "GROUP BY run_id, law ORDER BY run_id, law"},
    {"rivals-standing", "rivals that the data did not refute: there the law had no power",
     "SELECT verdict_id, law, point, observable, rival, decision, falsify_ratio FROM verdicts\n"
     "WHERE rival IS NOT NULL AND regime = 'inside' AND decision IS NOT 'falsified' ORDER BY law, point_id"},
    {"cost", "core-seconds and trials by law and run",
     "SELECT run_id, law, core_seconds, points FROM law_summary ORDER BY core_seconds DESC"},
    {"failed-trials", "replicates that ended in no value, and what they said",
     "SELECT run_id, law, point, replicate, outcome, message FROM measurements WHERE outcome <> 'ok'\n"
     "ORDER BY run_id, law, point_id, replicate"},
    {"failures", "conditions whose runs fail: structural, contingent or safe; unexpected structural ones first",
     "SELECT law, point, class, unexpected, rate, low, high, predicted_rate, n, restarts FROM failures\n"
     "WHERE run_id = (SELECT max(run_id) FROM runs) ORDER BY unexpected DESC, law, point_id"},
    {"structure", "for each law with failures: structure or accident, and the three signatures",
     "SELECT law, conditions, within_variance, between_variance, structural_share, skill, captured,\n"
     "       persist_held, persist_tried, flips_seen, flips_tried, boundary, boundary_decision\n"
     "FROM failure_structure WHERE run_id = (SELECT max(run_id) FROM runs) ORDER BY law"},
    {"scorecard", "the seven desiderata of each pillar and law, with intervals and denominators",
     "SELECT subject, desideratum, value, low, high, n, how FROM scorecard ORDER BY subject LIKE '%/%', subject"},
    {"details", "the further numbers of the scorecard: elasticities, joint coverage, calibration, regret and its cost",
     "SELECT subject, desideratum, measure, value, low, high, n, how FROM scorecard_details\n"
     "ORDER BY subject LIKE '%/%', subject, desideratum"},
    {"undecided", "inconclusive comparisons, and how many replicates a pilot says would decide",
     "SELECT verdict_id, law, point, observable, rival, n_replicates, needed_replicates, needed_draws, pilot_sd\n"
     "FROM verdicts WHERE verdict = 'inconclusive' ORDER BY needed_replicates"},
    {"mechanics", "each law in the words of mechanics",
     "SELECT law, symmetry, conserved_or_order_parameter, control_parameter, large_parameter, leading_correction,\n"
     "       axioms FROM laws ORDER BY control_parameter, law"},
    {"re-derive", "every decision formed anew from its two ratios, beside the stored one (0 differ)",
     "SELECT count(*) AS verdicts, sum(decision IS NOT CASE WHEN confirm_ratio IS NULL OR falsify_ratio IS NULL THEN "
     "NULL\n"
     "  WHEN confirm_ratio <= 1 THEN 'confirmed' WHEN falsify_ratio > 1 THEN 'falsified'\n"
     "  ELSE 'inconclusive' END) AS differ FROM verdicts"},
};

}  // namespace

std::span<const NamedQuery> named_queries() { return queries; }

}  // namespace lmw::cli
