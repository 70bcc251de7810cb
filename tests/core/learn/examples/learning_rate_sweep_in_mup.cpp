#include <lmw/learn/generators.h>
#include <lmw/learn/trainer.h>
#include <lmw/sdk/law.h>

using namespace lmw;

/// Which learning rate is the best at each width? In muP, the same one. A run that diverges counts as a loss of 1e4.
void measure_best_learning_rate(const sdk::Point& at, sdk::Seed seed, sdk::Recorder& out) {
  numerics::Rng rng(seed.value, numerics::Stream::data);
  const learn::Mlp<double> teacher(learn::standard({.widths = {16, 8, 4}, .activation = learn::Activation::tanh}), rng);
  const learn::Dataset<float> data = learn::teacher_student(teacher, 256, 0, rng).cast<float>();
  std::vector<double> widths, best;
  for (std::int64_t width = at.count("narrowest"); width <= at.count("widest"); width *= 2) {
    const learn::MlpShape shape{.widths = {16, width, width, 4}, .bias = false, .weight_var = 2};
    double least = 1e4;
    widths.push_back(static_cast<double>(width));
    best.push_back(0);
    for (double log2_lr = -10; log2_lr <= 4; ++log2_lr) {
      learn::Mlp<float> net(learn::mup(shape, at.count("narrowest"), learn::MupFor::sgd),
                            numerics::Rng(seed.value, numerics::Stream::init));
      const auto batches = learn::without_replacement(64, numerics::Rng(seed.value, numerics::Stream::order));
      const auto sgd = learn::gradient_descent(std::exp2(log2_lr));
      learn::Trainer trainer(net, data, {.optimiser = sgd, .batches = batches, .loss_limit = 1e4});
      if (trainer.run(at.count("steps")) == learn::Ended::diverged || trainer.loss() >= least) continue;
      least = trainer.loss();
      best.back() = log2_lr;
    }
  }
  out.record({.observable = "log2_best_learning_rate", .x = widths, .value = best});
}
