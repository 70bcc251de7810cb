#pragma once

#include <string_view>

namespace lmw::reports {

/// The bytes of a file of reports/assets or reports/templates, built into the library.
/// @throws std::logic_error  no such file: our own mistake.
std::string_view asset(std::string_view name);

}  // namespace lmw::reports
