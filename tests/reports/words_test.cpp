#include "words.h"

#include <doctest/doctest.h>

#include <limits>
#include <string>

using namespace lmw::reports;

namespace {

Law law_with(const std::string& verdict) {
  Law law;
  law.law = "a/b";
  law.summary.verdict = verdict;
  return law;
}

Comparison inside(const std::string& verdict, double confirm_ratio, double falsify_ratio) {
  Comparison c;
  c.regime = "inside";
  c.verdict = c.decision = verdict;
  c.confirm_ratio = confirm_ratio;
  c.falsify_ratio = falsify_ratio;
  return c;
}

}  // namespace

TEST_SUITE("reports/words") {
  TEST_CASE("a confirmed law says how many comparisons and rivals that rests on") {
    Law law = law_with("confirmed");
    law.summary.inside = law.summary.confirmed = 10;
    law.summary.rivals_tried = law.summary.rivals_refuted = 10;
    law.summary.must_break_tried = law.summary.must_break_broken = 2;
    CHECK(
        sentence_of(law) ==
        "All 10 comparisons inside the regime lie within tolerance. The same data refute all 10 rival predictions. It "
        "breaks at 2 of 2 points where it says that it must.");
    law.summary = {};
    law.summary.verdict = "confirmed";
    law.summary.inside = law.summary.confirmed = 1;
    CHECK(sentence_of(law) == "The one comparison inside the regime lies within tolerance.");
  }

  TEST_CASE("a falsified law gives its smallest p-value, and one that was never measured says so") {
    Law law = law_with("falsified");
    law.summary.inside = 5;
    law.summary.falsified_holm = 1;
    law.summary.least_p_adjusted = 0.0021;
    CHECK(sentence_of(law) ==
          "1 of 5 comparisons inside the regime lies beyond tolerance (least p = 0.0021 after Holm's correction).");
    CHECK(sentence_of(law_with("not_run")) == "Not measured in this run.");
  }

  TEST_CASE("what decided a law is what lies farthest off, or came closest to the edge") {
    Law law = law_with("confirmed");
    law.comparisons = {inside("confirmed", 0.4, -1), inside("confirmed", 0.9, -1), inside("confirmed", 0.2, 0.5)};
    CHECK(decisive(law) == &law.comparisons[1]);
    law.summary.verdict = "falsified";
    CHECK(decisive(law) == &law.comparisons[2]);
    law.comparisons.clear();
    CHECK(decisive(law) == nullptr);
  }

  TEST_CASE("laws with unmet expectations come before all others, then the falsified") {
    Law surprising = law_with("confirmed");
    surprising.summary.surprises = 1;
    CHECK(surprise_rank(surprising) < surprise_rank(law_with("falsified")));
    CHECK(surprise_rank(law_with("falsified")) < surprise_rank(law_with("inconclusive")));
    CHECK(surprise_rank(law_with("outside")) < surprise_rank(law_with("confirmed")));
  }

  TEST_CASE("an interval is told by its ends, or as at least or at most by the one that it has") {
    Comparison c;
    c.kind = "K3";
    c.predicted = 0.2;
    c.upper = 0.8;
    CHECK(predicted_text({}, c) == "0.2 … 0.8");
    c.upper = std::numeric_limits<double>::infinity();
    CHECK(predicted_text({}, c) == "at least 0.2");
    c.upper = 0.8;
    c.predicted = -std::numeric_limits<double>::infinity();
    CHECK(predicted_text({}, c) == "at most 0.8");
  }

  TEST_CASE("a mark is hollow outside the regime, whatever came out") {
    Comparison c = inside("falsified", 9, 3);
    CHECK(mark_of(c) == Mark::cross);
    c.regime = "outside";
    CHECK(mark_of(c) == Mark::ring);
    c.must_break = true;
    CHECK(mark_of(c) == Mark::crossed_ring);
    Comparison powerless = inside("confirmed", 0.5, -1);
    powerless.verdict = "inconclusive";  // a rival was not refuted
    CHECK(mark_of(powerless) == Mark::half);
  }

  TEST_CASE("a verdict is an icon and a word") {
    CHECK(chip("not_converged").html.find("not converged</span>") != std::string::npos);
    CHECK(chip("outside", "breaks").html.find("outside · breaks") != std::string::npos);
    CHECK(counted_chip(1, "surprise").html.find("<b>1</b> surprise<") != std::string::npos);
    CHECK(counted_chip(2, "surprise").html.find("<b>2</b> surprises<") != std::string::npos);
  }
}
