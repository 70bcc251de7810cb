#include <lmw/learn/trainer.h>

#include "backprop.h"
#include "checks.h"
#include "update.h"

#include <cmath>
#include <numeric>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace lmw::learn {
namespace {

using Eigen::Index;

/// Chooses the examples of each step; `order_` is always a permutation of 0..n-1.
class Chooser {
 public:
  Chooser(Batches batches, Index n) : batches_(std::move(batches)), order_(static_cast<std::size_t>(n)), next_(n) {
    std::iota(order_.begin(), order_.end(), Index{0});
    chosen_.reserve(order_.size());
    if (batches_.draw != Batches::Draw::full && (batches_.size < 1 || batches_.size > n))
      throw std::invalid_argument("batch size = " + std::to_string(batches_.size) + ": expected 1 to " +
                                  std::to_string(n));
  }
  bool full() const { return batches_.draw == Batches::Draw::full; }
  Index size() const { return full() ? static_cast<Index>(order_.size()) : batches_.size; }

  const std::vector<Index>& next() {
    const auto n = static_cast<Index>(order_.size());
    const Index size = batches_.size;
    chosen_.clear();
    switch (batches_.draw) {
      case Batches::Draw::full: break;
      case Batches::Draw::with_replacement:
        for (Index k = 0; k < size; ++k) chosen_.push_back(below(n));
        break;
      case Batches::Draw::without_replacement:
        for (Index k = 0; k < size; ++k) {
          std::swap(at(k), at(k + below(n - k)));
          chosen_.push_back(at(k));
        }
        break;
      case Batches::Draw::epochs:
        if (next_ == n) {
          batches_.rng.shuffle(std::span(order_));
          next_ = 0;
        }
        for (Index k = std::min(size, n - next_); k > 0; --k) chosen_.push_back(at(next_++));
        break;
    }
    return chosen_;
  }

 private:
  Index below(Index n) { return static_cast<Index>(batches_.rng.below(static_cast<std::uint64_t>(n))); }
  Index& at(Index k) { return order_[static_cast<std::size_t>(k)]; }
  Batches batches_;
  std::vector<Index> order_, chosen_;
  Index next_;
};

}  // namespace

template <class Scalar>
struct Trainer<Scalar>::Impl {
  Impl(Mlp<Scalar>& trained, const Dataset<Scalar>* set, FreshSamples<Scalar> samples, Training training)
      : net(&trained),
        data(set),
        fresh(std::move(samples)),
        how(std::move(training)),
        chooser(set ? how.batches : Batches{}, set ? set->size() : fresh.size),
        backprop(trained.architecture(), how.loss, chooser.size()),
        update(trained.architecture(), how.optimiser) {
    const auto& architecture = trained.architecture();
    if (!set || !chooser.full()) {
      batch.x.resize(architecture.inputs(), chooser.size());
      batch.y.resize(architecture.outputs(), chooser.size());
      if (architecture.centred) batch_offset.resize(architecture.outputs(), chooser.size());
    }
    if (set && architecture.centred) offset = trained.initial_output(set->x);
    if (!update.is_plain() || !backprop.one_block(chooser.size())) grad.resize(trained.parameter_count());
  }

  Examples<Scalar> whole() const {
    return {data->x.data(), data->y.data(), offset.size() ? offset.data() : nullptr, data->size()};
  }

  Examples<Scalar> next_batch() {
    if (!data) {
      fresh.fill(fresh.rng, batch.x, batch.y);
      if (net->architecture().centred) batch_offset = net->initial_output(batch.x);
      return {batch.x.data(), batch.y.data(), batch_offset.size() ? batch_offset.data() : nullptr, batch.x.cols()};
    }
    if (chooser.full()) return whole();
    Index k = 0;
    for (const Index i : chooser.next()) {
      batch.x.col(k) = data->x.col(i);
      batch.y.col(k) = data->y.col(i);
      if (offset.size()) batch_offset.col(k) = offset.col(i);
      ++k;
    }
    return {batch.x.data(), batch.y.data(), batch_offset.size() ? batch_offset.data() : nullptr, k};
  }

  bool too_large(double loss) const { return !(loss <= how.loss_limit) || std::isinf(loss); }

  /// w -= rate g without ever storing g.
  bool descend(Scalar* w, const Examples<Scalar>& set, double lr) {
    batch_loss = backprop.forward(w, set, 0, set.count);
    if (too_large(batch_loss)) return false;
    auto& tape = backprop.tape();
    tape.backward(w, [&](int l) {
      const Layer& layer = tape.layer(l);
      Eigen::Map<Matrix<Scalar>> weight(w + tape.weight_offset(l), layer.outputs, layer.inputs);
      if (how.optimiser.decay > 0) weight *= update.plain_keep(layer.weight, lr);
      if (layer.weight.lr != 0) {
        const auto rate = static_cast<Scalar>(lr * layer.weight.lr * layer.weight.multiplier);
        weight.noalias() -= (rate * tape.delta(l)) * tape.input(l).transpose();
      }
      if (!layer.bias) return;
      Eigen::Map<Vector<Scalar>> bias(w + tape.bias_offset(l), layer.outputs);
      if (how.optimiser.decay > 0) bias *= update.plain_keep(*layer.bias, lr);
      bias.noalias() -=
          static_cast<Scalar>(lr * layer.bias->lr * layer.bias->multiplier) * tape.delta(l).rowwise().sum();
    });
    return true;
  }

  bool step() {
    const double lr = how.optimiser.lr * (how.schedule ? how.schedule(steps) : 1.0);
    const Examples<Scalar> set = next_batch();
    Scalar* w = net->parameters().data();
    if (grad.size() == 0) return descend(w, set, lr);
    update.look_ahead(w);
    const bool whole = update.needs_whole_gradient();
    const auto accept = [&](double loss) {
      if (too_large(loss)) return false;
      if (!whole) update.begin(w, grad.data());
      return true;
    };
    // A layer moves as soon as its gradient is there, while both are in the cache.
    const auto done = [&](int l) {
      if (!whole) update.apply(l, w, grad.data(), lr);
    };
    batch_loss = backprop.gradient(w, set, grad.data(), accept, done);
    if (too_large(batch_loss)) {
      update.withdraw(w);
      return false;
    }
    if (whole) {
      update.begin(w, grad.data());
      for (int l = 0; l < update.layers(); ++l) update.apply(l, w, grad.data(), lr);
    }
    return true;
  }

  const Dataset<Scalar>& known_data() const {
    if (!data) throw std::logic_error("trainer: trained on fresh samples: there is no fixed data to take a loss on");
    return *data;
  }

  Mlp<Scalar>* net;
  const Dataset<Scalar>* data;
  FreshSamples<Scalar> fresh;
  Training how;
  Chooser chooser;
  Backprop<Scalar> backprop;
  Update<Scalar> update;
  Dataset<Scalar> batch;
  Matrix<Scalar> offset, batch_offset;
  Vector<Scalar> grad;  ///< empty: steps are made without it
  std::int64_t steps = 0;
  double batch_loss = std::numeric_limits<double>::quiet_NaN();
  bool diverged = false;
};

template <class Scalar>
Trainer<Scalar>::Trainer(Mlp<Scalar>& net, const Dataset<Scalar>& data, Training how) {
  check_fit(net, data, how.loss);
  impl_ = std::make_unique<Impl>(net, &data, FreshSamples<Scalar>{}, std::move(how));
}

template <class Scalar>
Trainer<Scalar>::Trainer(Mlp<Scalar>& net, FreshSamples<Scalar> samples, Training how) {
  if (samples.size < 1)
    throw std::invalid_argument("fresh samples: size = " + std::to_string(samples.size) + ": expected >= 1");
  if (!samples.fill) throw std::invalid_argument("fresh samples: no `fill`: expected a function that writes x and y");
  impl_ = std::make_unique<Impl>(net, nullptr, std::move(samples), std::move(how));
}

template <class Scalar>
Trainer<Scalar>::~Trainer() = default;
template <class Scalar>
Trainer<Scalar>::Trainer(Trainer&&) noexcept = default;
template <class Scalar>
Trainer<Scalar>& Trainer<Scalar>::operator=(Trainer&&) noexcept = default;

template <class Scalar>
Ended Trainer<Scalar>::run(std::int64_t steps) {
  if (steps < 0) throw std::invalid_argument("run: steps = " + std::to_string(steps) + ": expected >= 0");
  for (std::int64_t k = 0; k < steps && !impl_->diverged; ++k) {
    impl_->diverged = !impl_->step();
    if (!impl_->diverged) ++impl_->steps;
  }
  return impl_->diverged ? Ended::diverged : Ended::done;
}

template <class Scalar>
std::int64_t Trainer<Scalar>::steps() const {
  return impl_->steps;
}

template <class Scalar>
double Trainer<Scalar>::batch_loss() const {
  return impl_->batch_loss;
}

template <class Scalar>
double Trainer<Scalar>::loss() const {
  impl_->known_data();
  return impl_->backprop.value(impl_->net->parameters().data(), impl_->whole());
}

template <class Scalar>
Vector<Scalar> Trainer<Scalar>::gradient() const {
  impl_->known_data();
  Vector<Scalar> out(impl_->net->parameter_count());
  impl_->backprop.gradient(impl_->net->parameters().data(), impl_->whole(), out.data());
  return out;
}

template <class Scalar>
const Vector<Scalar>& Trainer<Scalar>::velocity() const {
  return impl_->update.velocity();
}

template <class Scalar>
const Vector<Scalar>& Trainer<Scalar>::second_moment() const {
  return impl_->update.second_moment();
}

template class Trainer<float>;
template class Trainer<double>;

}  // namespace lmw::learn
