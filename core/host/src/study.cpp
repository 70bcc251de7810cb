#include <lmw/host/plan.h>

#include "json_lines.h"

#include <lmw/host/complaint.h>
#include <lmw/host/nearest.h>
#include <lmw/numerics/number_text.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>

namespace lmw::host {
namespace {

using nlohmann::json;

constexpr std::size_t max_values = 1'000'000;

/// Where we are in the file, for messages: study.json:3: laws[2].set.width
struct Place {
  std::string file, path;
  const JsonLines* lines;

  Place member(const std::string& key) const { return {file, path.empty() ? key : path + "." + key, lines}; }
  Place item(std::size_t i) const { return {file, path + "[" + std::to_string(i) + "]", lines}; }
  std::string text() const {
    const auto line = lines->line(path);
    return file + (line ? ":" + std::to_string(*line) : "") + ": " + (path.empty() ? "the study" : path);
  }
  [[noreturn]] void fail(const std::string& expected, const json& found, const std::string& hint) const {
    std::string text_found = found.dump();
    if (text_found.size() > 60) text_found = text_found.substr(0, 57) + "...";
    refuse(text(), expected, text_found, hint);
  }
};

constexpr const char* shape = R"({"laws": ["solvable/*"]}, or a file of examples/)";

void only_keys(const json& object, const std::vector<std::string>& known, const Place& place) {
  for (const auto& [key, value] : object.items()) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    std::string list;
    for (const std::string& name : known) list += (list.empty() ? "" : ", ") + name;
    const std::string near = nearest(key, known);
    refuse(place.member(key).text(), "one of " + list, "the unknown key \"" + key + "\"",
           near.empty() ? "take it out" : "\"" + near + "\"");
  }
}

std::string text_at(const json& value, const Place& place, const char* expected, const std::string& hint) {
  if (!value.is_string() || value.get_ref<const std::string&>().empty()) place.fail(expected, value, hint);
  return value.get<std::string>();
}

std::string effort_at(const json& value, const Place& place) {
  static const std::vector<std::string> efforts = {"quick", "standard", "thorough"};
  const std::string effort = value.is_string() ? value.get<std::string>() : "";
  if (std::find(efforts.begin(), efforts.end(), effort) != efforts.end()) return effort;
  const std::string near = nearest(effort, efforts);
  place.fail("quick, standard or thorough", value, "\"" + (near.empty() ? "quick" : near) + "\"");
}

std::int64_t seed_at(const json& value, const Place& place) {
  // JSON's integers may lie beyond those of 64 bits with a sign.
  if (!value.is_number_integer() || value < 0 || value > std::numeric_limits<std::int64_t>::max())
    place.fail("a whole number, 0 or more", value, "\"seed\": 1");
  return value.get<std::int64_t>();
}

int replicates_at(const json& value, const Place& place) {
  if (!value.is_number_integer() || value < 2 || value > 100'000)
    place.fail("a whole number, 2 to 100000", value, "\"replicates\": 16, or none for as many as it takes to decide");
  return value.get<int>();
}

/// One value of a setting, as the text that a user would have typed.
std::string value_text(const json& value, const Place& place) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
  if (value.is_number_integer()) return value.dump();
  if (value.is_number()) return sdk::to_text(value.get<double>());
  place.fail("a number, a text, true or false", value, "as for --set: 16, [16, 32] or \"16..1024:log2\"");
}

std::vector<std::string> split_values(const std::string& text);

std::vector<std::string> values_at(const json& value, const Place& place) {
  if (value.is_string()) try {
      return split_values(value.get<std::string>());
    } catch (const UsageError& e) {
      throw UsageError(place.text() + ": " + e.what());
    }
  if (!value.is_array()) return {value_text(value, place)};
  if (value.empty()) place.fail("at least one value", value, "take it out: then the law's own points are used");
  std::vector<std::string> values;
  for (std::size_t i = 0; i < value.size(); ++i) values.push_back(value_text(value[i], place.item(i)));
  return values;
}

constexpr const char* range_example = "16..1024:log2, or 0..10:5";

double number(std::string_view text, const std::string& whole) {
  double value = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (ec != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
    refuse("the range " + whole, "numbers, as in first..last:step or first..last:logK", "\"" + std::string(text) + "\"",
           range_example);
  return value;
}

std::string spelt(double value, bool as_integer) {
  return as_integer ? std::to_string(static_cast<std::int64_t>(std::llround(value))) : sdk::to_text(value);
}

/// 16..128:log2 -> 16, 32, 64, 128; 0..10:5 -> 0, 5, 10.
std::vector<std::string> spell_out(const std::string& range) {
  const auto dots = range.find(".."), colon = range.find(':', dots);
  if (colon == std::string::npos)
    refuse("the range " + range, "a step, as in first..last:step or first..last:logK", "none", range_example);
  const double first = number(std::string_view(range).substr(0, dots), range);
  const double last = number(std::string_view(range).substr(dots + 2, colon - dots - 2), range);
  std::string_view step_text = std::string_view(range).substr(colon + 1);
  const bool geometric = step_text.substr(0, 3) == "log";
  if (geometric) step_text.remove_prefix(3);
  const double step = number(step_text, range);
  if (geometric ? (step <= 1 || first <= 0) : step <= 0)
    refuse("the range " + range, geometric ? "a factor above 1 and a first value above 0" : "a step above 0",
           std::string(geometric ? "log" : "") + std::string(step_text), range_example);
  const double count = geometric ? std::log(last / first) / std::log(step) : (last - first) / step;
  if (!(count >= 0))
    refuse("the range " + range, "a last value that is not below the first", range.substr(0, colon),
           range.substr(dots + 2, colon - dots - 2) + ".." + range.substr(0, dots) + range.substr(colon));
  if (count >= static_cast<double>(max_values))
    refuse("the range " + range, "at most a million values", numerics::significant(std::floor(count) + 1, 3),
           "a larger step, or a geometric range: " + range.substr(0, colon) + ":log2");
  const bool integers = range.substr(0, colon).find_first_of("eE") == std::string::npos && first == std::floor(first) &&
                        step == std::floor(step) && range.substr(0, dots).find('.') == std::string::npos;
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
    if (item.empty())
      refuse("the values \"" + text + "\"", "a value on each side of a comma", "none",
             "16,32, or a range: 16..1024:log2");
    if (item.find("..") != std::string::npos) {
      for (auto& value : spell_out(item)) values.push_back(std::move(value));
    } else {
      values.push_back(item);
    }
    if (values.size() > max_values)
      refuse("the values \"" + text.substr(0, 40) + "\"", "at most a million", "more",
             "fewer values, or a larger step");
    at = comma + 1;
  }
  return values;
}

std::string read_text(const std::filesystem::path& file) {
  constexpr std::uintmax_t max_bytes = 16 << 20;
  std::error_code failed;
  const auto size = std::filesystem::file_size(file, failed);
  std::ifstream stream(file, std::ios::binary);
  if (failed || !stream)
    refuse(file.string() + ": cannot be read", "a study file", failed ? failed.message() : "no permission to read it",
           "ls -l " + file.string() + ", or lmw run LAW");
  if (size > max_bytes)
    refuse(file.string() + ": too large", "a study of at most 16 MiB", std::to_string(size) + " bytes", shape);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// "study.json:3:7" of a byte of the text, counted from 1.
std::string place_of_byte(const std::string& file, const std::string& text, std::size_t byte) {
  const std::string_view before = std::string_view(text).substr(0, byte == 0 ? 0 : byte - 1);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const auto start = before.rfind('\n');
  const std::size_t column = before.size() - (start == std::string_view::npos ? 0 : start + 1) + 1;
  return file + ":" + std::to_string(line) + ":" + std::to_string(column);
}

json parse(const std::string& file, const std::string& text) {
  constexpr int max_depth = 16;
  const auto shallow = [&](int depth, json::parse_event_t, json&) {
    if (depth > max_depth) refuse(file + ": nested too deeply", "at most 16 levels", "more", shape);
    return true;
  };
  try {
    return json::parse(text, shallow, true, /*ignore_comments=*/true);
  } catch (const json::parse_error& e) {
    // "[...] parse error at line 3, column 5: syntax error while parsing object - unexpected ']'; expected string
    // literal"
    std::string words = e.what(), expected = "JSON; comments are allowed";
    if (const auto at = words.find(" - "); at != std::string::npos) words.erase(0, at + 3);
    if (const auto at = words.find("; expected "); at != std::string::npos) {
      expected = words.substr(at + 11);
      words.erase(at);
    }
    refuse(place_of_byte(file, text, e.byte) + ": not JSON", expected, words, shape);
  } catch (const json::exception& e) {  // a number beyond all doubles
    refuse(file + ": not JSON", "numbers that a computer can hold", e.what(), shape);
  }
}

}  // namespace

Study::Setting parse_setting(const std::string& assignment) {
  const auto equals = assignment.find('=');
  const auto dot = assignment.rfind('.', equals);
  if (equals == std::string::npos || equals == 0 || equals + 1 == assignment.size() ||
      (dot != std::string::npos && dot + 1 >= equals))
    refuse("the setting \"" + assignment + "\"", "LAW.parameter=v1,v2 or parameter=v1,v2", "\"" + assignment + "\"",
           "--set width=16,32, or --set width=16..1024:log2");
  const bool named = dot != std::string::npos && dot < equals;
  return {.pattern = named ? assignment.substr(0, dot) : "*",
          .parameter = named ? assignment.substr(dot + 1, equals - dot - 1) : assignment.substr(0, equals),
          .values = split_values(assignment.substr(equals + 1)),
          .where = "--set " + assignment};
}

Study read_study(const std::filesystem::path& file) {
  const std::string text = read_text(file);
  const json root = parse(file.string(), text);
  const JsonLines lines(text);
  const Place top{file.string(), "", &lines};
  if (lines.twice())
    refuse(Place{file.string(), *lines.twice(), &lines}.text(), "each key once in an object", "it stands there twice",
           "one of the two");
  if (!root.is_object()) top.fail("an object", root, shape);
  only_keys(root, {"$schema", "name", "description", "effort", "seed", "replicates", "until_decided", "laws"}, top);
  Study study;
  study.name = root.contains("name") ? text_at(root["name"], top.member("name"), "a name", "\"name\": \"mine\"")
                                     : file.stem().string();
  if (root.contains("effort")) study.effort = effort_at(root["effort"], top.member("effort"));
  if (root.contains("seed")) study.run_seed = seed_at(root["seed"], top.member("seed"));
  if (root.contains("until_decided")) {
    if (!root["until_decided"].is_boolean())
      top.member("until_decided").fail("true or false", root["until_decided"], "\"until_decided\": true");
    study.until_decided = root["until_decided"].get<bool>();
  }
  std::optional<int> replicates;
  if (root.contains("replicates")) replicates = replicates_at(root["replicates"], top.member("replicates"));
  const Place laws = top.member("laws");
  if (!root.contains("laws"))
    refuse(top.text() + " names no laws", "\"laws\": a list of ids or patterns", "none", shape);
  if (!root["laws"].is_array() || root["laws"].empty())
    laws.fail("a list of at least one law or pattern", root["laws"], "[\"*\"] for every law");
  for (std::size_t i = 0; i < root["laws"].size(); ++i) {
    const json& item = root["laws"][i];
    const Place place = laws.item(i);
    constexpr const char* example = R"("solvable/*", or {"law": "solvable/*", "set": {"draws": 100}})";
    if (item.is_string()) {
      study.selections.push_back({.pattern = text_at(item, place, "a law's id or a pattern", example),
                                  .replicates = replicates,
                                  .where = place.text()});
      continue;
    }
    if (!item.is_object()) place.fail("a law's id, a pattern, or an object with \"law\"", item, example);
    only_keys(item, {"law", "set", "replicates"}, place);
    if (!item.contains("law")) place.fail("an object with \"law\"", item, example);
    Study::Selection selection{.pattern = text_at(item["law"], place.member("law"), "a law's id or a pattern", example),
                               .replicates = replicates,
                               .where = place.member("law").text()};
    if (item.contains("replicates"))
      selection.replicates = replicates_at(item["replicates"], place.member("replicates"));
    if (item.contains("set")) {
      const Place set = place.member("set");
      if (!item["set"].is_object())
        set.fail("an object of parameters and values", item["set"], R"({"width": [64, 128]})");
      for (const auto& [parameter, values] : item["set"].items())
        study.settings.push_back({.pattern = selection.pattern,
                                  .parameter = parameter,
                                  .values = values_at(values, set.member(parameter)),
                                  .where = set.member(parameter).text()});
    }
    study.selections.push_back(std::move(selection));
  }
  return study;
}

}  // namespace lmw::host
