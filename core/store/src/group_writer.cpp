#include "group_writer.h"

#include <iterator>

namespace lmw::store {
namespace {

constexpr std::size_t group_rows = 50'000;
constexpr std::size_t queue_rows = 200'000;
constexpr std::chrono::milliseconds group_time{100};

}  // namespace

GroupWriter::GroupWriter(Connection& connection, Scribe& scribe)
    : db_(connection), scribe_(scribe), thread_([this] { write_loop(); }) {}

GroupWriter::~GroupWriter() {
  {
    const std::lock_guard guard(mutex_);
    stop_ = true;
  }
  work_.notify_all();
  thread_.join();
}

void GroupWriter::post(Job job, bool may_wait) {
  {
    std::unique_lock guard(mutex_);
    if (may_wait && std::this_thread::get_id() != thread_.get_id())
      room_.wait(guard, [&] { return waiting_rows_ < queue_rows || failure_; });
    if (failure_) failure_->raise();
    waiting_rows_ += job.rows;
    hurry_ = hurry_ || job.urgent || job.durable || job.alone || waiting_rows_ >= group_rows;
    if (queue_.empty()) first_posted_ = std::chrono::steady_clock::now();
    queue_.push_back(std::move(job));
  }
  work_.notify_one();
}

void GroupWriter::flush() { wait_for({.urgent = true, .rows = 0}); }

void GroupWriter::wait_for(Job job) {
  if (std::this_thread::get_id() == thread_.get_id())
    throw std::logic_error("a callback of the lab may not wait for the lab");
  // Shared, since the writer may still be inside set_value when this thread has gone on.
  struct Answer {
    std::promise<void> given;
    std::optional<Failure> failure;
  };
  const auto answer = std::make_shared<Answer>();
  job.committed = [answer] { answer->given.set_value(); };
  job.failed = [answer](const Failure& failure) {
    answer->failure = failure;
    answer->given.set_value();
  };
  post(std::move(job));
  answer->given.get_future().wait();
  if (answer->failure) answer->failure->raise();
}

void GroupWriter::on_failure(std::function<void(const StoreError&)> failed) {
  const std::lock_guard guard(telling_);
  told_ = std::move(failed);
}

void GroupWriter::write_loop() {
  for (;;) {
    std::vector<Job> jobs;
    {
      std::unique_lock guard(mutex_);
      work_.wait(guard, [&] { return stop_ || !queue_.empty(); });
      work_.wait_until(guard, first_posted_ + group_time, [&] { return stop_ || hurry_; });
      if (queue_.empty() && stop_) return;
      jobs.assign(std::make_move_iterator(queue_.begin()), std::make_move_iterator(queue_.end()));
      queue_.clear();
      waiting_rows_ = 0;
      hurry_ = false;
    }
    room_.notify_all();
    for (std::size_t begin = 0; begin < jobs.size();) {
      std::size_t end = begin + 1;
      if (!jobs[begin].alone)
        while (end < jobs.size() && !jobs[end].alone) ++end;
      if (!write_group(std::span(jobs).subspan(begin, end - begin))) return abandon(std::span(jobs).subspan(begin));
      begin = end;
    }
  }
}

/// Commits some jobs in one transaction. @returns false after a failure that ends the writer.
bool GroupWriter::write_group(std::span<Job> jobs) {
  bool durable = false, seals = false;
  std::vector<TrialRow> trials;
  for (Job& job : jobs) {
    durable = durable || job.durable;
    seals = seals || job.seals;
    if (job.trial) trials.push_back(std::move(*job.trial));
  }
  try {
    set_durable(durable);
    Transaction transaction(db_);
    scribe_.add_trials(trials);
    for (Job& job : jobs)
      if (job.write) job.write(scribe_);
    if (seals) scribe_.seal();
    transaction.commit();
    for (Job& job : jobs) {
      job.failed = nullptr;
      if (job.committed) job.committed();
    }
    return true;
  } catch (const std::invalid_argument& error) {
    if (!jobs.front().alone) return fail({StoreError::Reason::refused, error.what()});
    jobs.front().failed({std::nullopt, error.what()});
    return true;
  } catch (const StoreError& error) {
    return fail({error.reason(), error.what()});
  } catch (const std::exception& error) {
    return fail({StoreError::Reason::refused, error.what()});
  }
}

bool GroupWriter::fail(Failure failure) {
  {
    const std::lock_guard guard(mutex_);
    failure_ = failure;
  }
  room_.notify_all();
  const std::lock_guard guard(telling_);
  if (told_) told_(StoreError(*failure.reason, failure.what));
  return false;
}

/// Nobody may wait for ever: what was queued is told of the failure too.
void GroupWriter::abandon(std::span<Job> jobs) {
  std::deque<Job> rest;
  {
    const std::lock_guard guard(mutex_);
    rest.swap(queue_);
  }
  for (Job& job : jobs)
    if (job.failed) job.failed(*failure_);
  for (Job& job : rest)
    if (job.failed) job.failed(*failure_);
}

void GroupWriter::set_durable(bool wanted) {
  if (durable_now_ == wanted) return;
  db_.run(wanted ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
  if (db_.integer("PRAGMA synchronous") != (wanted ? 2 : 1))
    throw StoreError(StoreError::Reason::refused, "PRAGMA synchronous did not take");
  durable_now_ = wanted;
}

}  // namespace lmw::store
