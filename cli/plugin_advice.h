#pragma once

#include <lmw/host/registry.h>

#include <string>

namespace lmw::cli {

/// What to do about a library that was refused, by the code of the refusal.
std::string next_step(const host::RefusedPlugin& refused);

}  // namespace lmw::cli
