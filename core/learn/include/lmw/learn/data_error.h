#pragma once

#include <stdexcept>
#include <string>

namespace lmw::learn {

/// A data set, or a file of one, is not what it should be. The text names the file, what was expected and found.
class DataError : public std::runtime_error {
 public:
  explicit DataError(const std::string& what) : std::runtime_error(what) {}
};

}  // namespace lmw::learn
