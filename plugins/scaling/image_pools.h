#pragma once

#include <lmw/learn/mlp.h>
#include <lmw/sdk/sdk.h>

#include <Eigen/Core>

#include <string>

/// Real images taken as a whole population, and the kernels between them.
namespace lmw::scaling {

struct Pool {
  Eigen::MatrixXd points;  ///< (N, pixels), values in [0, 1]
  Eigen::VectorXd labels;  ///< (N) +1 or -1
};

/// The first `size` images of a pool, from the data set that it belongs to:
///
///   even-odd  Fashion-MNIST, +1 for an even class number
///   0v1       Fashion-MNIST, size/2 images of class 0 (+1), then as many of class 1 (-1)
///   digits    handwritten digits of 8 x 8 pixels (1797 of them), +1 for an even digit
///
/// @throws std::runtime_error     the data set is not there (the text says how to fetch it), or holds too few of a
/// class.
/// @throws std::invalid_argument  more digits than there are.
Pool read_pool(const std::string& name, Eigen::Index size, sdk::Context& context);

/// The points less their mean, scaled to mean square norm 1: what networks are given.
Eigen::MatrixXd network_inputs(const Eigen::Ref<const Eigen::MatrixXd>& points);

/// A two-layer ReLU network whose output is alpha (h(x) - h at the initial weights),
///
///   h(x) = m^-1/2 sum_j a_j relu(w_j.x),   m = 400,   a_j ~ N(0, 1),   w_j ~ N(0, 2 I),
///
/// always with the same initial weights, which belong to the population: its tangent kernel is one of the kernels.
/// Large alpha makes training lazy (Chizat, Oyallon & Bach 2019).
learn::Mlp<double> lazy_network(Eigen::Index inputs, double alpha);

/// (N, N):
///
///   gaussian       exp(-d^2 / (2 s^2))   of the pixels, s^2 the median of all N^2 squared distances d^2
///   laplace        exp(-d / s)           likewise
///   relu-ntk       tangent kernel of an infinitely wide two-layer ReLU network, sigma_w^2 = 2, no biases, of
///                  network_inputs
///   empirical-ntk  tangent kernel of lazy_network(.., 1) at its initial weights, of network_inputs
Eigen::MatrixXd pool_kernel(const std::string& name, const Eigen::Ref<const Eigen::MatrixXd>& points);

}  // namespace lmw::scaling
