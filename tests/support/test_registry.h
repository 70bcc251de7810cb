#pragma once

#include "support/scratch.h"

#include <lmw/host/registry.h>

#include <filesystem>

namespace lmw::tests {

/// The registry of the plugins that are made for tests (tests/support/plugins), with a cache in a folder of its own.
struct TestRegistry : host::Registry {
  explicit TestRegistry(const Scratch& scratch) : host::Registry(options(scratch)) { scan(); }

 private:
  static host::RegistryOptions options(const Scratch& scratch) {
    const std::filesystem::path build = LMW_BINARY_DIR, good = build / "tests/plugins/good";
    return {.path = {good}, .home = good, .describe_program = build / "bin/lmw-describe", .cache = scratch / "cache"};
  }
};

}  // namespace lmw::tests
