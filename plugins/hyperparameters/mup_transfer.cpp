#include "mup_transfer.h"

#include <lmw/learn/images.h>
#include <lmw/learn/trainer.h>
#include <lmw/numerics/random.h>

#include <algorithm>
#include <cmath>

namespace lmw::hyperparameters {
namespace {

using numerics::Rng;
using numerics::Stream;

constexpr Eigen::Index examples = 256, batch = 64, pool_size = 4096;

}  // namespace

bool uses_adam(const sdk::Point& at) { return at.text("optimiser") == "adam"; }
bool is_standard(const sdk::Point& at) { return at.text("parametrisation") == "standard"; }

std::shared_ptr<const Pool> transfer_pool(const sdk::Point& at, sdk::Context& context) {
  if (at.text("data") == "synthetic") return nullptr;
  const learn::ImageSet images = learn::read_fashion_mnist(context.data("fashion-mnist").path, pool_size);
  const Eigen::MatrixXd pixels = images.scaled<double>().transpose();
  auto pool = std::make_shared<Pool>();
  if (at.text("data") == "fashion-mnist") {
    pool->x = learn::whitening(pixels, 16)(pixels).cast<float>();
  } else {
    const Eigen::MatrixXd centred = learn::centring(pixels)(pixels);
    pool->x = (centred * (std::sqrt(static_cast<double>(centred.size())) / centred.norm())).cast<float>();
  }
  // Of ten equally frequent classes: (e_c - 1/10), whose entries have mean square 9/100.
  pool->y = (learn::one_hot<float>(images.labels, 10).array() - 0.1F) * (10.0F / 3.0F);
  pool->bytes = static_cast<std::size_t>(pool->x.size() + pool->y.size()) * sizeof(float);
  return pool;
}

learn::Dataset<float> draw_transfer_data(const Pool* pool, sdk::Seed seed) {
  Rng rng(seed.value, Stream::data);
  if (pool != nullptr) {
    std::vector<Eigen::Index> chosen = rng.permutation(pool->x.cols());
    chosen.resize(examples);
    return {pool->x(Eigen::all, chosen), pool->y(Eigen::all, chosen)};
  }
  constexpr Eigen::Index inputs = 16, outputs = 4;
  const Eigen::MatrixXd x = rng.normal(inputs, examples);
  const Eigen::MatrixXd t = rng.normal(outputs, inputs) / 4, u = rng.normal(outputs, inputs) / 4;
  const Eigen::MatrixXd y = ((t * x) / 2).array().tanh() + 0.5 * (u * x).array().sin();
  return {x.cast<float>(), y.cast<float>()};
}

learn::Architecture transfer_network(const sdk::Point& at, const std::string& parametrisation,
                                     const learn::Dataset<float>& data, Eigen::Index base, Eigen::Index width) {
  const learn::MlpShape shape{
      .widths = {data.x.rows(), width, width, data.y.rows()}, .bias = false, .weight_var = 2, .output_weight_var = 1};
  if (parametrisation == "standard") return learn::standard(shape);
  learn::Architecture net = learn::mup(shape, base, uses_adam(at) ? learn::MupFor::adam : learn::MupFor::sgd);
  if (parametrisation == "mup-hidden-up")
    net.layers[1].weight.lr = static_cast<double>(width) / static_cast<double>(base);
  return net;
}

std::vector<double> log2_transfer_rates(const sdk::Point& at) {
  std::vector<double> rates;
  for (double e = uses_adam(at) ? -14 : -10; e <= (uses_adam(at) ? -1 : 4); ++e) rates.push_back(e);
  return rates;
}

Trained train_for_transfer(const sdk::Point& at, const learn::Architecture& network, const learn::Dataset<float>& data,
                           double log2_rate, sdk::Seed init, sdk::Seed order) {
  learn::Mlp<float> net(network, Rng(init.value, Stream::init, init.draw_index));
  const double eta = std::exp2(log2_rate);
  learn::Trainer<float> trainer(
      net, data,
      {.optimiser = uses_adam(at) ? learn::adam(eta, 0.9, 0.99, 1e-12) : learn::gradient_descent(eta),
       .batches = learn::without_replacement(batch, Rng(order.value, Stream::order, order.draw_index)),
       .loss_limit = transfer_loss_limit});
  const bool done = trainer.run(at.count("steps")) == learn::Ended::done;
  const double loss = done ? trainer.loss() : transfer_loss_limit;
  double per_example = 0;
  for (std::size_t l = 0; l < network.layers.size(); ++l)  // no error is passed back to the inputs
    per_example += (l == 0 ? 2.0 : 3.0) * static_cast<double>(network.layers[l].inputs * network.layers[l].outputs);
  return {.loss = loss < transfer_loss_limit ? loss : transfer_loss_limit,  // NaN counts as divergence
          .multiply_adds = per_example * static_cast<double>(trainer.steps() * batch)};
}

std::size_t best_of(const std::vector<double>& losses) {
  return static_cast<std::size_t>(std::min_element(losses.begin(), losses.end()) - losses.begin());
}

std::optional<double> log2_best_rate(const std::vector<double>& log2_rate, const std::vector<double>& losses) {
  const std::size_t best = best_of(losses);
  if (best == 0 || best + 1 == losses.size()) return std::nullopt;
  const double below = std::log(losses[best - 1]), here = std::log(losses[best]), above = std::log(losses[best + 1]);
  return log2_rate[best] + (below - above) / (2 * (below - 2 * here + above));
}

}  // namespace lmw::hyperparameters
