#include <lmw/host/nearest.h>

#include <algorithm>

namespace lmw::host {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  const std::size_t width = b.size() + 1;
  std::vector<std::size_t> cost((a.size() + 1) * width);
  const auto at = [&](std::size_t i, std::size_t j) -> std::size_t& { return cost[i * width + j]; };
  for (std::size_t i = 0; i <= a.size(); ++i) at(i, 0) = i;
  for (std::size_t j = 0; j <= b.size(); ++j) at(0, j) = j;
  for (std::size_t i = 1; i <= a.size(); ++i)
    for (std::size_t j = 1; j <= b.size(); ++j) {
      at(i, j) = std::min({at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        at(i, j) = std::min(at(i, j), at(i - 2, j - 2) + 1);
    }
  return at(a.size(), b.size());
}

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  std::string best;
  std::size_t least = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    std::size_t distance = edit_distance(word, candidate);
    const auto slash = candidate.find('/');
    if (slash != std::string::npos && word.find('/') == std::string_view::npos)
      distance = std::min(distance, edit_distance(word, std::string_view(candidate).substr(slash + 1)));
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  if (best.empty() && word.size() >= 3)
    for (const std::string& candidate : candidates)
      if (candidate.find(word) != std::string::npos) return candidate;
  return best;
}

}  // namespace lmw::host
