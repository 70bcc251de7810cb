#include "../data_lookup.h"
#include "../run_plan.h"
#include "../signals.h"
#include "../text.h"
#include "commands.h"

#include <lmw/host/mutation.h>
#include <lmw/numerics/number_text.h>

#include <algorithm>
#include <cmath>

namespace lmw::cli {
namespace {

using numerics::significant;

std::string size_text(double size, const char* unit) { return std::isnan(size) ? "none" : significant(size, 2) + unit; }
std::string percent(double factor) { return std::isnan(factor) ? "none" : significant(100 * factor, 2) + " %"; }

}  // namespace

int execute(const PluginTestArguments& arguments, Session& session) {
  const SignalWatch signals;  // before any other thread
  host::Study study{.name = "plugin test", .effort = arguments.effort};
  for (const auto& target : arguments.targets) study.selections.push_back({target, {}});
  if (study.selections.empty()) study.selections.push_back({"*", {}});
  for (const auto& setting : arguments.set) study.settings.push_back(host::parse_setting(setting));
  const host::Plan plan = host::make_plan(study, session.registry());
  require_memory(plan, available_memory());
  session.note("Each law's own prediction is changed until its data refute it: " +
               std::to_string(arguments.replicates) + " pilot seeds a point, nothing is recorded.\n");
  const auto found =
      host::resolving_power(plan, session.registry(), arguments.replicates,
                            {.jobs = session.globals().jobs, .data = data_lookup(), .stop_signal = &signals.stop()});
  if (signals.stop() != 0) return interrupted + signals.stop();

  Table table({{.name = "law", .heading = true},
               {.name = "point", .fit = Fit::wrap},
               {.name = "observable"},
               {.name = "decision", .title = "itself", .fit = Fit::wrap},
               {.name = "factor"},
               {.name = "shift"},
               {.name = "exponent"},
               {.name = "sign_refuted", .title = "sign"},
               {.name = "can_lose", .title = "can lose"}});
  for (const auto& m : found)
    table.add({m.law, Cell(m.point).as(point_text(m.point)), m.observable, m.trouble.empty() ? m.decision : m.trouble,
               Cell(m.factor).as(percent(m.factor)), Cell(m.shift).as(size_text(m.shift, " eps")),
               Cell(m.exponent).as(size_text(m.exponent, "")), m.sign_refuted ? "yes" : "no",
               m.can_lose() ? "yes" : "no"});
  session.write(table);
  const auto losers = std::count_if(found.begin(), found.end(), [](const auto& m) { return !m.can_lose(); });
  session.note(
      "\nfactor, shift, exponent: the smallest change of the prediction, either way, that the data refute;"
      " a shift is in units of the tolerance eps + b_th; sign: whether the opposite one is refuted.");
  if (found.empty()) session.note("No point lies inside a regime: nothing was tested.");
  if (losers == 0) return found.empty() ? incomplete : done;
  session.note(plural(static_cast<std::size_t>(losers), "comparison") +
               " could not have lost: lower eps, average more draws in a replicate, or mend what went wrong.");
  return plugin;
}

}  // namespace lmw::cli
