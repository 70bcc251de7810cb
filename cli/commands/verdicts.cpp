#include "../lab_view.h"
#include "commands.h"

#include <algorithm>
#include <tuple>

namespace lmw::cli {
namespace {

/// What --fail-on is about: the verdict of each law, and how its comparisons ended.
std::string first_match(const std::vector<std::string>& fail_on, const std::vector<store::LawSummaryRow>& laws,
                        const std::vector<store::VerdictRow>& verdicts) {
  const auto listed = [&](const std::string& word) {
    return std::find(fail_on.begin(), fail_on.end(), word) != fail_on.end();
  };
  for (const auto& law : laws)
    if (listed(law.verdict)) return law.law + " is " + law.verdict;
  for (const auto& v : verdicts)
    if (v.outcome != "ok" && listed(v.outcome))
      return v.law + ", verdict " + std::to_string(v.verdict_id) + ", is " + v.outcome;
  return "";
}

}  // namespace

int execute(const VerdictsArguments& arguments, Session& session) {
  store::Reader reader(session.existing_lab());
  const store::RunRow run = find_run(reader, arguments.run);
  auto verdicts = reader.verdicts({.run_id = run.run_id});
  const PointNames names(verdicts);
  std::stable_sort(verdicts.begin(), verdicts.end(), [&](const auto& a, const auto& b) {
    const auto key = [](const auto& v) { return std::tie(v.law, v.secondary, v.observable); };
    return key(a) != key(b) ? key(a) < key(b) : names.before(a, b);
  });
  Table table({{.name = "law", .heading = true},
               {.name = "verdict_id", .title = "id"},
               {.name = "point", .fit = Fit::wrap, .json = true},
               {.name = "observable", .machine_only = true},
               {.name = "rival", .fit = Fit::wrap, .machine_only = !arguments.rivals},
               {.name = "verdict", .fit = Fit::wrap},
               {.name = "predicted"},
               {.name = "band", .machine_only = true},
               {.name = "measured"},
               {.name = "measured_se", .machine_only = true},
               {.name = "n_replicates", .title = "seeds", .machine_only = true},
               {.name = "rivals_refuted", .title = "rivals"},
               {.name = "sub_verdict", .machine_only = true},
               {.name = "p_falsify", .machine_only = true},
               {.name = "p_adjusted", .machine_only = true},
               {.name = "power", .machine_only = true},
               {.name = "badge", .machine_only = true},
               {.name = "needed_replicates", .machine_only = true},
               {.name = "sentence", .machine_only = true}});
  for (const auto& v : verdicts) {
    if (!v.rival.empty() && !arguments.rivals) continue;
    Cell point(v.point);
    point.shown = names.unusual(v);
    std::string heading =
        v.law + (v.observable.empty() ? "" : ": " + v.observable) + (v.secondary ? " (secondary)" : "");
    if (const std::string common = names.common(v.law); !common.empty()) heading += "  at " + common;
    if (const std::string usual = names.usual(v.law); !usual.empty()) heading += "; unless said " + usual;
    Cell rivals(v.rivals_refuted);
    rivals.shown = v.rivals_tried == 0 ? "" : std::to_string(v.rivals_refuted) + "/" + std::to_string(v.rivals_tried);
    table.add({Cell(v.law).as(heading), v.verdict_id, std::move(point),
               v.observable.empty() ? Cell() : Cell(v.observable), v.rival.empty() ? Cell() : Cell(v.rival),
               verdict_cell(v), predicted_cell(v), number_cell(v.eps + v.b_th), measured_cell(v),
               number_cell(v.measured_se), v.n_replicates, std::move(rivals),
               v.sub_verdict.empty() ? Cell() : Cell(v.sub_verdict), number_cell(v.p_falsify),
               number_cell(v.p_adjusted), number_cell(v.power), v.badge.empty() ? Cell() : Cell(v.badge),
               v.needed_replicates < 0 ? Cell() : Cell(v.needed_replicates), v.sentence});
  }
  session.write(table);
  if (session.globals().format == Format::table && table.rows() > 0) {
    const bool badges = std::any_of(verdicts.begin(), verdicts.end(), [](const auto& v) { return !v.badge.empty(); });
    session.note(std::string("\nWhy:  lmw explain ID") +
                 (badges ? "\n(FDR): stands up to the number of comparisons of the run" : ""));
  }
  if (arguments.fail_on.empty()) return done;
  const std::string match = first_match(arguments.fail_on, reader.law_summaries({.run_id = run.run_id}), verdicts);
  if (match.empty()) return done;
  session.note("lmw: --fail-on: " + match);
  return policy;
}

}  // namespace lmw::cli
