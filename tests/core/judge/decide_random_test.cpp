#include "support.h"

#include <lmw/judge/design.h>
#include <lmw/judge/elasticity.h>
#include <lmw/judge/failure.h>
#include <lmw/judge/universality.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

using namespace judge_test;

namespace {

/// Values that break arithmetic, mixed with ordinary ones.
double wild(std::mt19937_64& rng, bool finite) {
  constexpr double inf = std::numeric_limits<double>::infinity();
  const double sign = rng() % 2 ? 1 : -1;
  switch (rng() % 12) {
    case 0: return 0;
    case 1: return sign * std::numeric_limits<double>::denorm_min();
    case 2: return sign * std::numeric_limits<double>::max();
    case 3: return sign * 1e200;
    case 4: return finite ? 1.0 : sign * inf;
    case 5: return finite ? 0.5 : std::numeric_limits<double>::quiet_NaN();
    case 6: return std::round(3 * std::normal_distribution<double>()(rng));  // ties
    default: return std::normal_distribution<double>()(rng);
  }
}

struct Case {
  Prediction prediction;
  Replicates replicates;
};

bool counts_trials(Kind kind) {
  return kind == Kind::distribution || kind == Kind::proportion || kind == Kind::classification;
}

std::size_t random_grid(std::mt19937_64& rng, Kind kind) {
  switch (kind) {
    case Kind::curve:
    case Kind::ordering:
    case Kind::distribution: return 1 + rng() % 4;
    case Kind::conserved: return rng() % 4 ? 3 : 1;
    default: return 1;
  }
}

Case random_case(std::mt19937_64& rng, Kind kind) {
  Case c;
  c.prediction.kind = kind;
  const std::size_t grid = random_grid(rng, kind);
  const bool clean = rng() % 2, equal = rng() % 6 == 0, trials = counts_trials(kind);
  for (std::size_t g = 0; g < grid; ++g) {
    c.prediction.predicted.push_back(trials && clean ? double(rng() % 10) / 10 : wild(rng, clean));
    c.prediction.eps.push_back(rng() % 8 ? std::abs(wild(rng, true)) : 0);
    c.prediction.theory_sd.push_back(!trials && rng() % 3 == 0 ? std::abs(wild(rng, true)) : 0);
    c.prediction.b_th.push_back(rng() % 3 ? 0 : std::min(1.0, std::abs(wild(rng, true))));  // a finite band
  }
  if (kind == Kind::interval) c.prediction.upper = {c.prediction.predicted[0] + std::abs(wild(rng, true))};
  if (kind == Kind::interval && rng() % 8 == 0) c.prediction.upper = {std::numeric_limits<double>::infinity()};
  c.prediction.theory_df = rng() % 2 ? std::numeric_limits<double>::infinity() : 1 + double(rng() % 30);
  c.prediction.deterministic = rng() % 8 == 0;
  c.prediction.draws = 1 + static_cast<std::int64_t>(rng() % 5);
  c.prediction.order = 1 + static_cast<double>(rng() % 2);
  // The bootstrap begins at 16 replicates and costs far more: few of those.
  const std::size_t n = kind == Kind::curve && rng() % 64 ? rng() % 8 : rng() % 20;
  for (std::size_t i = 0; i < n; ++i) {
    std::vector<double> row;
    for (std::size_t g = 0; g < grid; ++g)
      row.push_back(trials && rng() % 64 ? double(rng() % (c.prediction.draws + 1)) / double(c.prediction.draws)
                                         : wild(rng, clean));
    if (kind == Kind::distribution && clean) std::sort(row.begin(), row.end());
    if (kind == Kind::conserved && rng() % 16)
      for (double& v : row) v = std::abs(v);
    c.replicates.push_back(equal && i > 0 ? c.replicates.front() : row);
  }
  return c;
}

bool accepted(const Prediction& prediction) {
  try {
    validate(prediction);
    return true;
  } catch (const std::invalid_argument&) {
    return false;
  }
}

bool all_finite(const Case& c) {
  for (const double v : c.prediction.predicted)
    if (!std::isfinite(v) && c.prediction.kind != Kind::interval) return false;
  for (const auto& row : c.replicates)
    for (const double v : row)
      if (!std::isfinite(v)) return false;
  return true;
}

void check_many(Kind kind) {
  std::mt19937_64 rng(20240611 + static_cast<unsigned>(kind));
  int confirmed = 0, falsified = 0, wrong = 0;
  for (int i = 0; i < 100'000; ++i) {
    const Case c = random_case(rng, kind);
    if (!accepted(c.prediction)) continue;
    const Result r = decide(c.prediction, c.replicates);
    confirmed += r.decision == Decision::confirmed;
    falsified += r.decision == Decision::falsified;
    const bool from_nothing = !all_finite(c) || c.replicates.size() < (c.prediction.deterministic ? 1 : 2);
    wrong += r.decision != by_ratios(r);
    wrong += from_nothing && r.decision != Decision::inconclusive;
    wrong += std::isnan(r.confirm_ratio) || std::isnan(r.falsify_ratio);
    wrong += r.confirm_ratio <= 1 && r.falsify_ratio > 1;
    wrong += !(r.p_confirm >= 0 && r.p_confirm <= 1 && r.p_falsify >= 0 && r.p_falsify <= 1);
    wrong += (r.decision == Decision::inconclusive) == r.note.empty();
    wrong += r.relative_l2 < 0 || r.relative_l2_se < 0 || r.median_low > r.median || r.median_high < r.median;
    wrong += r.grid.size() != c.prediction.predicted.size() || r.at >= r.grid.size();
  }
  CHECK(wrong == 0);
  CHECK(confirmed > 500);  // the inputs reach every answer
  CHECK(falsified > 500);
}

std::vector<ElasticityCell> random_settings(std::mt19937_64& rng) {
  std::vector<ElasticityCell> cells(rng() % 5);
  const bool clean = rng() % 4 != 0, equal = rng() % 6 == 0;
  const double slope = 3 * std::normal_distribution<double>()(rng), noise = rng() % 2 ? 1e-3 : 1;
  double knob = 1e-3;
  for (auto& cell : cells) {
    cell.knob = knob *= 1 + double(rng() % 1000);
    if (&cell != &cells.front() && cell.knob == (&cell - 1)->knob) cell.knob = knob *= 2;
    for (std::size_t i = 0, n = rng() % 10; i < n; ++i) {
      const double ordinary = std::pow(cell.knob, slope) * std::exp(noise * std::normal_distribution<double>()(rng));
      cell.values.push_back(equal && i > 0 ? cell.values.front() : clean || rng() % 8 ? ordinary : wild(rng, false));
    }
  }
  return cells;
}

}  // namespace

TEST_SUITE("judge/decide_random") {
  TEST_CASE("a hundred thousand wild settings of a knob never crash or confirm from nothing") {
    std::mt19937_64 rng(20240622);
    int confirmed = 0, falsified = 0, wrong = 0;
    for (int i = 0; i < 100'000; ++i) {
      const auto cells = random_settings(rng);
      const bool deterministic = rng() % 4 == 0;
      const auto e = decide_elasticity(cells, rng() % 2 ? 1 : -1, {}, deterministic);
      const auto r = decide_elasticity_value(cells, 3 * std::normal_distribution<double>()(rng), 1, {}, deterministic);
      bool usable = cells.size() >= 2;
      std::size_t fewest = cells.empty() ? 0 : cells.front().values.size();
      for (const auto& cell : cells) fewest = std::min(fewest, cell.values.size());
      usable = usable && fewest >= (deterministic ? 1 : 2);
      for (const auto& cell : cells)
        for (std::size_t k = 0; k < fewest; ++k)
          usable = usable && std::isfinite(cell.values[k]) && cell.values[k] != 0 &&
                   (cell.values[k] > 0) == (cells.front().values[0] > 0);
      confirmed += e.sign == Decision::confirmed;
      falsified += e.sign == Decision::falsified;
      wrong += !usable && (e.sign != Decision::inconclusive || r.decision != Decision::inconclusive);
      wrong += (e.sign == Decision::inconclusive) == e.note.empty();
      wrong += (r.decision == Decision::inconclusive) == r.note.empty();
      wrong += r.decision != by_ratios(r);
      wrong += e.low > e.value || e.high < e.value;
    }
    CHECK(wrong == 0);
    CHECK(confirmed > 500);
    CHECK(falsified > 500);
  }
  TEST_CASE("a hundred thousand wild lists of exponents never crash or make a class from nothing") {
    std::mt19937_64 rng(20240623);
    int classes = 0, chains = 0, wrong = 0;
    for (int i = 0; i < 100'000; ++i) {
      std::vector<Estimate> laws(rng() % 6);
      const bool clean = rng() % 2, precise = rng() % 2;
      for (auto& law : laws) {
        law.value = clean ? 0.3 * double(rng() % 8) : wild(rng, false);
        law.se = precise ? 0.01 * double(rng() % 4) : std::abs(wild(rng, true));
        law.df = rng() % 4 ? 1 + double(rng() % 30) : std::numeric_limits<double>::infinity();
      }
      const auto found = universality_classes(laws, 0.5);
      std::vector<int> times(laws.size(), 0);
      for (const auto* sets : {&found.classes, &found.chains})
        for (const auto& set : *sets)
          for (const std::size_t member : set) ++times[member];
      for (const int t : times) wrong += t > 1;
      for (const auto& set : found.classes)
        for (const std::size_t a : set)
          for (const std::size_t b : set)
            wrong += a != b && (!(std::abs(laws[a].value - laws[b].value) <= 0.5) || laws[a].se + laws[b].se == 0);
      classes += !found.classes.empty();
      chains += !found.chains.empty();
    }
    CHECK(wrong == 0);
    CHECK(classes > 500);
    CHECK(chains > 500);
  }
  TEST_CASE("a hundred thousand wild widths of boundaries never crash or make a class from nothing") {
    std::mt19937_64 rng(20240625);
    int structural = 0, contingent = 0, wrong = 0;
    for (int i = 0; i < 100'000; ++i) {
      std::vector<SizedBoundary> boundaries(rng() % 6);
      const bool clean = rng() % 2;
      const double exponent = 0.5 * double(rng() % 3) - 0.5, error = rng() % 2 ? 0.01 : 1;
      double size = 0;
      for (auto& b : boundaries) {
        b.size = size += 1 + double(rng() % 100);
        const double ordinary = std::pow(size, exponent) * std::exp(error * std::normal_distribution<double>()(rng));
        b.fit.width = clean ? ordinary : wild(rng, false);
        b.fit.width_se = clean ? error * b.fit.width : wild(rng, false);
        b.fit.df = double(rng() % 8);
      }
      const WidthTrend trend = width_trend(boundaries);
      bool usable = boundaries.size() >= 3;
      for (const auto& b : boundaries)
        usable = usable && b.fit.width > 0 && std::isfinite(b.fit.width) && b.fit.width_se > 0 && b.fit.df >= 1;
      structural += trend.failure_class == FailureClass::structural;
      contingent += trend.failure_class == FailureClass::contingent;
      wrong += !usable && trend.failure_class != FailureClass::undetermined;
      wrong += trend.failure_class == FailureClass::safe;
      wrong += (trend.failure_class == FailureClass::undetermined) == trend.note.empty();
      wrong += trend.failure_class == FailureClass::structural && !(trend.exponent < -0.25 && trend.high < -0.2499);
      wrong += trend.failure_class == FailureClass::contingent && !(std::abs(trend.exponent) <= 0.25);
    }
    CHECK(wrong == 0);
    CHECK(structural > 500);
    CHECK(contingent > 500);
  }
  TEST_CASE("twenty thousand wild pairs of law and rival have a power between 0 and 1, under either rule") {
    std::mt19937_64 rng(20240624);
    int wrong = 0, some = 0;
    for (int i = 0; i < 20'000; ++i) {
      Case law = random_case(rng, Kind::point), rival = law;
      rival.prediction.predicted = {wild(rng, rng() % 2)};
      if (!accepted(law.prediction)) continue;
      const auto n = 1 + static_cast<std::int64_t>(rng() % 100);
      for (const double power : {power_against(rival.prediction, law.prediction, n).value_or(-1),
                                 power_against_any_time(rival.prediction, law.prediction, n)}) {
        wrong += !(power >= 0 && power <= 1);
        some += power > 0 && power < 1;
      }
    }
    CHECK(wrong == 0);
    CHECK(some > 500);
  }
  TEST_CASE("a hundred thousand wild inputs to K1 never crash, contradict their ratios or confirm from nothing") {
    check_many(Kind::point);
  }
  TEST_CASE("a hundred thousand wild inputs to K2 never crash, contradict their ratios or confirm from nothing") {
    check_many(Kind::theory_error);
  }
  TEST_CASE("a hundred thousand wild inputs to K3 never crash, contradict their ratios or confirm from nothing") {
    check_many(Kind::interval);
  }
  TEST_CASE("a hundred thousand wild inputs to K4 never crash, contradict their ratios or confirm from nothing") {
    check_many(Kind::curve);
  }
  TEST_CASE("a hundred thousand wild inputs to K5 never crash, contradict their ratios or confirm from nothing") {
    check_many(Kind::exponent);
  }
  TEST_CASE("a hundred thousand wild inputs to K6 never crash, contradict their ratios or confirm from nothing") {
    check_many(Kind::ordering);
  }
  TEST_CASE("a hundred thousand wild inputs to K7 never crash, contradict their ratios or confirm from nothing") {
    check_many(Kind::conserved);
  }
  TEST_CASE("a hundred thousand wild inputs to K8 never crash, contradict their ratios or confirm from nothing") {
    check_many(Kind::distribution);
  }
  TEST_CASE("a hundred thousand wild inputs to K9 never crash, contradict their ratios or confirm from nothing") {
    check_many(Kind::proportion);
  }
  TEST_CASE("a hundred thousand wild inputs to K10 never crash, contradict their ratios or confirm from nothing") {
    check_many(Kind::classification);
  }
}
