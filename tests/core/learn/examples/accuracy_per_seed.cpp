#include <lmw/learn/images.h>
#include <lmw/learn/trainer.h>
#include <lmw/sdk/law.h>

using namespace lmw;

/// Test accuracy on Fashion-MNIST. One call is one seed: the host runs the seeds in parallel.
void measure_accuracy(const sdk::Point& at, sdk::Seed seed, sdk::Recorder& out) {
  const auto folder = out.data("fashion-mnist").path;
  const auto examples = [&](std::int64_t count, learn::Split split) {
    const learn::ImageSet images = learn::read_fashion_mnist(folder, count, split);
    return learn::Dataset<float>{images.scaled<float>().transpose(), learn::one_hot<float>(images.labels, 10)};
  };
  const auto train = examples(at.count("n_train"), learn::Split::train);
  const auto test = examples(at.count("n_test"), learn::Split::test);
  learn::Mlp<float> net(learn::standard({.widths = {784, at.count("width"), 10}, .weight_var = 2}),
                        numerics::Rng(seed.value, numerics::Stream::init));
  learn::Trainer trainer(net, train,
                         {.loss = learn::Loss::cross_entropy,
                          .optimiser = learn::adam(at["lr"]),
                          .batches = learn::shuffled_epochs(128, numerics::Rng(seed.value, numerics::Stream::order))});
  if (trainer.run(at.count("steps")) == learn::Ended::diverged)
    return out.outcome(sdk::Outcome::diverged, "at step " + std::to_string(trainer.steps()));
  out.record({.observable = "accuracy", .value = learn::accuracy(net.output(test.x), test.y)});
}
