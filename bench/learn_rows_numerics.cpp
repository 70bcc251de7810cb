#include "learn_rows.h"

#include <lmw/learn/npy.h>
#include <lmw/numerics/executor.h>
#include <lmw/numerics/kernel.h>
#include <lmw/numerics/linalg.h>
#include <lmw/numerics/loss_law.h>
#include <lmw/numerics/positive_definite.h>
#include <lmw/numerics/random.h>
#include <lmw/numerics/relu_kernels.h>
#include <lmw/numerics/top_eigen.h>

#include <cmath>
#include <utility>
#include <vector>

namespace lmw::bench {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

/// A row whose work is a function of one input matrix, and whose check is one number of its result.
class OfMatrix final : public Row {
 public:
  OfMatrix(MatrixXd input, double count, std::function<double(const MatrixXd&)> work)
      : input_(std::move(input)), work_(std::move(work)) {
    flops = count;
    double_precision = true;
  }
  void write_start(const std::filesystem::path& folder) const override { learn::write_npy(folder / "x.npy", input_); }
  void run(long repetitions) override {
    for (long r = 0; r < repetitions; ++r) result_ = work_(input_);
  }
  double check() const override { return result_; }

 private:
  MatrixXd input_;
  std::function<double(const MatrixXd&)> work_;
  double result_ = 0;
};

/// (n, 20) points, and the Gaussian kernel of width^2 20 on them with a ridge of 1e-3.
MatrixXd points(Index n) { return numerics::Rng(1).normal(n, 20); }
MatrixXd gram_matrix(Index n) {
  MatrixXd k = numerics::gaussian_kernel(numerics::squared_distances(points(n)), 20);
  k.diagonal().array() += 1e-3;
  return k;
}

/// Kernels of an infinitely wide network of three hidden layers on 2000 inputs, made in place.
class InfiniteNtk final : public Row {
 public:
  InfiniteNtk() : x_(numerics::Rng(1).normal(50, 2000)), nngp_(2000, 2000), ntk_(2000, 2000) {
    double_precision = true;
  }
  void write_start(const std::filesystem::path& folder) const override { learn::write_npy(folder / "x.npy", x_); }
  void run(long repetitions) override {
    for (long r = 0; r < repetitions; ++r) {
      nngp_.setZero();
      nngp_.selfadjointView<Eigen::Lower>().rankUpdate(x_.transpose(), 2.0 / 50);
      ntk_ = nngp_;
      numerics::relu_kernels(2, 0, 3, nngp_, ntk_);
    }
  }
  double check() const override { return ntk_.norm(); }

 private:
  MatrixXd x_, nngp_, ntk_;
};

/// Single-precision matrix product at the size of a wide layer.
class Gemm final : public Row {
 public:
  Gemm()
      : w_(numerics::Rng(1).normal(1024, 1024).cast<float>()),
        h_(numerics::Rng(2).normal(1024, 256).cast<float>()),
        z_(1024, 256) {
    flops = 2.0 * 1024 * 1024 * 256;
  }
  void write_start(const std::filesystem::path& folder) const override {
    learn::write_npy(folder / "x.npy", w_.cast<double>());
    learn::write_npy(folder / "y.npy", h_.cast<double>());
  }
  void run(long repetitions) override {
    for (long r = 0; r < repetitions; ++r) z_.noalias() = w_ * h_;
  }
  double check() const override { return static_cast<double>(z_.norm()); }

 private:
  Eigen::MatrixXf w_, h_, z_;
};

constexpr double wild_share = 0.05;

/// 240 runs of a known law with one per cent of noise, and five times that in one run of twenty.
struct Runs {
  Eigen::VectorXd ln_n{240}, ln_d{240}, ln_loss{240};
  Runs() {
    const numerics::LossLaw law{std::log(406.4), std::log(410.7), std::log(1.69), 0.34, 0.28};
    numerics::Rng rng(1);
    for (Index i = 0; i < 240; ++i) {
      ln_n(i) = std::log(10.0) * (7.5 + 2.5 * rng.uniform());
      ln_d(i) = std::log(10.0) * (8.5 + 3 * rng.uniform());
      const double wild = rng.uniform() < wild_share ? 5 : 1;
      ln_loss(i) = law(ln_n(i), ln_d(i)) + 0.01 * wild * rng.normal();
    }
  }
};

/// Fits of the parametric loss: from every 45th start of the grid, from all 4500, or 1000 refits to resampled runs.
class Fits final : public Row {
 public:
  enum class Kind { hundred, grid, bootstrap };
  explicit Fits(Kind kind) : problem_(runs_.ln_n, runs_.ln_d, runs_.ln_loss), kind_(kind) {
    const auto all = numerics::LossLawProblem::hoffmann_grid();
    for (std::size_t k = 0; k < all.size(); k += kind == Kind::grid ? 1 : 45) starts_.push_back(all[k]);
    optimum_ = problem_.best(starts_).law;
  }
  void write_start(const std::filesystem::path& folder) const override {
    MatrixXd table(240, 3);
    table << runs_.ln_n, runs_.ln_d, runs_.ln_loss;
    learn::write_npy(folder / "x.npy", table);
    MatrixXd starts(100, 5);
    const auto all = numerics::LossLawProblem::hoffmann_grid();
    for (Index k = 0; k < 100; ++k) {
      const auto& p = all[static_cast<std::size_t>(45 * k)];
      starts.row(k) << p.ln_a, p.ln_b, p.ln_e, p.alpha, p.beta;
    }
    learn::write_npy(folder / "y.npy", starts);
    // The same resampled runs for the peer, as weights, and the start of every refit.
    MatrixXd weights = MatrixXd::Zero(resampled, 240);
    for (Index k = 0; k < resampled; ++k)
      for (const Index i :
           numerics::Rng(bootstrap_seed, numerics::Stream::noise, static_cast<std::uint32_t>(k)).indices(240, 240))
        weights(k, i) += 1;
    learn::write_npy(folder / "weights.npy", weights);
    learn::write_npy(
        folder / "optimum.npy",
        (MatrixXd(1, 5) << optimum_.ln_a, optimum_.ln_b, optimum_.ln_e, optimum_.alpha, optimum_.beta).finished());
  }
  void run(long repetitions) override {
    for (long r = 0; r < repetitions; ++r) {
      if (kind_ == Kind::bootstrap)
        result_ = problem_.bootstrap(optimum_, 1000, bootstrap_seed).col(3).head(resampled).mean();
      else
        result_ = problem_.best(starts_).objective;
    }
  }
  double check() const override { return result_; }

 private:
  static constexpr Index resampled = 30;
  static constexpr std::uint64_t bootstrap_seed = 7;
  Runs runs_;
  numerics::LossLawProblem problem_;
  Kind kind_;
  std::vector<numerics::LossLaw> starts_;
  numerics::LossLaw optimum_;
  double result_ = 0;
};

}  // namespace

void add_numerics_rows(RowFactories& rows) {
  rows["infinite_ntk_n2000"] = [] { return std::make_unique<InfiniteNtk>(); };
  rows["gemm_w1024"] = [] { return std::make_unique<Gemm>(); };
  rows["fit_chinchilla"] = [] { return std::make_unique<Fits>(Fits::Kind::hundred); };
  rows["grid_4500"] = [] { return std::make_unique<Fits>(Fits::Kind::grid); };
  rows["bootstrap_1000"] = [] { return std::make_unique<Fits>(Fits::Kind::bootstrap); };
  // The kernel is made outside the clock, on both sides; what is timed includes a copy of it, on both sides.
  rows["cholesky_4000"] = [] {
    const double n = 4000;
    return std::make_unique<OfMatrix>(points(4000), n * n * n / 3,
                                      [k = gram_matrix(4000), work = MatrixXd(4000, 4000)](const MatrixXd& x) mutable {
                                        work = k;
                                        Eigen::VectorXd solution = x.col(0);
                                        numerics::solve_positive_definite_in_place(work, solution);
                                        return solution.sum();
                                      });
  };
  rows["eigh_2000"] = [] {
    return std::make_unique<OfMatrix>(points(2000), 0, [k = gram_matrix(2000)](const MatrixXd&) {
      return numerics::symmetric_eigen(k).values(1999);
    });
  };
  rows["top20_eig_2000"] = [] {
    return std::make_unique<OfMatrix>(
        points(2000), 0, [k = gram_matrix(2000)](const MatrixXd&) { return numerics::top_eigen(k, 20).values.sum(); });
  };
}

}  // namespace lmw::bench
