#pragma once

#include <lmw/learn/architecture.h>
#include <lmw/learn/types.h>

#include <vector>

namespace lmw::learn {

/// How many examples to pass at a time: bounds the memory for activations. Measured, 64 to 1000 are equally fast. A
/// constant, because it decides the order of sums and with it the last bits.
inline constexpr Eigen::Index block_columns = 512;

/// The forward and backward pass of one block of examples, with all buffers allocated once.
///
/// forward() fills input(l) = u_l and the raw output z; backward() turns delta(last) = dE/dz into delta(l) = dE/dz_l
/// for all layers, E any sum over examples. The gradient of W_l is then multiplier delta(l) input(l)^T. Buffers that
/// need not be distinct are one: u_l overwrites z_{l-1} unless a skip or the output needs it.
template <class Scalar>
class Tape {
 public:
  using Map = Eigen::Map<Matrix<Scalar>>;
  using ConstMap = Eigen::Map<const Matrix<Scalar>>;

  /// @param capacity      the most examples that a pass may have.
  /// @param keep_all_z    keeps every pre-activation, for second derivatives and for looking at them.
  Tape(const Architecture& net, Eigen::Index capacity, bool keep_all_z = false);
  Tape(const Tape&) = delete;  // it holds pointers into itself
  Tape& operator=(const Tape&) = delete;
  Tape(Tape&&) noexcept = default;
  Tape& operator=(Tape&&) noexcept = default;

  /// @param theta  the parameter vector.
  /// @param x      (inputs, cols), contiguous, cols <= capacity; must live until the backward pass has ended.
  void forward(const Scalar* theta, const Scalar* x, Eigen::Index cols);

  /// delta(l) for l = last - 1, ..., 0 from delta(last). After delta(l - 1) is known, `sink(l)` is called: W_l is read
  /// no more, so the sink may already change it.
  template <class Sink>
  void backward(const Scalar* theta, Sink&& sink) {
    for (int l = last(); l >= 0; --l) {
      if (l > 0) pull_back(theta, l);
      sink(l);
    }
  }
  /// dE/dx, (inputs, cols), after backward().
  Matrix<Scalar> input_gradient(const Scalar* theta) const;

  int last() const { return static_cast<int>(parts_.size()) - 1; }
  Eigen::Index capacity() const { return capacity_; }
  Eigen::Index cols() const { return cols_; }
  /// Layers whose skip adds z_l to theirs; l = -1 is the input.
  const std::vector<int>& skipped_to(int l) const { return l < 0 ? skipped_from_input_ : part(l).skipped_to; }
  const Layer& layer(int l) const { return part(l).layer; }
  Eigen::Index weight_offset(int l) const { return part(l).weight_at; }
  Eigen::Index bias_offset(int l) const { return part(l).bias_at; }  ///< only if the layer has a bias
  ConstMap weight(const Scalar* theta, int l) const {
    return {theta + part(l).weight_at, part(l).layer.outputs, part(l).layer.inputs};
  }
  ConstMap input(int l) const { return {part(l).u, part(l).layer.inputs, cols_}; }
  ConstMap pre_activation(int l) const { return {part(l).z.data(), part(l).layer.outputs, cols_}; }  ///< if kept
  ConstMap output() const { return {parts_.back().z.data(), parts_.back().layer.outputs, cols_}; }
  Map delta(int l) { return {part(l).delta.data(), part(l).layer.outputs, cols_}; }
  ConstMap delta(int l) const { return {part(l).delta.data(), part(l).layer.outputs, cols_}; }

 private:
  struct Part {
    Layer layer;
    Eigen::Index weight_at = 0, bias_at = 0;
    bool keep_z = false;  ///< z_l is needed after u_{l+1} has been made from it
    Matrix<Scalar> z, own_u, slope, delta;
    Vector<Scalar> bias;  ///< the bias times its multiplier
    const Scalar* u = nullptr;
    std::vector<int> skipped_to = {};  ///< layers that add z_l to theirs
  };
  const Part& part(int l) const { return parts_[static_cast<std::size_t>(l)]; }
  Part& part(int l) { return parts_[static_cast<std::size_t>(l)]; }
  void pull_back(const Scalar* theta, int l);

  std::vector<Part> parts_;
  std::vector<int> skipped_from_input_;
  Eigen::Index capacity_, cols_ = 0;
  const Scalar* x_ = nullptr;
};

extern template class Tape<float>;
extern template class Tape<double>;

}  // namespace lmw::learn
