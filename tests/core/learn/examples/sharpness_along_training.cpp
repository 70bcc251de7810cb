#include <lmw/learn/curvature.h>
#include <lmw/learn/generators.h>
#include <lmw/learn/trainer.h>
#include <lmw/sdk/law.h>

using namespace lmw;

/// How sharp is the loss where gradient descent stands, in units of the 2 / lr at which it would lose its balance?
void measure_sharpness(const sdk::Point& at, sdk::Seed seed, sdk::Recorder& out) {
  const auto data = learn::on_interval(20, [](double x) { return 8 * x * x * x * x - 8 * x * x + 1; });
  learn::Mlp<double> net(learn::standard({.widths = {1, 30, 30, 1}, .activation = learn::Activation::tanh}),
                         numerics::Rng(seed.value, numerics::Stream::init));
  learn::Trainer trainer(net, data, {.optimiser = learn::gradient_descent(at["lr"])});
  learn::Eigenpairs<double> top;  // each look starts from the last one's answer
  std::vector<double> steps, sharpness;
  while (trainer.steps() < at.count("steps")) {
    if (trainer.run(at.count("every")) == learn::Ended::diverged)
      return out.outcome(sdk::Outcome::diverged, "at step " + std::to_string(trainer.steps()));
    top = learn::Curvature(net, data, learn::Loss::mse_half).top(2, top);
    if (!top.converged) return out.outcome(sdk::Outcome::not_converged, "sharpness");
    steps.push_back(static_cast<double>(trainer.steps()));
    sharpness.push_back(top.values(0) * at["lr"] / 2);
  }
  out.record({.observable = "sharpness", .x = steps, .value = sharpness});
}
