#include <lmw/learn/curvature.h>
#include <lmw/learn/generators.h>
#include <lmw/learn/images.h>
#include <lmw/learn/sharpening.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace lmw::learn {
namespace {

/// Means over squares of side x side pixels: (n, height/side * width/side), which must divide.
Eigen::MatrixXd square_means(const ImageSet& images, int side) {
  const int rows = images.height / side, columns = images.width / side;
  const Eigen::MatrixXd pixels = images.scaled<double>();
  Eigen::MatrixXd means = Eigen::MatrixXd::Zero(pixels.rows(), rows * columns);
  for (int r = 0; r < images.height; ++r)
    for (int c = 0; c < images.width; ++c)
      means.col(r / side * columns + c / side) += pixels.col(r * images.width + c) / (side * side);
  return means;
}

}  // namespace

SharpeningTask chebyshev_task() {
  return {on_interval(20, [](double x) { return 8 * x * x * x * x - 8 * x * x + 1; }),
          standard({.widths = {1, 30, 30, 1}, .activation = Activation::tanh})};
}

SharpeningTask fashion_task(const std::filesystem::path& folder) {
  const ImageSet images = read_fashion_mnist(folder, 200);
  Eigen::MatrixXd x = square_means(images, 4).transpose();
  x.colwise() -= x.rowwise().mean().eval();
  x /= std::sqrt(x.array().square().mean());
  return {{std::move(x), 2.0 * one_hot(images.labels, 10)},
          standard({.widths = {49, 40, 40, 10}, .activation = Activation::tanh})};
}

SharpnessCourse follow_sharpness(Trainer<double>& trainer, const Mlp<double>& net, const Dataset<double>& data,
                                 Loss loss, std::int64_t steps, std::int64_t every,
                                 const std::function<bool()>& cancelled) {
  if (steps < 0 || every < 1)
    throw std::invalid_argument("follow_sharpness: steps = " + std::to_string(steps) +
                                ", every = " + std::to_string(every) + ": expected steps >= 0 and every >= 1");
  SharpnessCourse course;
  course.losses.reserve(static_cast<std::size_t>(steps));
  Eigenpairs<double> top;
  for (std::int64_t k = 0; k < steps; ++k) {
    if (k % every == 0) {
      if (cancelled && cancelled()) break;
      top = Curvature<double>(net, data, loss).top(2, top, {.tolerance = 1e-3});
      course.converged = course.converged && top.converged;
      course.steps.push_back(k);
      course.sharpness.push_back(top.values(0));
    }
    course.ended = trainer.run(1);
    if (course.ended == Ended::diverged) break;
    course.losses.push_back(trainer.batch_loss());
  }
  return course;
}

}  // namespace lmw::learn
