#pragma once

#include <lmw/judge/scorecard.h>
#include <lmw/store/records.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

/// What the parts of the scorecard share: cards as they are counted, and what a part answers.
namespace lmw::host {

/// What a law's card says for the scorecard. Cards of older plugins leave some of it out.
struct ScoredCard {
  struct Elasticity {
    std::string observable, parameter;
    int sign = 1;
    double value = 0, eps = 0;
  };
  std::string pillar, formula, control_parameter;
  std::int64_t measured_inputs = 0, fixed_points = 0;
  std::vector<judge::Subject> subjects;
  std::vector<judge::Architecture> architectures;
  std::map<std::string, judge::Subject> subject_of;  ///< by observable, where it is said or follows
  std::map<std::string, std::string> unit_of;        ///< by observable
  std::vector<Elasticity> elasticities;
};
ScoredCard scored_card(const store::LawCard& law);

/// One further number of a desideratum.
struct ScoreDetail {
  std::string measure;
  judge::Score score;
  std::string how;
};

/// What replicates measured of a scalar, in the order of replicates, by point and observable.
using ScalarSeries = std::map<std::pair<store::Id, std::string>, std::vector<double>>;
ScalarSeries scalar_series(const std::vector<store::ScalarValue>& values);

}  // namespace lmw::host
