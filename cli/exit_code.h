#pragma once

/// What the program answers to the shell: docs/exit-codes.md explains each.
namespace lmw::cli {

enum ExitCode : int {
  done = 0,          ///< also when laws were falsified: that is a result
  internal = 1,      ///< our mistake, or the system's: no memory, no room for output
  usage = 2,         ///< unknown law, value out of range, malformed study, what cannot fit
  policy = 3,        ///< --fail-on matched
  incomplete = 4,    ///< time ran out, tasks failed, data were missing
  plugin = 5,        ///< a plugin that is needed was refused, or failed lmw plugin test
  lab = 6,           ///< locked, corrupt, newer, not a lab
  interrupted = 128  ///< plus the signal's number: 130 for SIGINT, 143 for SIGTERM; the same command goes on
};

}  // namespace lmw::cli
