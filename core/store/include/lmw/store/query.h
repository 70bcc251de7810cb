#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace lmw::store {

/// NULL, an integer, a real, or a text. A blob comes as lower-case hex.
using Cell = std::variant<std::monostate, std::int64_t, double, std::string>;

struct QueryLimits {
  std::chrono::milliseconds time = std::chrono::seconds(30);
  std::size_t cell_bytes = 1'000'000;
};

/// Runs one read-only SELECT that a user, or a text from anywhere, asked for.
///
/// The file is opened read-only; an authorizer lets SELECT pass, with a list of functions whose cost is bounded by
/// their input, and nothing else: no PRAGMA, ATTACH, second statement, or extension. Memory per value, the depth of
/// expressions, and the time between rows are limited. What one long function call does is beyond these: a program that
/// takes SQL from strangers calls `confine_this_process` before.
///
/// @param columns  called once with the names, before the first row.
/// @param row      called per row; false stops.
/// @throws StoreError  refused: not one SELECT, not allowed, wrong SQL, or out of time; and those of opening.
void query(const std::filesystem::path& file, const std::string& sql,
           const std::function<void(const std::vector<std::string>&)>& columns,
           const std::function<bool(std::span<const Cell>)>& row, const QueryLimits& limits = {});

/// Limits the processor time and the address space of the whole process, for good. (Without the second under a
/// sanitizer, which needs the address space.)
void confine_this_process(std::chrono::seconds cpu, std::size_t bytes);

}  // namespace lmw::store
