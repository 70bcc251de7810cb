#include "../bibtex.h"
#include "../failure.h"
#include "../latex_text.h"
#include "../text.h"
#include "commands.h"

#include <lmw/numerics/number_text.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>

namespace lmw::cli {
namespace {

using numerics::significant;

std::string scalar_text(const sdk::JsonScalar& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* real = std::get_if<double>(&value)) return significant(*real, 6);
  return std::to_string(std::get<std::int64_t>(value));
}

std::string range_text(const host::ParameterCard& parameter) {
  if (!parameter.choices.empty()) {
    std::string list;
    for (const auto& choice : parameter.choices) list += (list.empty() ? "" : ", ") + choice;
    return list;
  }
  const bool below = std::isfinite(parameter.min), above = std::isfinite(parameter.max);
  if (below && above) return significant(parameter.min, 6) + " to " + significant(parameter.max, 6);
  if (below) return significant(parameter.min, 6) + " or more";
  if (above) return "up to " + significant(parameter.max, 6);
  return std::string("any ") + parameter.type();
}

const char* kind_in_words(const std::string& kind) {
  static const std::map<std::string, const char*> words = {{"K1", "a number"},
                                                           {"K2", "a number with its own uncertainty"},
                                                           {"K3", "an interval"},
                                                           {"K4", "a curve"},
                                                           {"K5", "an exponent"},
                                                           {"K6", "an ordering"},
                                                           {"K7", "a conserved quantity"},
                                                           {"K8", "a distribution"},
                                                           {"K9", "a probability"},
                                                           {"K10", "a label per cell"}};
  const auto found = words.find(kind);
  return found == words.end() ? "" : found->second;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

/// Sections of a page, one after the other, on the session's standard output.
class Page {
 public:
  explicit Page(Session& session) : out_(session.out()), terminal_(session.out_terminal()) {
    width_ = terminal_.width == 0 ? 0 : std::min<std::size_t>(terminal_.width, 100);
  }

  void title(const std::string& title, const std::string& id, const std::string& source) {
    out_ << terminal_.paint(Tone::strong, printable(title)) << '\n' << id << '\n';
    if (!source.empty()) out_ << terminal_.paint(Tone::faint, paragraph(printable(source), width_));
  }
  void section(const std::string& heading, const std::string& text) {
    if (text.empty()) return;
    out_ << '\n' << terminal_.paint(Tone::strong, heading) << '\n' << paragraph(printable(text), width_, 2);
  }
  void section(const std::string& heading, const Table& table) {
    if (table.rows() == 0) return;
    out_ << '\n' << terminal_.paint(Tone::strong, heading) << '\n';
    Terminal narrow = terminal_;
    if (width_ > 2) narrow.width = width_ - 2;
    std::ostringstream text;
    table.write(text, Format::table, narrow);
    std::istringstream lines(text.str());
    for (std::string line; std::getline(lines, line);) out_ << "  " << line << '\n';
  }

 private:
  std::ostream& out_;
  Terminal terminal_;
  std::size_t width_;
};

}  // namespace

int execute(const ShowArguments& arguments, Session& session) {
  const host::LawCard& law = session.law(arguments.law);
  const host::PluginCard& plugin = session.registry().plugin_of(law);
  if (arguments.bibtex) {
    session.out() << bibtex_of(law, plugin);
    return done;
  }
  if (session.globals().format == Format::json) {
    session.out() << sdk::JsonObject()
                         .add("id", law.id)
                         .add("plugin", plugin.id)
                         .add("plugin_version", plugin.version)
                         .add("build_id", plugin.build_id)
                         .add_raw("card", law.json)
                         .str()
                  << '\n';
    return done;
  }
  if (session.globals().format == Format::csv)
    refuse("lmw show --format csv", "table or json: a card is not rows", "csv",
           "lmw show " + law.id + " --format json");

  Page page(session);
  page.title(law.title.empty() ? law.name : law.title,
             law.id + ", version " + std::to_string(law.version) + ", pillar " + law.pillar, law.source);
  page.section("Claim", law.claim);
  page.section("Formula", latex_to_text(law.formula));
  page.section("Where it should hold", law.regime);
  page.section("What would refute it", law.refuted_if);
  page.section("Analogue in physics", law.analogue);

  Table rivals({{.name = "rival"}, {.name = "what_it_says", .fit = Fit::wrap}});
  for (const auto& rival : law.rivals) rivals.add({rival.name, rival.meaning});
  page.section("Rivals: the same data must refute them, or the law had no power", rivals);

  Table parameters({{.name = "parameter"},
                    {.name = "default"},
                    {.name = "unit"},
                    {.name = "range", .fit = Fit::wrap},
                    {.name = "meaning", .fit = Fit::wrap}});
  for (const auto& p : law.parameters)
    parameters.add({p.name, scalar_text(p.value), p.unit == "1" ? "" : p.unit, range_text(p), p.meaning});
  page.section("Parameters", parameters);

  Table observables({{.name = "observable"},
                     {.name = "unit"},
                     {.name = "predicted_as", .fit = Fit::wrap},
                     {.name = "against"},
                     {.name = "meaning", .fit = Fit::wrap}});
  for (const auto& o : law.observables)
    observables.add({o.name, o.unit == "1" ? "" : o.unit,
                     o.diagnostic ? "no prediction: a diagnostic"
                                  : o.kind + ", " + kind_in_words(o.kind) + (o.secondary ? ", secondary" : ""),
                     o.axis, o.meaning});
  page.section("Observables", observables);

  Table knobs({{.name = "observable"}, {.name = "knob"}, {.name = "answer", .fit = Fit::wrap}});
  for (const auto& e : law.elasticities)
    knobs.add({e.observable, e.parameter,
               std::string(e.sign > 0   ? "rises"
                           : e.sign < 0 ? "falls"
                                        : "does not depend on it, the power 0") +
                   (e.eps > 0 ? (e.sign != 0 ? " as the power " + significant(e.value, 3) : std::string()) +
                                    " within " + significant(e.eps, 2)
                              : std::string())});
  page.section("How observables answer knobs, all else equal", knobs);

  Table mechanics({{.name = "in_the_words_of_mechanics"}, {.name = "here", .fit = Fit::wrap}});
  for (const auto& [word, here] : {std::pair{"symmetry", law.physics.symmetry},
                                   {"conserved quantity or order parameter", law.physics.conserved_or_order_parameter},
                                   {"control parameter", law.physics.control_parameter},
                                   {"large parameter", law.physics.large_parameter},
                                   {"leading correction", law.physics.leading_correction},
                                   {"axioms", joined(law.physics.axioms)}})
    if (!here.empty()) mechanics.add({word, here});
  page.section("Mechanics", mechanics);

  Table cost({{.name = "effort"}, {.name = "core_seconds"}, {.name = "memory"}, {.name = "seeds_at_most"}});
  for (const char* effort : {"quick", "standard", "thorough"}) {
    const auto& c = law.cost(effort);
    const bool quick = std::string_view(effort) == "quick";
    cost.add({effort, c.core_seconds, bytes(c.memory_bytes),
              law.deterministic ? 1
              : quick           ? law.max_replicates_quick
                                : law.max_replicates});
  }
  page.section("Cost of the default points", cost);

  std::string terms = law.fitted_parameters == 0 ? "No constant is fitted."
                                                 : plural(static_cast<std::size_t>(law.fitted_parameters), "constant") +
                                                       " fitted to measurements of the same observable.";
  terms +=
      law.per_replicate ? " Predicted for each seed, from its data or initial weights." : " Predicted once per point.";
  if (law.deterministic) terms += " Deterministic: one replicate decides.";
  for (std::size_t i = 0; i < law.data.size(); ++i) terms += (i == 0 ? " Data: " : ", ") + law.data[i];
  if (!law.data.empty()) terms += ".";
  page.section("Terms", terms);
  page.section("Provenance", "plugin " + plugin.id + " " + plugin.version + ", build " + plugin.build_id.substr(0, 12) +
                                 (law.source_sha256.empty() ? "" : ", source " + law.source_sha256.substr(0, 12)));
  session.note("\nRun it:   lmw run " + law.id + "\nCite it:  lmw show " + law.id + " --bibtex");
  return done;
}

}  // namespace lmw::cli
