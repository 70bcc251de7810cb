#include "learn_rows.h"

#include <lmw/learn/curvature.h>
#include <lmw/learn/npy.h>
#include <lmw/learn/ntk.h>

#include <optional>
#include <vector>

namespace lmw::bench {
namespace {

learn::Mlp<float> network(std::vector<Eigen::Index> widths, learn::Activation phi) {
  const double weight_var = phi == learn::Activation::relu ? 2 : 1;
  return {learn::standard({.widths = std::move(widths), .activation = phi, .weight_var = weight_var}),
          numerics::Rng(1, numerics::Stream::init)};
}

double weight_count(const learn::Mlp<float>& net) {
  double count = 0;
  for (const auto& layer : net.architecture().layers) count += static_cast<double>(layer.inputs * layer.outputs);
  return count;
}

/// The tangent kernel of a scalar network on 500 inputs.
class Ntk final : public Row {
 public:
  Ntk()
      : net_(network({64, 512, 512, 512, 1}, learn::Activation::relu)),
        x_(numerics::Rng(2).normal(64, 500).cast<float>()) {
    const double n = 500, hidden = 3 * 512;
    // Forward and backward products, and per layer two lower triangles of Gram matrices.
    flops = 2 * n * (2 * weight_count(net_) - 64 * 512) + n * n * (64 + hidden + hidden + 1);
  }
  void write_start(const std::filesystem::path& folder) const override {
    learn::write_npy(folder / "theta.npy", net_.parameters().cast<double>());
    learn::write_npy(folder / "x.npy", x_.cast<double>());
  }
  void run(long repetitions) override {
    for (long r = 0; r < repetitions; ++r) kernel_ = learn::ntk(net_, x_);
  }
  double check() const override { return static_cast<double>(kernel_.norm()); }

 private:
  learn::Mlp<float> net_;
  Eigen::MatrixXf x_, kernel_;
};

/// A Hessian-vector product, the passes at the weights themselves made beforehand.
class Hvp final : public Row {
 public:
  Hvp(std::vector<Eigen::Index> widths, learn::Activation phi, Eigen::Index n) : net_(network(std::move(widths), phi)) {
    numerics::Rng rng(2);
    const Eigen::MatrixXd x = rng.normal(net_.architecture().inputs(), n), y = rng.normal(1, n);
    data_ = {x.cast<float>(), y.cast<float>()};
    direction_ = rng.normal(net_.parameter_count()).cast<float>();
    curvature_.emplace(net_, data_, learn::Loss::mse);
    const auto& first = net_.architecture().layers.front();
    // Six products per layer; the first one needs two.
    flops =
        2 * static_cast<double>(n) * (6 * weight_count(net_) - 4 * static_cast<double>(first.inputs * first.outputs));
  }
  void write_start(const std::filesystem::path& folder) const override {
    learn::write_npy(folder / "theta.npy", net_.parameters().cast<double>());
    learn::write_npy(folder / "x.npy", data_.x.cast<double>());
    learn::write_npy(folder / "y.npy", data_.y.cast<double>());
    learn::write_npy(folder / "v.npy", direction_.cast<double>());
  }
  void run(long repetitions) override {
    for (long r = 0; r < repetitions; ++r) curvature_->hvp(direction_, product_);
  }
  double check() const override { return static_cast<double>(product_.norm()); }

 private:
  learn::Mlp<float> net_;
  learn::Dataset<float> data_;
  Eigen::VectorXf direction_, product_;
  std::optional<learn::Curvature<float>> curvature_;
};

}  // namespace

void add_looking_rows(RowFactories& rows) {
  rows["empirical_ntk_n500_w512"] = [] { return std::make_unique<Ntk>(); };
  rows["hvp_w256_n1000"] = [] {
    return std::make_unique<Hvp>(std::vector<Eigen::Index>{64, 256, 256, 256, 256, 1}, learn::Activation::relu, 1000);
  };
  rows["hvp_w64_b128"] = [] {
    return std::make_unique<Hvp>(std::vector<Eigen::Index>{64, 64, 64, 64, 1}, learn::Activation::tanh, 128);
  };
}

}  // namespace lmw::bench
