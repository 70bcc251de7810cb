#pragma once

#include <span>

namespace lmw::cli {

/// A question that is asked often, as SQL over the public views.
struct NamedQuery {
  const char* name;
  const char* answers;  ///< what it answers, in a few words
  const char* sql;
};

std::span<const NamedQuery> named_queries();

}  // namespace lmw::cli
