#include "scorecard_card.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace lmw::host {
namespace {

using nlohmann::json;

const std::vector<std::string> subject_names = {"dynamics", "representations", "weights", "performance"};
const std::vector<std::string> architecture_names = {"linear", "mlp", "convolutional", "attention"};

template <class Word>
std::vector<Word> words(const std::vector<std::string>& given, const std::vector<std::string>& names) {
  std::vector<Word> found;
  for (const auto& name : given) {
    const auto at = std::find(names.begin(), names.end(), name);
    if (at != names.end()) found.push_back(static_cast<Word>(at - names.begin()));
  }
  return found;
}

std::vector<std::string> list(const json& card, const char* field) {
  return card.value(field, std::vector<std::string>());
}

}  // namespace

ScoredCard scored_card(const store::LawCard& law) {
  const json card = json::parse(law.card_json, nullptr, false);
  if (!card.is_object()) return {};
  ScoredCard scored{
      .pillar = card.value("pillar", ""),
      .formula = card.value("formula", ""),
      .control_parameter = card.value("control_parameter", ""),
      .measured_inputs = static_cast<std::int64_t>(list(card, "data").size()) + card.value("measured_inputs", 0),
      .fixed_points = card.value("fixed_points", 0),
      .subjects = words<judge::Subject>(list(card, "subjects"), subject_names),
      .architectures = words<judge::Architecture>(list(card, "architectures"), architecture_names),
      .subject_of = {},
      .unit_of = {},
      .elasticities = {}};
  for (const json& observable : card.value("observables", json::array())) {
    const std::string name = observable.value("name", "");
    scored.unit_of[name] = observable.value("unit", "");
    const auto said = words<judge::Subject>({observable.value("subject", "")}, subject_names);
    if (!said.empty())
      scored.subject_of.emplace(name, said[0]);
    else if (scored.subjects.size() == 1)
      scored.subject_of.emplace(name, scored.subjects[0]);
  }
  for (const json& e : card.value("elasticities", json::array()))
    scored.elasticities.push_back({.observable = e.value("observable", ""),
                                   .parameter = e.value("parameter", ""),
                                   .sign = e.value("sign", 0),
                                   .value = e.value("value", 0.0),
                                   .eps = e.value("eps", 0.0)});
  return scored;
}

ScalarSeries scalar_series(const std::vector<store::ScalarValue>& values) {
  ScalarSeries series;
  for (const auto& v : values) series[{v.point_id, v.observable}].push_back(v.value);
  return series;
}

}  // namespace lmw::host
