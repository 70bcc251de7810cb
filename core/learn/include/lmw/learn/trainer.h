#pragma once

#include <lmw/learn/dataset.h>
#include <lmw/learn/loss.h>
#include <lmw/learn/mlp.h>
#include <lmw/learn/optimiser.h>
#include <lmw/numerics/random.h>

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>

namespace lmw::learn {

/// Which examples a step sees. By custom the generator is `numerics::Rng(seed, numerics::Stream::order)`.
struct Batches {
  enum class Draw {
    full,                 ///< all examples, every step
    with_replacement,     ///< `size` independent draws, every step
    without_replacement,  ///< `size` different examples, drawn anew every step
    epochs                ///< passes over a fresh order each; the last batch of a pass may be smaller
  };
  Draw draw = Draw::full;
  Eigen::Index size = 0;
  numerics::Rng rng = numerics::Rng(0, numerics::Stream::order);
};

inline Batches full_batch() { return {}; }
inline Batches with_replacement(Eigen::Index size, numerics::Rng rng) {
  return {Batches::Draw::with_replacement, size, rng};
}
inline Batches without_replacement(Eigen::Index size, numerics::Rng rng) {
  return {Batches::Draw::without_replacement, size, rng};
}
inline Batches shuffled_epochs(Eigen::Index size, numerics::Rng rng) { return {Batches::Draw::epochs, size, rng}; }

/// Examples that nobody has seen before: every step `fill` overwrites x (inputs, size) and y (outputs, size).
/// By custom the generator is `numerics::Rng(seed, numerics::Stream::data, 1)`.
template <class Scalar>
struct FreshSamples {
  Eigen::Index size = 1;
  numerics::Rng rng = numerics::Rng(0);
  std::function<void(numerics::Rng&, Eigen::Ref<Matrix<Scalar>> x, Eigen::Ref<Matrix<Scalar>> y)> fill;
};

/// How a network is trained.
struct Training {
  Loss loss = Loss::mse_half;
  Optimiser optimiser = {};
  Batches batches = {};
  Schedule schedule = {};
  double loss_limit = std::numeric_limits<double>::infinity();  ///< a batch loss above it counts as divergence
};

/// How a call of Trainer::run ended.
enum class Ended { done, diverged };

/// Trains one network, step by step. Serial; the bits depend on the seed, the architecture and the batch size alone.
///
/// The network is held by reference and may be read between calls, or changed: the next step starts from what is there.
/// Buffers are allocated once, here. Cost of a step: about 6 parameter_count flops per example.
template <class Scalar>
class Trainer {
 public:
  /// @param net   trained in place; must outlive the trainer, as must `data`.
  /// @param data  x (inputs, n), y (outputs, n).
  /// @throws std::invalid_argument  shapes that do not fit the network, no examples, targets that do not fit the loss,
  ///                                a batch size outside 1..n, and what check(Optimiser) says.
  Trainer(Mlp<Scalar>& net, const Dataset<Scalar>& data, Training how);
  Trainer(Mlp<Scalar>& net, const Dataset<Scalar>&& data, Training how) = delete;  // gone before the first step
  /// On fresh samples; how.batches is not used. @throws std::invalid_argument  size < 1 or no `fill`, else as above.
  Trainer(Mlp<Scalar>& net, FreshSamples<Scalar> samples, Training how);
  ~Trainer();
  Trainer(Trainer&&) noexcept;
  Trainer& operator=(Trainer&&) noexcept;

  /// Makes `steps` steps, or fewer: it stops BEFORE the step whose batch loss is not finite or above loss_limit, and
  /// every later call stops there too.
  /// @throws std::invalid_argument  steps < 0.
  Ended run(std::int64_t steps);

  std::int64_t steps() const;  ///< made so far
  double batch_loss() const;   ///< loss of the latest batch, at the weights before its step; NaN before the first
  /// The loss on all of `data` at the weights of now. @throws std::logic_error  trained on fresh samples.
  double loss() const;
  /// Its gradient, without decay, in the order of Mlp::parameters(). @throws std::logic_error  as loss().
  Vector<Scalar> gradient() const;

  /// What the rule remembers, in the order of the parameters, or empty where the rule has none:
  /// v of heavy_ball and nesterov, m of adam.
  const Vector<Scalar>& velocity() const;
  /// s of adam and rmsprop (without bias correction); of rmsprop_norm its one number.
  const Vector<Scalar>& second_moment() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

extern template class Trainer<float>;
extern template class Trainer<double>;

}  // namespace lmw::learn
