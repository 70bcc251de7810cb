#pragma once

#include <lmw/store/views.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rows.h"

/// What the pages show, read from the public views once. The rows are the store's; here they are put together by law,
/// and their points are taken apart.
namespace lmw::reports {

constexpr double nothing = store::no_number;

/// One parameter of a point: its text, and its number where it is one.
struct Parameter {
  std::string name, text;
  double value = nothing;

  /// For people: a number without the digits of its binary form.
  std::string shown() const;
};
using Point = std::vector<Parameter>;

struct ParameterCard {
  std::string name, unit, meaning;
};
struct ObservableCard {
  std::string name, unit, meaning, axis;
  bool log_axis = false, log_value = false, secondary = false;
};
struct RivalCard {
  std::string name, meaning;
};

struct Run : store::RunRow {
  std::string chain_head;  ///< chain value of the newest prediction that was sealed in the run
};

/// One sealed series, or an abstention: its row of `predictions` without the grid.
struct Sealed {
  std::int64_t prediction_id = 0, point_id = 0;
  Point parameters;
  std::string observable, rival, kind, regime, regime_reason, abstain_reason, sealed_at, digest, chain;
  std::string compare;            ///< value, difference, ratio
  std::string first_measured_at;  ///< of its point; empty if nothing was measured
  bool abstained = false;
  double lower = nothing, upper = nothing;  ///< K3 only; one of them may be infinite
};

struct Comparison : store::VerdictRow {
  Point parameters;
  std::string setting;  ///< Law::setting_of its point
  std::string regime_reason, compare;
  double upper = nothing;  ///< K3 only: predicted is then the lower end, as sealed

  bool own() const { return rival.empty(); }
  bool surprising() const { return met_expectation == 0; }
  double tolerance() const { return eps + b_th; }
};

/// How the card says that an observable answers a knob, all else equal.
struct ElasticityCard {
  std::string observable, parameter;
  int sign = 1;
  double value = 0, eps = 0;  ///< eps = 0: the sign alone
};

/// A law as the run took it.
struct Law : store::LawRow {
  store::LawSummaryRow summary;
  std::vector<ParameterCard> parameters;
  std::vector<ObservableCard> observables;
  std::vector<RivalCard> rivals;
  std::vector<ElasticityCard> elasticities;
  std::vector<std::string> axiom_list;
  std::vector<Comparison> comparisons;  ///< all of its verdicts, in order of point, observable, rival
  std::vector<Sealed> sealed;           ///< what it stated beforehand, in the order of sealing
  std::vector<std::string> varying;     ///< parameters in which its points differ, those on an axis first
  Point fixed;                          ///< and those that all share
  Point usual;  ///< of the differing ones that are on no axis: the value of at least two thirds of the points

  /// The law's title, or its id's name.
  std::string heading() const { return title.empty() ? law.substr(law.find('/') + 1) : title; }
  /// "plugin--name": what its files are called.
  std::string file_stem() const;
  /// What distinguishes a point from the law's others, as "n_features = 50, depth = 2": parameters on an axis, and
  /// those without their usual value. "usual setting" if that is nothing, and empty if the law has one point.
  std::string setting_of(const Point& point) const;
  /// Empty for a dimensionless observable.
  std::string unit_of(std::string_view observable) const;
};

struct Model {
  Run run;
  std::vector<Law> laws;  ///< by pillar in the order of `pillars`, then by id
};

/// The pillars in the order in which reports list them, and their names for people.
const std::vector<std::pair<std::string, std::string>>& pillars();
/// "Solvable settings" for "solvable"; the id itself for one that is not known.
std::string pillar_name(std::string_view id);

/// @throws std::runtime_error  no such run; or an id in the lab is no slug, and so no file name.
Model read_model(const std::filesystem::path& lab, std::optional<std::int64_t> run_id);

/// Parameter values as the lab holds them, JSON. @throws std::runtime_error  not an object.
Point parse_point(const std::string& json);

/// The parameter of that name, or nullptr.
const Parameter* find(const Point& point, std::string_view name);

}  // namespace lmw::reports
