#pragma once

#include <lmw/learn/architecture.h>
#include <lmw/learn/dataset.h>
#include <lmw/sdk/sdk.h>

#include <Eigen/Core>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// What the laws on learning rates from width to width have in common: the tasks, the network, one short training.
namespace lmw::hyperparameters {

constexpr double transfer_loss_limit = 1e4;  ///< what stands for divergence

bool uses_adam(const sdk::Point& at);    ///< by the parameter `optimiser`
bool is_standard(const sdk::Point& at);  ///< by the parameter `parametrisation`

/// Images that the seeds draw from.
struct Pool final : sdk::Prepared {
  Eigen::MatrixXf x;  ///< (inputs, n) with mean square 1
  Eigen::MatrixXf y;  ///< (10, n) the class as a unit vector, less its mean, scaled to mean square 1
};

/// For the parameter `data`: nothing for "synthetic"; images of "fashion-mnist" by their 16 leading principal
/// components at equal variance, of "fashion-mnist-pixels" by their centred pixels.
std::shared_ptr<const Pool> transfer_pool(const sdk::Point& at, sdk::Context& context);

/// 256 examples: inputs N(0, I) in 16 dimensions and y = tanh(T x / 2) + sin(T' x) / 2 with T, T' drawn anew for each
/// seed; or images drawn from the pool.
learn::Dataset<float> draw_transfer_data(const Pool* pool, sdk::Seed seed);

/// Two hidden layers of `width` relu units, no biases. `parametrisation`: standard; mup, which equals it at width
/// `base`; or mup-hidden-up, muP with the hidden layer's rate times width / base.
learn::Architecture transfer_network(const sdk::Point& at, const std::string& parametrisation,
                                     const learn::Dataset<float>& data, Eigen::Index base, Eigen::Index width);

/// log2 of learning rates, a factor of two apart, from where training hardly moves to where it diverges.
std::vector<double> log2_transfer_rates(const sdk::Point& at);

struct Trained {
  double loss = 0;  ///< on all examples; transfer_loss_limit or less
  /// Of products with weight matrices, in the steps that were made: outputs, errors passed back, gradients. A training
  /// that diverges costs what it took until then.
  double multiply_adds = 0;
};
/// Trains one network for the point's `steps` on batches of 64, drawn anew without replacement, with its `optimiser`.
Trained train_for_transfer(const sdk::Point& at, const learn::Architecture& network, const learn::Dataset<float>& data,
                           double log2_rate, sdk::Seed init, sdk::Seed order);

std::size_t best_of(const std::vector<double>& losses);
/// Where the parabola through the best rate and its neighbours, in log loss, is lowest; nothing at the grid's edge.
std::optional<double> log2_best_rate(const std::vector<double>& log2_rate, const std::vector<double>& losses);

}  // namespace lmw::hyperparameters
