#include <lmw/store/canonical.h>
#include <lmw/store/lab.h>
#include <lmw/store/views.h>

#include <algorithm>

#include "schema.h"
#include "sqlite.h"

namespace lmw::store {
namespace {

/// Reads the columns of a row one after the other into fields of any of the four types.
class Row {
 public:
  explicit Row(const Statement& statement) : statement_(statement) {}
  template <class... Fields>
  void into(Fields&... fields) {
    (read(fields), ...);
  }

 private:
  void read(std::int64_t& field) { field = statement_.is_null(at_) ? -1 : statement_.integer(at_), ++at_; }
  void read(double& field) { field = statement_.real(at_++); }
  void read(std::string& field) { field = statement_.text(at_++); }
  void read(bool& field) { field = statement_.integer(at_++) == 1; }
  const Statement& statement_;
  int at_ = 0;
};

/// SELECT of a view with the filter's conditions, bound.
Statement select(Connection& db, const std::string& columns, const std::string& view, const Filter& filter,
                 const std::string& order, bool has_run = true, bool has_law = true) {
  std::string sql = "SELECT " + columns + " FROM " + view + " WHERE 1";
  if (has_run && filter.run_id) sql += " AND run_id = :run";
  if (has_law && !filter.law.empty()) sql += " AND law = :law";
  Statement statement(db, sql + " ORDER BY " + order);
  if (const int i = sqlite3_bind_parameter_index(statement.handle(), ":run"); i > 0)
    statement.bind_at(i, *filter.run_id);
  if (const int i = sqlite3_bind_parameter_index(statement.handle(), ":law"); i > 0) statement.bind_at(i, filter.law);
  return statement;
}

template <class T, class ReadRow>
std::vector<T> all(Statement statement, ReadRow read_row) {
  std::vector<T> rows;
  while (statement.step()) {
    T row;
    Row columns(statement);
    read_row(columns, row);
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

struct Reader::Impl {
  explicit Impl(const std::filesystem::path& file) : db(file, Connection::Mode::read_only) {
    require_lab(db, false);
    read_as_newest(db);
    // One snapshot: pages of a report that were read at different moments would contradict each other.
    db.run("BEGIN");
  }
  Connection db;
};

Reader::Reader(const std::filesystem::path& file) : impl_(std::make_unique<Impl>(file)) { chain_head(); }
Reader::~Reader() = default;

std::vector<RunRow> Reader::runs(const Filter& filter) {
  return all<RunRow>(
      select(impl_->db,
             "run_id, study, status, effort, run_seed, started_at, finished_at, lmw_version, git_commit, "
             "host, cpu, compiler, flags, blas, jobs, study_sha256, chain",
             "runs", filter, "run_id", true, false),
      [](Row& from, RunRow& r) {
        from.into(r.run_id, r.study, r.status, r.effort, r.run_seed, r.started_at, r.finished_at, r.lmw_version,
                  r.git_commit, r.host, r.cpu, r.compiler, r.flags, r.blas, r.jobs, r.study_sha256, r.chain);
      });
}

std::vector<LawRow> Reader::laws(const Filter& filter) {
  return all<LawRow>(
      select(
          impl_->db,
          "law, law_version, plugin, plugin_version, build_id, source_sha256, pillar, title, claim, formula, source, "
          "analogue, regime, refuted_if, fitted_parameters, predicts, deterministic, symmetry, "
          "conserved_or_order_parameter, control_parameter, large_parameter, leading_correction, axioms, card",
          "laws", filter, "law, law_version", false, true),
      [](Row& from, LawRow& r) {
        from.into(r.law, r.law_version, r.plugin, r.plugin_version, r.build_id, r.source_sha256, r.pillar, r.title,
                  r.claim, r.formula, r.source, r.analogue, r.regime, r.refuted_if, r.fitted_parameters, r.predicts,
                  r.deterministic, r.symmetry, r.conserved_or_order_parameter, r.control_parameter, r.large_parameter,
                  r.leading_correction, r.axioms, r.card);
      });
}

std::vector<PredictionRow> Reader::predictions(const Filter& filter) {
  return all<PredictionRow>(
      select(
          impl_->db,
          "prediction_id, run_id, law, law_version, point_id, point, observable, x, predicted, upper, theory_sd, "
          "theory_df, b_th, eps, eps_reason, kind, compare, draws, drift_order, secondary, regime, regime_reason, rho, "
          "must_break, "
          "rival, power, replicate, per_replicate, fitted_parameters, method, max_replicates, abstained, "
          "abstain_reason, sealed_at, digest, chain",
          "predictions", filter, "run_id, law, point_id, prediction_id, replicate, x"),
      [](Row& from, PredictionRow& r) {
        from.into(r.prediction_id, r.run_id, r.law, r.law_version, r.point_id, r.point, r.observable, r.x, r.predicted,
                  r.upper, r.theory_sd, r.theory_df, r.b_th, r.eps, r.eps_reason, r.kind, r.compare, r.draws,
                  r.drift_order, r.secondary, r.regime, r.regime_reason, r.rho, r.must_break, r.rival, r.power,
                  r.replicate, r.per_replicate, r.fitted_parameters, r.method, r.max_replicates, r.abstained,
                  r.abstain_reason, r.sealed_at, r.digest, r.chain);
      });
}

std::vector<VerdictRow> Reader::verdicts(const Filter& filter) {
  auto rows = all<VerdictRow>(
      select(impl_->db,
             "verdict_id, run_id, pillar, law, law_version, point_id, point, prediction_id, observable, rival, regime, "
             "rho, must_break, kind, secondary, outcome, verdict, sub_verdict, decision, confirm_ratio, falsify_ratio, "
             "rivals_tried, rivals_refuted, at_x, predicted, measured, measured_se, ci_low, ci_high, eps, b_th, "
             "statistic, "
             "p_confirm, p_falsify, p_adjusted, n_replicates, look, deterministic, postdiction, expected, "
             "met_expectation, sentence, power, q_confirm, q_falsify, e_value, badge, needed_replicates, needed_draws, "
             "pilot_replicates, pilot_sd, relative_l2, relative_l2_se, median, median_low, median_high",
             "verdicts", filter, "run_id, law, point_id, observable, rival"),
      [](Row& from, VerdictRow& r) {
        from.into(r.verdict_id, r.run_id, r.pillar, r.law, r.law_version, r.point_id, r.point, r.prediction_id,
                  r.observable, r.rival, r.regime, r.rho, r.must_break, r.kind, r.secondary, r.outcome, r.verdict,
                  r.sub_verdict, r.decision, r.confirm_ratio, r.falsify_ratio, r.rivals_tried, r.rivals_refuted, r.at_x,
                  r.predicted, r.measured, r.measured_se, r.ci_low, r.ci_high, r.eps, r.b_th, r.statistic, r.p_confirm,
                  r.p_falsify, r.p_adjusted, r.n_replicates, r.look, r.deterministic, r.postdiction, r.expected,
                  r.met_expectation, r.sentence, r.power, r.q_confirm, r.q_falsify, r.e_value, r.badge,
                  r.needed_replicates, r.needed_draws, r.pilot_replicates, r.pilot_sd, r.relative_l2, r.relative_l2_se,
                  r.median, r.median_low, r.median_high);
      });
  for (VerdictRow& row : rows) row.prediction_id = std::max<Id>(row.prediction_id, 0);
  return rows;
}

std::vector<ResidualRow> Reader::residuals(const Filter& filter) {
  return all<ResidualRow>(select(impl_->db,
                                 "verdict_id, run_id, law, law_version, point_id, point, observable, rival, x, "
                                 "predicted, measured, measured_se, residual, z",
                                 "residuals", filter, "verdict_id, x"),
                          [](Row& from, ResidualRow& r) {
                            from.into(r.verdict_id, r.run_id, r.law, r.law_version, r.point_id, r.point, r.observable,
                                      r.rival, r.x, r.predicted, r.measured, r.measured_se, r.residual, r.z);
                          });
}

std::vector<LawSummaryRow> Reader::law_summaries(const Filter& filter) {
  return all<LawSummaryRow>(
      select(
          impl_->db,
          "run_id, pillar, law, law_version, verdict, points, comparisons, inside, confirmed, falsified, inconclusive, "
          "outside, error, not_converged, not_run, falsified_holm, least_p_adjusted, rivals_tried, rivals_refuted, "
          "must_break_tried, must_break_broken, surprises, core_seconds",
          "law_summary", filter, "run_id, pillar, law"),
      [](Row& from, LawSummaryRow& r) {
        from.into(r.run_id, r.pillar, r.law, r.law_version, r.verdict, r.points, r.comparisons, r.inside, r.confirmed,
                  r.falsified, r.inconclusive, r.outside, r.error, r.not_converged, r.not_run, r.falsified_holm,
                  r.least_p_adjusted, r.rivals_tried, r.rivals_refuted, r.must_break_tried, r.must_break_broken,
                  r.surprises, r.core_seconds);
      });
}

void Reader::measurements(const Filter& filter, const std::function<void(const MeasurementRow&)>& row) {
  Statement statement =
      select(impl_->db,
             "run_id, law, law_version, point_id, point, observable, x, replicate, seed, outcome, value, "
             "message, wall_seconds, measured_at, origin",
             "measurements", filter, "point_id, replicate, observable, x");
  MeasurementRow r;
  while (statement.step()) {
    Row(statement).into(r.run_id, r.law, r.law_version, r.point_id, r.point, r.observable, r.x, r.replicate, r.seed,
                        r.outcome, r.value, r.message, r.wall_seconds, r.measured_at, r.origin);
    row(r);
  }
}

std::vector<MeasurementRow> Reader::measurements(const Filter& filter) {
  std::vector<MeasurementRow> rows;
  measurements(filter, [&](const MeasurementRow& row) { rows.push_back(row); });
  return rows;
}

std::string Reader::chain_head() {
  const std::string head = impl_->db.text("SELECT lower(hex(chain)) FROM log ORDER BY log_id DESC LIMIT 1");
  return head.empty() ? to_hex(chain_start(impl_->db.text("SELECT lmw_version FROM lab"))) : head;
}

}  // namespace lmw::store
