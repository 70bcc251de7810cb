#pragma once

namespace lmw::host {

enum class Verbosity { quiet, normal, verbose };

/// Sets spdlog up, once per process: to stderr, warnings always, a run in a dozen lines at `normal`, tasks at `verbose`.
void set_up_logging(Verbosity verbosity, bool colour);

}  // namespace lmw::host
