#pragma once

#include <lmw/host/library.h>
#include <lmw/host/plan.h>
#include <lmw/judge/judge.h>
#include <lmw/store/records.h>

#include <string>
#include <vector>

namespace lmw::host {

/// The stopping rule of a point: the law's declaration, or a fixed number of replicates.
store::StoppingRule stopping_rule(const PlannedPoint& planned, const std::string& effort);
std::vector<judge::Look> looks_of(const store::StoppingRule& rule);

/// A sealed series, as the judge asks for it.
judge::Prediction judged_as(const store::SealedSeries& series, bool deterministic);

/// The identity of a point, before anything is asked of its law.
store::SealedPoint identity_of(const PlannedPoint& planned, const std::string& effort);

/// The scalars of the card that are measured without a prediction.
std::vector<std::string> diagnostics_of(const LawCard& law);

/// What the law answered, checked and in the form that is sealed.
/// @throws std::runtime_error  the law predicts what its card does not declare, no number, no tolerance, a rival before
///         its law, other grids; the message names observable and rival.
void add_predictions(store::SealedPoint& point, const LawCard& law, const PredictAnswer& answer);

/// Power against the rivals that are predicted per replicate, from the mean distance that they keep from the law over
/// replicates whose values are known: predicted[series][replicate][g]. Call before sealing.
void add_power_of_replicates(store::SealedPoint& point, const std::vector<std::vector<std::vector<double>>>& predicted,
                             std::size_t replicates);

/// The values of a measurement that the seals ask for, in the order of the sealed observables.
/// @throws std::runtime_error  an observable missing, extra, twice, or on another grid.
std::vector<store::Trial::Series> checked_measurement(const store::SealedPoint& point, const MeasureAnswer& answer);

/// Whether values are predicted for each replicate here: a law that does so may state plain numbers at some points.
bool predicts_replicates(const store::SealedPoint& point);

/// The values of a per-replicate prediction by series; empty for a rival that is a constant shift.
/// @throws std::runtime_error  as checked_measurement, or a value that is not finite.
std::vector<std::vector<double>> checked_replicate(const store::SealedPoint& point,
                                                   const std::vector<SeriesAnswer>& answer);

}  // namespace lmw::host
