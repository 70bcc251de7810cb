#include "scribe.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <limits>
#include <sstream>
#include <stdexcept>

namespace lmw::store {
namespace {

constexpr std::array<std::string_view, 5> outcomes = {"ok", "diverged", "stuck", "not_converged", "failed"};
constexpr std::array<std::string_view, 3> origins = {"trained", "sampled", "imported"};
constexpr std::size_t values_per_statement = 50;

template <std::size_t n>
int index_of(const std::array<std::string_view, n>& words, std::string_view word, const char* what) {
  const auto found = std::find(words.begin(), words.end(), word);
  if (found == words.end())
    throw std::invalid_argument(std::string(what) + " \"" + std::string(word) + "\": not one of the known");
  return static_cast<int>(found - words.begin());
}

std::string insert(const std::string& table, int columns, std::size_t rows = 1) {
  std::string row = "(?";
  for (int i = 1; i < columns; ++i) row += ",?";
  std::string sql = "INSERT INTO " + table + " VALUES " + row + ")";
  for (std::size_t i = 1; i < rows; ++i) sql += "," + row + ")";
  return sql;
}

std::span<const std::uint8_t> as_bytes(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

std::optional<std::int64_t> unless_zero(std::int64_t count) { return count == 0 ? std::nullopt : std::optional(count); }

std::map<std::string, Id> known_names(Connection& db, const char* sql) {
  std::map<std::string, Id> known;
  Statement statement(db, sql);
  while (statement.step()) known.emplace(statement.text(1), statement.integer(0));
  return known;
}

std::map<std::string, Id> known_stoppings(Connection& db) {
  std::map<std::string, Id> known;
  Statement rules(db, "SELECT stopping_id, method, alpha_confirm, alpha_falsify FROM stopping");
  Statement looks(db, "SELECT replicates, weight FROM look WHERE stopping_id = ?1 ORDER BY look");
  while (rules.step()) {
    StoppingRule rule{.method = rules.text(1),
                      .looks = {},
                      .weights = {},
                      .alpha_confirm = rules.real(2),
                      .alpha_falsify = rules.real(3)};
    looks.bind(rules.integer(0));
    while (looks.step()) {
      rule.looks.push_back(static_cast<int>(looks.integer(0)));
      rule.weights.push_back(looks.real(1));
    }
    known.emplace(stopping_text(rule), rules.integer(0));
  }
  return known;
}

}  // namespace

int outcome_id(std::string_view outcome) { return index_of(outcomes, outcome, "outcome"); }
int origin_id(std::string_view origin) { return index_of(origins, origin, "origin"); }

std::int64_t now_us() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

std::vector<Grid> grids_of(const SealedPoint& point) {
  std::vector<Grid> grids;
  for (const SealedSeries& series : point.series) {
    auto grid =
        std::find_if(grids.begin(), grids.end(), [&](const Grid& g) { return g.observable == series.observable; });
    if (grid == grids.end()) {
      grids.push_back({.observable = series.observable, .x = series.x});
    } else if (grid->x.empty() != series.x.empty()) {
      throw std::invalid_argument(series.observable + ": a scalar for one prediction and a curve for another");
    } else if (grid->x != series.x) {
      std::vector<double> all;
      std::set_union(grid->x.begin(), grid->x.end(), series.x.begin(), series.x.end(), std::back_inserter(all));
      grid->x = std::move(all);
    }
  }
  for (const std::string& diagnostic : point.diagnostics) {
    if (std::any_of(grids.begin(), grids.end(), [&](const Grid& g) { return g.observable == diagnostic; }))
      throw std::invalid_argument(diagnostic + ": predicted, and declared a diagnostic");
    grids.push_back({.observable = diagnostic, .x = {}});
  }
  return grids;
}

std::string stopping_text(const StoppingRule& rule) {
  return CanonicalObject()
      .add("method", rule.method)
      .add("looks", rule.looks)
      .add("weights", rule.weights)
      .add("alpha_confirm", rule.alpha_confirm)
      .add("alpha_falsify", rule.alpha_falsify)
      .str();
}

std::string law_columns_from_card(const std::string& card) {
  std::string sql, name;
  for (std::istringstream names(law_columns); names >> name;) {
    if (name.back() == ',') name.pop_back();
    sql += (sql.empty() ? "json_extract(" : ", json_extract(") + card + ", '$." + name + "')";
  }
  return sql;
}

Scribe::Scribe(Connection& connection)
    : db_(connection),
      observables_(known_names(connection, "SELECT observable_id, observable FROM observable")),
      rivals_(known_names(connection, "SELECT rival_id, rival FROM rival")),
      stoppings_(known_stoppings(connection)),
      insert_log_(connection, insert("log", 6)),
      insert_observable_(connection, "INSERT INTO observable (observable) VALUES (?1)"),
      insert_rival_(connection, "INSERT INTO rival (rival) VALUES (?1)"),
      insert_point_(connection,
                    "INSERT INTO point (run_id, law_id, regime, rho, must_break, per_replicate, fitted_parameters, "
                    "stopping_id, regime_reason, point, canonical) VALUES (?,?,?,?,?,?,?,?,?,?,?)"),
      insert_cell_(connection, insert("cell", 4)),
      insert_prediction_(connection,
                         "INSERT INTO prediction (log_id, point_id, observable_id, rival_id, secondary, kind, compare, "
                         "draws, theory_df, power, eps_reason, abstained, abstain_reason, drift_order, "
                         "deterministic, fit_span) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"),
      insert_prediction_value_(connection, insert("prediction_value", 7)),
      insert_replicate_value_(connection, insert("replicate_value", 4)),
      insert_trial_(connection, insert("trial", 8)),
      insert_value_(connection, insert("measured_value", 4)),
      insert_values_(connection, insert("measured_value", 4, values_per_statement)),
      insert_judgement_(connection, insert("judgement", 4)),
      insert_verdict_(connection,
                      "INSERT INTO verdict (point_id, prediction_id, observable_id, rival_id, kind, secondary, regime, "
                      "outcome, decision, verdict, sub_verdict, confirm_ratio, falsify_ratio, rivals_tried, "
                      "rivals_refuted, at_x, predicted, measured, measured_se, ci_low, ci_high, eps, b_th, statistic, "
                      "p_confirm, p_falsify, n_replicates, look, deterministic, postdiction, expected, "
                      "met_expectation, sentence, pilot_replicates, pilot_sd, needed_replicates, needed_draws, "
                      "relative_l2, relative_l2_se, median, median_low, median_high) "
                      "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"),
      insert_residual_(connection, insert("residual", 8)),
      insert_adjustment_(connection, insert("adjustment", 3)) {
  head_ = chain_start(db_.text("SELECT lmw_version FROM lab"));
  Statement last(db_, "SELECT log_id, chain FROM log ORDER BY log_id DESC LIMIT 1");
  if (last.step()) {
    log_id_ = last.integer(0);
    head_ = as_digest(last.blob(1));
  }
}

Id Scribe::append(std::string_view type, const Digest& digest, const std::optional<LogDetail>& detail) {
  const std::string bytes = detail ? encode(*detail) : std::string();
  const std::int64_t at = now_us();
  head_ = chain_next(head_, log_record(type, digest, at));
  insert_log_.bind(++log_id_, type, at, std::span<const std::uint8_t>(digest), std::span<const std::uint8_t>(head_),
                   detail ? std::optional(as_bytes(bytes)) : std::nullopt);
  insert_log_.run();
  return log_id_;
}

Id Scribe::name_id(std::map<std::string, Id>& known, Statement& insert_name, const std::string& name) {
  const auto found = known.find(name);
  if (found != known.end()) return found->second;
  insert_name.bind(name).run();
  return known[name] = db_.last_insert_rowid();
}

Id Scribe::law_id(const LawCard& card) {
  const Digest digest = law_digest(card);
  Statement known(db_, "SELECT law_id FROM law WHERE digest = ?1");
  known.bind(std::span<const std::uint8_t>(digest));
  if (known.step()) return known.integer(0);
  Statement(db_,
            std::string("INSERT INTO law (law, law_version, plugin, plugin_version, build_id, source_sha256, digest, "
                        "card, ") +
                law_columns + ") SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, " + law_columns_from_card("?8"))
      .bind(card.law, card.law_version, card.plugin, card.plugin_version, card.build_id, card.source_sha256,
            std::span<const std::uint8_t>(digest), card.card_json)
      .run();
  return db_.last_insert_rowid();
}

Id Scribe::stopping_id(const StoppingRule& rule) {
  const std::string text = stopping_text(rule);
  const auto found = stoppings_.find(text);
  if (found != stoppings_.end()) return found->second;
  Statement(db_, "INSERT INTO stopping (method, alpha_confirm, alpha_falsify) VALUES (?,?,?)")
      .bind(rule.method, rule.alpha_confirm, rule.alpha_falsify)
      .run();
  const Id id = db_.last_insert_rowid();
  Statement look(db_, insert("look", 4));
  for (std::size_t k = 0; k < rule.looks.size(); ++k)
    look.bind(id, static_cast<std::int64_t>(k + 1), rule.looks[k], rule.weights[k]).run();
  return stoppings_[text] = id;
}

RunMemory Scribe::begin_run(const RunPlan& plan) {
  RunMemory run;
  std::vector<Digest> digests;
  for (const LawCard& card : plan.laws) {
    digests.push_back(law_digest(card));
    if (!run.laws.emplace(card.law, RunLaw{law_id(card), card}).second)
      throw std::invalid_argument(card.law + ": twice in one run");
  }
  run.digest = sha256(run_record(plan, digests));
  const Id log = append("RUN", run.digest, LogDetail{.kind = LogDetail::Kind::run});
  const Provenance& p = plan.provenance;
  Statement(
      db_,
      "INSERT INTO run (log_id, study, study_json, study_sha256, effort, run_seed, lmw_version, git_commit, host, cpu, "
      "compiler, flags, blas, jobs) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)")
      .bind(log, plan.study, plan.study_json, plan.study_sha256, plan.effort, plan.run_seed, p.lmw_version,
            p.git_commit, p.host, p.cpu, p.compiler, p.flags, p.blas, p.jobs)
      .run();
  run.run_id = db_.last_insert_rowid();
  run.started_us = db_.integer("SELECT at_us FROM log WHERE log_id = " + std::to_string(log));
  Statement link(db_, insert("run_law", 2));
  for (const auto& [name, law] : run.laws) link.bind(run.run_id, law.law_id).run();
  Statement(db_, insert("run_event", 3)).bind(log, run.run_id, "running").run();
  return run;
}

void Scribe::add_event(const RunMemory& run, const std::string& status) {
  const Id log = append("NOTE", sha256(run_event_record(run.digest, status)),
                        LogDetail{.kind = LogDetail::Kind::run_event, .ids = {run.run_id}});
  Statement(db_, insert("run_event", 3)).bind(log, run.run_id, status).run();
}

Id Scribe::insert_point(const RunMemory& run, const RunLaw& law, const SealedPoint& point) {
  insert_point_.bind(run.run_id, law.law_id, point.inside ? "inside" : "outside", point.rho, point.must_break,
                     point.per_replicate, point.fitted_parameters, stopping_id(point.stopping), point.regime_reason,
                     point.point_json, point.canonical_point);
  insert_point_.run();
  return db_.last_insert_rowid();
}

void Scribe::insert_grids(Id point_id, std::vector<Grid>& grids) {
  for (Grid& grid : grids) {
    grid.observable_id = name_id(observables_, insert_observable_, grid.observable);
    for (std::size_t g = 0; g < grid.size(); ++g)
      insert_cell_.bind(point_id, grid.first_slot + static_cast<std::int64_t>(g), grid.observable_id, x_at(grid.x, g))
          .run();
  }
}

PointMemory Scribe::add_unsealed_point(const RunMemory& run, const SealedPoint& point) {
  return {.point_id = insert_point(run, run.laws.at(point.law), point),
          .sealed = false,
          .inside = point.inside,
          .key = point_key(run.digest, point),
          .run_started_us = run.started_us};
}

PointMemory Scribe::add_point(const RunMemory& run, const SealedPoint& point) {
  const RunLaw& law = run.laws.at(point.law);
  PointMemory memory = add_unsealed_point(run, point);
  memory.sealed = true;
  memory.abstained = point.abstained;
  if (point.abstained) {
    unsealed_.push_back(sha256(abstain_record(law.card, point)));
    const Id log =
        append("ABSTAIN", unsealed_.back(), LogDetail{.kind = LogDetail::Kind::abstention, .ids = {memory.point_id}});
    insert_prediction_.bind(log, memory.point_id, 0, 0, 0, nullptr, nullptr, 1, std::numeric_limits<double>::infinity(),
                            nullptr, "", 1, point.abstain_reason, nullptr, 0, nullptr);
    insert_prediction_.run();
    return memory;
  }
  memory.grids = grids_of(point);
  std::int64_t slot = 0;
  for (Grid& grid : memory.grids) {
    grid.first_slot = slot;
    slot += static_cast<std::int64_t>(grid.size());
  }
  insert_grids(memory.point_id, memory.grids);
  for (const SealedSeries& series : point.series) {
    unsealed_.push_back(sha256(predict_record(law.card, point, series)));
    const auto grid = std::find_if(memory.grids.begin(), memory.grids.end(),
                                   [&](const Grid& g) { return g.observable == series.observable; });
    const Id rival_id = name_id(rivals_, insert_rival_, series.rival);
    const Id log = append("PREDICT", unsealed_.back(),
                          LogDetail{.kind = LogDetail::Kind::series,
                                    .ids = {memory.point_id, grid->observable_id, rival_id},
                                    .checks = series_checks(series)});
    insert_prediction_.bind(log, memory.point_id, grid->observable_id, rival_id, series.secondary, series.kind,
                            series.compare, series.draws, series.theory_df, series.power, series.eps_reason, 0, nullptr,
                            series.kind == "K7" && !series.x.empty() ? std::optional(series.order) : std::nullopt,
                            series.deterministic, series.span > 0 ? std::optional(series.span) : std::nullopt);
    insert_prediction_.run();
    PointMemory::Series sealed{db_.last_insert_rowid(), unsealed_.back(), {}};
    for (std::size_t g = 0; g < series.predicted.size(); ++g) {
      const auto at =
          series.x.empty() ? 0 : std::lower_bound(grid->x.begin(), grid->x.end(), series.x[g]) - grid->x.begin();
      sealed.slots.push_back(grid->first_slot + at);
      insert_prediction_value_.bind(sealed.prediction_id, sealed.slots.back(), series.predicted[g],
                                    series.upper.empty() ? scalar_x : series.upper[g], series.eps[g], series.b_th[g],
                                    series.theory_sd[g]);
      insert_prediction_value_.run();
    }
    memory.series.push_back(std::move(sealed));
  }
  return memory;
}

void Scribe::add_replicates(const std::vector<ReplicatePrediction>& values,
                            const std::vector<const PointMemory::Series*>& of) {
  std::vector<std::size_t> order(values.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::pair(values[a].prediction_id, values[a].replicate) <
           std::pair(values[b].prediction_id, values[b].replicate);
  });
  Sha256 digest;
  std::vector<CoveredRow> covered;
  for (const std::size_t i : order) {
    const ReplicatePrediction& value = values[i];
    const Digest row = replicate_digest(of[i]->digest, value.replicate, value.predicted);
    digest.add(row);
    covered.push_back({value.prediction_id, value.replicate, digest_head(row), {}});
    for (std::size_t g = 0; g < value.predicted.size(); ++g) {
      covered.back().checks.push_back(value_check(value.predicted[g]));
      insert_replicate_value_.bind(value.prediction_id, value.replicate, of[i]->slots[g], value.predicted[g]).run();
    }
  }
  unsealed_.push_back(digest.finish());
  append("PREDICT", unsealed_.back(), LogDetail{.kind = LogDetail::Kind::replicates, .rows = std::move(covered)});
}

void Scribe::seal() {
  Sha256 digest;
  for (const Digest& record : unsealed_) digest.add(record);
  append("SEAL", digest.finish());
  unsealed_.clear();
}

void Scribe::add_trials(std::vector<TrialRow>& trials) {
  if (trials.empty()) return;
  // In the order of the key: pages fill up from left to right.
  std::sort(trials.begin(), trials.end(), [](const TrialRow& a, const TrialRow& b) {
    return std::pair(a.point_id, a.replicate) < std::pair(b.point_id, b.replicate);
  });
  Sha256 digest;
  std::vector<CoveredRow> covered;
  std::size_t waiting = 0;
  const auto bind_value = [](Statement& statement, int at, const TrialRow& trial,
                             const std::pair<std::int64_t, double>& value) {
    statement.bind_at(at + 1, trial.point_id);
    statement.bind_at(at + 2, trial.replicate);
    statement.bind_at(at + 3, value.first);
    statement.bind_at(at + 4, value.second);
  };
  std::array<std::pair<const TrialRow*, const std::pair<std::int64_t, double>*>, values_per_statement> last{};
  for (TrialRow& trial : trials) {
    insert_grids(trial.point_id, trial.new_grids);
    insert_trial_.bind(trial.point_id, trial.replicate, trial.seed, trial.outcome_id, trial.origin_id, trial.wall_us,
                       trial.after_ms, unless_empty(trial.message));
    insert_trial_.run();
    digest.add(trial.digest);
    covered.push_back({trial.point_id, trial.replicate, digest_head(trial.digest), {}});
    for (const auto& value : trial.values) {
      covered.back().checks.push_back(value_check(value.second));
      bind_value(insert_values_, static_cast<int>(4 * waiting), trial, value);
      last[waiting++] = {&trial, &value};
      if (waiting == values_per_statement) {
        insert_values_.run();
        waiting = 0;
      }
    }
  }
  for (std::size_t i = 0; i < waiting; ++i) {
    bind_value(insert_value_, 0, *last[i].first, *last[i].second);
    insert_value_.run();
  }
  append("MEASURE", digest.finish(), LogDetail{.kind = LogDetail::Kind::trials, .rows = std::move(covered)});
}

void Scribe::add_pilots(Id point_id, const std::vector<TrialRow>& pilots) {
  if (pilots.empty()) return;
  std::vector<Digest> digests;
  for (const TrialRow& pilot : pilots) digests.push_back(pilot.digest);
  const Id log =
      append("MEASURE", pilots_digest(digests), LogDetail{.kind = LogDetail::Kind::pilots, .ids = {point_id}});
  Statement row(db_,
                "INSERT INTO pilot (point_id, replicate, log_id, seed, outcome_id, wall_us, after_ms, message) "
                "VALUES (?,?,?,?,?,?,?,?)");
  Statement value(db_, insert("pilot_value", 4));
  for (const TrialRow& pilot : pilots) {
    row.bind(point_id, pilot.replicate, log, pilot.seed, pilot.outcome_id, pilot.wall_us, pilot.after_ms,
             unless_empty(pilot.message))
        .run();
    for (const auto& [slot, v] : pilot.values) value.bind(point_id, pilot.replicate, slot, v).run();
  }
}

void Scribe::add_verdicts(const PointMemory& point, const std::vector<Verdict>& verdicts) {
  const Id log =
      append("VERDICT", verdicts_digest(point.key, verdicts),
             LogDetail{.kind = LogDetail::Kind::verdicts, .ids = {point.point_id}, .checks = verdict_checks(verdicts)});
  insert_judgement_.bind(point.point_id, log, point.trials, point.core_us).run();
  for (const Verdict& v : verdicts) {
    insert_verdict_.bind(
        v.point_id, v.prediction_id == 0 ? std::nullopt : std::optional(v.prediction_id),
        name_id(observables_, insert_observable_, v.observable), name_id(rivals_, insert_rival_, v.rival),
        unless_empty(v.kind), v.secondary, v.regime, v.outcome, unless_empty(v.decision), v.verdict,
        unless_empty(v.sub_verdict), v.confirm_ratio, v.falsify_ratio, v.rivals_tried, v.rivals_refuted, v.at_x,
        v.predicted, v.measured, v.measured_se, v.ci_low, v.ci_high, v.eps, v.b_th, v.statistic, v.p_confirm,
        v.p_falsify, v.n_replicates, v.look, v.deterministic, v.postdiction, unless_empty(v.expected),
        v.met_expectation < 0 ? std::nullopt : std::optional(v.met_expectation), v.sentence,
        unless_zero(v.pilot_replicates), v.pilot_sd, unless_zero(v.needed_replicates), unless_zero(v.needed_draws),
        v.relative_l2, v.relative_l2_se, v.median, v.median_low, v.median_high);
    insert_verdict_.run();
    const Id verdict = db_.last_insert_rowid();
    for (std::size_t i = 0; i < v.residuals.size(); ++i) {
      const auto& r = v.residuals[i];
      insert_residual_.bind(verdict, static_cast<std::int64_t>(i), r.x, r.predicted, r.measured, r.measured_se,
                            r.residual, r.z);
      insert_residual_.run();
    }
  }
}

void Scribe::add_adjusted(Id run_id, const std::string& law,
                          const std::vector<std::pair<Id, double>>& p_by_prediction) {
  Statement find(db_,
                 "SELECT verdict_id, observable, rival, log.digest, law, run_id, canonical, law_version FROM verdict "
                 "JOIN observable USING (observable_id) JOIN rival USING (rival_id) JOIN point USING (point_id) "
                 "JOIN law USING (law_id) JOIN run USING (run_id) JOIN log ON log.log_id = run.log_id "
                 "WHERE point_id = (SELECT point_id FROM prediction WHERE prediction_id = ?1) AND prediction_id = ?1");
  std::map<Id, AdjustedValue> by_verdict;
  for (const auto& [prediction, p] : p_by_prediction) {
    find.bind(prediction);
    if (!find.step() || find.text(4) != law || find.integer(5) != run_id)
      throw std::invalid_argument("prediction " + std::to_string(prediction) + ": no verdict of " + law + " in run " +
                                  std::to_string(run_id));
    SealedPoint point;
    point.law = law;
    point.law_version = static_cast<int>(find.integer(7));
    point.canonical_point = find.text(6);
    const AdjustedValue value{point_key(as_digest(find.blob(3)), point), find.text(1), find.text(2), p};
    if (!by_verdict.emplace(find.integer(0), value).second)
      throw std::invalid_argument("prediction " + std::to_string(prediction) + ": adjusted twice");
    while (find.step()) {
    }
  }
  std::vector<AdjustedValue> values;
  for (const auto& [verdict, value] : by_verdict) values.push_back(value);
  const Id log = append("VERDICT", adjusted_digest(values), LogDetail{.kind = LogDetail::Kind::adjusted});
  for (const auto& [verdict, value] : by_verdict) insert_adjustment_.bind(verdict, log, value.p_adjusted).run();
}

}  // namespace lmw::store
