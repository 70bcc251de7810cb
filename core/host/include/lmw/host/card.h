#pragma once

#include <lmw/sdk/point.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

/// What a plugin says of itself, read from its sidecar or its probe; docs/authoring.md describes the fields.
namespace lmw::host {

/// A library that was refused, with a named reason: PLUGIN_LOAD, PLUGIN_ABI_MAJOR, PLUGIN_TIMEOUT, ...
class LoadError : public std::runtime_error {
 public:
  LoadError(std::string code, const std::string& text) : std::runtime_error(text), code_(std::move(code)) {}
  const std::string& code() const { return code_; }

 private:
  std::string code_;
};

/// The user asked for something that cannot be: unknown law, value out of range, malformed study.
class UsageError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct ParameterCard {
  std::string name, unit, meaning;
  sdk::JsonScalar value;  ///< the default; its type is the parameter's
  double min = 0, max = 0;
  std::vector<std::string> choices;

  const char* type() const;  ///< integer, real, text, boolean
  /// The text of a user as a value of this parameter.
  /// @throws UsageError  not of the type, not finite, out of range, not among the choices.
  sdk::JsonScalar parse(std::string_view text) const;
  /// @throws UsageError  as parse.
  void check(const sdk::JsonScalar& candidate) const;
};

struct ObservableCard {
  std::string name, unit, kind, meaning, axis, subject;
  bool log_axis = false, log_value = false, secondary = false;
  bool diagnostic = false;  ///< measured without a prediction
};

struct ElasticityCard {
  std::string observable, parameter;
  int sign = 1;
  double value = 0, eps = 0;  ///< eps = 0: the sign alone is declared
};

struct PhysicsCard {
  std::string symmetry, conserved_or_order_parameter, control_parameter, large_parameter, leading_correction;
  std::vector<std::string> axioms;
};

struct RivalCard {
  std::string name, meaning;
};

struct CostCard {
  double core_seconds = 0, memory_bytes = 0;
};

struct LawCard {
  std::string id;  ///< plugin/name
  std::string name, title, claim, formula, source, pillar, analogue, regime, refuted_if;
  int version = 1;
  std::uint32_t index = 0;  ///< in its plugin
  std::vector<ParameterCard> parameters;
  std::vector<ObservableCard> observables;
  std::vector<RivalCard> rivals;
  std::vector<std::string> data, tags;
  std::vector<ElasticityCard> elasticities;
  PhysicsCard physics;
  int fitted_parameters = 0;
  bool per_replicate = false, deterministic = false;
  CostCard quick, standard, thorough;
  int max_replicates_quick = 16, max_replicates = 64;
  std::string source_sha256;
  std::string json;  ///< the whole card, as the plugin wrote it

  const CostCard& cost(std::string_view effort) const;
  const ParameterCard* parameter(std::string_view parameter_name) const;
  const ObservableCard* observable(std::string_view observable_name) const;
};

struct PluginCard {
  std::string id, version, build, build_id;
  std::filesystem::path library;  ///< absolute
  std::vector<LawCard> laws;
};

/// @param json  the text of a sidecar. @throws LoadError  PLUGIN_SIDECAR: not such a text, and what is wrong with it.
PluginCard read_plugin_card(std::string_view json, const std::filesystem::path& library);

}  // namespace lmw::host
