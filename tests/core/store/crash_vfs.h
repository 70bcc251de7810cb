#pragma once

#include <cstdint>

namespace lmw::store::testing {

inline constexpr const char* crash_vfs_name = "lmw-crash";

/// Registers a SQLite file system that forgets what was not synced, as a power cut does. Writes stay in memory until
/// their file is synced. At sync number `crash_at` (of all files, from 1) each write that is still in memory is kept,
/// dropped or cut in half at random, and the process ends at once. For one connection in one process.
void register_crash_vfs(int crash_at, std::uint64_t random_seed);

}  // namespace lmw::store::testing
