#include "number.h"
#include "page.h"
#include "pages.h"

#include <algorithm>
#include <set>

namespace lmw::reports {
namespace {

std::string time_of_day(const std::string& iso) { return iso.size() >= 23 ? iso.substr(11, 12) : iso; }

void law_ledger(Html& out, const Law& law) {
  out.open("section", {{"aria-labelledby", law.file_stem()}}).open("h2", {{"id", law.file_stem()}});
  out.element("a", law.heading(), {{"href", "law/" + law.file_stem() + ".html"}}).close();
  out.element("p",
              (law.predicts == "per_replicate" ? "Predicted per replicate" : "Predicted per point") +
                  std::string("; ") + plural(law.fitted_parameters, "fitted parameter") + ".",
              {{"class", "note"}});
  open_table(
      out, "Seals of " + law.law,
      after_setting(law, {{"Observable"}, {"Rival"}, {"Kind"}, {"Sealed"}, {"First measured"}, {"Digest"}, {"Chain"}}));
  for (const Sealed& s : law.sealed) {
    out.open("tr");
    setting_cells(out, law, s.parameters);
    out.element("td", s.abstained ? "abstained: " + s.abstain_reason : s.observable)
        .element("td", s.rival.empty() ? "–" : s.rival);
    out.element("td", s.kind.empty() ? "–" : s.kind)
        .element("td", time_of_day(s.sealed_at), {{"class", "time"}, {"title", s.sealed_at}});
    out.element("td", s.first_measured_at.empty() ? "not measured" : time_of_day(s.first_measured_at),
                {{"class", "time"}, {"title", s.first_measured_at}});
    out.open("td").add(short_hash(s.digest)).close().open("td").add(short_hash(s.chain)).close().close();
  }
  close_table(out);
  out.close();
}

}  // namespace

Markup ledger_page(const Model& model) {
  Html out;
  out.element("p", "Run " + std::to_string(model.run.run_id), {{"class", "eyebrow"}})
      .element("h1", "Preregistration ledger");
  std::int64_t sealed = 0, abstained = 0, early = 0;
  std::set<std::int64_t> measured;
  for (const Law& law : model.laws)
    for (const Sealed& s : law.sealed) {
      ++sealed;
      abstained += s.abstained ? 1 : 0;
      if (!s.first_measured_at.empty()) measured.insert(s.point_id);
      if (!s.first_measured_at.empty() && s.first_measured_at < s.sealed_at) ++early;
    }
  out.element(
      "p",
      plural(sealed, "record") + " were sealed in this run" +
          (abstained > 0 ? ", " + plural(abstained, "abstention") + " among them" : "") + ", and " +
          plural(static_cast<std::int64_t>(measured.size()), "point") + " measured. " +
          (early == 0 ? "Every measurement came after the seal of its point."
                      : count(early) + " seals are later than a measurement of their point: that is postdiction."),
      {{"class", "lede"}});
  out.open("p").text(
      "A digest is the SHA-256 of what was predicted, tolerances and stopping rule included. The chain value takes in "
      "the one "
      "before it, so that no seal can be changed, added or dropped without changing all that follow. Chain head: ");
  out.element("code", model.run.chain_head, {{"class", "hash"}})
      .text(
          ". Times are UTC; a digest shows its first digits, and all of them "
          "when pointed at. In the lab:")
      .close();
  out.open("pre")
      .element("code",
               "SELECT law, point, observable, rival, sealed_at, digest, chain\nFROM predictions WHERE run_id = " +
                   std::to_string(model.run.run_id) + " GROUP BY prediction_id;")
      .close();
  for (const Law& law : model.laws)
    if (!law.sealed.empty()) law_ledger(out, law);
  return out.take();
}

}  // namespace lmw::reports
