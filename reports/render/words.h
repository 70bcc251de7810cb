#pragma once

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

/// The verdicts in the order of how much they surprise, worst first.
int surprise_rank(const Law& law);

/// A value in units of the comparison's band: -1 and 1 are its edges. NaN if the band has no width.
double in_tolerances(const Comparison& comparison, double value);

/// A row of a forest plot: a comparison in units of its tolerance, with its rivals.
ForestRow forest_row(const Law& law, const Comparison& comparison);

/// "1.234(5)" with its unit; without error where the comparison has none.
std::string measured_text(const Law& law, const Comparison& comparison);
std::string predicted_text(const Law& law, const Comparison& comparison);

}  // namespace lmw::reports
