#pragma once

#include <string>
#include <vector>

namespace lmw::reports {

/// One axis: a stretch of numbers, linear or logarithmic, laid onto a stretch of pixels.
struct Scale {
  bool log = false;
  double lo = 0, hi = 1;    ///< lo < hi; both > 0 if log
  double from = 0, to = 1;  ///< pixels at lo and hi

  /// The pixel of a value. Log of a value <= 0 is the pixel far below lo, so that clipping hides it.
  double operator()(double value) const;
};

/// The stretch that holds all finite values (positive ones, if log) with a margin of `margin` of its length on each
/// side. One value, or none, still gives a stretch of some length around it.
Scale fit_scale(const std::vector<double>& values, bool log, double margin = 0.05);

/// True if an axis is clearer logarithmic: all finite values are > 0, and the largest is `ratio` times the smallest.
bool wants_log(const std::vector<double>& values, double ratio = 20);

struct Tick {
  double value = 0;
  std::string label;  ///< empty: a minor tick
};

/// Ticks inside [lo, hi]: steps of 1, 2 or 5 times a power of ten; on a log axis decades, or 1-2-5 within decades where
/// fewer than two are spanned, with unlabelled ticks at 2..9 between decades. About `wanted` labels.
std::vector<Tick> ticks(const Scale& scale, int wanted);

/// Ticks at the given values themselves - the widths 64, 128, 256 that were run rather than 10² - leaving out labels
/// that would come closer than `gap` pixels to the one before.
std::vector<Tick> ticks_at(const Scale& scale, const std::vector<double>& values, double gap);

}  // namespace lmw::reports
