#pragma once

#include <lmw/learn/data_registry.h>

#include <doctest/doctest.h>

#include <optional>
#include <string>

namespace lmw::tests {

/// Where a public data set lies on this machine; says loudly when it does not, and the test should then return.
inline std::optional<learn::DataLocation> public_data(const std::string& name) {
  const auto found = learn::DataRegistry().find(name);
  if (!found) MESSAGE("SKIPPED: data set ", name, " is not on this machine; try: lmw data fetch ", name);
  return found;
}

}  // namespace lmw::tests
