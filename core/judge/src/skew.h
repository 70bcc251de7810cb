#pragma once

#include "sample.h"

namespace lmw::judge {

/// The t statistic of a difference D and its inverse, corrected for the sample's skewness g where the sample calls for
/// it (Johnson's formula with Hall's cubic term):
///
///   t(D) = sqrt(S) [ ((1 + g w/3)^3 - 1)/g + g/(6 S) ],   w = D/s,
///
/// which increases in D for every g, and is D/se without correction. The correction applies to 8 <= S < 64,
/// |g| > 1 and an exactly known theory. Below 8 replicates the skewness is noise: correcting by it doubles the false
/// falsifications of Gaussian data at the levels of a first look, and does not help skewed data.
///
/// Sources: Johnson 1978; Hall 1992, "On the removal of skewness by transformation".
class StudentScale {
 public:
  explicit StudentScale(const Location& at);
  double t(double difference) const;
  /// The difference whose statistic is t.
  double difference(double t) const;

 private:
  double se_, skewness_, root_n_;
};

}  // namespace lmw::judge
