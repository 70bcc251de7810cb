#include "layout.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace lmw::reports {
namespace {

std::string text_at(const Point& point, const std::string& name) {
  const Parameter* p = find(point, name);
  return p == nullptr ? "" : p->text;
}

double value_at(const Point& point, const std::string& name) {
  const Parameter* p = find(point, name);
  return p == nullptr ? nothing : p->value;
}

bool numeric(const std::vector<Placed>& points, const std::string& name) {
  return std::all_of(points.begin(), points.end(),
                     [&](const Placed& p) { return std::isfinite(value_at(p.point, name)); });
}

std::size_t distinct(const std::vector<Placed>& points, const std::string& name) {
  std::set<std::string> texts;
  for (const Placed& p : points) texts.insert(text_at(p.point, name));
  return texts.size();
}

/// Parameters with more than one value, in the order of their names.
std::vector<std::string> varying(const std::vector<Placed>& points) {
  std::set<std::string> names;
  for (const Placed& p : points)
    for (const Parameter& parameter : p.point) names.insert(parameter.name);
  std::vector<std::string> out;
  for (const std::string& name : names)
    if (distinct(points, name) > 1) out.push_back(name);
  return out;
}

/// True if the parameter takes three or more values, one for each value on the axis and the reverse: the number of
/// steps that grows with the width is no second dimension.
bool moves_with(const std::vector<Placed>& points, const std::string& name, const std::string& axis) {
  std::map<std::string, std::string> forth, back;
  for (const Placed& p : points) {
    const std::string a = text_at(p.point, axis), b = text_at(p.point, name);
    if (forth.emplace(a, b).first->second != b || back.emplace(b, a).first->second != a) return false;
  }
  return forth.size() >= 3 && numeric(points, name);
}

/// Settings in reading order: numbers by value, text by its letters.
struct Key {
  std::vector<std::pair<double, std::string>> parts;
  bool operator<(const Key& other) const {
    return std::lexicographical_compare(parts.begin(), parts.end(), other.parts.begin(), other.parts.end(),
                                        [](const auto& a, const auto& b) {
                                          if (std::isfinite(a.first) && std::isfinite(b.first) && a.first != b.first)
                                            return a.first < b.first;
                                          return a.second < b.second;
                                        });
  }
};

}  // namespace

Layout lay_out(const std::vector<Placed>& points, const std::string& axis) {
  Layout layout;
  const std::vector<std::string> names = varying(points);
  const bool declared = std::find(names.begin(), names.end(), axis) != names.end() && numeric(points, axis);
  std::size_t most = 1;
  if (declared)
    layout.axis = axis;
  else
    for (const std::string& name : names)
      if (numeric(points, name) && distinct(points, name) > most) {
        most = distinct(points, name);
        layout.axis = name;
      }

  std::vector<std::string> rest;
  for (const std::string& name : names) {
    if (name == layout.axis) continue;
    (!layout.axis.empty() && moves_with(points, name, layout.axis) ? layout.along : rest).push_back(name);
  }

  std::map<Key, std::vector<const Placed*>> groups;
  std::map<Key, std::string> settings;
  for (const Placed& p : points) {
    Key key;
    std::string setting;
    for (const std::string& name : rest) {
      key.parts.emplace_back(value_at(p.point, name), text_at(p.point, name));
      setting += (setting.empty() ? "" : ", ") + name + " = " + text_at(p.point, name);
    }
    settings[key] = setting;
    groups[key].push_back(&p);
  }
  for (auto& [key, members] : groups) {
    if (layout.axis.empty() || members.size() < 2) continue;
    std::stable_sort(members.begin(), members.end(), [&](const Placed* a, const Placed* b) {
      return value_at(a->point, layout.axis) < value_at(b->point, layout.axis);
    });
    Layout::Panel& panel = layout.panels.emplace_back();
    panel.setting = settings[key];
    for (const Placed* p : members) panel.points.push_back(p->point_id);
  }
  const auto shown = [&](std::int64_t id) {
    return std::any_of(layout.panels.begin(), layout.panels.end(), [&](const Layout::Panel& panel) {
      return std::find(panel.points.begin(), panel.points.end(), id) != panel.points.end();
    });
  };
  for (const Placed& p : points)
    if (!shown(p.point_id)) layout.alone.push_back(p.point_id);
  if (layout.panels.empty()) layout.axis.clear();
  return layout;
}

}  // namespace lmw::reports
