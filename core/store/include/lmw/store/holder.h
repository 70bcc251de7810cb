#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

namespace lmw::store {

/// The process that writes to a lab at this moment.
struct LabHolder {
  std::string who;                              ///< "process 4711 on ada"
  std::chrono::system_clock::time_point since;  ///< when it took the lab
};

/// Whether somebody holds the lab's lock (`<lab>.lock`), and who. A killed process holds nothing: the kernel takes its
/// lock back, though the file stays. Waits for nobody.
std::optional<LabHolder> lab_holder(const std::filesystem::path& lab);

}  // namespace lmw::store
