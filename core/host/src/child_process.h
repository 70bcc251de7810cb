#pragma once

#include <string>
#include <vector>

namespace lmw::host {

struct ChildResult {
  std::string output;  ///< standard output, at most 4 MiB
  std::string errors;  ///< standard error, at most 64 KiB
  bool timed_out = false;
  int signal = 0;  ///< that ended it, or 0
  int exit_code = 0;
};

/// Runs a program in its own process group, with a deadline, and ends what is left of it.
/// @throws std::runtime_error  it could not be started.
ChildResult run_child(const std::vector<std::string>& command, int timeout_ms);

}  // namespace lmw::host
