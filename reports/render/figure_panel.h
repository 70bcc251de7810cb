#pragma once

#include "band.h"
#include "svg_plot.h"

#include <string>
#include <utility>
#include <vector>

namespace lmw::reports {

/// One predicted and measured value, ready to draw.
struct Sample {
  std::int64_t point_id = 0;
  double x = 0;
  Band band;  ///< of the prediction
  double measured = 0, ci_low = 0, ci_high = 0;
  Mark mark = Mark::dot;
  std::string label;              ///< the setting, for tooltips and lists
  std::string compare = "value";  ///< or difference, ratio: from each replicate's own prediction
  std::string verdict;            ///< in words, for tooltips
  std::vector<std::pair<std::string, double>> rivals;

  /// "n = 3: measured 0.51, predicted 0.5 ± 0.02; confirmed"
  std::string tooltip() const;
};

/// What one panel pair shows.
struct FigurePanel {
  std::string id, setting;
  std::string observable, x_name;  ///< axis labels, with units
  bool curve = false, log_x = false, log_y = false;
  std::vector<Sample> samples;                              ///< increasing in x
  std::vector<std::pair<double, std::string>> abstentions;  ///< where the law declined to predict, and why
};

/// The style class of the i-th rival: colour and dash repeat after six.
std::string rival_style(std::size_t i);

/// Prediction and measurement above, residuals in units of the tolerance below. Rivals are drawn in the order of
/// `rival_names`, so that all panels of a figure give a rival the same dash. `small`: one of several side by side.
Plot figure_plot(const FigurePanel& panel, const std::vector<std::string>& rival_names, bool small);

}  // namespace lmw::reports
