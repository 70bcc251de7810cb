#pragma once

#include <lmw/learn/dataset.h>
#include <lmw/learn/loss.h>
#include <lmw/learn/mlp.h>
#include <lmw/learn/trainer.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

/// Tasks on which training sharpens the loss, and how sharp it gets: the ground of every law on the edge of stability.
namespace lmw::learn {

/// Data with the network that learns them, under Loss::mse_half.
struct SharpeningTask {
  Dataset<double> data;
  Architecture network;
};

/// 20 equally spaced points of [-1, 1] with the Chebyshev polynomial 8 x^4 - 8 x^2 + 1, for a 1-30-30-1 tanh network
/// in standard parametrisation: 1021 parameters. Under gradient flow the sharpness rises from 5 to 12 at the initial
/// weights to 22 to 70 at t = 300 (40 initial weights).
/// Source: Cohen, Kaur, Li, Kolter & Talwalkar 2021, section 3, for the polynomial.
SharpeningTask chebyshev_task();

/// The first 200 training images of Fashion-MNIST, averaged over squares of 4 x 4 pixels, each of the 49 inputs
/// centred, then all of them scaled to mean square 1; targets are 2 in the row of the image's class and 0 in the nine
/// others; a 49-40-40-10 tanh network in standard parametrisation, 4050 parameters. Under gradient flow the sharpness
/// rises from about 20 to between 38 and 58 at t = 180 (4 initial weights).
/// @param folder  as read_fashion_mnist. @throws DataError  as there.
SharpeningTask fashion_task(const std::filesystem::path& folder);

/// What one training looked like.
struct SharpnessCourse {
  std::vector<std::int64_t> steps;  ///< made before each look
  std::vector<double> sharpness;    ///< largest eigenvalue of the Hessian of the loss on all data, at each look
  std::vector<double> losses;       ///< batch loss of every step, at the weights before it
  Ended ended = Ended::done;
  bool converged = true;  ///< every look's eigenproblem was solved to 1e-3
};

/// Makes `steps` steps and looks at the sharpness before steps 0, every, 2 every, ...; each look starts from the last
/// one's two leading eigenvectors. Stops early if training diverges, or `cancelled` says so.
/// @throws std::invalid_argument  steps < 0 or every < 1.
/// Cost: a look takes some five products with the Hessian, each of about two gradients.
SharpnessCourse follow_sharpness(Trainer<double>& trainer, const Mlp<double>& net, const Dataset<double>& data,
                                 Loss loss, std::int64_t steps, std::int64_t every,
                                 const std::function<bool()>& cancelled = {});

}  // namespace lmw::learn
