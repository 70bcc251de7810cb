#include <lmw/learn/central_flow.h>
#include <lmw/learn/curvature.h>
#include <lmw/numerics/complementarity.h>

#include <algorithm>
#include <stdexcept>
#include <string>

namespace lmw::learn {

CentralStep central_step(const LocalLoss& at, double lr, double dt, const Eigen::MatrixXd& start) {
  const Eigen::Index k = at.eigenvalues.size(), d = at.gradient.size();
  if (!(lr > 0) || !(dt > 0))
    throw std::invalid_argument("central_step: lr = " + std::to_string(lr) + ", dt = " + std::to_string(dt) +
                                ": expected > 0");
  if (static_cast<Eigen::Index>(at.slopes.size()) != k * (k + 1) / 2)
    throw std::invalid_argument("central_step: " + std::to_string(at.slopes.size()) + " slopes for " +
                                std::to_string(k) + " eigenvalues: expected k (k + 1) / 2");
  CentralStep step{.change = -lr * dt * at.gradient, .oscillation = Eigen::MatrixXd::Zero(k, k)};
  if (k == 0) return step;

  Eigen::MatrixXd slopes(d, k * k);  // column i k + j
  std::size_t next = 0;
  for (Eigen::Index i = 0; i < k; ++i)
    for (Eigen::Index j = i; j < k; ++j, ++next) slopes.col(i * k + j) = slopes.col(j * k + i) = at.slopes[next];
  // A: the distance to 2/eta that gradient flow alone would leave at the end of the step; B[X]: what X adds to it.
  const Eigen::VectorXd drift = lr * dt * (slopes.transpose() * at.gradient);
  Eigen::MatrixXd a = drift.reshaped<Eigen::RowMajor>(k, k);
  a.diagonal().array() += 2 / lr - at.eigenvalues.array();
  const Eigen::MatrixXd b = 0.5 * lr * dt * (slopes.transpose() * slopes);
  step.oscillation = numerics::semidefinite_complementarity(a, b, start.rows() == k ? start : Eigen::MatrixXd());
  step.change.noalias() -= 0.5 * lr * dt * (slopes * step.oscillation.reshaped<Eigen::RowMajor>());
  return step;
}

CentralFlow::CentralFlow(Mlp<double>& net, const Dataset<double>& data, Loss loss, double lr,
                         const CentralFlowOptions& options)
    : net_(&net), data_(&data), loss_(loss), lr_(lr), options_(options) {
  if (!(lr > 0) || options.substeps < 1 || options.tracked < 1)
    throw std::invalid_argument(
        "CentralFlow: lr = " + std::to_string(lr) + ", substeps = " + std::to_string(options.substeps) +
        ", tracked = " + std::to_string(options.tracked) + ": expected lr > 0, the others >= 1");
  check(data);
}

CentralMoment CentralFlow::step() {
  CentralMoment moment;
  for (int part = 0; part < options_.substeps; ++part) {
    Curvature<double> here(*net_, *data_, loss_);
    const auto tracked = static_cast<int>(std::min<Eigen::Index>(options_.tracked, here.size()));
    Eigenpairs<double> top = here.top(tracked, top_, {.tolerance = 1e-3});
    // Signs are arbitrary: keep those of before, for the warm start of the oscillation.
    if (top_.vectors.cols() == top.vectors.cols())
      for (Eigen::Index j = 0; j < top.vectors.cols(); ++j)
        if (top.vectors.col(j).dot(top_.vectors.col(j)) < 0) top.vectors.col(j) *= -1;
    top_ = std::move(top);

    const Eigen::Index k = (top_.values.array() > options_.critical * 2 / lr_).count();
    LocalLoss local{.gradient = here.gradient(), .eigenvalues = top_.values.head(k), .slopes = {}};
    for (Eigen::Index i = 0; i < k; ++i)
      for (Eigen::Index j = i; j < k; ++j)
        local.slopes.push_back(i == j ? here.third(top_.vectors.col(i))
                                      : here.third(top_.vectors.col(i), top_.vectors.col(j)));
    const CentralStep step = central_step(local, lr_, 1.0 / options_.substeps, oscillation_);
    oscillation_ = step.oscillation;
    if (part == 0)
      moment = {.loss = here.loss(),
                .gradient_sq = here.gradient().squaredNorm(),
                .sharpness = top_.values(0),
                .directions = top_.vectors.leftCols(k),
                .oscillation = step.oscillation};
    net_->parameters() += step.change;
  }
  return moment;
}

}  // namespace lmw::learn
