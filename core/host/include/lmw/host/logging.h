#pragma once

namespace lmw::host {

enum class Verbosity { quiet, normal, verbose };

/// Sets spdlog up, once per process: to stderr, warnings always, a run in a dozen lines at `normal`, tasks at
/// `verbose`.
/// @param over_bar  a progress bar may stand where a line is written: the line takes its place.
void set_up_logging(Verbosity verbosity, bool colour, bool over_bar = false);

}  // namespace lmw::host
