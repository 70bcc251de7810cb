#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace lmw::store {

/// One thing that is not as it was recorded, in words: which law, point, observable and x.
struct Finding {
  std::string subject;  ///< file, schema, log, run, prediction, measurement, verdict
  std::string what;
};

struct VerifyReport {
  std::vector<Finding> findings;   ///< at most 100
  std::int64_t more_findings = 0;  ///< beyond these
  std::int64_t records = 0, predictions = 0, trials = 0, values = 0, verdicts = 0;
  std::string head;  ///< of the hash chain, hex
  bool ok() const { return findings.empty(); }
};

/// Recomputes every digest and the hash chain from the rows, compares the schema with the built-in one, and lets SQLite
/// check file and foreign keys.
///
/// Whoever can write the file can also recompute the chain: then its head changes. `expected_head`, as a report printed
/// it, must be one of the chain's values; later records may follow it.
///
/// @param expected_head  64 hex digits, or empty.
/// @throws StoreError  the file cannot be opened as a lab. @throws std::invalid_argument  a head that is no hash.
/// Cost O(rows): about 2 s per million measured values.
VerifyReport verify(const std::filesystem::path& file, const std::string& expected_head = "");

}  // namespace lmw::store
