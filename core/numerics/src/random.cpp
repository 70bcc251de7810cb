#include <lmw/numerics/random.h>

#include "wichura.h"

#include <Random123/philox.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <string>

namespace lmw::numerics {
namespace {

__extension__ using uint128 = unsigned __int128;

/// u - 1/2 for the uniform u = (k + 1/2) 2^-52 made of the upper 52 bits k. It, u and 1 - u are all exact.
/// The bits become a double in [1, 2) directly: AVX2 has no conversion from 64-bit integers.
inline double centred(std::uint64_t word) {
  return std::bit_cast<double>(word >> 12 | 0x3ff0000000000000) - 1.5 + 0x1p-53;
}

inline double tail_normal(double q) { return detail::normal_quantile_tail(q, q < 0.0 ? q + 0.5 : 0.5 - q); }

inline bool in_centre(double q) { return std::abs(q) <= 0.425; }

Eigen::Index checked(Eigen::Index count) {
  if (count < 0) throw std::invalid_argument("count = " + std::to_string(count) + ": expected >= 0");
  return count;
}

}  // namespace

void Rng::refill() {
  const r123::Philox4x32 philox;
  const r123::Philox4x32::key_type key = {{static_cast<std::uint32_t>(seed_), static_cast<std::uint32_t>(seed_ >> 32)}};
  for (std::size_t i = 0; i < buffer_words; i += 2, ++next_block_) {
    const r123::Philox4x32::ctr_type counter = {{static_cast<std::uint32_t>(next_block_),
                                                 static_cast<std::uint32_t>(next_block_ >> 32),
                                                 static_cast<std::uint32_t>(stream_), draw_}};
    const auto block = philox(counter, key);
    buffer_[i] = std::uint64_t{block[0]} << 32 | block[1];
    buffer_[i + 1] = std::uint64_t{block[2]} << 32 | block[3];
  }
  used_ = 0;
}

std::uint64_t Rng::bits() {
  if (used_ == buffer_words) refill();
  return buffer_[used_++];
}

void Rng::skip(std::uint64_t words) {
  const std::uint64_t buffered = buffer_words - used_;
  if (words <= buffered) {
    used_ += words;
    return;
  }
  words -= buffered;
  next_block_ += words / 2;
  refill();
  used_ = words % 2;
}

double Rng::uniform() { return centred(bits()) + 0.5; }

double Rng::normal() {
  const double q = centred(bits());
  return in_centre(q) ? detail::normal_quantile_centre(q) : tail_normal(q);
}

std::uint64_t Rng::below(std::uint64_t n) {
  if (n == 0) throw std::invalid_argument("Rng::below: n = 0: expected >= 1");
  uint128 product = uint128{bits()} * n;
  if (static_cast<std::uint64_t>(product) < n) {
    const std::uint64_t reject = (0 - n) % n;  // 2^64 mod n: the words that would favour small results
    while (static_cast<std::uint64_t>(product) < reject) product = uint128{bits()} * n;
  }
  return static_cast<std::uint64_t>(product >> 64);
}

template <class Scalar>
void Rng::fill_normal_run(Scalar* out, Eigen::Index count, Scalar std_dev) {
  std::array<double, buffer_words> value;
  while (count > 0) {
    if (used_ == buffer_words) refill();
    const std::uint64_t* word = buffer_.data() + used_;
    const std::size_t run = std::min(buffer_words - used_, static_cast<std::size_t>(count));
    // The first pass has no branch and vectorises, the second mends the 15 % that lie in the tails.
    for (std::size_t i = 0; i < run; ++i) value[i] = detail::normal_quantile_centre(centred(word[i]));
    for (std::size_t i = 0; i < run; ++i)
      if (const double q = centred(word[i]); !in_centre(q)) value[i] = tail_normal(q);
    for (std::size_t i = 0; i < run; ++i) out[i] = static_cast<Scalar>(value[i]) * std_dev;
    used_ += run;
    out += run;
    count -= static_cast<Eigen::Index>(run);
  }
}

void Rng::fill_normal(Eigen::Ref<Eigen::MatrixXd> out, double std_dev) {
  for (Eigen::Index j = 0; j < out.cols(); ++j) fill_normal_run(out.col(j).data(), out.rows(), std_dev);
}

void Rng::fill_normal(Eigen::Ref<Eigen::MatrixXf> out, float std_dev) {
  for (Eigen::Index j = 0; j < out.cols(); ++j) fill_normal_run(out.col(j).data(), out.rows(), std_dev);
}

void Rng::fill_uniform(Eigen::Ref<Eigen::MatrixXd> out) {
  for (Eigen::Index j = 0; j < out.cols(); ++j)
    for (Eigen::Index i = 0; i < out.rows(); ++i) out(i, j) = uniform();
}

Eigen::VectorXd Rng::normal(Eigen::Index count) {
  Eigen::VectorXd out(checked(count));
  fill_normal(out);
  return out;
}

Eigen::MatrixXd Rng::normal(Eigen::Index rows, Eigen::Index cols) {
  Eigen::MatrixXd out(checked(rows), checked(cols));
  fill_normal(out);
  return out;
}

std::vector<Eigen::Index> Rng::indices(Eigen::Index count, Eigen::Index n) {
  std::vector<Eigen::Index> out(static_cast<std::size_t>(checked(count)));
  for (auto& index : out) index = static_cast<Eigen::Index>(below(static_cast<std::uint64_t>(checked(n))));
  return out;
}

std::vector<Eigen::Index> Rng::permutation(Eigen::Index n) {
  std::vector<Eigen::Index> out(static_cast<std::size_t>(checked(n)));
  std::iota(out.begin(), out.end(), Eigen::Index{0});
  shuffle(std::span(out));
  return out;
}

}  // namespace lmw::numerics
