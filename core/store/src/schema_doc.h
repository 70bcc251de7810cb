#pragma once

#include <string>
#include <utility>
#include <vector>

#include "schema.h"

namespace lmw::store {

/// What the text of a CREATE statement says about the thing it makes, in the comment that follows its first line:
/// sentences first, then, three spaces further in, a column and its meaning per line.
struct Described {
  std::string name, sentences;
  std::vector<std::pair<std::string, std::string>> columns;
};
Described described(const SchemaObject& object);

/// docs/schema.md: the template with @views@ and @tables@ replaced by what the built-in schema says of itself.
/// @throws std::logic_error  a view has a column without a meaning, or a meaning without a column.
std::string schema_page(const std::string& page_template);

}  // namespace lmw::store
