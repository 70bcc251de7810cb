#pragma once

#include "terminal.h"

#include <lmw/host/runner.h>

#include <chrono>
#include <iosfwd>
#include <string>

namespace lmw::cli {

/// The state of a run on standard error: on a terminal one line with a bar that is redrawn, elsewhere a plain line
/// every tenth of the work, at most one in two seconds. Called from one thread at a time.
class ProgressView {
 public:
  using Clock = std::chrono::steady_clock;

  ProgressView(std::ostream& out, const Terminal& terminal) : out_(out), terminal_(terminal) {}

  void update(const host::Progress& progress, Clock::time_point now = Clock::now());
  /// Takes the bar away.
  void finish();

 private:
  std::ostream& out_;
  Terminal terminal_;
  bool started_ = false, drawn_ = false;
  double first_fraction_ = 0, last_fraction_ = 0;
  Clock::time_point start_, last_;
};

/// `[#########.........]  47 %  13/28 points  about 12 s left  solvable/ridgeless-double-descent`, cut to `width`.
std::string progress_bar(const host::Progress& progress, double seconds_left, std::size_t width);

}  // namespace lmw::cli
