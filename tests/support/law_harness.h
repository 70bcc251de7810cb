#pragma once

#include <lmw/host/card.h>
#include <lmw/host/library.h>
#include <lmw/learn/data_registry.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace lmw::tests {

/// A law of an in-tree plugin, reached as users reach it: through its sidecar, its library and the C table.
class LawUnderTest {
 public:
  explicit LawUnderTest(const std::string& id) {
    const std::string plugin = id.substr(0, id.find('/'));
    const std::filesystem::path folder = std::filesystem::path(LMW_BINARY_DIR) / "lib/lmw/plugins";
    std::ifstream sidecar(folder / (plugin + ".plugin.json"));
    const std::string text{std::istreambuf_iterator<char>(sidecar), {}};
    for (const auto& law : host::read_plugin_card(text, folder / (plugin + ".so")).laws)
      if (law.id == id) card_ = law;
    if (card_.id.empty()) throw std::runtime_error("no law " + id + " in " + folder.string());
    library_.emplace(host::Library::load(folder / (plugin + ".so")));
  }

  const host::LawCard& card() const { return card_; }

  /// The declared parameter values with these over them, as JSON.
  std::string point(const sdk::PointOverrides& overrides = {}) const {
    std::map<std::string, sdk::JsonScalar, std::less<>> values;
    for (const auto& parameter : card_.parameters) values[parameter.name] = parameter.value;
    for (const auto& [name, value] : overrides) {
      values.at(name) = value;
      card_.parameter(name)->check(value);
    }
    return sdk::Point(std::move(values)).to_json();
  }
  std::vector<sdk::Point> sweep(const std::string& effort) const { return library_->sweep(card_.index, effort); }
  host::RegimeAnswer regime(const sdk::PointOverrides& at) const {
    return library_->regime(card_.index, point(at), context());
  }
  host::PredictAnswer predict(const std::string& point_json) const {
    return library_->predict(card_.index, point_json, context());
  }
  host::PredictAnswer predict(const sdk::PointOverrides& at) const { return predict(point(at)); }
  std::vector<host::SeriesAnswer> predict_replicate(const sdk::PointOverrides& at, std::int64_t seed) const {
    return library_->predict_replicate(card_.index, point(at), seed, context());
  }
  host::MeasureAnswer measure(const sdk::PointOverrides& at, std::int64_t seed) const {
    return library_->measure(card_.index, point(at), seed, context());
  }

  /// One prediction of a scalar. @throws std::runtime_error  there is none.
  double predicted(const sdk::PointOverrides& at, const std::string& observable, const std::string& rival = "") const {
    return record(at, observable, rival).value.at(0);
  }
  host::PredictionAnswer record(const sdk::PointOverrides& at, const std::string& observable,
                                const std::string& rival = "") const {
    for (const auto& made : predict(at).predictions)
      if (made.observable == observable && made.rival == rival) return made;
    throw std::runtime_error("no prediction of " + observable + (rival.empty() ? "" : " by " + rival));
  }
  /// One measured scalar. @throws std::runtime_error  the outcome was another than `ok`.
  double measured(const sdk::PointOverrides& at, std::int64_t seed, const std::string& observable) const {
    return scalar(checked(measure(at, seed)), observable, "");
  }
  /// One per-replicate prediction of a scalar.
  double predicted_replicate(const sdk::PointOverrides& at, std::int64_t seed, const std::string& observable,
                             const std::string& rival = "") const {
    return scalar(predict_replicate(at, seed), observable, rival);
  }

 private:
  static std::vector<host::SeriesAnswer> checked(host::MeasureAnswer answer) {
    if (answer.outcome != "ok") throw std::runtime_error("outcome " + answer.outcome + ": " + answer.message);
    return std::move(answer.series);
  }
  static double scalar(const std::vector<host::SeriesAnswer>& series, const std::string& observable,
                       const std::string& rival) {
    for (const auto& one : series)
      if (one.observable == observable && one.rival == rival) return one.value.at(0);
    throw std::runtime_error("no value of " + observable);
  }
  host::CallContext context() const { return {.data = &data_}; }

  host::LawCard card_;
  std::optional<host::Library> library_;
  host::DataLookup data_ = [](const std::string& name) -> std::optional<host::DataLocation> {
    const auto found = learn::DataRegistry().find(name);
    if (!found) return std::nullopt;
    return host::DataLocation{found->folder.string(), found->sha256};
  };
};

/// The values of a series. @throws std::runtime_error  it is not there.
inline std::vector<double> curve(const std::vector<host::SeriesAnswer>& series, const std::string& observable,
                                 const std::string& rival = "") {
  for (const auto& one : series)
    if (one.observable == observable && one.rival == rival) return one.value;
  throw std::runtime_error("no values of " + observable);
}

/// max_k |a_k - b_k|. @throws std::invalid_argument  curves of different lengths.
inline double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() != b.size()) throw std::invalid_argument("curves of different lengths");
  double largest = 0;
  for (std::size_t k = 0; k < a.size(); ++k) largest = std::max(largest, std::abs(a[k] - b[k]));
  return largest;
}

}  // namespace lmw::tests
