#include "demo.h"

#include "failure.h"
#include "lab_view.h"
#include "text.h"

#include <lmw/numerics/number_text.h>
#include <lmw/store/query.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace lmw::cli {
namespace {

using numerics::significant;
using store::VerdictRow;

struct Stop {
  const char *law, *in_plain_words;
};

/// One law of every pillar, and the staircase that tells most with least.
constexpr std::array<Stop, 6> tour = {
    {{"scaling/real-data-kernel-curve",
      "Photographs of clothes, two groups to tell apart. How many examples does a kernel method need? The theory "
      "looks at the pictures once, trains nothing, and names the error after 20, 40 and 80 examples."},
     {"solvable/ridgeless-double-descent",
      "A model is at its worst when it has as many parameters as examples, and better again with more. The theory says "
      "how much better, at each size, and has no constant that could be tuned afterwards."},
     {"solvable/saddle-to-saddle-times",
      "A small two-layer network that starts near zero learns in jumps: long nothing, then a step, like a staircase. "
      "The theory sees only the random start, and says at what time each jump will come."},
     {"limits/catapult",
      "Steps that are too large: the loss shoots up, and comes down again in a flatter place. The theory follows a "
      "wide "
      "network through all of it, and says at which step size it no longer comes down."},
     {"hyperparameters/mup-lr-transfer",
      "The best learning rate of a small network is wrong for a large one, unless the layers are scaled by a rule. "
      "With "
      "the rule, the theory says, what is best at 64 units is best at 256."},
     {"universality/neural-collapse",
      "Training goes on long after the last mistake. Then each class draws together into one point, and the points "
      "move "
      "as far apart as geometry allows: the theory gives the lengths and the angles."}}};

/// Prose on standard error, wrapped to its width.
class Narrator {
 public:
  explicit Narrator(Session& session) : session_(session) {
    const std::size_t columns = session.err_terminal().width;
    width_ = columns == 0 ? 80 : std::min<std::size_t>(columns, 90);
  }
  void heading(const std::string& text) { session_.note('\n' + session_.err_terminal().paint(Tone::strong, text)); }
  void say(const std::string& text, std::size_t indent = 0) {
    std::string lines = paragraph(printable(text), width_, indent);
    lines.pop_back();  // note() ends the line
    session_.note(lines);
  }

 private:
  Session& session_;
  std::size_t width_;
};

bool is_own_primary(const VerdictRow& v) { return v.rival.empty() && !v.secondary; }

const VerdictRow* refuted_rival_of(const VerdictRow& own, const std::vector<VerdictRow>& verdicts) {
  const VerdictRow* best = nullptr;
  for (const VerdictRow& v : verdicts)
    if (v.point_id == own.point_id && v.observable == own.observable && !v.rival.empty() && v.decision == "falsified" &&
        (best == nullptr || v.falsify_ratio > best->falsify_ratio))
      best = &v;
  return best;
}

/// The confirmed comparison whose rival lost most clearly, the laws in the order of the tour.
std::pair<const VerdictRow*, const VerdictRow*> law_that_held(const std::vector<VerdictRow>& verdicts) {
  for (const auto& [law, words] : tour) {
    std::pair<const VerdictRow*, const VerdictRow*> best{nullptr, nullptr};
    for (const VerdictRow& v : verdicts) {
      if (v.law != law || !is_own_primary(v) || v.verdict != "confirmed") continue;
      const VerdictRow* rival = refuted_rival_of(v, verdicts);
      if (rival != nullptr && (best.second == nullptr || rival->falsify_ratio > best.second->falsify_ratio))
        best = {&v, rival};
    }
    if (best.first != nullptr) return best;
  }
  return {nullptr, nullptr};
}

/// When a point was sealed, and when its first measurement ended.
std::pair<std::string, std::string> times_of(const VerdictRow& v, Session& session) {
  std::pair<std::string, std::string> times;
  const std::string point = std::to_string(v.point_id);
  store::query(session.globals().lab,
               "SELECT (SELECT min(sealed_at) FROM predictions WHERE point_id = " + point +
                   "),"
                   "       (SELECT min(measured_at) FROM measurements WHERE point_id = " +
                   point + ")",
               nullptr, [&](std::span<const store::Cell> cells) {
                 const auto clock = [](const store::Cell& cell) {
                   const auto* text = std::get_if<std::string>(&cell);
                   return text == nullptr || text->size() < 23 ? std::string("?") : text->substr(11, 12);
                 };
                 times = {clock(cells[0]), clock(cells[1])};
                 return true;
               });
  return times;
}

}  // namespace

host::Study demo_study(Session& session) {
  host::Study study{.name = "demo", .effort = "quick"};
  for (const auto& [law, words] : tour)
    if (session.registry().law(law) != nullptr)
      study.selections.push_back({.pattern = law, .replicates = std::nullopt});
  if (study.selections.empty())
    refuse("lmw run --demo: the laws of the tour are not there", std::string("laws such as ") + tour[0].law,
           "none of the tour's on the plugin path", "lmw list plugins");
  return study;
}

void tell_before(const host::Plan& plan, Session& session) {
  Narrator narrator(session);
  narrator.say("A theory of learning is worth something if it can lose. Here " + plural(plan.forecast.size(), "law") +
               " will say how " + plural(plan.points.size(), "experiment") + " come out. What they say is sealed in " +
               session.globals().lab.string() +
               " before the first network is trained. Beside each stands a rival that is wrong on purpose: if the data"
               " cannot refute that, they prove nothing about the law either.");
  for (const auto& cost : plan.forecast) {
    const host::LawCard& law = *cost.law;
    narrator.heading(law.title.empty() ? law.id : law.title);
    const auto stop = std::find_if(tour.begin(), tour.end(), [&](const Stop& s) { return law.id == s.law; });
    narrator.say(stop == tour.end() ? law.claim : stop->in_plain_words, 2);
    if (!law.rivals.empty())
      narrator.say("Wrong on purpose, \"" + law.rivals.front().name + "\": " + law.rivals.front().meaning + ".", 2);
    if (!law.refuted_if.empty()) narrator.say("It loses if " + law.refuted_if + ".", 2);
  }
  narrator.heading("Predict, seal, measure, judge");
}

void tell_after(const store::RunRow& run, const std::vector<VerdictRow>& verdicts, Session& session) {
  Narrator narrator(session);
  const PointNames names(verdicts);
  const auto [held, rival] = law_that_held(verdicts);
  if (held != nullptr) {
    const auto [sealed, measured] = times_of(*held, session);
    narrator.heading("A law that held, a rival that was refuted");
    narrator.say(held->law + ", at " + names.varying(*held) + ", predicted " + held->observable + " = " +
                     predicted_cell(*held).shown.value_or("?") + ": sealed at " + sealed +
                     " UTC. The first measurement came in at " + measured + "; over " +
                     plural(static_cast<std::size_t>(held->n_replicates), "seed") + " it is " +
                     measured_cell(*held).shown.value_or("?") + ". Confirmed.",
                 2);
    narrator.say("The rival \"" + rival->rival + "\" had said " + significant(rival->predicted, 4) +
                     ", judged on the same data with the same tolerance: refuted" +
                     (rival->p_falsify < 1e-6 ? ", p < 1e-6." : ", p = " + significant(rival->p_falsify, 2) + "."),
                 2);
  }
  const auto broken = std::find_if(verdicts.begin(), verdicts.end(), [](const VerdictRow& v) {
    return is_own_primary(v) && v.must_break && v.sub_verdict == "breaks";
  });
  if (broken != verdicts.end()) {
    narrator.heading("Where the law itself says that it fails");
    narrator.say(broken->law + ", at " + names.varying(*broken) +
                     ", lies outside the law's regime, and the law staked its name on failing there: " +
                     predicted_cell(*broken).shown.value_or("?") + " would have been predicted, " +
                     measured_cell(*broken).shown.value_or("?") + " is measured. It breaks, as it must.",
                 2);
  }
  narrator.heading("Three commands to try next");
  const std::string explained = held != nullptr    ? std::to_string(held->verdict_id)
                                : verdicts.empty() ? "1"
                                                   : std::to_string(verdicts.front().verdict_id);
  const std::pair<std::string, const char*> steps[] = {
      {"lmw explain " + explained, "the numbers of one verdict, put into the rule"},
      {"lmw report -o report", "every law as a page: open report/index.html"},
      {"lmw list", "what else could lose"}};
  for (const auto& [command, what] : steps) session.note("  " + pad(command, 22, false) + what);
  if (run.status != "finished") session.note("\nThe run is not finished: the same command goes on with it.");
}

}  // namespace lmw::cli
