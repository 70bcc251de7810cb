#include "random_networks.h"

#include <lmw/learn/generators.h>
#include <lmw/learn/trainer.h>

#include <doctest/doctest.h>

#include <set>

using namespace lmw;
using learn::Ended;
using learn::Optimiser;
using tests::distance;

namespace {

struct Problem {
  learn::Mlp<double> net;
  learn::Dataset<double> data;
};

/// A tanh net whose arrays all have learning-rate, decay and eps factors of their own.
Problem problem(std::uint64_t seed = 1) {
  learn::Architecture net =
      learn::standard({.widths = {3, 8, 8, 2}, .activation = learn::Activation::tanh, .bias_var = 0.1});
  double factor = 0.7;
  for (auto& layer : net.layers)
    for (learn::Scale* scale : {&layer.weight, &*layer.bias})
      *scale = {.init_var = scale->init_var, .lr = factor *= 1.2, .decay = 2 - factor / 4, .eps = factor};
  numerics::Rng rng(seed);
  return {learn::Mlp<double>(net, numerics::Rng(seed, numerics::Stream::init)), {rng.normal(3, 20), rng.normal(2, 20)}};
}

/// Per-parameter copies of one factor of the Scales.
template <class Member>
Eigen::ArrayXd spread(const learn::Architecture& net, Member member) {
  Eigen::ArrayXd out(net.parameter_count());
  Eigen::Index at = 0;
  for (const auto& layer : net.layers) {
    out.segment(at, layer.inputs * layer.outputs).setConstant(layer.weight.*member);
    at += layer.inputs * layer.outputs;
    if (!layer.bias) continue;
    out.segment(at, layer.outputs).setConstant((*layer.bias).*member);
    at += layer.outputs;
  }
  return out;
}

/// The rules of optimiser.h once more, as whole-array formulas on top of a gradient that the other tests have checked.
Eigen::VectorXd by_formula(Problem p, const Optimiser& how, int steps) {
  using Rule = Optimiser::Rule;
  const Eigen::ArrayXd lr = how.lr * spread(p.net.architecture(), &learn::Scale::lr);
  const Eigen::ArrayXd decay = how.decay * spread(p.net.architecture(), &learn::Scale::decay);
  const Eigen::ArrayXd eps = how.eps * spread(p.net.architecture(), &learn::Scale::eps);
  const Eigen::Index n = p.net.parameter_count();
  Eigen::ArrayXd w = p.net.parameters(), v = Eigen::ArrayXd::Zero(n), s = v;
  for (int t = 1; t <= steps; ++t) {
    const Eigen::ArrayXd at = how.rule == Rule::nesterov ? Eigen::ArrayXd(w + how.beta1 * v) : w;
    p.net.parameters() = at;
    Eigen::ArrayXd g = learn::Trainer<double>(p.net, p.data, {}).gradient();
    if (g.matrix().norm() > how.clip_norm) g *= how.clip_norm / g.matrix().norm();
    if (how.decoupled)
      w *= 1 - lr * decay;
    else
      g += decay * at;
    switch (how.rule) {
      case Rule::gradient_descent: w -= lr * g; break;
      case Rule::heavy_ball:
        v = how.beta1 * v + g;
        w -= lr * v;
        break;
      case Rule::nesterov:
        v = how.beta1 * v - lr * g;
        w += v;
        break;
      case Rule::adam:
        v = how.beta1 * v + (1 - how.beta1) * g;
        s = how.beta2 * s + (1 - how.beta2) * g.square();
        w -= lr * (v / (1 - std::pow(how.beta1, t))) / ((s / (1 - std::pow(how.beta2, t))).sqrt() + eps);
        break;
      case Rule::rmsprop:
        s = t == 1 ? Eigen::ArrayXd(g.square()) : Eigen::ArrayXd(how.beta2 * s + (1 - how.beta2) * g.square());
        w -= lr * g / (s.sqrt() + eps);
        break;
      case Rule::rmsprop_norm: {
        const double square = g.matrix().squaredNorm();
        s.setConstant(t == 1 ? square : how.beta2 * s(0) + (1 - how.beta2) * square);
        w -= lr * g / (std::sqrt(s(0)) + eps);
        break;
      }
      case Rule::sign: w -= lr * g.sign(); break;
    }
  }
  return w;
}

Eigen::VectorXd trained(Problem p, learn::Training how, int steps) {
  learn::Trainer<double> trainer(p.net, p.data, std::move(how));
  REQUIRE(trainer.run(steps) == Ended::done);
  REQUIRE(trainer.steps() == steps);
  return p.net.parameters();
}

const Optimiser rules[] = {learn::gradient_descent(0.1), learn::heavy_ball(0.05, 0.9), learn::nesterov(0.05, 0.8),
                           learn::adam(0.01, 0.9, 0.99), learn::rmsprop(0.01, 0.9),    learn::rmsprop_norm(0.05, 0.95),
                           learn::sign_descent(0.001)};

}  // namespace

TEST_SUITE("learn/trainer") {
  TEST_CASE("every rule makes the steps of its formula, with each decay and with clipping") {
    for (const Optimiser& rule : rules)
      for (int variant = 0; variant < 4; ++variant) {
        Optimiser how = rule;
        if (variant > 0) how.decay = 0.05;
        how.decoupled = variant == 2;
        if (variant == 3) how.clip_norm = 0.3;
        INFO("rule " << static_cast<int>(how.rule) << ", variant " << variant);
        CHECK(distance(trained(problem(), {.optimiser = how}, 12), by_formula(problem(), how, 12)) < 1e-12);
      }
  }

  TEST_CASE("plain descent without a stored gradient equals descent with one") {
    // An infinite clip_norm takes the path that adds each product to the weights directly; a huge finite one does not.
    Optimiser stored = learn::gradient_descent(0.1);
    stored.clip_norm = 1e300;
    CHECK(distance(trained(problem(), {.optimiser = learn::gradient_descent(0.1)}, 50),
                   trained(problem(), {.optimiser = stored}, 50)) < 1e-13);
  }

  TEST_CASE("the same seed gives the same bits") {
    for (const Optimiser& rule : rules) {
      const learn::Training how{.optimiser = rule,
                                .batches = learn::with_replacement(5, numerics::Rng(3, numerics::Stream::order))};
      CHECK((trained(problem(), how, 40).array() == trained(problem(), how, 40).array()).all());
    }
  }

  TEST_CASE("training in pieces is training in one go") {
    Problem whole = problem(), pieces = problem();
    const learn::Training how{.optimiser = learn::adam(0.01), .batches = learn::shuffled_epochs(7, numerics::Rng(3))};
    learn::Trainer<double>(whole.net, whole.data, how).run(30);
    learn::Trainer<double> trainer(pieces.net, pieces.data, how);
    for (int k = 0; k < 10; ++k) trainer.run(3);
    CHECK((whole.net.parameters().array() == pieces.net.parameters().array()).all());
  }

  TEST_CASE("schedules multiply the learning rate") {
    const learn::Schedule warmup = learn::linear_warmup(4), ramp = learn::linear_ramp(10, 20, 3),
                          cosine = learn::cosine(8);
    CHECK(warmup(0) == 0.25);
    CHECK(warmup(3) == 1);
    CHECK(warmup(100) == 1);
    CHECK(ramp(10) == 1);
    CHECK(ramp(15) == 2);
    CHECK(ramp(25) == 3);
    CHECK(cosine(0) == 1);
    CHECK(cosine(4) == doctest::Approx(0.5).epsilon(1e-15));
    CHECK(std::abs(cosine(9)) < 1e-15);
    const auto half = trained(
        problem(), {.optimiser = learn::gradient_descent(0.1), .schedule = [](std::int64_t) { return 0.5; }}, 9);
    CHECK((half.array() == trained(problem(), {.optimiser = learn::gradient_descent(0.05)}, 9).array()).all());
    CHECK_THROWS_AS(learn::linear_warmup(0), std::invalid_argument);
    CHECK_THROWS_AS(learn::linear_ramp(3, 3, 1), std::invalid_argument);
    CHECK_THROWS_AS(learn::cosine(0), std::invalid_argument);
  }

  TEST_CASE("a pass sees every example once, in a new order each time") {
    // A linear model on unit inputs with lr tiny: the change of weight i after a pass counts how often it came.
    const Eigen::Index n = 10;
    learn::Dataset<double> data{Eigen::MatrixXd::Identity(n, n), Eigen::MatrixXd::Ones(1, n)};
    learn::Mlp<double> net(learn::standard({.widths = {n, 1}, .bias = false}), numerics::Rng(1));
    net.parameters().setZero();
    learn::Trainer<double> trainer(
        net, data, {.optimiser = learn::gradient_descent(0.5), .batches = learn::shuffled_epochs(4, numerics::Rng(3))});
    std::set<std::vector<double>> first_batches;
    for (int pass = 0; pass < 5; ++pass) {
      net.parameters().setZero();
      trainer.run(1);
      const Eigen::VectorXd after = net.parameters();
      first_batches.emplace(after.data(), after.data() + n);
      CHECK((after.array() > 0).count() == 4);
      trainer.run(2);  // batches of 4, 4 and 2
      // A batch of B moves each of its weights by 0.5 / B.
      CHECK((net.parameters().array() > 0).all());
      CHECK(net.parameters().sum() == doctest::Approx(1.5).epsilon(1e-14));
    }
    CHECK(first_batches.size() > 1);
  }

  TEST_CASE("batches without replacement hold different examples, batches with replacement may not") {
    const Eigen::Index n = 6;
    const learn::Dataset<double> data{Eigen::MatrixXd::Identity(n, n), Eigen::MatrixXd::Ones(1, n)};
    const auto counts = [&](learn::Batches batches) {
      learn::Mlp<double> net(learn::standard({.widths = {n, 1}, .bias = false}), numerics::Rng(1));
      learn::Trainer<double> trainer(net, data, {.optimiser = learn::gradient_descent(5), .batches = batches});
      std::vector<Eigen::VectorXd> seen;
      for (int k = 0; k < 200; ++k) {
        net.parameters().setZero();
        trainer.run(1);
        seen.push_back(net.parameters());  // 5 examples, lr 5: weight i is how often example i came
      }
      return seen;
    };
    Eigen::VectorXd total = Eigen::VectorXd::Zero(n);
    for (const auto& seen : counts(learn::without_replacement(5, numerics::Rng(4)))) {
      CHECK(seen.maxCoeff() == doctest::Approx(1).epsilon(1e-14));
      CHECK(seen.sum() == doctest::Approx(5).epsilon(1e-14));
      total += seen;
    }
    // 200 draws of 5 from 6: each example 166.7 times, sd sqrt(200 * 5/36) = 5.3; four of those.
    CHECK((total.array() - 1000.0 / 6).abs().maxCoeff() < 22);
    double most = 0;
    for (const auto& seen : counts(learn::with_replacement(5, numerics::Rng(4))))
      most = std::max(most, seen.maxCoeff());
    CHECK(most > 1.5);
  }

  TEST_CASE("divergence is an outcome, and the weights stay as they were before the bad step") {
    Problem p = problem();
    learn::Trainer<double> trainer(p.net, p.data, {.optimiser = learn::gradient_descent(1e4), .loss_limit = 1e6});
    CHECK(trainer.run(100) == Ended::diverged);
    CHECK(trainer.steps() < 100);
    CHECK(trainer.batch_loss() > 1e6);
    CHECK(p.net.parameters().allFinite());
    const Eigen::VectorXd there = p.net.parameters();
    CHECK(trainer.run(5) == Ended::diverged);
    CHECK((p.net.parameters().array() == there.array()).all());
    for (const Optimiser& rule :
         {learn::nesterov(1e200, 0.9), learn::heavy_ball(1e200, 0.9), learn::gradient_descent(1e200)}) {
      Problem wild = problem();
      learn::Trainer<double> overflowing(wild.net, wild.data, {.optimiser = rule});
      CHECK(overflowing.run(50) == Ended::diverged);
    }
  }

  TEST_CASE("a linear model on fresh Gaussian samples follows the exact mean of online SGD") {
    // x ~ N(0, 1), y = 0, one weight: w -> (1 - (eta/B) sum x^2) w, so E w^2 shrinks by 1 - 2 eta + eta^2 (1 + 2/B).
    const double eta = 0.3;
    const int batch = 4, steps = 5, draws = 4000;
    double sum = 0, sum_sq = 0;
    for (int k = 0; k < draws; ++k) {
      learn::Mlp<double> net(learn::standard({.widths = {1, 1}, .bias = false}), numerics::Rng(1));
      net.parameters().setOnes();
      learn::Trainer<double> trainer(
          net,
          learn::FreshSamples<double>{
              .size = batch,
              .rng = numerics::Rng(9, numerics::Stream::data, static_cast<std::uint32_t>(k)),
              .fill =
                  [](numerics::Rng& rng, Eigen::Ref<Eigen::MatrixXd> x, Eigen::Ref<Eigen::MatrixXd> y) {
                    rng.fill_normal(x);
                    y.setZero();
                  }},
          {.optimiser = learn::gradient_descent(eta)});
      trainer.run(steps);
      const double w = net.parameters()(0);
      sum += w * w;
      sum_sq += w * w * w * w;
      CHECK_THROWS_AS(trainer.loss(), std::logic_error);
    }
    const double mean = sum / draws, standard_error = std::sqrt((sum_sq / draws - mean * mean) / draws);
    const double expected = std::pow(1 - 2 * eta + eta * eta * (1 + 2.0 / batch), steps);
    CHECK(std::abs(mean - expected) < 4 * standard_error);
  }

  TEST_CASE("centred networks train on f - f_init, full, in batches and on fresh samples") {
    learn::Architecture architecture = learn::standard({.widths = {2, 6, 1}, .activation = learn::Activation::tanh});
    architecture.output_scale = 3;
    numerics::Rng rng(2);
    const learn::Dataset<double> data{rng.normal(2, 12), rng.normal(1, 12)};
    // The same with the initial output added to the targets by hand.
    learn::Mlp<double> plain(architecture, numerics::Rng(5));
    const learn::Dataset<double> shifted{data.x, data.y + plain.output(data.x)};
    architecture.centred = true;
    for (const auto& batches : {learn::full_batch(), learn::without_replacement(5, numerics::Rng(3))}) {
      learn::Mlp<double> a(architecture, numerics::Rng(5)), b = plain;
      learn::Trainer<double>(a, data, {.optimiser = learn::gradient_descent(0.02), .batches = batches}).run(30);
      learn::Trainer<double>(b, shifted, {.optimiser = learn::gradient_descent(0.02), .batches = batches}).run(30);
      CHECK(distance(a.parameters(), b.parameters()) < 1e-12);
    }
    learn::Mlp<double> a(architecture, numerics::Rng(5)), b = plain;
    const auto fresh = [](const Eigen::MatrixXd& x, const Eigen::MatrixXd& y) {
      return learn::FreshSamples<double>{
          .size = x.cols(),
          .rng = numerics::Rng(1),
          .fill = [=](numerics::Rng&, Eigen::Ref<Eigen::MatrixXd> bx, Eigen::Ref<Eigen::MatrixXd> by) {
            bx = x;
            by = y;
          }};
    };
    learn::Trainer<double>(a, fresh(data.x, data.y), {.optimiser = learn::gradient_descent(0.02)}).run(30);
    learn::Trainer<double>(b, fresh(shifted.x, shifted.y), {.optimiser = learn::gradient_descent(0.02)}).run(30);
    CHECK(distance(a.parameters(), b.parameters()) < 1e-12);
  }

  TEST_CASE("rescaling a layer by a power of two with its learning rate leaves every output bit alone") {
    // Multiplier times theta, weights over theta: lr over theta^2 for descent, lr over theta, eps times theta for adam.
    const double thetas[] = {8, 0.25, 32};
    for (const bool adam : {false, true}) {
      const Optimiser how = adam ? learn::adam(0.0078125, 0.9, 0.999, 0x1p-20) : learn::heavy_ball(0.125, 0.9);
      learn::Architecture plain =
          learn::standard({.widths = {6, 32, 32, 2}, .activation = learn::Activation::tanh, .bias = false});
      learn::Architecture scaled = plain;
      for (std::size_t l = 0; l < 3; ++l)
        scaled.layers[l].weight = {.multiplier = thetas[l],
                                   .init_var = plain.layers[l].weight.init_var,
                                   .lr = adam ? 1 / thetas[l] : 1 / (thetas[l] * thetas[l]),
                                   .eps = thetas[l]};
      learn::Mlp<double> a(plain, numerics::Rng(5)), b(scaled, numerics::Rng(5));
      for (int l = 0; l < 3; ++l) b.weight(l) = a.weight(l) / thetas[l];
      numerics::Rng rng(2);
      const learn::Dataset<double> data{rng.normal(6, 16), rng.normal(2, 16)};
      learn::Trainer<double>(a, data, {.optimiser = how}).run(60);
      learn::Trainer<double>(b, data, {.optimiser = how}).run(60);
      CHECK((a.output(data.x).array() == b.output(data.x).array()).all());
    }
  }

  TEST_CASE("what a rule remembers can be read") {
    Problem p = problem();
    learn::Trainer<double> adam(p.net, p.data, {.optimiser = learn::adam(0.01, 0.9, 0.99)});
    const Eigen::VectorXd g = adam.gradient();
    adam.run(1);
    CHECK(distance(adam.velocity(), 0.1 * g) < 1e-15);
    CHECK(distance(adam.second_moment(), 0.01 * g.cwiseAbs2()) < 1e-15);
    learn::Trainer<double> norm(p.net, p.data, {.optimiser = learn::rmsprop_norm(0.01, 0.9)});
    const double square = norm.gradient().squaredNorm();
    norm.run(1);
    CHECK(norm.velocity().size() == 0);
    CHECK(norm.second_moment()(0) == doctest::Approx(square).epsilon(1e-13));
    CHECK(std::isnan(learn::Trainer<double>(p.net, p.data, {}).batch_loss()));
  }

  TEST_CASE("what cannot be trained is refused, and the text says what was expected") {
    Problem p = problem();
    const auto refused = [&](learn::Training how) {
      CHECK_THROWS_AS(learn::Trainer<double>(p.net, p.data, std::move(how)), std::invalid_argument);
    };
    refused({.batches = learn::with_replacement(0, numerics::Rng(1))});
    refused({.batches = learn::shuffled_epochs(21, numerics::Rng(1))});
    refused({.loss = learn::Loss::cross_entropy});
    refused({.loss = learn::Loss::logistic});
    refused({.optimiser = learn::gradient_descent(-1)});
    refused({.optimiser = learn::heavy_ball(0.1, 1)});
    refused({.optimiser = learn::adam(0.1, 0.9, 1.5)});
    refused({.optimiser = {.clip_norm = 0}});
    const learn::Dataset<double> empty{Eigen::MatrixXd(3, 0), Eigen::MatrixXd(2, 0)};
    const learn::Dataset<double> narrow{Eigen::MatrixXd(2, 4), Eigen::MatrixXd(2, 4)};
    const learn::Dataset<double> uneven{Eigen::MatrixXd(3, 4), Eigen::MatrixXd(2, 3)};
    CHECK_THROWS_WITH_AS(learn::Trainer<double>(p.net, empty, {}), "data: no examples: expected at least one",
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(learn::Trainer<double>(p.net, narrow, {}),
                         "data: 2 inputs and 2 targets: the network has 3 and 2", std::invalid_argument);
    CHECK_THROWS_AS(learn::Trainer<double>(p.net, uneven, {}), std::invalid_argument);
    CHECK_THROWS_AS(learn::Trainer<double>(p.net, learn::FreshSamples<double>{}, {}), std::invalid_argument);
    CHECK_THROWS_AS(learn::Trainer<double>(p.net, p.data, {}).run(-1), std::invalid_argument);
  }
}
