#include <lmw/host/plan.h>

#include <nlohmann/json.hpp>

#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>

namespace lmw::host {
namespace {

using nlohmann::json;

constexpr std::size_t max_values = 1'000'000;

/// Where we are in the file, for messages: study.json: laws[2].set.width
struct Place {
  std::string file, path;
  Place member(const std::string& key) const { return {file, path.empty() ? key : path + "." + key}; }
  Place item(std::size_t i) const { return {file, path + "[" + std::to_string(i) + "]"}; }
  [[noreturn]] void fail(const std::string& expected, const json& found) const {
    std::string text = found.dump();
    if (text.size() > 60) text = text.substr(0, 57) + "...";
    throw UsageError(file + ": " + (path.empty() ? "the study" : path) + ": expected " + expected + ", found " + text);
  }
};

void only_keys(const json& object, std::initializer_list<const char*> known, const Place& place) {
  for (const auto& [key, value] : object.items()) {
    bool is_known = false;
    std::string list;
    for (const char* name : known) {
      is_known = is_known || key == name;
      list += (list.empty() ? "" : ", ") + std::string(name);
    }
    if (!is_known) throw UsageError(place.member(key).file + ": " + place.member(key).path + ": unknown key; expected one of " + list);
  }
}

std::string text_at(const json& value, const Place& place, const char* expected) {
  if (!value.is_string() || value.get_ref<const std::string&>().empty()) place.fail(expected, value);
  return value.get<std::string>();
}

std::int64_t integer_at(const json& value, const Place& place, std::int64_t min, const char* expected) {
  if (!value.is_number_integer() || value.get<std::int64_t>() < min) place.fail(expected, value);
  return value.get<std::int64_t>();
}

/// One value of a setting, as the text that a user would have typed.
std::string value_text(const json& value, const Place& place) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
  if (value.is_number_integer()) return value.dump();
  if (value.is_number()) return sdk::to_text(value.get<double>());
  place.fail("a number, a text or a boolean", value);
}

std::vector<std::string> split_values(const std::string& text);

std::vector<std::string> values_at(const json& value, const Place& place) {
  if (value.is_string()) return split_values(value.get<std::string>());
  if (!value.is_array()) return {value_text(value, place)};
  if (value.empty()) place.fail("at least one value", value);
  std::vector<std::string> values;
  for (std::size_t i = 0; i < value.size(); ++i) values.push_back(value_text(value[i], place.item(i)));
  return values;
}

double number(std::string_view text, const std::string& whole) {
  double value = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (ec != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
    throw UsageError("range " + whole + ": expected a..b:step or a..b:logK with numbers, found \"" + std::string(text) + "\"");
  return value;
}

std::string spelt(double value, bool as_integer) {
  return as_integer ? std::to_string(static_cast<std::int64_t>(std::llround(value))) : sdk::to_text(value);
}

/// 16..128:log2 -> 16, 32, 64, 128; 0..10:5 -> 0, 5, 10.
std::vector<std::string> spell_out(const std::string& range) {
  const auto dots = range.find(".."), colon = range.find(':', dots);
  if (colon == std::string::npos)
    throw UsageError("range " + range + ": expected a step, as in 16..1024:log2 or 0..10:5");
  const double first = number(std::string_view(range).substr(0, dots), range);
  const double last = number(std::string_view(range).substr(dots + 2, colon - dots - 2), range);
  std::string_view step_text = std::string_view(range).substr(colon + 1);
  const bool geometric = step_text.substr(0, 3) == "log";
  if (geometric) step_text.remove_prefix(3);
  const double step = number(step_text, range);
  if (geometric ? (step <= 1 || first <= 0) : step <= 0)
    throw UsageError("range " + range + ": expected a " + (geometric ? "factor > 1 and a start > 0" : "step > 0"));
  const double count = geometric ? std::log(last / first) / std::log(step) : (last - first) / step;
  if (!(count >= 0)) throw UsageError("range " + range + ": expected an end that is not below its start");
  if (count >= static_cast<double>(max_values)) throw UsageError("range " + range + ": more than a million values");
  const bool integers = range.substr(0, colon).find_first_of("eE") == std::string::npos &&
                        first == std::floor(first) && step == std::floor(step) &&
                        range.substr(0, dots).find('.') == std::string::npos;
  std::vector<std::string> values;
  constexpr double slack = 1e-9;  // so that 0..1:0.1 reaches 1
  for (int k = 0; k <= count + slack; ++k)
    values.push_back(spelt(geometric ? first * std::pow(step, k) : first + k * step, integers));
  return values;
}

std::vector<std::string> split_values(const std::string& text) {
  std::vector<std::string> values;
  std::size_t at = 0;
  while (at <= text.size()) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    const std::string item = text.substr(at, comma - at);
    if (item.empty()) throw UsageError("values \"" + text + "\": expected values between the commas");
    if (item.find("..") != std::string::npos) {
      for (auto& value : spell_out(item)) values.push_back(std::move(value));
    } else {
      values.push_back(item);
    }
    if (values.size() > max_values) throw UsageError("values \"" + text + "\": more than a million");
    at = comma + 1;
  }
  return values;
}

json parse(const std::filesystem::path& file) {
  constexpr std::uintmax_t max_bytes = 16 << 20;
  constexpr int max_depth = 16;
  std::error_code failed;
  const auto size = std::filesystem::file_size(file, failed);
  std::ifstream stream(file, std::ios::binary);
  if (failed || !stream)
    throw UsageError(file.string() + ": cannot be read: " + (failed ? failed.message() : "no permission") + "; expected a study file");
  if (size > max_bytes) throw UsageError(file.string() + ": larger than 16 MiB; expected a study file");
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  std::vector<std::vector<std::string>> keys;
  const auto strict = [&](int depth, json::parse_event_t event, json& value) {
    if (depth > max_depth) throw UsageError(file.string() + ": nested deeper than 16 levels");
    if (event == json::parse_event_t::object_start) keys.emplace_back();
    if (event == json::parse_event_t::object_end) keys.pop_back();
    if (event == json::parse_event_t::key) {
      const auto key = value.get<std::string>();
      for (const auto& seen : keys.back())
        if (seen == key) throw UsageError(file.string() + ": the key \"" + key + "\" stands twice in one object");
      keys.back().push_back(key);
    }
    return true;
  };
  try {
    return json::parse(text, strict, true, /*ignore_comments=*/true);
  } catch (const json::parse_error& e) {
    std::string words = e.what();  // "[json.exception.parse_error.101] parse error at line 3, column 5: ..."
    if (const auto at = words.find("] "); at != std::string::npos) words.erase(0, at + 2);
    throw UsageError(file.string() + ": not JSON: " + words);
  }
}

}  // namespace

Study::Setting parse_setting(const std::string& assignment) {
  const auto equals = assignment.find('=');
  const auto dot = assignment.rfind('.', equals);
  if (equals == std::string::npos || equals == 0 || equals + 1 == assignment.size() || (dot != std::string::npos && dot + 1 >= equals))
    throw UsageError("\"" + assignment + "\": expected LAW.parameter=v1,v2 or parameter=v1,v2");
  const bool named = dot != std::string::npos && dot < equals;
  return {.pattern = named ? assignment.substr(0, dot) : "*",
          .parameter = named ? assignment.substr(dot + 1, equals - dot - 1) : assignment.substr(0, equals),
          .values = split_values(assignment.substr(equals + 1))};
}

Study read_study(const std::filesystem::path& file) {
  const json root = parse(file);
  const Place top{file.string(), ""};
  if (!root.is_object()) top.fail("an object", root);
  only_keys(root, {"$schema", "name", "description", "effort", "seed", "replicates", "laws"}, top);
  Study study;
  study.name = root.contains("name") ? text_at(root["name"], top.member("name"), "a name") : file.stem().string();
  if (root.contains("effort")) {
    study.effort = text_at(root["effort"], top.member("effort"), "quick, standard or thorough");
    if (study.effort != "quick" && study.effort != "standard" && study.effort != "thorough")
      top.member("effort").fail("quick, standard or thorough", root["effort"]);
  }
  if (root.contains("seed")) study.run_seed = integer_at(root["seed"], top.member("seed"), 0, "an integer >= 0");
  std::optional<int> replicates;
  const auto replicates_at = [](const json& value, const Place& place) {
    if (!value.is_number_integer() || value.get<std::int64_t>() < 2 || value.get<std::int64_t>() > 100'000)
      place.fail("an integer from 2 to 100000", value);
    return value.get<int>();
  };
  if (root.contains("replicates")) replicates = replicates_at(root["replicates"], top.member("replicates"));
  const Place laws = top.member("laws");
  if (!root.contains("laws")) throw UsageError(file.string() + ": laws: missing; expected a list of laws or patterns");
  if (!root["laws"].is_array() || root["laws"].empty()) laws.fail("a list of at least one law or pattern", root["laws"]);
  for (std::size_t i = 0; i < root["laws"].size(); ++i) {
    const json& item = root["laws"][i];
    const Place place = laws.item(i);
    if (item.is_string()) {
      study.selections.push_back({text_at(item, place, "a law's id or a pattern"), replicates});
      continue;
    }
    if (!item.is_object()) place.fail("a law's id, a pattern, or an object with \"law\"", item);
    only_keys(item, {"law", "set", "replicates"}, place);
    if (!item.contains("law")) place.fail("an object with \"law\"", item);
    Study::Selection selection{text_at(item["law"], place.member("law"), "a law's id or a pattern"), replicates};
    if (item.contains("replicates")) selection.replicates = replicates_at(item["replicates"], place.member("replicates"));
    if (item.contains("set")) {
      const Place set = place.member("set");
      if (!item["set"].is_object()) set.fail("an object of parameters and values", item["set"]);
      for (const auto& [parameter, values] : item["set"].items())
        study.settings.push_back({selection.pattern, parameter, values_at(values, set.member(parameter))});
    }
    study.selections.push_back(std::move(selection));
  }
  return study;
}

}  // namespace lmw::host
