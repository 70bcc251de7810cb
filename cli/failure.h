#pragma once

#include "exit_code.h"

#include <lmw/host/complaint.h>

#include <cstddef>
#include <exception>
#include <string>

/// How mistakes are told: what was expected, what was found, one thing to try; and with which exit code.
namespace lmw::cli {

using host::refuse;

struct Failure {
  ExitCode code = internal;
  std::string message;  ///< without the program's name; of host::complaint's shape
};

/// As a person reads it: behind the program's name, each part wrapped within its own column. Width 0: not wrapped.
std::string laid_out(const Failure& failure, std::size_t width);

/// The one place where exceptions become exit codes.
Failure failure_of(const std::exception_ptr& error);

}  // namespace lmw::cli
