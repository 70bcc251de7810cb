#pragma once

#include <lmw/store/lab.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "scribe.h"

namespace lmw::store {

/// What went wrong on the writer's thread, as a value: each thread that hears of it throws an exception of its own.
struct Failure {
  std::optional<StoreError::Reason> reason;  ///< none: the caller's mistake
  std::string what;
  [[noreturn]] void raise() const {
    if (!reason) throw std::invalid_argument(what);
    throw StoreError(*reason, what);
  }
};

/// One thing to write. A trial is data, so that all trials of a commit can be written together; the rest are functions.
struct Job {
  std::optional<TrialRow> trial = {};
  std::function<void(Scribe&)> write = {};
  std::function<void()> committed = {};
  std::function<void(const Failure&)> failed = {};  ///< someone waits for this one
  bool seals = false;                               ///< a SEAL record follows it
  bool durable = false;                             ///< synchronous=FULL
  bool alone = false;   ///< in a transaction of its own; its std::invalid_argument goes to the caller only
  bool urgent = false;  ///< not to be held back for the group
  std::size_t rows = 1;
};

/// The thread that writes a lab, and the queue before it. Jobs are committed in the order in which they were posted,
/// many to a transaction: at most 100 ms or 50 000 rows wait for each other, and nothing waits for them once a job is
/// durable or urgent. After a failed commit every call throws, and everything queued is told.
class GroupWriter {
 public:
  /// @param connection, scribe  used on the writer's thread alone until the end of this object.
  GroupWriter(Connection& connection, Scribe& scribe);
  /// Commits what is queued.
  ~GroupWriter();
  GroupWriter(const GroupWriter&) = delete;
  GroupWriter& operator=(const GroupWriter&) = delete;

  /// Waits while the queue is full, unless told not to or called by a callback.
  void post(Job job, bool may_wait = true);
  /// Returns when everything posted so far is committed.
  void flush();
  /// Runs `f(scribe)` in a transaction of its own, after everything posted before, and returns what it returned.
  template <class F>
  auto call(F f, bool durable) {
    using Result = std::invoke_result_t<F, Scribe&>;
    if constexpr (std::is_void_v<Result>) {
      wait_for({.write = f, .durable = durable, .alone = true});
    } else {
      const auto result = std::make_shared<std::optional<Result>>();
      wait_for({.write = [f, result](Scribe& s) { result->emplace(f(s)); }, .durable = durable, .alone = true});
      return std::move(**result);
    }
  }
  void on_failure(std::function<void(const StoreError&)> failed);

 private:
  void wait_for(Job job);
  void write_loop();
  bool write_group(std::span<Job> jobs);
  bool fail(Failure failure);
  void abandon(std::span<Job> jobs);
  void set_durable(bool wanted);

  Connection& db_;
  Scribe& scribe_;
  std::mutex mutex_;
  std::condition_variable work_, room_;
  std::deque<Job> queue_;
  std::size_t waiting_rows_ = 0;
  bool hurry_ = false, stop_ = false;
  bool durable_now_ = true;  // SQLite's default
  std::chrono::steady_clock::time_point first_posted_;
  std::optional<Failure> failure_;
  std::mutex telling_;  // guards told_, also while it is called
  std::function<void(const StoreError&)> told_;
  std::thread thread_;
};

}  // namespace lmw::store
