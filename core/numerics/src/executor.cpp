#include <lmw/numerics/executor.h>

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>

#ifdef LMW_EXECUTOR_JTHREAD
#include <deque>
#include <stop_token>
#include <thread>
#else
#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>
#endif

namespace lmw::numerics {
namespace {

/// Counts what is under way and keeps the first exception.
class Ledger {
 public:
  void begin() {
    const std::lock_guard lock(mutex_);
    ++open_;
  }
  void run(const std::function<void()>& task) noexcept {
    std::exception_ptr thrown;
    try {
      task();
    } catch (...) {
      thrown = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    if (thrown && !first_) first_ = thrown;
    if (--open_ == 0) idle_.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    idle_.wait(lock, [&] { return open_ == 0; });
    if (const auto thrown = std::exchange(first_, nullptr)) std::rethrow_exception(thrown);
  }

 private:
  std::mutex mutex_;
  std::condition_variable idle_;
  std::size_t open_ = 0;
  std::exception_ptr first_;
};

int checked(int jobs) {
  if (jobs < 1) throw std::invalid_argument("jobs = " + std::to_string(jobs) + ": expected >= 1");
  return jobs;
}

}  // namespace

#ifdef LMW_EXECUTOR_JTHREAD

struct Executor::Impl {
  explicit Impl(int n) : jobs(n) {
    for (int i = 0; i < n; ++i) threads.emplace_back([this](std::stop_token stop) { work(stop); });
  }
  void submit(std::function<void()> task) {
    ledger.begin();
    {
      const std::lock_guard lock(mutex);
      queue.push_back(std::move(task));
    }
    ready.notify_one();
  }
  void work(std::stop_token stop) {
    for (;;) {
      std::function<void()> task;
      {
        std::unique_lock lock(mutex);
        if (!ready.wait(lock, stop, [&] { return !queue.empty(); })) return;
        task = std::move(queue.front());
        queue.pop_front();
      }
      ledger.run(task);
    }
  }
  int jobs;
  Ledger ledger;
  std::mutex mutex;
  std::condition_variable_any ready;
  std::deque<std::function<void()>> queue;
  std::vector<std::jthread> threads;  // last: they stop before what they use is gone
};

void parallel_for(std::size_t n, std::size_t chunk, const std::function<void(std::size_t, std::size_t)>& body) {
  if (chunk == 0) throw std::invalid_argument("parallel_for: chunk = 0, expected >= 1");
  const std::size_t pieces = (n + chunk - 1) / chunk;
  std::atomic<std::size_t> next{0};
  Ledger ledger;
  const auto drain = [&] {
    for (std::size_t k; (k = next++) < pieces;) body(k * chunk, std::min(n, (k + 1) * chunk));
  };
  std::vector<std::jthread> helpers;
  const std::size_t extra =
      std::min<std::size_t>(pieces, std::max(1u, std::thread::hardware_concurrency())) - (pieces > 0);
  for (std::size_t i = 0; i < extra; ++i) {
    ledger.begin();
    helpers.emplace_back([&] { ledger.run(drain); });
  }
  ledger.begin();
  ledger.run(drain);
  ledger.wait();
}

#else

struct Executor::Impl {
  // No slot is kept for the calling thread, which only waits; the limit lets `jobs` workers exist beside it.
  explicit Impl(int n)
      : jobs(n), limit(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(n) + 1), arena(n, 0) {}
  void submit(std::function<void()> task) {
    ledger.begin();
    arena.enqueue([this, work = std::move(task)] { ledger.run(work); });
  }
  int jobs;
  tbb::global_control limit;
  Ledger ledger;
  tbb::task_arena arena;
};

void parallel_for(std::size_t n, std::size_t chunk, const std::function<void(std::size_t, std::size_t)>& body) {
  if (chunk == 0) throw std::invalid_argument("parallel_for: chunk = 0, expected >= 1");
  const std::size_t pieces = (n + chunk - 1) / chunk;
  tbb::parallel_for(std::size_t{0}, pieces, [&](std::size_t k) { body(k * chunk, std::min(n, (k + 1) * chunk)); });
}

#endif

Executor::Executor(int jobs) : impl_(std::make_unique<Impl>(checked(jobs))) {}
Executor::~Executor() {
  try {
    impl_->ledger.wait();
  } catch (...) {
    // Whoever wanted to hear of it called wait().
  }
}
int Executor::jobs() const { return impl_->jobs; }
void Executor::submit(std::function<void()> task) { impl_->submit(std::move(task)); }
void Executor::wait() { impl_->ledger.wait(); }

Join::Join(Executor& executor, std::size_t dependencies, std::function<void()> work)
    : executor_(executor), pending_(dependencies), work_(std::move(work)) {}

std::shared_ptr<Join> Join::make(Executor& executor, std::size_t dependencies, std::function<void()> work) {
  if (dependencies == 0) throw std::invalid_argument("Join: dependencies = 0, expected >= 1");
  return std::shared_ptr<Join>(new Join(executor, dependencies, std::move(work)));
}

void Join::arrive() {
  if (pending_.fetch_sub(1, std::memory_order_acq_rel) == 1) executor_.submit(std::move(work_));
}

double ordered_sum(std::size_t n, const std::function<double(std::size_t)>& term) {
  constexpr std::size_t chunk = 4096;
  std::vector<double> part((n + chunk - 1) / chunk);
  parallel_for(n, chunk, [&](std::size_t first, std::size_t last) {
    double sum = 0;
    for (std::size_t i = first; i < last; ++i) sum += term(i);
    part[first / chunk] = sum;
  });
  double sum = 0;
  for (const double p : part) sum += p;
  return sum;
}

}  // namespace lmw::numerics
