#include <lmw/host/runner.h>

#include "assessment.h"
#include "comparison.h"
#include "point_job.h"
#include "sealing.h"

#include <lmw/numerics/executor.h>
#include <lmw/store/canonical.h>

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <utility>

namespace lmw::host {
namespace {

using Clock = std::chrono::steady_clock;

class Run {
 public:
  Run(const Plan& plan, Registry& registry, store::Lab& lab, const RunOptions& options)
      : plan_(plan), registry_(registry), lab_(lab), options_(options), executor_(options.jobs) {}

  RunReport go() {
    RunReport report;
    report.points = plan_.points.size();
    auto found = options_.again ? std::nullopt : lab_.find_run(plan_.study_sha256);
    if (found && found->status == "finished") {
      report.run_id = found->run_id;
      report.status = RunReport::Status::already_finished;
      return report;
    }
    std::vector<store::PointState> known;
    if (found) {
      run_id_ = found->run_id;
      lab_.resume_run(run_id_);
      known = lab_.load_points(run_id_);
      report.resumed = true;
    } else {
      run_id_ = lab_.begin_run(run_plan());
    }
    report.run_id = run_id_;
    spdlog::info("run {}{}: {} point{}, {} effort, seed {}, {} job{}", run_id_, report.resumed ? " goes on" : "",
                 plan_.points.size(), plan_.points.size() == 1 ? "" : "s", plan_.effort, plan_.run_seed, options_.jobs,
                 options_.jobs == 1 ? "" : "s");
    make_jobs(std::move(known));
    lab_.on_failure([this](const store::StoreError& error) {
      remember(std::make_exception_ptr(error));
      const std::lock_guard lock(mutex_);
      lab_failed_ = true;  // points that wait for a commit wait in vain
      all_done_.notify_all();
    });
    for (const auto& job : jobs_)
      executor_.submit(
          [this, &job = *job] { guard(job, [&] { job.receipt.point_id != 0 ? next_look(job) : predict(job); }); });
    wait_for_all();
    take_leave();
    if (failure_) std::rethrow_exception(failure_);

    report.errors = errors_;
    report.not_run = not_run_;
    report.failed_trials = failed_trials_;
    report.wall_seconds = std::chrono::duration<double>(Clock::now() - started_).count();
    if (stopped() || options_.predict_only) {
      lab_.end_run(run_id_, "interrupted");
      report.status = stopped() ? RunReport::Status::interrupted : RunReport::Status::sealed_only;
    } else {
      adjust_for_multiplicity();
      assess(lab_, run_id_);
      lab_.end_run(run_id_, "finished");
      report.status = out_of_time_ ? RunReport::Status::out_of_time : RunReport::Status::finished;
    }
    return report;
  }

 private:
  store::RunPlan run_plan() const {
    store::RunPlan run{.study = plan_.study,
                       .study_json = plan_.study_json,
                       .study_sha256 = plan_.study_sha256,
                       .effort = plan_.effort,
                       .run_seed = plan_.run_seed,
                       .provenance = provenance(options_.jobs),
                       .laws = {}};
    for (const auto& cost : plan_.forecast) {
      const PluginCard& plugin = registry_.plugin_of(*cost.law);
      run.laws.push_back({.law = cost.law->id,
                          .law_version = cost.law->version,
                          .plugin = plugin.id,
                          .plugin_version = plugin.version,
                          .build_id = plugin.build_id,
                          .source_sha256 = cost.law->source_sha256,
                          .card_json = cost.law->json});
    }
    return run;
  }

  void make_jobs(std::vector<store::PointState> known) {
    std::map<std::pair<std::string, std::string>, store::PointState*> by_key;
    for (auto& state : known) by_key[{state.sealed.law, state.sealed.canonical_point}] = &state;
    std::map<const LawCard*, double> weight_of_point;
    for (const auto& cost : plan_.forecast)
      weight_of_point[cost.law] =
          std::max(1e-3, cost.core_seconds / static_cast<double>(std::max<std::size_t>(1, cost.points)));
    progress_.points = plan_.points.size();
    for (const auto& planned : plan_.points) {
      total_weight_ += weight_of_point[planned.law];
      const auto state = by_key.find({planned.law->id, planned.canonical});
      if (state != by_key.end() && state->second->judged) {
        ++progress_.points_done;
        done_weight_ += weight_of_point[planned.law];
        continue;
      }
      auto job = std::make_unique<PointJob>();
      job->planned = &planned;
      job->library = &registry_.library(registry_.plugin_of(*planned.law));
      job->weight = weight_of_point[planned.law];
      if (state != by_key.end()) {
        if (state->second->was_sealed)
          job->restore(std::move(*state->second));
        else
          job->unsealed_point_id = state->second->receipt.point_id;
      }
      jobs_.push_back(std::move(job));
    }
    // The longest first, so that the end of a run does not wait for one of them alone.
    std::stable_sort(jobs_.begin(), jobs_.end(), [](const auto& a, const auto& b) { return a->weight > b->weight; });
    open_ = jobs_.size();
  }

  /// An exception in a step is ours, not the law's: it ends the run, and what is committed stays.
  template <class F>
  void guard(PointJob& job, F&& step) {
    try {
      step();
    } catch (...) {
      remember(std::current_exception());
      done(job, false);
    }
  }
  void remember(std::exception_ptr failure) {
    const std::lock_guard lock(mutex_);
    if (!failure_) failure_ = std::move(failure);
  }

  CallContext context(const LawCard& law) const {
    return {.data = &options_.data, .stop = options_.stop_signal, .log = [&law](int level, const std::string& text) {
              spdlog::log(level == 0   ? spdlog::level::debug
                          : level == 1 ? spdlog::level::info
                                       : spdlog::level::warn,
                          "{}: {}", law.id, text);
            }};
  }
  bool stopped() const { return options_.stop_signal != nullptr && options_.stop_signal->load() != 0; }
  bool halted() const {
    const std::lock_guard lock(mutex_);
    return failure_ != nullptr || stopped();
  }
  bool no_time_left() const { return options_.budget && Clock::now() - started_ > *options_.budget; }

  void predict(PointJob& job) {
    const LawCard& law = *job.planned->law;
    if (halted()) return done(job, false);
    if (job.unsealed_point_id != 0)
      return finish(job, {verdict_without_prediction(job.unsealed_point_id, true, "error",
                                                     "could not be predicted before the run was interrupted; "
                                                     "predict it anew: lmw run --again")});
    job.sealed = identity_of(*job.planned, plan_.effort);
    if (no_time_left()) {
      out_of_time_ = true;
      return without_prediction(job, "not_run", "not predicted: the time budget was over");
    }
    for (const auto& name : job.planned->data)
      if (!options_.data || !options_.data(name))
        return without_prediction(job, "not_run",
                                  "data set " + name + " is not there; fetch it: lmw data fetch " + name);
    try {
      const CallContext lent = context(law);
      const RegimeAnswer regime = job.library->regime(law.index, job.planned->json, lent);
      job.sealed.inside = regime.inside;
      job.sealed.rho = regime.rho;
      job.sealed.regime_reason = regime.reason;
      job.sealed.must_break = regime.must_break;
      job.library->prepare(law.index, job.planned->json, lent);
      add_predictions(job.sealed, law, job.library->predict(law.index, job.planned->json, lent));
      job.start_looks();
      predict_first_look(job);
    } catch (const std::exception& e) {
      if (stopped()) return done(job, false);
      return without_prediction(job, "error", std::string("the prediction failed: ") + e.what());
    }
    lab_.seal(run_id_, job.sealed, [this, &job](const store::SealReceipt& receipt) {
      job.receipt = receipt;
      executor_.submit([this, &job] {
        note([&] { ++progress_.points_sealed; });
        guard(job, [&] { options_.predict_only ? done(job, false) : next_look(job); });
      });
    });
  }

  /// The power against rivals that are predicted per replicate rests on what the first look's seeds predict.
  void predict_first_look(PointJob& job) {
    if (!predicts_replicates(job.sealed)) return;
    const auto replicates = static_cast<std::size_t>(job.looks.front().replicates);
    job.grow(replicates);
    for (std::size_t j = 0; j < replicates; ++j) predict_values(job, j);
    add_power_of_replicates(job.sealed, job.predicted, replicates);
  }

  /// What the law predicts for one seed, by series, checked against what is sealed.
  std::vector<std::vector<double>> predicted_for(const PointJob& job, std::int64_t seed) const {
    const LawCard& law = *job.planned->law;
    return checked_replicate(job.sealed,
                             job.library->predict_replicate(law.index, job.planned->json, seed, context(law)));
  }

  void predict_values(PointJob& job, std::size_t j) const {
    auto values = predicted_for(job, seed_of(job, j, "confirm"));
    for (std::size_t s = 0; s < values.size(); ++s) job.predicted[s][j] = std::move(values[s]);
    job.predicted_made[j] = 1;
  }

  void without_prediction(PointJob& job, const std::string& outcome, const std::string& reason) {
    spdlog::warn("{}: {}", job.planned->law->id, reason);
    lab_.post_unsealed_point(run_id_, job.sealed, [this, &job, outcome, reason](store::Id point_id) {
      executor_.submit([this, &job, outcome, reason, point_id] {
        guard(job, [&] { finish(job, {verdict_without_prediction(point_id, job.sealed.inside, outcome, reason)}); });
      });
    });
  }

  void next_look(PointJob& job) {
    if (halted()) return done(job, false);
    if (no_time_left()) {
      out_of_time_ = true;
      return conclude(job, true);
    }
    ++job.look;
    const auto last = static_cast<std::size_t>(job.looks[static_cast<std::size_t>(job.look)].replicates);
    job.grow(last);
    if (!predicts_replicates(job.sealed)) return measure_look(job, last);

    std::vector<std::size_t> missing;
    for (std::size_t j = 0; j < last; ++j)
      for (std::size_t s = 0; s < job.sealed.series.size(); ++s)
        if (job.sealed.series[s].rival.empty() && job.sealed.series[s].compare != "value" &&
            !job.predicted_known[s][j]) {
          missing.push_back(j);
          break;
        }
    if (missing.empty()) return measure_look(job, last);
    const auto join = numerics::Join::make(
        executor_, missing.size(), [this, &job, missing, last] { guard(job, [&] { seal_look(job, missing, last); }); });
    for (const std::size_t j : missing)
      executor_.submit([this, &job, j, join] {
        predict_replicate(job, j);
        join->arrive();
      });
  }

  void predict_replicate(PointJob& job, std::size_t j) {
    if (halted()) {
      job.cut = true;
      return;
    }
    try {
      if (!job.predicted_made[j]) predict_values(job, j);
    } catch (const std::exception& e) {
      const std::lock_guard lock(job.error_mutex);
      if (job.replicate_error.empty()) job.replicate_error = e.what();
    }
  }

  void seal_look(PointJob& job, const std::vector<std::size_t>& replicates, std::size_t last) {
    if (job.cut || halted()) return done(job, false);
    if (!job.replicate_error.empty())
      return finish(job, {verdict_without_prediction(job.receipt.point_id, job.sealed.inside, "error",
                                                     "a per-replicate prediction failed: " + job.replicate_error)});
    std::vector<store::ReplicatePrediction> batch;
    for (const std::size_t j : replicates)
      for (std::size_t s = 0; s < job.predicted.size(); ++s) {
        job.predicted_known[s][j] = true;
        if (job.predicted[s][j].empty()) continue;
        batch.push_back({job.receipt.prediction_ids[s], static_cast<std::int64_t>(j), job.predicted[s][j]});
      }
    lab_.seal_replicates(run_id_, std::move(batch), [this, &job, last] {
      executor_.submit([this, &job, last] { guard(job, [&] { measure_look(job, last); }); });
    });
  }

  void measure_look(PointJob& job, std::size_t last) {
    std::vector<std::size_t> missing;
    for (std::size_t j = 0; j < last; ++j)
      if (!job.recorded[j]) missing.push_back(j);
    if (missing.empty()) return judge_look(job);
    const auto join =
        numerics::Join::make(executor_, missing.size(), [this, &job] { guard(job, [&] { judge_look(job); }); });
    for (const std::size_t j : missing)
      executor_.submit([this, &job, j, join] {
        guard_measure(job, j);
        join->arrive();
      });
  }

  void guard_measure(PointJob& job, std::size_t j) {
    try {
      measure(job, j);
    } catch (...) {
      job.cut = true;
      remember(std::current_exception());
    }
  }

  void measure(PointJob& job, std::size_t j) {
    if (halted()) {
      job.cut = true;
      return;
    }
    const LawCard& law = *job.planned->law;
    std::optional<store::Trial> measured = attempt(job, seed_of(job, j, "confirm"), j);
    if (!measured) {
      job.cut = true;
      return;
    }
    store::Trial& trial = job.trials[j] = std::move(*measured);
    if (trial.outcome == "failed") {
      ++failed_trials_;
      spdlog::warn("{} {} replicate {}: {}", law.id, job.planned->json, j, trial.message);
    }
    spdlog::debug("{} {} replicate {}: {} in {:.3f} s", law.id, job.planned->json, j, trial.outcome,
                  trial.wall_seconds);
    lab_.post_trial(trial);
    note([&] {
      ++progress_.trials;
      progress_.law = law.id;
      // The first look counts for half of a point's work: most points end there.
      const double credit = job.look == 0 ? job.weight * 0.5 / job.looks.front().replicates : 0.0;
      job.credited += credit;
      done_weight_ += credit;
    });
  }

  /// One replicate, measured and checked against what is sealed; nothing where the run was stopped in between.
  std::optional<store::Trial> attempt(const PointJob& job, std::int64_t seed, std::size_t j) const {
    const LawCard& law = *job.planned->law;
    store::Trial trial{.point_id = job.receipt.point_id, .replicate = static_cast<std::int64_t>(j), .seed = seed};
    const auto begin = Clock::now();
    const MeasureAnswer answer = job.library->measure(law.index, job.planned->json, seed, context(law));
    if (answer.stopped) return std::nullopt;
    trial.wall_seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    trial.measured_at_us =
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
            .count();
    trial.outcome = answer.outcome;
    trial.message = answer.message;
    if (trial.outcome != "ok") return trial;
    try {
      trial.series = checked_measurement(job.sealed, answer);
      name_what_is_not_finite(trial);
    } catch (const std::exception& e) {
      trial.outcome = "failed";
      trial.message = e.what();
      trial.series.clear();
    }
    return trial;
  }

  void judge_look(PointJob& job) {
    if (job.cut || halted()) return done(job, false);
    const judge::Look& now = job.looks[static_cast<std::size_t>(job.look)];
    bool all_ok = true;
    for (std::size_t j = 0; j < static_cast<std::size_t>(now.replicates); ++j) {
      job.recorded[j] = true;
      all_ok = all_ok && job.trials[j].outcome == "ok";
    }
    // A mean over the replicates that happened to succeed would not be what was predicted.
    if (!all_ok || job.sealed.abstained) return conclude(job, false);
    const auto data = data_of(job.trials, static_cast<std::size_t>(now.replicates));
    bool undecided = false;
    for (auto& comparison : job.comparisons) {
      comparison.judge(job.sealed, data, job.predicted, job.looks, job.look);
      // A secondary comparison is looked at along the way, but no seed is spent on it alone.
      undecided = undecided || (!comparison.conclusive && !job.sealed.series[comparison.series].secondary);
    }
    const bool last = job.look + 1 == static_cast<int>(job.looks.size());
    if (!undecided || last) return conclude(job, false);
    next_look(job);
  }

  void conclude(PointJob& job, bool cut_by_budget) {
    if (job.sealed.abstained) {
      auto row = verdict_without_prediction(job.receipt.point_id, job.sealed.inside, "ok",
                                            "the law abstains: " + job.sealed.abstain_reason);
      row.verdict = job.sealed.inside ? "inconclusive" : "outside";
      row.sub_verdict = job.sealed.inside ? "" : "unclear";
      return finish(job, {std::move(row)});
    }
    TrialCounts counts;
    for (std::size_t j = 0; j < job.trials.size(); ++j) {
      if (!job.recorded[j]) continue;
      const store::Trial& trial = job.trials[j];
      ++(trial.outcome == "ok"              ? counts.ok
         : trial.outcome == "diverged"      ? counts.diverged
         : trial.outcome == "stuck"         ? counts.stuck
         : trial.outcome == "not_converged" ? counts.not_converged
                                            : counts.failed);
      if (trial.outcome != "ok" && counts.first_message.empty()) counts.first_message = trial.message;
    }
    auto rows = verdicts_of(job.sealed, job.receipt, job.comparisons, job.looks, counts, cut_by_budget);
    if (!cut_by_budget && wants_pilot(job.sealed, rows)) return pilot(job, std::move(rows));
    add_need(rows, job.sealed, nullptr);
    finish(job, std::move(rows));
  }

  /// Measures a few replicates under seeds of their own, so that undecided rows can say how many would decide.
  void pilot(PointJob& job, std::vector<store::Verdict> rows) {
    const auto count = static_cast<std::size_t>(pilot_replicates);
    const auto state = std::make_shared<PilotState>();
    state->rows = std::move(rows);
    state->trials.resize(count);
    state->predicted.assign(job.sealed.series.size(), ReplicateValues(predicts_replicates(job.sealed) ? count : 0));
    const auto join =
        numerics::Join::make(executor_, count, [this, &job, state] { guard(job, [&] { end_pilot(job, *state); }); });
    for (std::size_t j = 0; j < count; ++j)
      executor_.submit([this, &job, state, j, join] {
        measure_pilot(job, *state, j);
        join->arrive();
      });
  }

  struct PilotState {
    std::vector<store::Verdict> rows;
    std::vector<store::Trial> trials;        ///< by replicate
    std::vector<ReplicateValues> predicted;  ///< [series][replicate][g]
  };

  void measure_pilot(PointJob& job, PilotState& state, std::size_t j) {
    if (halted()) {
      job.cut = true;
      return;
    }
    const std::int64_t seed = seed_of(job, j, "pilot");
    try {
      if (predicts_replicates(job.sealed)) {
        auto values = predicted_for(job, seed);
        for (std::size_t s = 0; s < values.size(); ++s) state.predicted[s][j] = std::move(values[s]);
      }
      if (auto trial = attempt(job, seed, j))
        state.trials[j] = std::move(*trial);
      else
        job.cut = true;
    } catch (const std::exception& e) {
      state.trials[j] = {.point_id = job.receipt.point_id,
                         .replicate = static_cast<std::int64_t>(j),
                         .seed = seed,
                         .outcome = "failed",
                         .message = std::string("its prediction failed: ") + e.what()};
    }
  }

  void end_pilot(PointJob& job, PilotState& state) {
    if (job.cut || halted()) return done(job, false);
    // A pilot with a replicate that ended in no value says nothing on the spread.
    std::optional<Pilot> pilot;
    if (std::all_of(state.trials.begin(), state.trials.end(), [](const auto& t) { return t.outcome == "ok"; })) {
      for (auto& values : state.predicted)
        if (!values.empty() && values[0].empty()) values.clear();  // a rival that is a constant shift
      pilot = {.data = data_of(state.trials, state.trials.size()), .predicted = std::move(state.predicted)};
    }
    add_need(state.rows, job.sealed, pilot ? &*pilot : nullptr);
    finish(job, std::move(state.rows), state.trials);
  }

  void finish(PointJob& job, std::vector<store::Verdict> rows, const std::vector<store::Trial>& pilots = {}) {
    for (const auto& row : rows) {
      if (row.verdict == "error") ++errors_;
      if (row.verdict == "not_run") ++not_run_;
      if (options_.on_verdict) {
        const std::lock_guard lock(verdict_mutex_);
        options_.on_verdict(row, job.planned->law->id, job.planned->json);
      }
    }
    lab_.post_verdicts(std::move(rows), pilots);
    done(job, true);
  }

  void done(PointJob& job, bool with_verdicts) {
    note([&] {
      if (with_verdicts) {
        ++progress_.points_done;
        done_weight_ += job.weight - job.credited;
      }
      if (--open_ == 0) all_done_.notify_all();
    });
  }

  template <class F>
  void note(F&& change) {
    const std::lock_guard lock(mutex_);
    change();
    progress_.fraction = total_weight_ > 0 ? std::min(1.0, done_weight_ / total_weight_) : 1.0;
  }

  /// Waits for the last point, and tells of the progress from here, the one thread that may take its time.
  void wait_for_all() {
    std::unique_lock lock(mutex_);
    for (;;) {
      const bool finished =
          all_done_.wait_for(lock, std::chrono::milliseconds(100), [&] { return open_ == 0 || lab_failed_; });
      const Progress now = progress_;
      lock.unlock();
      try {
        if (options_.on_progress) options_.on_progress(now);
      } catch (...) {
        remember(std::current_exception());
      }
      if (finished) break;
      lock.lock();
    }
    executor_.wait();
  }

  /// The lab's writer may still be about to return from a callback of ours, or to tell of a failure. After this it
  /// knows nothing of us, and `failure_` is ours alone.
  void take_leave() {
    try {
      lab_.flush();
    } catch (...) {
      remember(std::current_exception());
    }
    lab_.on_failure({});
  }

  std::int64_t seed_of(const PointJob& job, std::size_t j, const char* purpose) const {
    return store::seed(plan_.run_seed, job.sealed.law, job.sealed.law_version, job.sealed.canonical_point, purpose, j);
  }

  /// Holm within each law, over its primary comparisons inside the regime.
  void adjust_for_multiplicity() {
    std::map<std::string, std::vector<store::PrimaryP>> by_law;
    for (auto& p : lab_.primary_p_falsify(run_id_)) by_law[p.law].push_back(p);
    for (const auto& [law, primary] : by_law) {
      std::vector<double> p;
      for (const auto& row : primary) p.push_back(row.p_falsify);
      const auto adjusted = judge::holm_adjusted(p);
      std::vector<std::pair<store::Id, double>> by_prediction;
      for (std::size_t i = 0; i < primary.size(); ++i)
        by_prediction.emplace_back(primary[i].prediction_id, adjusted[i]);
      lab_.set_adjusted(run_id_, law, by_prediction);
    }
  }

  const Plan& plan_;
  Registry& registry_;
  store::Lab& lab_;
  const RunOptions& options_;
  const Clock::time_point started_ = Clock::now();
  store::Id run_id_ = 0;

  mutable std::mutex mutex_;
  std::condition_variable all_done_;
  std::size_t open_ = 0;
  bool lab_failed_ = false;
  std::exception_ptr failure_;
  Progress progress_;
  double total_weight_ = 0, done_weight_ = 0;
  std::mutex verdict_mutex_;
  std::atomic<std::size_t> errors_ = 0, not_run_ = 0, failed_trials_ = 0;
  std::atomic<bool> out_of_time_ = false;

  std::vector<std::unique_ptr<PointJob>> jobs_;
  numerics::Executor executor_;  // last: it ends before what its tasks use is gone
};

}  // namespace

RunReport run(const Plan& plan, Registry& registry, store::Lab& lab, const RunOptions& options) {
  return Run(plan, registry, lab, options).go();
}

}  // namespace lmw::host
