#include <lmw/learn/ensemble.h>

#include <lmw/numerics/executor.h>

#include <optional>
#include <stdexcept>
#include <utility>

namespace lmw::learn {

template <class Scalar>
std::vector<Member<Scalar>> train_ensemble(const Architecture& architecture, const Dataset<Scalar>& data,
                                           const Training& how, std::span<const std::uint64_t> seeds,
                                           std::int64_t steps) {
  if (seeds.empty()) throw std::invalid_argument("train_ensemble: no seeds: expected at least one");
  std::vector<std::optional<Member<Scalar>>> slots(seeds.size());
  numerics::parallel_for(seeds.size(), 1, [&](std::size_t first, std::size_t last) {
    for (std::size_t k = first; k < last; ++k) {
      Member<Scalar>& member = slots[k].emplace(
          Member<Scalar>{.net = Mlp<Scalar>(architecture, numerics::Rng(seeds[k], numerics::Stream::init))});
      Training own = how;
      own.batches.rng = numerics::Rng(seeds[k], numerics::Stream::order);
      Trainer<Scalar> trainer(member.net, data, std::move(own));
      member.ended = trainer.run(steps);
      member.steps = trainer.steps();
      member.loss = trainer.loss();
    }
  });
  std::vector<Member<Scalar>> members;
  members.reserve(slots.size());
  for (auto& slot : slots) members.push_back(std::move(*slot));
  return members;
}

template std::vector<Member<float>> train_ensemble(const Architecture&, const Dataset<float>&, const Training&,
                                                   std::span<const std::uint64_t>, std::int64_t);
template std::vector<Member<double>> train_ensemble(const Architecture&, const Dataset<double>&, const Training&,
                                                    std::span<const std::uint64_t>, std::int64_t);

}  // namespace lmw::learn
