#pragma once

#include "exit_code.h"

#include <exception>
#include <string>

/// How mistakes are told: what was expected, what was found, one thing to try; and with which exit code.
namespace lmw::cli {

/// Throws a host::UsageError that reads
///
///   WHAT
///     expected  EXPECTED
///     found     FOUND
///     try       HINT
///
/// An empty part leaves its line out.
[[noreturn]] void refuse(const std::string& what, const std::string& expected, const std::string& found,
                         const std::string& hint);

struct Failure {
  ExitCode code = internal;
  std::string message;  ///< without the program's name
};

/// The one place where exceptions become exit codes.
Failure failure_of(const std::exception_ptr& error);

}  // namespace lmw::cli
