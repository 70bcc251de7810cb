#include "image_pools.h"

#include <lmw/learn/images.h>
#include <lmw/learn/ntk.h>
#include <lmw/numerics/kernel.h>
#include <lmw/numerics/random.h>
#include <lmw/numerics/relu_kernels.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

namespace lmw::scaling {
namespace {

double parity_sign(int label) { return label % 2 == 0 ? 1.0 : -1.0; }

Pool two_classes(const learn::ImageSet& set, Eigen::Index size) {
  const Eigen::Index wanted[] = {size / 2, size - size / 2};
  std::vector<Eigen::Index> rows;
  for (int label = 0; label < 2; ++label) {
    Eigen::Index found = 0;
    for (Eigen::Index row = 0; row < set.labels.size() && found < wanted[label]; ++row)
      if (set.labels(row) == label) rows.push_back(row), ++found;
    if (found < wanted[label])
      throw std::runtime_error("pool 0v1: expected " + std::to_string(wanted[label]) + " images of class " +
                               std::to_string(label) + ", found " + std::to_string(found));
  }
  Pool pool{.points = set.select(rows).scaled<double>(), .labels = Eigen::VectorXd::Constant(size, -1.0)};
  pool.labels.head(wanted[0]).setOnes();
  return pool;
}

}  // namespace

Pool read_pool(const std::string& name, Eigen::Index size, sdk::Context& context) {
  if (name == "digits") {
    const learn::ImageSet set = learn::read_digits(context.data("digits-8x8").path);
    if (size > set.labels.size())
      throw std::invalid_argument("pool_size = " + std::to_string(size) + ": expected at most the " +
                                  std::to_string(set.labels.size()) + " digits that there are");
    return {set.scaled<double>().topRows(size), set.labels.head(size).unaryExpr(&parity_sign)};
  }
  const std::string folder = context.data("fashion-mnist").path;
  if (name == "0v1")
    return two_classes(learn::read_fashion_mnist(folder, std::min<Eigen::Index>(60'000, 15 * size)), size);
  const learn::ImageSet set = learn::read_fashion_mnist(folder, size);
  return {set.scaled<double>(), set.labels.unaryExpr(&parity_sign)};
}

Eigen::MatrixXd network_inputs(const Eigen::Ref<const Eigen::MatrixXd>& points) {
  Eigen::MatrixXd x = points.rowwise() - points.colwise().mean();
  x /= std::sqrt(x.rowwise().squaredNorm().mean());
  return x;
}

learn::Mlp<double> lazy_network(Eigen::Index inputs, double alpha) {
  constexpr Eigen::Index width = 400;
  learn::Architecture net{.layers = {{.inputs = inputs, .outputs = width, .weight = {.init_var = 2}},
                                     {.inputs = width,
                                      .outputs = 1,
                                      .activation = learn::Activation::relu,
                                      .weight = {.multiplier = 1 / std::sqrt(static_cast<double>(width))}}},
                          .output_scale = alpha,
                          .centred = true};
  return {std::move(net), numerics::Rng(1, numerics::Stream::init)};
}

Eigen::MatrixXd pool_kernel(const std::string& name, const Eigen::Ref<const Eigen::MatrixXd>& points) {
  if (name == "gaussian" || name == "laplace") {
    const Eigen::MatrixXd sq = numerics::squared_distances(points);
    const double width_sq = numerics::median_entry(sq);
    return name == "gaussian" ? numerics::gaussian_kernel(sq, width_sq) : numerics::laplace_kernel(sq, width_sq);
  }
  const Eigen::MatrixXd x = network_inputs(points);
  if (name == "empirical-ntk") return learn::ntk(lazy_network(x.cols(), 1), x.transpose());
  Eigen::MatrixXd nngp = 2 * x * x.transpose(), ntk = nngp;
  numerics::relu_kernels(2, 0, 1, nngp, ntk);
  return ntk;
}

}  // namespace lmw::scaling
