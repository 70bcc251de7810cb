#include <lmw/store/lab.h>

#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <thread>
#include <type_traits>
#include <unordered_map>

#include "checks.h"
#include "files.h"
#include "load.h"
#include "schema.h"
#include "scribe.h"

namespace lmw::store {
namespace {

constexpr std::size_t group_rows = 50'000;
constexpr std::size_t queue_rows = 200'000;
constexpr std::chrono::milliseconds group_time{100};

/// One thing to write. A trial is data, so that all trials of a commit can be written together; the rest are functions.
struct Job {
  std::optional<TrialRow> trial = {};
  std::function<void(Scribe&)> write = {};
  std::function<void()> committed = {};
  std::function<void(std::exception_ptr)> failed = {};  ///< someone waits for this one
  bool seals = false;                                   ///< a SEAL record follows it
  bool durable = false;                                 ///< synchronous=FULL
  bool alone = false;   ///< in a transaction of its own; its std::invalid_argument goes to the caller only
  bool urgent = false;  ///< not to be held back for the group
  std::size_t rows = 1;
};

}  // namespace

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
    writer = std::thread([this] { write_loop(); });
  }

  ~Impl() {
    {
      const std::lock_guard guard(mutex);
      stop = true;
    }
    work.notify_all();
    writer.join();
  }

  bool on_writer() const { return std::this_thread::get_id() == writer.get_id(); }

  void post(Job job) {
    std::unique_lock guard(mutex);
    if (!on_writer()) room.wait(guard, [&] { return waiting_rows < queue_rows || failure; });
    if (failure) std::rethrow_exception(failure);
    waiting_rows += job.rows;
    hurry = hurry || job.urgent || job.durable || job.alone || waiting_rows >= group_rows;
    if (queue.empty()) first_posted = std::chrono::steady_clock::now();
    queue.push_back(std::move(job));
    guard.unlock();
    work.notify_one();
  }

  /// Runs `f(scribe)` on the writer's thread in a transaction of its own, after everything posted before.
  template <class F>
  auto call(F f, bool durable) {
    using Result = std::invoke_result_t<F, Scribe&>;
    if (on_writer()) throw std::logic_error("a callback of the lab may not wait for the lab");
    std::promise<Result> promise;
    auto answer = promise.get_future();
    std::function<void()> deliver;
    post({.write =
              [&](Scribe& s) {
                if constexpr (std::is_void_v<Result>) {
                  f(s);
                  deliver = [&] { promise.set_value(); };
                } else {
                  auto result = std::make_shared<Result>(f(s));
                  deliver = [&promise, result] { promise.set_value(std::move(*result)); };
                }
              },
          .committed = [&] { deliver(); },
          .failed = [&](std::exception_ptr error) { promise.set_exception(error); },
          .durable = durable,
          .alone = true});
    return answer.get();
  }

  void write_loop() {
    for (;;) {
      std::vector<Job> jobs;
      {
        std::unique_lock guard(mutex);
        work.wait(guard, [&] { return stop || !queue.empty(); });
        work.wait_until(guard, first_posted + group_time, [&] { return stop || hurry; });
        if (queue.empty() && stop) return;
        jobs.assign(std::make_move_iterator(queue.begin()), std::make_move_iterator(queue.end()));
        queue.clear();
        waiting_rows = 0;
        hurry = false;
      }
      room.notify_all();
      for (std::size_t begin = 0; begin < jobs.size();) {
        std::size_t end = begin + 1;
        if (!jobs[begin].alone)
          while (end < jobs.size() && !jobs[end].alone) ++end;
        if (!write_group(std::span(jobs).subspan(begin, end - begin))) {
          abandon(std::span(jobs).subspan(begin));
          return;
        }
        begin = end;
      }
    }
  }

  /// Commits some jobs in one transaction. @returns false after a failure that ends the writer.
  bool write_group(std::span<Job> jobs) {
    bool durable = false, seals = false;
    std::vector<TrialRow> trials;
    for (Job& job : jobs) {
      durable = durable || job.durable;
      seals = seals || job.seals;
      if (job.trial) trials.push_back(std::move(*job.trial));
    }
    try {
      set_durable(durable);
      Transaction transaction(*db);
      scribe->add_trials(trials);
      for (Job& job : jobs)
        if (job.write) job.write(*scribe);
      if (seals) scribe->seal();
      transaction.commit();
      for (Job& job : jobs) {
        job.failed = nullptr;
        if (job.committed) job.committed();
      }
      return true;
    } catch (const std::invalid_argument&) {
      if (!jobs.front().alone) return fail(std::current_exception());
      jobs.front().failed(std::current_exception());
      return true;
    } catch (...) {
      return fail(std::current_exception());
    }
  }

  bool fail(std::exception_ptr error) {
    std::function<void(const StoreError&)> tell;
    {
      const std::lock_guard guard(mutex);
      failure = error;
      tell = told;
    }
    room.notify_all();
    if (tell) tell(as_store_error(error));
    return false;
  }

  static StoreError as_store_error(std::exception_ptr error) {
    try {
      std::rethrow_exception(error);
    } catch (const StoreError& store_error) {
      return store_error;
    } catch (const std::exception& other) {
      return {StoreError::Reason::refused, other.what()};
    } catch (...) {
      return {StoreError::Reason::refused, "something thrown that is not a std::exception"};
    }
  }

  /// Nobody may wait for ever: what was queued is told of the failure too.
  void abandon(std::span<Job> jobs) {
    std::deque<Job> rest;
    {
      const std::lock_guard guard(mutex);
      rest.swap(queue);
    }
    for (Job& job : jobs)
      if (job.failed) job.failed(failure);
    for (Job& job : rest)
      if (job.failed) job.failed(failure);
  }

  void set_durable(bool wanted) {
    if (durable_now == wanted) return;
    db->run(wanted ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
    if (db->integer("PRAGMA synchronous") != (wanted ? 2 : 1))
      throw StoreError(StoreError::Reason::refused, "PRAGMA synchronous did not take");
    durable_now = wanted;
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

  std::mutex mutex;
  std::condition_variable work, room;
  std::deque<Job> queue;
  std::size_t waiting_rows = 0;
  bool hurry = false, stop = false;
  bool durable_now = true;  // SQLite's default
  std::chrono::steady_clock::time_point first_posted;
  std::exception_ptr failure;
  std::function<void(const StoreError&)> told;
  std::thread writer;
};

Lab::Lab(const std::filesystem::path& file, std::chrono::milliseconds wait, const char* vfs)
    : impl_(std::make_unique<Impl>(file, wait, vfs)) {}
Lab::~Lab() = default;

void Lab::on_failure(std::function<void(const StoreError&)> failed) {
  const std::lock_guard guard(impl_->mutex);
  impl_->told = std::move(failed);
}

std::optional<RunState> Lab::find_run(const std::string& study_sha256) {
  return impl_->call([&](Scribe&) { return store::find_run(*impl_->db, study_sha256); }, false);
}

Id Lab::begin_run(const RunPlan& plan) {
  RunMemory run = impl_->call([&](Scribe& s) { return s.begin_run(plan); }, true);
  const std::lock_guard guard(impl_->memory_mutex);
  return (impl_->runs[run.run_id] = std::move(run)).run_id;
}

void Lab::resume_run(Id run_id) {
  RunMemory run = impl_->call(
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
  impl_->call([&](Scribe& s) { s.add_event(run, status); }, true);
}

std::vector<PointState> Lab::load_points(Id run_id) {
  std::vector<PointMemory> memories;
  auto states = impl_->call(
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
  impl_->post({.write = [memory, run = std::move(run),
                         point = std::move(point)](Scribe& s) { *memory = s.add_point(run, point); },
               .committed =
                   [this, memory, sealed = std::move(sealed)] {
                     SealReceipt receipt{memory->point_id, {}};
                     for (const auto& series : memory->series) receipt.prediction_ids.push_back(series.prediction_id);
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
  impl_->post({.write =
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
  impl_->post(
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
  TrialRow row;
  {
    const std::lock_guard guard(impl_->memory_mutex);
    PointMemory& point = impl_->point(trial.point_id);
    row = checked(trial, point);
    ++point.trials;
    point.core_us += row.wall_us;
  }
  const std::size_t rows = row.values.size() + 1;
  impl_->post({.trial = std::move(row), .rows = rows});
}

void Lab::post_verdicts(std::vector<Verdict> verdicts) {
  if (verdicts.empty()) return;
  PointMemory point;
  {
    const std::lock_guard guard(impl_->memory_mutex);
    verdicts = checked(std::move(verdicts), impl_->point(verdicts.front().point_id));
    point = std::move(impl_->points.extract(verdicts.front().point_id).mapped());
    for (const auto& series : point.series) impl_->point_of_prediction.erase(series.prediction_id);
  }
  std::size_t rows = 1;
  for (const Verdict& verdict : verdicts) rows += 1 + verdict.residuals.size();
  impl_->post({.write = [point = std::move(point),
                         verdicts = std::move(verdicts)](Scribe& s) { s.add_verdicts(point, verdicts); },
               .rows = rows});
}

std::vector<PrimaryP> Lab::primary_p_falsify(Id run_id) {
  return impl_->call([&](Scribe&) { return store::primary_p_falsify(*impl_->db, run_id); }, false);
}

void Lab::set_adjusted(Id run_id, const std::string& law, const std::vector<std::pair<Id, double>>& p_by_prediction) {
  impl_->call([&](Scribe& s) { s.add_adjusted(run_id, law, p_by_prediction); }, false);
}

void Lab::flush() {
  if (impl_->on_writer()) throw std::logic_error("a callback of the lab may not wait for the lab");
  std::promise<void> promise;
  impl_->post({.committed = [&] { promise.set_value(); },
               .failed = [&](std::exception_ptr error) { promise.set_exception(error); },
               .urgent = true,
               .rows = 0});
  promise.get_future().get();
}

std::string Lab::chain_head() {
  return impl_->call([](Scribe& s) { return to_hex(s.chain_head()); }, false);
}

}  // namespace lmw::store
