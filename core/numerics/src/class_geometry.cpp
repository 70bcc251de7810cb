#include <lmw/numerics/class_geometry.h>

#include <cmath>
#include <stdexcept>
#include <string>

namespace lmw::numerics {
namespace {

Eigen::MatrixXd about_their_centre(const Eigen::Ref<const Eigen::MatrixXd>& means) {
  if (means.cols() < 2) throw std::invalid_argument(std::to_string(means.cols()) + " classes: expected at least 2");
  return means.colwise() - means.rowwise().mean();
}

}  // namespace

Eigen::MatrixXd class_means(const Eigen::Ref<const Eigen::MatrixXd>& features,
                            const Eigen::Ref<const Eigen::VectorXi>& labels, Eigen::Index classes) {
  if (classes < 2) throw std::invalid_argument(std::to_string(classes) + " classes: expected at least 2");
  if (labels.size() != features.cols())
    throw std::invalid_argument(std::to_string(labels.size()) + " labels: expected " + std::to_string(features.cols()) +
                                ", one per column of the features");
  Eigen::MatrixXd means = Eigen::MatrixXd::Zero(features.rows(), classes);
  Eigen::VectorXd counts = Eigen::VectorXd::Zero(classes);
  for (Eigen::Index i = 0; i < features.cols(); ++i) {
    if (labels(i) < 0 || labels(i) >= classes)
      throw std::invalid_argument("label " + std::to_string(labels(i)) + " of example " + std::to_string(i) +
                                  ": expected 0 to " + std::to_string(classes - 1));
    means.col(labels(i)) += features.col(i);
    counts(labels(i)) += 1;
  }
  for (Eigen::Index k = 0; k < classes; ++k) {
    if (counts(k) == 0) throw std::invalid_argument("class " + std::to_string(k) + " has no examples");
    means.col(k) /= counts(k);
  }
  return means;
}

double within_over_between(const Eigen::Ref<const Eigen::MatrixXd>& features,
                           const Eigen::Ref<const Eigen::VectorXi>& labels, Eigen::Index classes) {
  const Eigen::MatrixXd means = class_means(features, labels, classes);
  double within = 0;
  for (Eigen::Index i = 0; i < features.cols(); ++i) within += (features.col(i) - means.col(labels(i))).squaredNorm();
  const double between = about_their_centre(means).squaredNorm() / static_cast<double>(classes);
  return within / static_cast<double>(features.cols()) / between;
}

Eigen::MatrixXd cosines(const Eigen::Ref<const Eigen::MatrixXd>& means) {
  const Eigen::MatrixXd directions = means.array().rowwise() / means.colwise().norm().array();
  return directions.transpose() * directions;
}

double simplex_deviation(const Eigen::Ref<const Eigen::MatrixXd>& means) {
  const Eigen::MatrixXd angles = cosines(about_their_centre(means));
  const auto classes = static_cast<double>(means.cols());
  const Eigen::ArrayXXd deviation = (angles.array() + 1 / (classes - 1)).abs();
  return (deviation.sum() - deviation.matrix().diagonal().sum()) / (classes * (classes - 1));
}

double weight_misalignment(const Eigen::Ref<const Eigen::MatrixXd>& weights,
                           const Eigen::Ref<const Eigen::MatrixXd>& means) {
  if (weights.rows() != means.cols() || weights.cols() != means.rows())
    throw std::invalid_argument("weights (" + std::to_string(weights.rows()) + ", " + std::to_string(weights.cols()) +
                                "): expected (" + std::to_string(means.cols()) + ", " + std::to_string(means.rows()) +
                                "), the transpose of the means");
  const Eigen::MatrixXd centred = about_their_centre(means);
  return (weights / weights.norm() - centred.transpose() / centred.norm()).norm();
}

}  // namespace lmw::numerics
