#include "../lab_view.h"
#include "../text.h"
#include "commands.h"

#include <lmw/numerics/number_text.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

namespace lmw::cli {
namespace {

using store::VerdictRow;
using Key = std::tuple<std::string, std::string, std::string, std::string>;  // law, point, observable, rival

std::map<Key, VerdictRow> by_key(const std::vector<VerdictRow>& rows) {
  std::map<Key, VerdictRow> map;
  for (const VerdictRow& v : rows) map[{v.law, v.point, v.observable, v.rival}] = v;
  return map;
}

struct Change {
  int rank;      ///< 0: the verdict flipped, 1: only in one run, 2: the numbers moved
  double shift;  ///< between the two means, in standard errors of their difference
  const char* kind;
  const VerdictRow *before, *after;
};

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

double shift_of(const VerdictRow& a, const VerdictRow& b) {
  return (b.measured - a.measured) / std::hypot(a.measured_se, b.measured_se);
}

std::string verdict_text(const VerdictRow* v) {
  if (v == nullptr) return "";
  return v->sub_verdict.empty() ? v->verdict : v->verdict + ", " + v->sub_verdict;
}

/// The first cell, shown as what both say; alone where they say the same.
Cell from_to(Cell before, const Cell& after) {
  const auto text = [](const Cell& cell) {
    if (cell.shown) return *cell.shown;
    const auto* word = std::get_if<std::string>(&cell.value);
    return word == nullptr ? std::string() : *word;
  };
  const std::string a = text(before), b = text(after);
  return std::move(before).as(a.empty() || a == b ? b : b.empty() ? a : a + " -> " + b);
}

/// What differs between how two runs were made.
void write_settings(const store::RunRow& a, const store::RunRow& b, Session& session) {
  Table table({{.name = "setting"}, {.name = "before", .fit = Fit::wrap}, {.name = "after", .fit = Fit::wrap}});
  const auto row = [&](const char* name, const std::string& x, const std::string& y) {
    if (x != y) table.add({name, x, y});
  };
  row("study", a.study, b.study);
  row("effort", a.effort, b.effort);
  row("seed", std::to_string(a.run_seed), std::to_string(b.run_seed));
  row("lmw", a.lmw_version + " " + a.git_commit, b.lmw_version + " " + b.git_commit);
  row("compiler", a.compiler, b.compiler);
  row("flags", a.flags, b.flags);
  row("blas", a.blas, b.blas);
  row("cpu", a.cpu, b.cpu);
  if (table.rows() == 0) return;
  table.write(session.out(), Format::table, session.out_terminal());
  session.out() << '\n';
}

}  // namespace

int execute(const DiffArguments& arguments, Session& session) {
  store::Reader reader(session.existing_lab());
  const store::RunRow run_before = find_run(reader, arguments.before), run_after = find_run(reader, arguments.after);
  const auto before = by_key(reader.verdicts({.run_id = run_before.run_id}));
  const auto after = by_key(reader.verdicts({.run_id = run_after.run_id}));

  std::vector<Change> changes;
  std::size_t unchanged = 0;
  for (const auto& [key, a] : before) {
    const auto found = after.find(key);
    if (found == after.end()) {
      changes.push_back({1, 0, "gone", &a, nullptr});
      continue;
    }
    const VerdictRow& b = found->second;
    const bool moved = !same(a.measured, b.measured) || !same(a.predicted, b.predicted);
    if (a.verdict != b.verdict || a.sub_verdict != b.sub_verdict)
      changes.push_back({0, shift_of(a, b), "flipped", &a, &b});
    else if (moved)
      changes.push_back({2, shift_of(a, b), "moved", &a, &b});
    else
      ++unchanged;
  }
  for (const auto& [key, b] : after)
    if (!before.contains(key)) changes.push_back({1, 0, "new", nullptr, &b});
  std::stable_sort(changes.begin(), changes.end(), [](const Change& x, const Change& y) {
    return x.rank != y.rank ? x.rank < y.rank : std::abs(x.shift) > std::abs(y.shift);
  });

  // In a table before and after share a cell: 0.752(3) -> 0.749(2).
  Table table({{.name = "law", .heading = true},
               {.name = "change"},
               {.name = "point", .fit = Fit::wrap, .json = true},
               {.name = "observable", .machine_only = true},
               {.name = "rival", .fit = Fit::wrap},
               {.name = "verdict_before", .title = "verdict", .fit = Fit::wrap},
               {.name = "verdict_after", .machine_only = true},
               {.name = "measured_before", .title = "measured", .fit = Fit::wrap},
               {.name = "measured_after", .machine_only = true},
               {.name = "shift_se", .title = "shift/se"}});
  std::vector<VerdictRow> both;
  for (const auto* side : {&before, &after})
    for (const auto& [key, verdict] : *side) both.push_back(verdict);
  const PointNames names(both);
  for (const Change& c : changes) {
    const VerdictRow& some = c.before != nullptr ? *c.before : *c.after;
    const auto verdict = [](const VerdictRow* v) { return v == nullptr ? Cell() : Cell(verdict_text(v)); };
    const auto measured = [](const VerdictRow* v) { return v == nullptr ? Cell() : measured_cell(*v); };
    std::string heading = some.law + (some.observable.empty() ? "" : ": " + some.observable);
    if (const std::string common = names.common(some.law); !common.empty()) heading += "  at " + common;
    Cell change(c.kind, c.rank == 0 ? Tone::bad : Tone::plain);
    table.add({Cell(some.law).as(heading), std::move(change), Cell(some.point).as(names.varying(some)), some.observable,
               some.rival.empty() ? Cell() : Cell(some.rival), from_to(verdict(c.before), verdict(c.after)),
               verdict(c.after), from_to(measured(c.before), measured(c.after)), measured(c.after),
               number_cell(std::isfinite(c.shift) && c.before != nullptr && c.after != nullptr ? c.shift
                                                                                               : store::no_number)});
  }
  if (session.globals().format == Format::table) write_settings(run_before, run_after, session);
  if (table.rows() > 0 || session.globals().format != Format::table) session.write(table);
  session.note(plural(unchanged, "comparison") + " unchanged to the last bit, " + plural(changes.size(), "difference"));
  return done;
}

}  // namespace lmw::cli
