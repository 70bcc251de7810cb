#pragma once

#include <string_view>

namespace lmw::reports {

/// Where a measurement has to lie, and the unit in which figures measure how far off it is: one tolerance.
struct Band {
  double centre = 0;          ///< the prediction; of an interval, its middle or its only end
  double unit = 0;            ///< half-width of the band; where it has one edge, the tolerance
  double low = -1, high = 1;  ///< its edges in units from the centre; infinite where there is none

  /// A value in units from the centre. NaN if the unit is 0 and the value is not the centre.
  double scaled(double value) const;
  /// The edges as values.
  double lower() const;
  double upper() const;
  bool holds(double value) const;
};

/// The band of a prediction by its decision kind: predicted +- tolerance for a number, a curve, a probability; the
/// interval [predicted, upper] widened by the tolerance for K3; more than predicted + tolerance for K6, an ordering; at
/// least predicted - tolerance for K10, an accuracy.
/// @param upper      K3 only, else NaN; infinite ends are one-sided intervals.
/// @param tolerance  eps + b_th >= 0.
Band band_of(std::string_view kind, double predicted, double upper, double tolerance);

}  // namespace lmw::reports
