#include <lmw/judge/ordering.h>

#include "quantiles.h"

#include <cmath>
#include <stdexcept>

namespace lmw::judge {

PageTrend page_trend(const Replicates& values) {
  if (values.empty() || values.front().size() < 2)
    throw std::invalid_argument("Page's trend of fewer than 1 replicate or 2 conditions");
  const std::size_t conditions = values.front().size();
  PageTrend page;
  for (const auto& row : values) {
    if (row.size() != conditions)
      throw std::invalid_argument("a replicate has " + std::to_string(row.size()) + " values: expected " +
                                  std::to_string(conditions));
    for (std::size_t j = 0; j < conditions; ++j) {
      if (std::isnan(row[j])) throw std::invalid_argument("a value is NaN: expected numbers that can be ranked");
      double rank = 0.5;  // 1 + the number below + half the number of others that are equal
      for (const double other : row) rank += other < row[j] ? 1 : other == row[j] ? 0.5 : 0;
      page.statistic += static_cast<double>(j + 1) * rank;
    }
  }
  const double s = static_cast<double>(values.size()), k = static_cast<double>(conditions);
  page.mean = s * k * (k + 1) * (k + 1) / 4;
  page.sd = std::sqrt(s * k * k * (k + 1) * (k + 1) * (k - 1) / 144);
  page.z = (page.statistic - page.mean) / page.sd;
  page.p = normal_survival(page.z);
  return page;
}

}  // namespace lmw::judge
