#pragma once

#include "reference.h"

#include <lmw/learn/mlp.h>
#include <lmw/numerics/random.h>

#include <rapidcheck.h>

#include <cstdint>
#include <cstdlib>
#include <string>

namespace lmw::tests {

/// A network of random depth, widths, activations, skips, multipliers, with data and a loss that fit it.
struct RandomCase {
  learn::Architecture net;
  learn::Dataset<double> data;
  learn::Loss loss = learn::Loss::mse_half;
  std::uint64_t seed = 0;

  /// Trained away from its initial weights a little, so that centring matters.
  learn::Mlp<double> network() const {
    learn::Mlp<double> made(net, numerics::Rng(seed, numerics::Stream::init));
    numerics::Rng rng(seed, numerics::Stream::noise);
    made.parameters() += 0.1 * rng.normal(made.parameter_count());
    return made;
  }
  Eigen::VectorXd initial() const {
    return learn::Mlp<double>(net, numerics::Rng(seed, numerics::Stream::init)).parameters();
  }
};

/// All that is random follows from (seed, depth, width, examples), so that rapidcheck may shrink the last three.
inline RandomCase random_case(std::uint64_t seed, int depth, int width, int examples, bool smooth = false) {
  numerics::Rng rng(seed);
  const auto upto = [&](int n) { return 1 + static_cast<Eigen::Index>(rng.below(static_cast<std::uint64_t>(n))); };
  const auto coin = [&] { return rng.sign() > 0; };
  RandomCase made;
  made.seed = seed;
  Eigen::Index inputs = upto(width);
  for (int l = 0; l < depth; ++l) {
    learn::Layer layer{.inputs = inputs, .outputs = upto(width)};
    do layer.activation = static_cast<learn::Activation>(rng.below(7));
    while (smooth && layer.activation == learn::Activation::relu);
    layer.weight = {
        .multiplier = 0.5 + rng.uniform(), .init_var = 1.0 / static_cast<double>(inputs), .lr = 0.5 + rng.uniform()};
    if (coin())
      layer.bias = learn::Scale{.multiplier = 0.5 + rng.uniform(), .init_var = 0.1, .lr = 0.5 + rng.uniform()};
    if (l > 0 && coin()) {  // a skip over one or two layers, when the widths can be made to agree
      const int reach = static_cast<int>(upto(std::min(2, l + 1)));
      layer.skip = reach;
      layer.outputs = made.net.layers.size() + 1 == static_cast<std::size_t>(reach) ? made.net.layers.front().inputs
                      : reach == 1                                                  ? inputs
                                   : made.net.layers[static_cast<std::size_t>(l - reach) + 1].inputs;
    }
    made.net.layers.push_back(layer);
    inputs = layer.outputs;
  }
  made.net.output_scale = 0.5 + rng.uniform();
  made.net.centred = coin();
  made.loss = static_cast<learn::Loss>(rng.below(4));
  const Eigen::Index outputs = made.net.outputs(), n = examples;
  made.data.x = rng.normal(made.net.inputs(), n);
  made.data.y = rng.normal(outputs, n);
  for (Eigen::Index i = 0; i < n; ++i) {
    if (made.loss == learn::Loss::cross_entropy) {
      made.data.y.col(i) = made.data.y.col(i).array().exp();
      made.data.y.col(i) /= made.data.y.col(i).sum();
    }
    if (made.loss == learn::Loss::logistic) made.data.y.col(i) = made.data.y.col(i).array().sign();
  }
  return made;
}

/// Checks a property of random networks of depth 1 to 6, from a fixed seed.
template <class Property>
bool for_random_networks(const std::string& name, Property&& property, bool smooth = false) {
  setenv("RC_PARAMS", "seed=20240611 max_success=120", 0);
  return rc::check(name, [&] {
    const auto seed = *rc::gen::arbitrary<std::uint32_t>();
    const int depth = *rc::gen::inRange(1, 7), width = *rc::gen::inRange(1, 7), examples = *rc::gen::inRange(1, 6);
    const RandomCase drawn = random_case(seed, depth, width, examples, smooth);
    RC_PRE(drawn.network().output(drawn.data.x).cwiseAbs().maxCoeff() < 30);  // squares of squares overflow
    property(drawn);
  });
}

/// |a - b| relative to the larger of 1 and |b|.
inline double distance(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
  if (a.rows() != b.rows() || a.cols() != b.cols()) return INFINITY;
  return (a - b).norm() / std::max(1.0, b.norm());
}

}  // namespace lmw::tests
