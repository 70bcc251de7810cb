#pragma once

#include <string>

/// How a mistake is told, by every part that talks to people:
///
///   WHAT
///     expected  EXPECTED
///     found     FOUND
///     try       HINT
///
/// An empty part leaves its line out.
namespace lmw::host {

std::string complaint(const std::string& what, const std::string& expected, const std::string& found,
                      const std::string& hint);

/// @throws UsageError  with that text, always.
[[noreturn]] void refuse(const std::string& what, const std::string& expected, const std::string& found,
                         const std::string& hint);

}  // namespace lmw::host
