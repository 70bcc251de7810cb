#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>

namespace lmw::store {

/// Writes everything a lab says, and nothing of how it came to say it: one canonical JSON object per line and row of
/// the public views, without keys, times, chain values, host and processor, sorted. Two labs hold "the same rows" iff
/// these bytes are the same.
/// @returns their SHA-256, hex.
/// @throws StoreError  the lab cannot be read.
/// Cost O(rows log rows); rows are sorted on disk.
std::string export_canonical(const std::filesystem::path& file, std::ostream& out);

/// A copy of a lab that opens anywhere, also from a read-only folder: one file, no write-ahead log, no free pages.
/// @throws StoreError  the lab cannot be read; `to` exists or cannot be written.
void export_copy(const std::filesystem::path& file, const std::filesystem::path& to);

}  // namespace lmw::store
