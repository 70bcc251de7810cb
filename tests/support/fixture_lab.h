#pragma once

#include <lmw/judge/judge.h>
#include <lmw/store/canonical.h>
#include <lmw/store/lab.h>
#include <sqlite3.h>

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <future>
#include <limits>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

/// A small lab with every kind of verdict, made without a plugin: predictions by formula, "measurements" by another
/// formula and a fixed noise, judged by the real judge and written by the real store. For tests of what reads labs.
namespace lmw::testing {

inline constexpr double none = std::numeric_limits<double>::quiet_NaN();

/// Zero mean, unit variance, nearly normal: twelve uniform numbers of a linear congruential generator, added up. No
/// function of the C library, whose last bits differ between machines.
inline double noise(std::uint64_t seed) {
  std::uint64_t state = seed * 0x9E3779B97F4A7C15u + 0xD1B54A32D192ED03u;
  double sum = 0;
  for (int i = 0; i < 12; ++i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    sum += static_cast<double>(state >> 11) * 0x1p-53;
  }
  return sum - 6;
}

/// What the fixture needs to know of one point.
struct FixturePoint {
  std::string law;
  std::map<std::string, store::CanonicalScalar> parameters;
  std::vector<store::SealedSeries> series;
  /// Values of an observable in replicate j, one per grid point.
  std::function<std::vector<double>(const std::string& observable, int j)> measure;
  /// What the law, or a rival, predicts for replicate j; the series then say `difference`. Empty: predicted per point.
  std::function<double(const std::string& observable, const std::string& rival, int j)> predict = {};
  int replicates = 8;
  bool inside = true, must_break = false, deterministic = false;
  double rho = 0.95;
  std::string reason = "";
  std::string abstain = "";   ///< not empty: no prediction, and this is why
  std::string failure = "";   ///< not empty: every replicate fails with it
  int diverged = 0;           ///< the last replicates, without a value
  std::string sentence = "";  ///< instead of the one that is made of the numbers
};

class FixtureLab {
 public:
  FixtureLab(const std::filesystem::path& file, const std::string& study, std::vector<store::LawCard> laws)
      : lab_(file),
        run_(lab_.begin_run({.study = study,
                             .study_json = "{\"study\":" + store::canonical_string(study) + "}",
                             .study_sha256 = store::to_hex(store::sha256(study)),
                             .effort = "quick",
                             .run_seed = 1,
                             .provenance = {.lmw_version = "0.1.0",
                                            .git_commit = "4f2a9c1",
                                            .host = "bench-1",
                                            .cpu = "a processor",
                                            .compiler = "GNU 12.2.0",
                                            .flags = "-O3 -march=x86-64-v3",
                                            .blas = "OpenBLAS 0.3.21",
                                            .jobs = 2},
                             .laws = std::move(laws)})) {}

  void add(const FixturePoint& p) {
    store::SealedPoint sealed{
        .law = p.law,
        .point_json = json_of(p.parameters),
        .canonical_point = store::canonical_point({p.parameters.begin(), p.parameters.end()}),
        .inside = p.inside,
        .rho = p.inside ? p.rho : std::min(p.rho, 0.05),
        .regime_reason = p.reason,
        .must_break = p.must_break,
        .abstained = !p.abstain.empty(),
        .abstain_reason = p.abstain,
        .per_replicate = static_cast<bool>(p.predict),
        .stopping = {.method = p.deterministic ? "deterministic" : "fixed", .looks = {p.replicates}, .weights = {1.0}},
        .series = p.abstain.empty() ? p.series : std::vector<store::SealedSeries>{}};
    std::promise<store::SealReceipt> promise;
    lab_.seal(run_, sealed, [&](const store::SealReceipt& r) { promise.set_value(r); });
    const store::SealReceipt receipt = promise.get_future().get();

    if (!p.abstain.empty()) return;
    if (p.predict) seal_replicates(p, receipt);
    std::map<std::string, std::vector<std::vector<double>>> measured;
    for (int j = 0; j < p.replicates; ++j) {
      store::Trial trial{.point_id = receipt.point_id, .replicate = j, .seed = 1000 * receipt.point_id + j};
      trial.wall_seconds = 0.25;
      trial.measured_at_us = 1'800'000'000'000'000;
      if (!p.failure.empty() || j >= p.replicates - p.diverged) {
        trial.outcome = p.failure.empty() ? "diverged" : "failed";
        trial.message = p.failure.empty() ? "loss is not finite" : p.failure;
      } else {
        for (const store::SealedSeries& s : p.series)
          if (s.rival.empty()) {
            trial.series.push_back({s.observable, s.x, p.measure(s.observable, j)});
            measured[s.observable].push_back(trial.series.back().value);
          }
      }
      lab_.post_trial(std::move(trial));
    }
    std::vector<store::Verdict> verdicts;
    for (std::size_t i = 0; i < p.series.size(); ++i)
      verdicts.push_back(judged(p, p.series[i], receipt.point_id, receipt.prediction_ids[i], measured));
    for (store::Verdict& own : verdicts) {
      if (!own.rival.empty()) continue;
      for (const store::Verdict& other : verdicts) {
        if (other.rival.empty() || other.observable != own.observable) continue;
        ++own.rivals_tried;
        own.rivals_refuted += other.decision == "falsified" ? 1 : 0;
      }
      if (own.verdict == "confirmed" && own.rivals_refuted < own.rivals_tried) {
        own.verdict = "inconclusive";
        own.met_expectation = -1;
        own.sentence += "; a rival is not refuted, so this comparison had no power";
      }
    }
    lab_.post_verdicts(std::move(verdicts));
  }

  /// What is counted when a run has ended.
  void count(const std::vector<store::FailureRecord>& failures, const std::vector<store::FailureStructure>& laws,
             const std::vector<store::ScoreEntry>& scores) {
    lab_.flush();
    lab_.set_failures(run_, failures, laws);
    lab_.set_scores(run_, scores);
  }

  /// Ends the run. Holm's correction is left to the number of comparisons alone: a bound that is easy to follow.
  void finish() {
    lab_.flush();
    std::map<std::string, std::vector<store::PrimaryP>> by_law;
    for (const store::PrimaryP& p : lab_.primary_p_falsify(run_)) by_law[p.law].push_back(p);
    for (const auto& [law, ps] : by_law) {
      std::vector<double> values;
      for (const auto& p : ps) values.push_back(p.p_falsify);
      const std::vector<double> adjusted = judge::holm_adjusted(values);
      std::vector<std::pair<store::Id, double>> rows;
      for (std::size_t i = 0; i < ps.size(); ++i) rows.emplace_back(ps[i].prediction_id, adjusted[i]);
      lab_.set_adjusted(run_, law, rows);
    }
    lab_.end_run(run_, "finished");
    lab_.flush();
  }

 private:
  void seal_replicates(const FixturePoint& p, const store::SealReceipt& receipt) {
    std::vector<store::ReplicatePrediction> values;
    for (std::size_t i = 0; i < p.series.size(); ++i)
      for (int j = 0; j < p.replicates; ++j)
        values.push_back({receipt.prediction_ids[i], j, {p.predict(p.series[i].observable, p.series[i].rival, j)}});
    std::promise<void> promise;
    lab_.seal_replicates(run_, std::move(values), [&] { promise.set_value(); });
    promise.get_future().get();
  }

  static std::string json_of(const std::map<std::string, store::CanonicalScalar>& parameters) {
    std::string out;
    for (const auto& [name, value] : parameters) {
      out += (out.empty() ? "{" : ",") + store::canonical_string(name) + ":";
      if (const auto* i = std::get_if<std::int64_t>(&value)) out += std::to_string(*i);
      if (const auto* d = std::get_if<double>(&value)) out += std::to_string(*d);
      if (const auto* s = std::get_if<std::string>(&value)) out += store::canonical_string(*s);
      if (const auto* b = std::get_if<bool>(&value)) out += *b ? "true" : "false";
    }
    return out.empty() ? "{}" : out + "}";
  }

  static store::Verdict judged(const FixturePoint& p, const store::SealedSeries& s, store::Id point,
                               store::Id prediction,
                               const std::map<std::string, std::vector<std::vector<double>>>& measured) {
    store::Verdict v;
    v.point_id = point;
    v.prediction_id = prediction;
    v.observable = s.observable;
    v.rival = s.rival;
    v.kind = s.kind;
    v.secondary = s.secondary;
    v.regime = p.inside ? "inside" : "outside";
    v.deterministic = p.deterministic;
    v.at_x = v.predicted = v.measured = v.measured_se = v.ci_low = v.ci_high = v.eps = v.b_th = v.statistic = none;
    v.p_confirm = v.p_falsify = v.p_adjusted = none;
    v.confirm_ratio = std::numeric_limits<double>::infinity();
    v.falsify_ratio = -v.confirm_ratio;
    if (!p.failure.empty()) {
      v.outcome = v.verdict = "error";
      v.confirm_ratio = v.falsify_ratio = none;
      v.sentence = "of " + std::to_string(p.replicates) + " replicates " + std::to_string(p.replicates) +
                   " failed: " + p.failure;
      return v;
    }
    std::vector<std::vector<double>> tested = measured.at(s.observable);
    if (p.predict)
      for (std::size_t j = 0; j < tested.size(); ++j)
        tested[j][0] -= p.predict(s.observable, s.rival, static_cast<int>(j));
    const judge::Result r = judge::decide({.kind = judge::kind_from_text(s.kind),
                                           .predicted = s.predicted,
                                           .upper = s.upper,
                                           .eps = s.eps,
                                           .b_th = s.b_th,
                                           .theory_sd = s.theory_sd,
                                           .theory_df = s.theory_df,
                                           .deterministic = p.deterministic,
                                           .draws = s.draws},
                                          tested);
    v.decision = judge::to_text(r.decision);
    v.verdict = p.inside ? v.decision : "outside";
    if (!p.inside)
      v.sub_verdict = v.decision == "confirmed" ? "holds" : v.decision == "falsified" ? "breaks" : "unclear";
    v.confirm_ratio = r.confirm_ratio;
    v.falsify_ratio = r.falsify_ratio;
    v.at_x = s.x.empty() ? none : s.x[r.at];
    v.predicted = r.predicted, v.measured = r.measured, v.measured_se = r.measured_se;
    v.ci_low = r.ci_low, v.ci_high = r.ci_high, v.eps = r.eps, v.b_th = r.b_th, v.statistic = r.statistic;
    v.p_confirm = r.p_confirm, v.p_falsify = r.p_falsify;
    v.n_replicates = r.n_replicates;
    v.look = 1;
    if (!s.secondary)
      v.expected = p.inside                          ? (s.rival.empty() ? "confirmed" : "falsified")
                   : p.must_break && s.rival.empty() ? "breaks"
                                                     : "";
    const std::string& came_to = p.inside ? v.verdict : v.sub_verdict;
    if (!v.expected.empty() && came_to != "inconclusive" && came_to != "unclear")
      v.met_expectation = came_to == v.expected;
    for (std::size_t g = 0; g < r.grid.size(); ++g)
      v.residuals.push_back({s.x.empty() ? none : s.x[g], r.grid[g].predicted, r.grid[g].measured,
                             r.grid[g].measured_se, r.grid[g].residual, r.grid[g].z});
    v.sentence = p.sentence.empty() ? (s.rival.empty() ? "" : "rival \"" + s.rival + "\": ") + "measured over " +
                                          std::to_string(r.n_replicates) + " seeds: " +
                                          (r.decision == judge::Decision::confirmed   ? "agrees"
                                           : r.decision == judge::Decision::falsified ? "disagrees"
                                                                                      : "undecided")
                                    : p.sentence;
    return v;
  }

  store::Lab lab_;
  store::Id run_;
};

/// A card as a plugin would write it. `extra` is more of its JSON: parameters, observables, rivals.
inline store::LawCard law_card(const std::string& law, const std::string& title, const std::string& claim,
                               const std::string& formula, const std::string& source, const std::string& extra) {
  const auto slash = law.find('/');
  const auto text = [](const std::string& s) { return store::canonical_string(s); };
  return {.law = law,
          .law_version = 1,
          .plugin = law.substr(0, slash),
          .plugin_version = "0.1.0",
          .build_id = store::to_hex(store::sha256(law)).substr(0, 40),
          .source_sha256 = store::to_hex(store::sha256(claim)),
          .card_json = "{\"name\":" + text(law.substr(slash + 1)) + ",\"pillar\":" + text(law.substr(0, slash)) +
                       ",\"title\":" + text(title) + ",\"claim\":" + text(claim) + ",\"formula\":" + text(formula) +
                       ",\"source\":" + text(source) +
                       ",\"predicts\":\"per_point\",\"deterministic\":false,\"fitted_parameters\":0" + extra + "}"};
}

/// One series of a scalar.
inline store::SealedSeries scalar(const std::string& observable, double predicted, double eps,
                                  const std::string& rival = "", bool secondary = false) {
  return {.observable = observable,
          .rival = rival,
          .secondary = secondary,
          .eps_reason = "declared",
          .x = {},
          .predicted = {predicted},
          .upper = {},
          .eps = {eps},
          .b_th = {0},
          .theory_sd = {0}};
}

/// Stops the clock of a finished lab, so that what is made of it has the same bytes each time: records get the times
/// of an even count, and chain values that do not depend on time. (The chain is broken by that; lmw verify would say
/// so.)
inline void stop_clock(const std::filesystem::path& file) {
  sqlite3* db = nullptr;
  if (sqlite3_open(file.c_str(), &db) != SQLITE_OK) throw std::runtime_error("stop_clock: cannot open");
  const char* sql =
      "DROP TRIGGER log_update; DROP TRIGGER trial_update;"
      "UPDATE log SET at_us = 1767268800000000 + 1000000 * log_id, chain = digest;"
      "UPDATE trial SET after_ms = 600000 + 1000 * point_id + replicate;";
  char* message = nullptr;
  const int code = sqlite3_exec(db, sql, nullptr, nullptr, &message);
  const std::string text = message == nullptr ? "" : message;
  sqlite3_free(message);
  sqlite3_close(db);
  if (code != SQLITE_OK) throw std::runtime_error("stop_clock: " + text);
}

}  // namespace lmw::testing
