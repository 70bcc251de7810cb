#pragma once

#include "figure.h"
#include "model.h"
#include "rows.h"

#include <optional>
#include <string>

namespace lmw::reports {

/// For an observable that is predicted per replicate: each replicate's measurement against its own prediction, over the
/// line where both agree. The tolerance is drawn where all points share it. Nothing if fewer than three
/// replicates have both.
std::optional<Figure> replicates_figure(const LabFile& lab, const Run& run, const Law& law,
                                        const std::string& observable, const std::string& id);

}  // namespace lmw::reports
