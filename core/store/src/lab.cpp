#include <lmw/store/lab.h>

#include <cmath>
#include <mutex>
#include <unordered_map>

#include "checks.h"
#include "files.h"
#include "group_writer.h"
#include "load.h"
#include "schema.h"

namespace lmw::store {

struct Lab::Impl {
  Impl(const std::filesystem::path& file, std::chrono::milliseconds wait, const char* vfs) {
    if (file != ":memory:") {
      require_local_folder(file);
      lock.emplace(file, wait);
    }
    db.emplace(file, Connection::Mode::create, vfs);
    require_lab(*db, true);
    const std::string mode = db->text("PRAGMA journal_mode = WAL");
    if (mode != (file == ":memory:" ? "memory" : "wal"))
      throw StoreError(StoreError::Reason::refused, file.string() + ": journal_mode is " + mode + ", expected wal");
    migrate(*db);
    // A checkpoint costs two syncs: every 16 MB instead of every 4.
    db->run("PRAGMA wal_autocheckpoint = 4000");
    scribe.emplace(*db);
    writer.emplace(*db, *scribe);
  }

  RunMemory run(Id run_id) {
    const std::lock_guard guard(memory_mutex);
    const auto found = runs.find(run_id);
    if (found == runs.end())
      throw std::invalid_argument("run " + std::to_string(run_id) + ": begin_run or resume_run comes first");
    return found->second;
  }
  void check_law(const RunMemory& run_memory, const SealedPoint& point) {
    const auto law = run_memory.laws.find(point.law);
    if (law == run_memory.laws.end() || law->second.card.law_version != point.law_version)
      throw std::invalid_argument(point.law + " version " + std::to_string(point.law_version) +
                                  ": not one of the laws of run " + std::to_string(run_memory.run_id));
  }
  void remember(PointMemory point) {
    const std::lock_guard guard(memory_mutex);
    for (const auto& series : point.series) point_of_prediction[series.prediction_id] = point.point_id;
    points[point.point_id] = std::move(point);
  }
  /// Under memory_mutex.
  PointMemory& point(Id point_id) {
    const auto found = points.find(point_id);
    if (found == points.end())
      throw std::invalid_argument("point " + std::to_string(point_id) +
                                  ": seal it, or load its run, before; or it is judged already");
    return found->second;
  }

  std::optional<WriterLock> lock;
  std::optional<Connection> db;
  std::optional<Scribe> scribe;

  std::mutex memory_mutex;
  std::unordered_map<Id, RunMemory> runs;
  std::unordered_map<Id, PointMemory> points;
  std::unordered_map<Id, Id> point_of_prediction;

  std::optional<GroupWriter> writer;  // last, so that it ends first
};

Lab::Lab(const std::filesystem::path& file, std::chrono::milliseconds wait, const char* vfs)
    : impl_(std::make_unique<Impl>(file, wait, vfs)) {}
Lab::~Lab() = default;

void Lab::on_failure(std::function<void(const StoreError&)> failed) { impl_->writer->on_failure(std::move(failed)); }

std::optional<RunState> Lab::find_run(const std::string& study_sha256) {
  return impl_->writer->call([&](Scribe&) { return store::find_run(*impl_->db, study_sha256); }, false);
}

Id Lab::begin_run(const RunPlan& plan) {
  RunMemory run = impl_->writer->call([&](Scribe& s) { return s.begin_run(plan); }, true);
  const std::lock_guard guard(impl_->memory_mutex);
  return (impl_->runs[run.run_id] = std::move(run)).run_id;
}

void Lab::resume_run(Id run_id) {
  RunMemory run = impl_->writer->call(
      [&](Scribe& s) {
        RunMemory recalled = recall_run(*impl_->db, run_id);
        s.add_event(recalled, "running");
        return recalled;
      },
      true);
  const std::lock_guard guard(impl_->memory_mutex);
  impl_->runs[run_id] = std::move(run);
}

void Lab::end_run(Id run_id, const std::string& status) {
  if (status != "finished" && status != "interrupted")
    throw std::invalid_argument("status " + status + ": a run ends finished or interrupted");
  const RunMemory run = impl_->run(run_id);
  impl_->writer->call([&](Scribe& s) { s.add_event(run, status); }, true);
}

std::vector<PointState> Lab::load_points(Id run_id) {
  std::vector<PointMemory> memories;
  auto states = impl_->writer->call(
      [&](Scribe&) { return store::load_points(*impl_->db, recall_run(*impl_->db, run_id), memories); }, false);
  for (std::size_t i = 0; i < states.size(); ++i)
    if (!states[i].judged) impl_->remember(std::move(memories[i]));
  return states;
}

void Lab::seal(Id run_id, SealedPoint point, std::function<void(const SealReceipt&)> sealed) {
  point = checked(std::move(point));
  RunMemory run = impl_->run(run_id);
  impl_->check_law(run, point);
  const std::size_t rows = point.series.size() + 1;
  auto memory = std::make_shared<PointMemory>();
  impl_->writer->post({.write = [memory, run = std::move(run),
                                 point = std::move(point)](Scribe& s) { *memory = s.add_point(run, point); },
                       .committed =
                           [this, memory, sealed = std::move(sealed)] {
                             SealReceipt receipt{memory->point_id, {}};
                             for (const auto& series : memory->series)
                               receipt.prediction_ids.push_back(series.prediction_id);
                             impl_->remember(std::move(*memory));
                             if (sealed) sealed(receipt);
                           },
                       .seals = true,
                       .durable = true,
                       .rows = rows});
}

void Lab::seal_replicates(Id run_id, std::vector<ReplicatePrediction> values, std::function<void()> sealed) {
  impl_->run(run_id);
  auto series = std::make_shared<std::vector<PointMemory::Series>>();
  {
    const std::lock_guard guard(impl_->memory_mutex);
    for (const auto& value : values) {
      const auto owner = impl_->point_of_prediction.find(value.prediction_id);
      if (owner == impl_->point_of_prediction.end())
        throw std::invalid_argument("prediction " + std::to_string(value.prediction_id) + ": seal its point before");
      for (const auto& one : impl_->point(owner->second).series)
        if (one.prediction_id == value.prediction_id) series->push_back(one);
      if (value.replicate < 0 || value.predicted.size() != series->back().slots.size())
        throw std::invalid_argument("prediction " + std::to_string(value.prediction_id) + ", replicate " +
                                    std::to_string(value.replicate) + ": " + std::to_string(value.predicted.size()) +
                                    " values, expected " + std::to_string(series->back().slots.size()));
      for (const double predicted : value.predicted)
        if (!std::isfinite(predicted))
          throw std::invalid_argument("prediction " + std::to_string(value.prediction_id) +
                                      ": a replicate's value is not finite");
    }
  }
  const std::size_t rows = values.size();
  impl_->writer->post({.write =
                           [values = std::move(values), series](Scribe& s) {
                             std::vector<const PointMemory::Series*> of;
                             for (const auto& one : *series) of.push_back(&one);
                             s.add_replicates(values, of);
                           },
                       .committed =
                           [sealed = std::move(sealed)] {
                             if (sealed) sealed();
                           },
                       .seals = true,
                       .durable = true,
                       .rows = rows});
}

void Lab::post_unsealed_point(Id run_id, const SealedPoint& point, std::function<void(Id point_id)> stored) {
  RunMemory run = impl_->run(run_id);
  impl_->check_law(run, point);
  auto memory = std::make_shared<PointMemory>();
  impl_->writer->post(
      {.write = [memory, run = std::move(run), point](Scribe& s) { *memory = s.add_unsealed_point(run, point); },
       .committed =
           [this, memory, stored = std::move(stored)] {
             const Id id = memory->point_id;
             impl_->remember(std::move(*memory));
             if (stored) stored(id);
           },
       .urgent = true});
}

void Lab::post_trial(Trial trial) {
  std::unique_lock guard(impl_->memory_mutex);
  PointMemory& point = impl_->point(trial.point_id);
  TrialRow row = checked(trial, point);
  ++point.trials;
  point.core_us += row.wall_us;
  const std::size_t rows = row.values.size() + 1;
  // The first trial of an abstained point brings the cells that the others refer to: none may be queued before it.
  const bool first = !row.new_grids.empty();
  if (!first) guard.unlock();
  impl_->writer->post({.trial = std::move(row), .rows = rows}, !first);
}

void Lab::post_verdicts(std::vector<Verdict> verdicts, const std::vector<Trial>& pilots) {
  if (verdicts.empty()) return;
  PointMemory point;
  std::vector<TrialRow> pilot_rows;
  {
    const std::lock_guard guard(impl_->memory_mutex);
    PointMemory& of = impl_->point(verdicts.front().point_id);
    verdicts = checked(std::move(verdicts), of);
    for (const Trial& pilot : pilots) {
      if (pilot.point_id != of.point_id)
        throw std::invalid_argument("a pilot of another point than the verdicts are on");
      pilot_rows.push_back(checked(pilot, of));
      of.core_us += pilot_rows.back().wall_us;
    }
    point = std::move(impl_->points.extract(verdicts.front().point_id).mapped());
    for (const auto& series : point.series) impl_->point_of_prediction.erase(series.prediction_id);
  }
  std::size_t rows = 1;
  for (const Verdict& verdict : verdicts) rows += 1 + verdict.residuals.size();
  for (const TrialRow& pilot : pilot_rows) rows += 1 + pilot.values.size();
  impl_->writer->post(
      {.write =
           [point = std::move(point), verdicts = std::move(verdicts), pilots = std::move(pilot_rows)](Scribe& s) {
             s.add_pilots(point.point_id, pilots);
             s.add_verdicts(point, verdicts);
           },
       .rows = rows});
}

std::vector<PrimaryP> Lab::primary_p_falsify(Id run_id) {
  return impl_->writer->call([&](Scribe&) { return store::primary_p_falsify(*impl_->db, run_id); }, false);
}

void Lab::set_adjusted(Id run_id, const std::string& law, const std::vector<std::pair<Id, double>>& p_by_prediction) {
  impl_->writer->call([&](Scribe& s) { s.add_adjusted(run_id, law, p_by_prediction); }, false);
}

void Lab::set_badges(Id run_id, const std::vector<Badge>& badges) {
  const RunMemory run = impl_->run(run_id);
  impl_->writer->call([&](Scribe& s) { s.add_badges(run, badges); }, false);
}

std::vector<FailureCounts> Lab::failure_counts(Id run_id) {
  return impl_->writer->call([&](Scribe&) { return store::failure_counts(*impl_->db, run_id); }, false);
}

void Lab::set_failures(Id run_id, const std::vector<FailureRecord>& failures,
                       const std::vector<FailureStructure>& laws) {
  const RunMemory run = impl_->run(run_id);
  impl_->writer->call([&](Scribe& s) { s.add_failures(run, failures, laws); }, false);
}

Evidence Lab::evidence() {
  return impl_->writer->call([&](Scribe&) { return store::evidence(*impl_->db); }, false);
}

void Lab::set_scores(Id run_id, const std::vector<ScoreEntry>& scores) {
  impl_->run(run_id);
  impl_->writer->call([&](Scribe& s) { s.add_scores(run_id, scores); }, false);
}

void Lab::flush() { impl_->writer->flush(); }

std::string Lab::chain_head() {
  return impl_->writer->call([](Scribe& s) { return to_hex(s.chain_head()); }, false);
}

}  // namespace lmw::store
