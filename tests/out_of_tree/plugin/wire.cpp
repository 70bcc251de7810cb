// A plugin as somebody else would write it: one law, built against the installed files alone.
#include <lmw/numerics/random.h>
#include <lmw/sdk/sdk.h>

namespace {

using namespace lmw;

/// ||x||^2 / d of a standard normal vector in d dimensions has mean 1.
class NormConcentration final : public sdk::Law {
 public:
  sdk::LawInfo info() const override {
    return {.name = "norm-concentration",
            .claim = "the squared length of a standard normal vector is its dimension, on average",
            .formula = R"(\mathbb{E}\,\|x\|^2 / d = 1)",
            .source = "the chi-squared distribution",
            .pillar = "limits",
            .parameters = {sdk::count_parameter("d", 1000)},
            .observables = {{.name = "norm_sq_per_d", .axis = "d", .log_axis = true}},
            .rivals = {{"half", "one half"}},
            .quick = {.core_seconds = 0.01}};
  }
  std::vector<sdk::PointOverrides> sweep(sdk::Effort) const override { return {{{"d", 1000}}, {{"d", 4000}}}; }
  void predict(const sdk::Point&, sdk::Recorder& out) const override {
    out.record(
        {.observable = "norm_sq_per_d", .value = 1.0, .eps = 0.1, .eps_reason = "a fifth of the gap to the rival"});
    out.record({.observable = "norm_sq_per_d", .rival = "half", .value = 0.5});
  }
  void measure(const sdk::Point& at, sdk::Seed seed, sdk::Recorder& out) const override {
    numerics::Rng rng(seed.value, numerics::Stream::data);
    out.record({.observable = "norm_sq_per_d", .value = rng.normal(at.count("d")).squaredNorm() / at["d"]});
  }
};

void fill(sdk::LawList& laws) { laws.add<NormConcentration>(); }

}  // namespace

LMW_PLUGIN(wire, fill)
