#include <lmw/host/complaint.h>

#include <lmw/host/card.h>

namespace lmw::host {

std::string complaint(const std::string& what, const std::string& expected, const std::string& found,
                      const std::string& hint) {
  std::string text = what;
  if (!expected.empty()) text += "\n  expected  " + expected;
  if (!found.empty()) text += "\n  found     " + found;
  if (!hint.empty()) text += "\n  try       " + hint;
  return text;
}

void refuse(const std::string& what, const std::string& expected, const std::string& found, const std::string& hint) {
  throw UsageError(complaint(what, expected, found, hint));
}

}  // namespace lmw::host
