#include <lmw/judge/elasticity.h>

#include <doctest/doctest.h>
#include <support/law_harness.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

using lmw::host::ElasticityCard;
using lmw::sdk::JsonScalar;
using lmw::sdk::Point;
using lmw::sdk::PointOverrides;
using lmw::tests::LawUnderTest;

namespace {

std::vector<std::string> law_ids() {
  std::vector<std::string> ids;
  const std::filesystem::path folder = std::filesystem::path(LMW_BINARY_DIR) / "lib/lmw/plugins";
  for (const char* plugin : {"solvable", "limits", "scaling", "hyperparameters", "universality", "crosscutting"}) {
    std::ifstream sidecar(folder / (std::string(plugin) + ".plugin.json"));
    const std::string text{std::istreambuf_iterator<char>(sidecar), {}};
    for (const auto& law : lmw::host::read_plugin_card(text, folder / (std::string(plugin) + ".so")).laws)
      ids.push_back(law.id);
  }
  return ids;
}

std::optional<double> number(const JsonScalar& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
  if (const auto* real = std::get_if<double>(&value)) return *real;
  return std::nullopt;
}

PointOverrides overrides(const Point& point) { return {point.values().begin(), point.values().end()}; }

/// Points that differ in this parameter alone, by its value; from two on, all of them above 0.
std::vector<std::map<double, Point>> lines(const std::vector<Point>& points, const std::string& parameter) {
  std::map<std::string, std::map<double, Point>> all;
  for (const Point& point : points) {
    auto others = point.values();
    const double knob = number(others.extract(parameter).mapped()).value();
    if (knob > 0) all[Point(std::move(others)).to_json()].emplace(knob, point);
  }
  std::vector<std::map<double, Point>> found;
  for (auto& [key, line] : all)
    if (line.size() > 1) found.push_back(std::move(line));
  return found;
}

/// What the law says of a scalar there, of one seed if it predicts per replicate. Nothing outside the regime, where it
/// says nothing of it, and where a data set is not there.
std::optional<double> prediction(const LawUnderTest& law, const Point& at, const std::string& observable) {
  try {
    if (!law.regime(overrides(at)).inside) return std::nullopt;
    for (const auto& made : law.predict(at.to_json()).predictions) {
      if (made.observable != observable || !made.rival.empty() || !made.x.empty()) continue;
      if (!made.value.empty()) return made.value[0];
      return law.predicted_replicate(overrides(at), 1, observable);
    }
  } catch (const std::runtime_error& error) {
    for (const std::string& data : law.card().data)
      if (std::string(error.what()).find("\"" + data + "\" is not there") != std::string::npos) {
        MESSAGE(law.card().id << " at " << at.to_json() << " left out: " << error.what());
        return std::nullopt;
      }
    throw;
  }
  return std::nullopt;
}

/// Whether the values rise or fall between all neighbours as declared, and as much.
void check(const ElasticityCard& declared, const std::map<double, double>& values) {
  std::vector<lmw::judge::ElasticityCell> cells;
  for (const auto& [knob, value] : values) cells.push_back({.knob = knob, .values = {value}});
  for (std::size_t i = 1; i < cells.size() && declared.sign != 0; ++i) {
    CAPTURE(cells[i - 1].knob);
    CAPTURE(cells[i].knob);
    CHECK(declared.sign * (std::abs(cells[i].values[0]) - std::abs(cells[i - 1].values[0])) > 0);
  }
  if (declared.eps > 0)
    CHECK(lmw::judge::decide_elasticity_value(cells, declared.value, declared.eps, {}, true).decision ==
          lmw::judge::Decision::confirmed);
}

}  // namespace

TEST_SUITE("plugins/elasticities") {
  TEST_CASE("each law's own predictions rise and fall as its card says, at its default points") {
    int declared_by = 0;
    for (const std::string& id : law_ids()) {
      const LawUnderTest law(id);
      declared_by += law.card().elasticities.empty() ? 0 : 1;
      // The kernels of its standard points take a minute to diagonalise, those of the quick ones a second.
      const char* effort = id == "scaling/real-data-kernel-curve" ? "quick" : "standard";
      const std::vector<Point> points = law.sweep(effort);
      for (const ElasticityCard& declared : law.card().elasticities) {
        CAPTURE(id);
        CAPTURE(declared.observable);
        CAPTURE(declared.parameter);
        int checked = 0;
        for (const auto& line : lines(points, declared.parameter)) {
          std::map<double, double> values;
          for (const auto& [knob, point] : line)
            if (const auto value = prediction(law, point, declared.observable)) values.emplace(knob, *value);
          if (values.size() < 2) continue;
          check(declared, values);
          ++checked;
        }
        const bool has_data = std::all_of(law.card().data.begin(), law.card().data.end(), [](const std::string& name) {
          return lmw::learn::DataRegistry().find(name).has_value();
        });
        if (has_data) CHECK_MESSAGE(checked > 0, "no two default points differ in the parameter alone");
      }
    }
    CHECK(declared_by >= 10);
  }
}
