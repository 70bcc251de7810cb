#include <lmw/judge/judge.h>

#include <array>
#include <stdexcept>

namespace lmw::judge {
namespace {
constexpr std::array<const char*, 10> kind_names{"K1", "K2", "K3", "K4", "K5", "K6", "K7", "K8", "K9", "K10"};
}  // namespace

Kind kind_from_text(const std::string& text) {
  for (std::size_t k = 0; k < kind_names.size(); ++k)
    if (text == kind_names[k]) return static_cast<Kind>(k + 1);
  throw std::invalid_argument("kind '" + text + "': expected K1 to K10");
}

std::string to_text(Kind kind) { return kind_names.at(static_cast<std::size_t>(kind) - 1); }

std::string to_text(Decision decision) {
  switch (decision) {
    case Decision::confirmed: return "confirmed";
    case Decision::falsified: return "falsified";
    case Decision::inconclusive: return "inconclusive";
  }
  throw std::invalid_argument("decision " + std::to_string(static_cast<int>(decision)) + ": no such decision");
}

}  // namespace lmw::judge
