#pragma once

#include <Eigen/Core>

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace lmw::learn {

/// Numbers in rows and columns, with a name for each column.
struct Table {
  std::vector<std::string> names;  ///< from the first line
  Eigen::MatrixXd values;          ///< (rows, columns)

  /// The column of that name. @throws std::invalid_argument  there is none; the text lists those that there are.
  Eigen::VectorXd column(const std::string& name) const;
};

/// Reads comma-separated numbers below one line of names, plain or gzipped; LF or CRLF, a last newline or none.
///
/// Names may be quoted ("" inside quotes is one quote). A number is what std::from_chars reads, all of the cell, spaces
/// around it aside; nan and infinities are refused.
/// @param max_bytes  the most that is read, unpacked.
/// @throws DataError  the file does not open, is larger, has no names, names a column twice, or a cell is missing,
///                    extra or no number: named by line and column.
Table read_csv(const std::filesystem::path& file, std::size_t max_bytes = std::size_t{1} << 28);

}  // namespace lmw::learn
