#include "../plugin_advice.h"
#include "../text.h"
#include "commands.h"

#include <algorithm>
#include <array>

namespace lmw::cli {
namespace {

constexpr std::array<std::string_view, 6> pillars = {"solvable",        "limits",       "scaling",
                                                     "hyperparameters", "universality", "crosscutting"};

void list_laws(Session& session) {
  std::vector<const host::LawCard*> laws = session.registry().laws();
  const auto rank = [](const host::LawCard* law) { return std::find(pillars.begin(), pillars.end(), law->pillar); };
  std::stable_sort(laws.begin(), laws.end(), [&](const auto* a, const auto* b) { return rank(a) < rank(b); });
  // A line has room for the whole claim on a wide terminal only; a narrow one shows the title.
  const std::size_t width = session.out_terminal().width;
  const bool narrow = width > 0 && width < 140;
  Table table({{.name = "pillar", .heading = true},
               {.name = "law"},
               {.name = "title", .machine_only = true},
               {.name = "claim", .title = narrow ? "in short" : "claim", .fit = Fit::cut},
               {.name = "quick_core_seconds", .title = "quick s"},
               {.name = "standard_core_seconds", .title = "standard s", .machine_only = narrow}});
  for (const host::LawCard* law : laws) {
    Cell claim(law->claim);
    Cell id(law->id);
    if (narrow && !law->title.empty()) claim.shown = law->title;
    // Under its pillar a law needs no other name.
    if (narrow && law->id == law->pillar + "/" + law->name) id.shown = law->name;
    table.add({law->pillar, std::move(id), law->title, std::move(claim), law->quick.core_seconds,
               law->standard.core_seconds});
  }
  if (table.rows() > 0 || session.globals().format != Format::table)
    session.write(table);
  else
    session.note("no law is there; looked in " + session.plugin_path().back().string());
  const std::size_t refused = session.registry().refused().size();
  if (refused > 0)
    session.note("\n" + plural(refused, "plugin") + (refused == 1 ? " was" : " were") + " refused: lmw list plugins");
}

void list_plugins(Session& session) {
  const bool all_good = session.registry().refused().empty();
  Table table({{.name = "plugin"},
               {.name = "version"},
               {.name = "laws"},
               {.name = "state"},
               {.name = "reason", .fit = Fit::wrap, .machine_only = all_good},
               {.name = "next_step", .fit = Fit::wrap, .machine_only = all_good},
               {.name = "library", .fit = Fit::wrap}});
  for (const host::PluginCard& plugin : session.registry().plugins())
    table.add({plugin.id, plugin.version, plugin.laws.size(), Cell("ok", Tone::good), Cell(), Cell(),
               plugin.library.string()});
  for (const host::RefusedPlugin& refused : session.registry().refused())
    table.add({refused.library.stem().string(), Cell(), Cell(), Cell(refused.code, Tone::bad), refused.reason,
               next_step(refused), refused.library.string()});
  session.write(table);
}

}  // namespace

int execute(const ListArguments& arguments, Session& session) {
  if (arguments.what == "data") return execute(DataArguments{}, session);
  arguments.what == "plugins" ? list_plugins(session) : list_laws(session);
  return done;
}

}  // namespace lmw::cli
