#pragma once

#include <lmw/judge/judge.h>  // holm_adjusted

#include <vector>

/// Many comparisons at once. Holm (in judge.h) bounds the chance of any false rejection within a law; the two rules
/// here bound the expected share of false ones among all that a report marks.
namespace lmw::judge {

/// Benjamini-Hochberg adjusted p-values, in the order given: with sorted p_(1) <= .. <= p_(J),
/// min over j >= i of J p_(j)/j. Rejecting those at most q keeps the false discovery rate at q under independence and
/// positive dependence. @throws std::invalid_argument  a p outside [0, 1]. Source: Benjamini & Hochberg 1995.
std::vector<double> benjamini_hochberg_adjusted(const std::vector<double>& p);

/// The same for e-values, under any dependence: with e_(1) >= e_(2) >= .., rejects the i* largest, i* the largest i
/// with e_(i) >= J/(q i). @returns  one entry per e-value, in the order given: rejected or not.
/// @throws std::invalid_argument  an e-value < 0 or NaN, q outside (0, 1).
/// Source: Wang & Ramdas 2022, "False discovery rate control with e-values".
std::vector<bool> e_benjamini_hochberg(const std::vector<double>& e, double q = 0.05);

}  // namespace lmw::judge
