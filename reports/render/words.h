#pragma once

#include "band.h"
#include "html.h"
#include "model.h"
#include "svg_plot.h"

#include <string>
#include <string_view>

/// The words, icons and marks by which all pages speak of verdicts.
namespace lmw::reports {

/// "not_converged" as readers see it: "not converged".
std::string spoken(std::string_view verdict);

/// A verdict as an icon and a word; colour is the third sign, never the only one. With a sub-verdict: "outside ·
/// holds".
Markup chip(std::string_view verdict, std::string_view sub_verdict = "");
/// A count of a verdict: "3 confirmed", with its icon.
Markup counted_chip(std::int64_t n, std::string_view verdict);

/// How a comparison of the law itself is drawn.
Mark mark_of(const Comparison& comparison);
/// What the marks mean, for legends.
std::string meaning_of(Mark mark);

/// One or two sentences on what became of a law, with the numbers that it rests on.
std::string sentence_of(const Law& law);

/// The comparison that decided a law, or came closest to it: the worst inside its regime. nullptr if none was decided.
const Comparison* decisive(const Law& law);

/// If a law has no verdict because something went wrong: the first comparison that says what. Else nullptr.
const Comparison* first_without_outcome(const Law& law);

/// How far down a list that begins with what surprises: laws with unmet expectations, then by verdict.
int surprise_rank(const Law& law);

/// The band of a comparison; of a curve's, at the grid point that decided.
Band band_of(const Comparison& comparison);

/// A law's primary comparisons on one line, in units of their tolerances.
Markup strip_of(const Law& law);

/// "1.234(5)" with its unit; without error where the comparison has none.
std::string measured_text(const Law& law, const Comparison& comparison);
std::string predicted_text(const Law& law, const Comparison& comparison);

}  // namespace lmw::reports
