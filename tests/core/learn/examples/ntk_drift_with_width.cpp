#include <lmw/learn/generators.h>
#include <lmw/learn/ntk.h>
#include <lmw/learn/trainer.h>
#include <lmw/sdk/law.h>

using namespace lmw;

/// How far does training move the tangent kernel, at each width? The same data at every width, the same seed.
void measure_ntk_drift(const sdk::Point& at, sdk::Seed seed, sdk::Recorder& out) {
  learn::Dataset<double> data{learn::circle(8, 0.1, std::sqrt(2.0)), {}};
  data.y = data.x.row(0).cwiseProduct(data.x.row(1));
  std::vector<double> widths, drift;
  for (std::int64_t width = at.count("narrowest"); width <= at.count("widest"); width *= 2) {
    learn::Mlp<double> net(learn::ntk_parametrisation({.widths = {2, width, width, 1},
                                                       .activation = learn::Activation::tanh,
                                                       .weight_var = 1.5,
                                                       .bias_var = 0.1}),
                           numerics::Rng(seed.value, numerics::Stream::init));
    const Eigen::MatrixXd before = learn::ntk(net, data.x);
    learn::Trainer trainer(net, data, {.optimiser = learn::gradient_descent(at["lr"])});
    if (trainer.run(at.count("steps")) == learn::Ended::diverged)
      return out.outcome(sdk::Outcome::diverged, "width " + std::to_string(width));
    widths.push_back(static_cast<double>(width));
    drift.push_back((learn::ntk(net, data.x) - before).norm() / before.norm());
  }
  out.record({.observable = "ntk_drift", .x = widths, .value = drift});
}
