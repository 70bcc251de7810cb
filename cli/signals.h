#pragma once

#include <atomic>
#include <thread>

namespace lmw::cli {

/// Turns the first SIGINT, SIGTERM, SIGHUP or SIGUSR1 into a number that a run reads, and leaves with 128 + signal at
/// the second, unless that is a SIGHUP. A thread reads the signals from a descriptor: no code runs inside a handler.
///
/// Made before the first other thread, so that all of them inherit the blocked mask.
class SignalWatch {
 public:
  SignalWatch();
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

  const std::atomic<int>& stop() const { return stop_; }

 private:
  void watch();
  int signals_ = -1, wake_ = -1;
  std::atomic<int> stop_{0};
  std::thread thread_;
};

}  // namespace lmw::cli
