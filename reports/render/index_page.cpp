#include "number.h"
#include "page.h"
#include "pages.h"
#include "words.h"

#include <algorithm>
#include <array>
#include <map>

namespace lmw::reports {
namespace {

constexpr std::array<std::string_view, 7> verdict_order = {"confirmed", "falsified",     "inconclusive", "outside",
                                                           "error",     "not_converged", "not_run"};

std::map<std::string, std::int64_t> counts(const std::vector<const Law*>& laws) {
  std::map<std::string, std::int64_t> out;
  for (const Law* law : laws) ++out[law->summary.verdict];
  return out;
}

std::string link_to(const Law& law) { return "law/" + law.file_stem() + ".html"; }

void headline(Html& out, const Model& model) {
  std::vector<const Law*> all;
  std::int64_t comparisons = 0, rivals = 0, refuted = 0, surprises = 0;
  double seconds = 0;
  for (const Law& law : model.laws) {
    all.push_back(&law);
    comparisons += law.summary.comparisons;
    rivals += law.summary.rivals_tried;
    refuted += law.summary.rivals_refuted;
    surprises += law.summary.surprises;
    seconds += law.summary.core_seconds;
  }
  const auto by_verdict = counts(all);
  out.open("p", {{"class", "lede"}})
      .text(plural(static_cast<std::int64_t>(all.size()), "law") +
            " of deep learning, each predicted and sealed before anything was "
            "measured, met " +
            plural(comparisons, "comparison") + " with measurement in " + duration(seconds) + " of core time. Of " +
            plural(rivals, "rival prediction") + ", the same data refuted " + count(refuted) + ".")
      .close();
  out.open("ul", {{"class", "headline"}, {"aria-label", "Laws by verdict"}});
  for (const std::string_view verdict : verdict_order) {
    const auto n = by_verdict.find(std::string(verdict));
    if (n != by_verdict.end()) out.open("li").add(counted_chip(n->second, verdict)).close();
  }
  if (surprises > 0) out.open("li").add(counted_chip(surprises, "surprise")).close();
  out.close();
}

/// What stands out about a law, in one line.
std::string why_listed(const Law& law) {
  const auto surprise =
      std::find_if(law.comparisons.begin(), law.comparisons.end(), [](const Comparison& c) { return c.surprising(); });
  if (surprise != law.comparisons.end())
    return (surprise->setting.empty() ? "" : "At " + surprise->setting + ": ") + surprise->observable + ", " +
           surprise->sentence + ".";
  if (const Comparison* c = first_without_outcome(law))
    return (c->setting.empty() ? "" : "At " + c->setting + ": ") + c->sentence + ".";
  return sentence_of(law);
}

void surprises(Html& out, const Model& model) {
  std::vector<const Law*> laws;
  for (const Law& law : model.laws) laws.push_back(&law);
  std::stable_sort(laws.begin(), laws.end(), [](const Law* a, const Law* b) {
    if (surprise_rank(*a) != surprise_rank(*b)) return surprise_rank(*a) < surprise_rank(*b);
    const Comparison *x = decisive(*a), *y = decisive(*b);
    return (x == nullptr ? 0 : x->confirm_ratio) > (y == nullptr ? 0 : y->confirm_ratio);
  });
  out.open("section", {{"aria-labelledby", "surprising"}})
      .element("h2", "Most surprising first", {{"id", "surprising"}});
  out.open("ol", {{"class", "laws"}});
  for (const Law* law : laws) {
    out.open("li").open("div", {{"class", "law-head"}});
    out.open("h3").element("a", law->heading(), {{"href", link_to(*law)}}).close();
    out.add(chip(law->summary.verdict));
    if (law->summary.surprises > 0) out.add(counted_chip(law->summary.surprises, "surprise"));
    out.close();
    out.element("p", law->claim, {{"class", "claim"}});
    out.open("div", {{"class", "law-foot"}})
        .add(strip_of(*law))
        .element("p", why_listed(*law), {{"class", "note"}})
        .close();
    out.close();
  }
  out.close().close();
}

void pillar_table(Html& out, const Model& model) {
  out.open("section", {{"aria-labelledby", "pillars"}}).element("h2", "By pillar", {{"id", "pillars"}});
  open_table(out, "Laws of each pillar by verdict",
             {{"Pillar"},
              {"Laws", true},
              {"Verdicts"},
              {"Comparisons confirmed", true},
              {"Rivals refuted", true},
              {"Core time", true}},
             false);
  std::int64_t most = 0;
  for (const auto& pillar : pillars())
    most = std::max<std::int64_t>(most, std::count_if(model.laws.begin(), model.laws.end(),
                                                      [&](const Law& law) { return law.pillar == pillar.first; }));
  for (const auto& [id, name] : pillars()) {
    std::vector<const Law*> laws;
    std::int64_t confirmed = 0, inside = 0, rivals = 0, refuted = 0;
    double seconds = 0;
    for (const Law& law : model.laws) {
      if (law.pillar != id) continue;
      laws.push_back(&law);
      confirmed += law.summary.confirmed;
      inside += law.summary.inside;
      rivals += law.summary.rivals_tried;
      refuted += law.summary.rivals_refuted;
      seconds += law.summary.core_seconds;
    }
    if (laws.empty()) continue;
    const auto by_verdict = counts(laws);
    std::vector<std::pair<std::string, std::int64_t>> parts;
    std::string words;
    for (const std::string_view verdict : verdict_order) {
      const auto n = by_verdict.find(std::string(verdict));
      if (n == by_verdict.end()) continue;
      parts.emplace_back("v-" + std::string(verdict), n->second);
      words += (words.empty() ? "" : ", ") + count(n->second) + " " + spoken(verdict);
    }
    out.open("tr")
        .element("th", name, {{"scope", "row"}})
        .element("td", count(static_cast<std::int64_t>(laws.size())), {{"class", "n"}});
    out.open("td").add(bar(words, parts, most)).element("span", words, {{"class", "bar-words"}}).close();
    out.element("td", count(confirmed) + " / " + count(inside), {{"class", "n"}});
    out.element("td", count(refuted) + " / " + count(rivals), {{"class", "n"}});
    out.element("td", duration(seconds), {{"class", "n"}}).close();
  }
  close_table(out);
  out.close();
}

void provenance(Html& out, const Run& run) {
  out.open("section", {{"aria-labelledby", "provenance"}}).element("h2", "Provenance", {{"id", "provenance"}});
  out.open("dl", {{"class", "facts"}});
  const auto fact = [&](const char* name, const std::string& value) {
    if (!value.empty()) out.element("dt", name).element("dd", value);
  };
  fact("Study", run.study + ", " + run.effort + " effort");
  fact("Run", std::to_string(run.run_id) + ", " + run.status + ", run seed " + std::to_string(run.run_seed));
  fact("Started", run.started_at);
  fact("Finished", run.finished_at);
  fact("Workbench", run.lmw_version + (run.git_commit.empty() ? "" : ", commit " + run.git_commit));
  fact("Machine", run.host + (run.cpu.empty() ? "" : ", " + run.cpu) + ", " + plural(run.jobs, "job"));
  fact("Build", run.compiler + (run.flags.empty() ? "" : ", " + run.flags));
  fact("Linear algebra", run.blas);
  out.element("dt", "Chain head").open("dd").element("code", run.chain_head, {{"class", "hash"}}).close();
  out.close();
  out.element(
      "p",
      "The head stands for everything that was sealed, up to the last prediction of this run. Keep it where the lab "
      "cannot be changed: lmw verify compares it with the file.",
      {{"class", "note"}});
  out.close();
}

void how_to_read(Html& out) {
  out.open("section", {{"aria-labelledby", "reading"}}).element("h2", "How to read this", {{"id", "reading"}});
  out.add(legend(
      {{LegendEntry::Swatch::band, Mark::dot, "band", "the tolerance that the law declared before the measurement"},
       {LegendEntry::Swatch::line, Mark::dot, "prediction", "the prediction"},
       {LegendEntry::Swatch::line, Mark::dot, "rival rival-1", "a rival prediction, which the same data must refute"},
       {LegendEntry::Swatch::mark, Mark::dot, "", meaning_of(Mark::dot)},
       {LegendEntry::Swatch::mark, Mark::cross, "", meaning_of(Mark::cross)},
       {LegendEntry::Swatch::mark, Mark::half, "", meaning_of(Mark::half)},
       {LegendEntry::Swatch::mark, Mark::ring, "", meaning_of(Mark::ring)},
       {LegendEntry::Swatch::mark, Mark::crossed_ring, "", meaning_of(Mark::crossed_ring)}}));
  out.open("p")
      .text(
          "A law is confirmed only if every comparison inside its regime is, and every rival is refuted by the same "
          "data. "
          "It is falsified if some interval lies wholly beyond the tolerance. A surprise is a comparison that did not "
          "come "
          "out as a good theory has it: inside the regime the law should hold, its rivals should not, and outside it "
          "should "
          "break where it says so. ")
      .element("a", "The rules in full", {{"href", "methods.html"}})
      .text(".")
      .close();
  out.close();
}

}  // namespace

Markup index_page(const Model& model) {
  Html out;
  out.element("p",
              "Report on run " + std::to_string(model.run.run_id) + " · " + model.run.effort + " effort · " +
                  model.run.started_at.substr(0, 10),
              {{"class", "eyebrow"}});
  out.element("h1", model.run.study.empty() ? "What held, and what did not" : model.run.study);
  if (model.run.status != "finished")
    out.element("p",
                "This run is not finished (" + model.run.status +
                    "): verdicts are of what was judged so far, and p-values "
                    "are not yet adjusted. The same lmw run command goes on with it.",
                {{"class", "notice"}});
  headline(out, model);
  pillar_table(out, model);
  surprises(out, model);
  how_to_read(out);
  provenance(out, model.run);
  return out.take();
}

}  // namespace lmw::reports
