#include "learn_rows.h"

#include <lmw/learn/npy.h>
#include <lmw/learn/trainer.h>

#include <optional>
#include <string>
#include <vector>

namespace lmw::bench {
namespace {

struct Problem {
  std::vector<Eigen::Index> widths;
  Eigen::Index batch;
};

learn::Mlp<float> network(const Problem& problem, std::uint64_t seed) {
  return {learn::standard({.widths = problem.widths, .weight_var = 2}), numerics::Rng(seed, numerics::Stream::init)};
}

learn::Dataset<float> examples(const Problem& problem, std::uint64_t seed) {
  numerics::Rng rng(seed);
  const Eigen::MatrixXd x = rng.normal(problem.widths.front(), problem.batch);
  const Eigen::MatrixXd y = rng.normal(problem.widths.back(), problem.batch);
  return {x.cast<float>(), y.cast<float>()};
}

/// Three products per layer, but the first one passes nothing back.
double step_flops(const Problem& problem) {
  double parameters = 0;
  const auto& w = problem.widths;
  for (std::size_t l = 0; l + 1 < w.size(); ++l) parameters += static_cast<double>(w[l] * w[l + 1]);
  return 2.0 * static_cast<double>(problem.batch) * (3 * parameters - static_cast<double>(w[0] * w[1]));
}

learn::Training how(bool adam) {
  return {.loss = learn::Loss::mse, .optimiser = adam ? learn::adam(1e-3) : learn::gradient_descent(1e-3)};
}

/// One step of one network, on the same batch each time.
class Step final : public Row {
 public:
  Step(Problem problem, bool adam)
      : start_(network(problem, 1)), data_(examples(problem, 1)), net_(start_), adam_(adam) {
    flops = step_flops(problem);
    Step::reset();
  }
  void write_start(const std::filesystem::path& folder) const override {
    learn::write_npy(folder / "theta.npy", start_.parameters().cast<double>());
    learn::write_npy(folder / "x.npy", data_.x.cast<double>());
    learn::write_npy(folder / "y.npy", data_.y.cast<double>());
  }
  void reset() override {
    net_ = start_;
    trainer_.emplace(net_, data_, how(adam_));
  }
  void run(long repetitions) override { trainer_->run(repetitions); }
  double check() const override { return trainer_->loss(); }

 private:
  learn::Mlp<float> start_;
  learn::Dataset<float> data_;
  learn::Mlp<float> net_;
  bool adam_;
  std::optional<learn::Trainer<float>> trainer_;
};

/// Twenty steps of each of 64 networks with data of their own, one network after the other.
class Ensemble final : public Row {
 public:
  Ensemble() {
    const Problem problem{{32, 64, 64, 64, 1}, 128};
    for (std::uint64_t seed = 0; seed < members; ++seed) {
      start_.push_back(network(problem, seed));
      data_.push_back(examples(problem, seed));
    }
    flops = step_flops(problem) * members * steps;
    Ensemble::reset();
  }
  void write_start(const std::filesystem::path& folder) const override {
    for (std::size_t k = 0; k < members; ++k) {
      learn::write_npy(folder / ("theta" + std::to_string(k) + ".npy"), start_[k].parameters().cast<double>());
      learn::write_npy(folder / ("x" + std::to_string(k) + ".npy"), data_[k].x.cast<double>());
      learn::write_npy(folder / ("y" + std::to_string(k) + ".npy"), data_[k].y.cast<double>());
    }
  }
  void reset() override {
    trainers_.clear();
    nets_ = start_;
    for (std::size_t k = 0; k < members; ++k) trainers_.emplace_back(nets_[k], data_[k], how(false));
  }
  void run(long repetitions) override {
    for (long r = 0; r < repetitions; ++r)
      for (auto& trainer : trainers_) trainer.run(steps);
  }
  double check() const override {
    double sum = 0;
    for (const auto& trainer : trainers_) sum += trainer.loss();
    return sum / members;
  }

 private:
  static constexpr std::size_t members = 64;
  static constexpr int steps = 20;
  std::vector<learn::Mlp<float>> start_, nets_;
  std::vector<learn::Dataset<float>> data_;
  std::vector<learn::Trainer<float>> trainers_;
};

}  // namespace

void add_training_rows(RowFactories& rows) {
  const auto step = [&](const std::string& name, const Problem& problem, bool adam) {
    rows[name + (adam ? "_adam" : "_sgd")] = [=] { return std::make_unique<Step>(problem, adam); };
  };
  for (const bool adam : {false, true}) {
    step("step_w16_b32", {{16, 16, 16, 1}, 32}, adam);
    step("step_w64_b32", {{32, 64, 64, 64, 1}, 32}, adam);
    step("step_w64_b128", {{32, 64, 64, 64, 1}, 128}, adam);
    step("step_w1024_b256", {{64, 1024, 1024, 1024, 1}, 256}, adam);
  }
  step("step_w256_b1000", {{64, 256, 256, 256, 256, 1}, 1000}, false);
  rows["ensemble64_w64_b128"] = [] { return std::make_unique<Ensemble>(); };
}

}  // namespace lmw::bench
