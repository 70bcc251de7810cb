#pragma once

#include "loss_terms.h"
#include "tape.h"

#include <algorithm>
#include <limits>

namespace lmw::learn {

/// Pointers to n examples: x (inputs, n), y (outputs, n), and what a centred network subtracts, (outputs, n) or null.
/// All contiguous.
template <class Scalar>
struct Examples {
  const Scalar* x = nullptr;
  const Scalar* y = nullptr;
  const Scalar* offset = nullptr;
  Eigen::Index count = 0;
};

/// Loss and gradient of a network on any number of examples, block by block on one tape.
template <class Scalar>
class Backprop {
 public:
  /// @param batch  the most examples at a time that will come; larger sets go in blocks all the same.
  Backprop(const Architecture& net, Loss loss, Eigen::Index batch)
      : tape_(net, std::min(batch, block_columns)),
        loss_(loss),
        output_scale_(static_cast<Scalar>(net.output_scale)),
        inputs_(net.inputs()),
        outputs_(net.outputs()) {}

  Tape<Scalar>& tape() { return tape_; }
  bool one_block(Eigen::Index count) const { return count <= tape_.capacity(); }

  /// Forward pass over examples [first, first + cols) of a set; delta(last) = d loss / d z_last. Returns the block's
  /// part of the loss.
  double forward(const Scalar* theta, const Examples<Scalar>& set, Eigen::Index first, Eigen::Index cols) {
    tape_.forward(theta, set.x + first * inputs_, cols);
    auto delta = tape_.delta(tape_.last());
    delta = output_scale_ * tape_.output();
    if (set.offset) delta -= Eigen::Map<const Matrix<Scalar>>(set.offset + first * outputs_, outputs_, cols);
    const double share = 1 / static_cast<double>(set.count);
    return share * loss_gradient(loss_, delta.data(), set.y + first * outputs_, delta.data(),
                                 static_cast<Scalar>(static_cast<double>(output_scale_) * share), outputs_, cols);
  }

  double value(const Scalar* theta, const Examples<Scalar>& set) {
    double sum = 0;
    for (Eigen::Index j = 0; j < set.count; j += tape_.capacity())
      sum += forward(theta, set, j, std::min(tape_.capacity(), set.count - j));
    return sum;
  }

  /// Returns the loss and overwrites `grad`, in the order of the parameters.
  double gradient(const Scalar* theta, const Examples<Scalar>& set, Scalar* grad) {
    return gradient(
        theta, set, grad, [](double) { return true; }, [](int) {});
  }
  /// The same, with two words in between: `accept(loss)` is asked before anything that depends on the last block's
  /// backward pass, and if it says no, grad is not complete. `done(l)` is told when layer l's part of grad is complete
  /// and its weights are read no more.
  template <class Accept, class Done>
  double gradient(const Scalar* theta, const Examples<Scalar>& set, Scalar* grad, Accept&& accept, Done&& done) {
    double sum = 0;
    for (Eigen::Index j = 0; j < set.count; j += tape_.capacity()) {
      const Eigen::Index cols = std::min(tape_.capacity(), set.count - j);
      const bool last = j + cols == set.count;
      sum += forward(theta, set, j, cols);
      if (last && !accept(sum)) break;
      tape_.backward(theta, [&](int l) {
        add_gradient(l, grad, j == 0);
        if (last) done(l);
      });
    }
    return sum;
  }

 private:
  void add_gradient(int l, Scalar* grad, bool first) {
    const Layer& layer = tape_.layer(l);
    Eigen::Map<Matrix<Scalar>> weight(grad + tape_.weight_offset(l), layer.outputs, layer.inputs);
    const auto multiplier = static_cast<Scalar>(layer.weight.multiplier);
    if (first)
      weight.noalias() = (multiplier * tape_.delta(l)) * tape_.input(l).transpose();
    else
      weight.noalias() += (multiplier * tape_.delta(l)) * tape_.input(l).transpose();
    if (!layer.bias) return;
    Eigen::Map<Vector<Scalar>> bias(grad + tape_.bias_offset(l), layer.outputs);
    const auto bias_multiplier = static_cast<Scalar>(layer.bias->multiplier);
    if (first)
      bias.noalias() = bias_multiplier * tape_.delta(l).rowwise().sum();
    else
      bias.noalias() += bias_multiplier * tape_.delta(l).rowwise().sum();
  }

  Tape<Scalar> tape_;
  Loss loss_;
  Scalar output_scale_;
  Eigen::Index inputs_, outputs_;
};

}  // namespace lmw::learn
