#pragma once

#include <Eigen/Core>

#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace lmw::numerics {

/// What a stream of random numbers is for. Two streams of one seed are independent, so a law may draw more data
/// without moving the initial weights.
enum class Stream : std::uint32_t { data = 1, init = 2, order = 3, noise = 4 };

/// Random numbers that are a function of (seed, stream, draw, position) alone: no state is shared, threads and call
/// order of other generators do not matter.
///
/// Word i of the stream comes from the Philox4x32-10 block with counter (i/2 low, i/2 high, stream, draw) and key
/// (seed low, seed high); a block holds two words. Everything below consumes whole words, one per number, and the
/// bulk calls consume exactly what the same number of single calls would: filling a matrix and calling `normal()`
/// in a loop give the same numbers.
///
/// The period of one (seed, stream, draw) is 2^65 words. Not thread-safe: one object per task.
/// Source: Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3".
class Rng {
 public:
  explicit Rng(std::uint64_t seed, Stream stream = Stream::data, std::uint32_t draw = 0)
      : seed_(seed), stream_(stream), draw_(draw) {}

  /// 64 random bits.
  std::uint64_t bits();
  /// Goes on as if `words` words had been drawn. Constant time.
  void skip(std::uint64_t words);
  /// Uniform on the open interval (0, 1): (k + 1/2) 2^-52, so log(u) and log(1 - u) are finite.
  double uniform();
  /// Standard normal through the inverse distribution function: |x| <= 8.2.
  double normal();
  /// Uniform integer in [0, n), without bias. @throws std::invalid_argument  n = 0.
  /// Takes a second word with probability n / 2^64. Source: Lemire 2019, "Fast random integer generation in an
  /// interval".
  std::uint64_t below(std::uint64_t n);
  /// -1 or +1 with equal probability.
  double sign() { return bits() >> 63 ? 1.0 : -1.0; }

  /// `count` standard normals. @throws std::invalid_argument  count < 0.
  Eigen::VectorXd normal(Eigen::Index count);
  /// A matrix of standard normals, filled column by column.
  Eigen::MatrixXd normal(Eigen::Index rows, Eigen::Index cols);
  /// Overwrites `out` with normals of variance `std_dev`^2, column by column.
  void fill_normal(Eigen::Ref<Eigen::MatrixXd> out, double std_dev = 1.0);
  /// The same numbers rounded to float.
  void fill_normal(Eigen::Ref<Eigen::MatrixXf> out, float std_dev = 1.0F);
  void fill_uniform(Eigen::Ref<Eigen::MatrixXd> out);

  /// `count` indices drawn independently from [0, n): with replacement.
  std::vector<Eigen::Index> indices(Eigen::Index count, Eigen::Index n);
  /// A uniformly random order of 0..n-1.
  std::vector<Eigen::Index> permutation(Eigen::Index n);
  /// Puts `items` into a uniformly random order (Fisher-Yates, from the back).
  template <class T>
  void shuffle(std::span<T> items) {
    for (std::size_t left = items.size(); left > 1; --left) std::swap(items[left - 1], items[below(left)]);
  }

 private:
  void refill();
  template <class Scalar>
  void fill_normal_run(Scalar* out, Eigen::Index count, Scalar std_dev);

  static constexpr std::size_t buffer_words = 256;
  std::uint64_t seed_;
  Stream stream_;
  std::uint32_t draw_;
  std::uint64_t next_block_ = 0;
  std::size_t used_ = buffer_words;  ///< words of the buffer already given away
  std::array<std::uint64_t, buffer_words> buffer_;
};

}  // namespace lmw::numerics
