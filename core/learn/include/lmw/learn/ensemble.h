#pragma once

#include <lmw/learn/trainer.h>

#include <cstdint>
#include <span>
#include <vector>

namespace lmw::learn {

/// One member of an ensemble after training.
template <class Scalar>
struct Member {
  Mlp<Scalar> net;
  Ended ended = Ended::done;
  std::int64_t steps = 0;  ///< made
  double loss = 0;         ///< on all of the data, at the end
};

/// Trains one network per seed on the same data: initial weights from Rng(seed, Stream::init), batches from
/// Rng(seed, Stream::order) in place of how.batches.rng. The members are independent tasks, so the result has the same
/// bits for any number of threads; one network's steps run together, which keeps it in the cache.
///
/// @throws std::invalid_argument  no seeds, and what Mlp and Trainer say.
/// Cost: seeds times that of one training; memory for as many trainers as there are threads, and all weights.
template <class Scalar>
std::vector<Member<Scalar>> train_ensemble(const Architecture& architecture, const Dataset<Scalar>& data,
                                           const Training& how, std::span<const std::uint64_t> seeds,
                                           std::int64_t steps);

}  // namespace lmw::learn
