#include <lmw/learn/ensemble.h>
#include <lmw/numerics/executor.h>

#include <doctest/doctest.h>

#include <cmath>

using namespace lmw;

namespace {

const std::vector<std::uint64_t> seeds = {3, 1, 4, 1, 5, 9, 2, 6};

learn::Dataset<float> task() {
  numerics::Rng rng(2);
  return {rng.normal(4, 30).cast<float>(), rng.normal(1, 30).cast<float>()};
}
learn::Training how() {
  return {.optimiser = learn::adam(0.01), .batches = learn::shuffled_epochs(8, numerics::Rng(0))};
}
std::vector<learn::Member<float>> ensemble(const std::vector<std::uint64_t>& which = seeds) {
  return learn::train_ensemble<float>(learn::standard({.widths = {4, 16, 1}, .weight_var = 2}), task(), how(), which,
                                      50);
}

}  // namespace

TEST_SUITE("learn/ensemble") {
  TEST_CASE("each member is the network that its seed alone would have trained") {
    const auto members = ensemble();
    REQUIRE(members.size() == seeds.size());
    const auto data = task();
    for (std::size_t k = 0; k < seeds.size(); ++k) {
      learn::Mlp<float> net(learn::standard({.widths = {4, 16, 1}, .weight_var = 2}),
                            numerics::Rng(seeds[k], numerics::Stream::init));
      learn::Training own = how();
      own.batches.rng = numerics::Rng(seeds[k], numerics::Stream::order);
      learn::Trainer<float> trainer(net, data, own);
      trainer.run(50);
      CHECK((members[k].net.parameters().array() == net.parameters().array()).all());
      CHECK(members[k].loss == trainer.loss());
      CHECK(members[k].steps == 50);
      CHECK(members[k].ended == learn::Ended::done);
    }
  }

  TEST_CASE("one thread and four give the same bits") {
    std::vector<learn::Member<float>> alone, shared;
    const auto run_with = [](int jobs, std::vector<learn::Member<float>>& out) {
      numerics::Executor executor(jobs);
      executor.submit([&] { out = ensemble(); });
      executor.wait();
    };
    run_with(1, alone);
    run_with(4, shared);
    REQUIRE(alone.size() == shared.size());
    for (std::size_t k = 0; k < alone.size(); ++k)
      CHECK((alone[k].net.parameters().array() == shared[k].net.parameters().array()).all());
  }

  TEST_CASE("a member that diverges leaves the others alone") {
    learn::Training wild = how();
    wild.optimiser = learn::gradient_descent(1e3);
    wild.loss_limit = 1e6;
    const auto members = learn::train_ensemble<float>(learn::standard({.widths = {4, 16, 1}}), task(), wild, seeds, 50);
    for (const auto& member : members) {
      CHECK(member.ended == learn::Ended::diverged);
      CHECK(member.steps < 50);
    }
    CHECK_THROWS_AS(ensemble({}), std::invalid_argument);
  }
}
