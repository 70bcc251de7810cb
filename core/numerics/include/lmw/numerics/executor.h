#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

/// The one seam behind which threads live. The backend is oneTBB; a build with LMW_EXECUTOR=jthread uses std::jthread
/// instead, because ThreadSanitizer cannot see into a system libtbb. No other code starts threads for computing.
namespace lmw::numerics {

/// Runs tasks on a fixed number of threads. The host owns one; a task is one replicate, serial inside.
class Executor {
 public:
  /// @throws std::invalid_argument  jobs < 1.
  explicit Executor(int jobs);
  ~Executor();  ///< waits for what was submitted
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  int jobs() const;
  /// Queues a task; never blocks; any thread, also from inside a task.
  void submit(std::function<void()> task);
  /// Returns when everything submitted so far, and everything that it submitted, has ended.
  /// Not to be called from inside a task. @throws  the first exception that left a task.
  void wait();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A node of a task graph: it runs once as many others have arrived as it depends on.
class Join {
 public:
  /// `dependencies` >= 1. Keeps itself alive until it has run.
  static std::shared_ptr<Join> make(Executor& executor, std::size_t dependencies, std::function<void()> work);
  /// One dependency is met; the last one submits the work.
  void arrive();

 private:
  Join(Executor& executor, std::size_t dependencies, std::function<void()> work);
  Executor& executor_;
  std::atomic<std::size_t> pending_;
  std::function<void()> work_;
};

/// Calls body(first, last) on the pieces [0, chunk), [chunk, 2 chunk), ... of [0, n), in parallel where threads are
/// idle. The pieces depend on n and chunk alone, never on the number of threads. Write into slot i, sum in index order.
/// @throws std::invalid_argument  chunk = 0; and what a body throws.
void parallel_for(std::size_t n, std::size_t chunk, const std::function<void(std::size_t, std::size_t)>& body);

/// sum_i term(i), the same bits at any number of threads: fixed chunks of 4096 terms, then their sums in order.
double ordered_sum(std::size_t n, const std::function<double(std::size_t)>& term);

}  // namespace lmw::numerics
