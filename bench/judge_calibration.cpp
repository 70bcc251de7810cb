// Error rates of every decision rule, simulated: judge_calibration [EXPERIMENTS = 20000], a minute on one core.
// With 40000 it prints the numbers of docs/statistics.md. Exit code 1 if a rate is not what it has to be.

#include "core/judge/calibration/calibration.h"

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <vector>

namespace jc = judge_calibration;

int main(int argc, char** argv) {
  const int n = argc > 1 ? std::atoi(argv[1]) : 20'000;
  if (n < 100) {
    std::fprintf(stderr, "usage: judge_calibration [EXPERIMENTS >= 100]\n");
    return 2;
  }
  using Noise = jc::Noise;
  const std::vector<std::function<jc::Row()>> rows = {
      [&] { return jc::fixed_number(Noise::gauss, 4, 0, n); },
      [&] { return jc::fixed_number(Noise::gauss, 8, 0, n); },
      [&] { return jc::fixed_number(Noise::gauss, 32, 0, n); },
      [&] { return jc::fixed_number(Noise::student5, 8, 0, n); },
      [&] { return jc::fixed_number(Noise::lognormal, 8, 0, n); },
      [&] { return jc::fixed_number(Noise::lognormal, 32, 0, n); },
      [&] { return jc::fixed_number(Noise::gauss, 8, 0.3, n); },
      [&] { return jc::group_sequential(Noise::gauss, n); },
      [&] { return jc::group_sequential(Noise::lognormal, n); },
      [&] { return jc::any_time(n / 4); },
      [&] { return jc::peeking(n); },
      [&] { return jc::interval(8, n); },
      [&] { return jc::interval(32, n); },
      [&] { return jc::interval_coverage(n); },
      [&] { return jc::slopes(n); },
      [&] { return jc::curve(6, n / 2); },
      [&] { return jc::curve(8, n / 2); },
      [&] { return jc::curve(16, n / 10); },
      [&] { return jc::curve(32, n / 10); },
      [&] { return jc::curve_looks(n / 20); },
      [&] { return jc::skewed_curve(8, n / 2); },
      [&] { return jc::skewed_curve(32, n / 10); },
      [&] { return jc::ordering(3, 4, n); },
      [&] { return jc::ordering(5, 8, n); },
      [&] { return jc::ordering(4, 16, n); },
      [&] { return jc::conserved(n / 4); },
      [&] { return jc::distribution(n / 10); },
      [&] { return jc::proportion(); },
      [&] { return jc::classification(); },
      [&] { return jc::boundary(0.02, 13, 36, n / 2); },
      [&] { return jc::boundary(0.05, 13, 36, n / 2); },
      [&] { return jc::boundary(0.1, 13, 36, n / 2); },
      [&] { return jc::boundary(0.005, 25, 36, n / 2); },
      [&] { return jc::boundary(0.05, 9, 12, n / 2); },
      [&] { return jc::holm(n / 10); },
      [&] { return jc::false_discoveries(16, n / 100); },
      [&] { return jc::false_discoveries(32, n / 100); },
      [&] { return jc::failure_calls(n); },
      [&] { return jc::bounded_mean(n / 10); },
      [&] { return jc::networks(8, n); },
      [&] { return jc::networks(16, n / 4); },
      [&] { return jc::roc_area(n); },
      [&] { return jc::fieller(n); },
      [&] { return jc::wilson_coverage(); },
      [&] { return jc::power_of_looks(4, n); },
      [&] { return jc::power_of_looks(8, n); },
      [&] { return jc::power_of_looks(16, n); },
      [&] { return jc::power_of_looks(64, n); },
      [&] { return jc::power_at_any_time(8, n); },
      [&] { return jc::power_at_any_time(64, n); },
      [&] { return jc::power_at_any_time(1024, n / 20); },
      [&] { return jc::power_per_replicate(n); },
      [&] { return jc::by_pilot(0.5, n); },
      [&] { return jc::by_pilot(0.25, n / 2); },
      [&] { return jc::until_decided(1, n / 4); },
      [&] { return jc::until_decided(0.25, n / 4); },
      [&] { return jc::elasticity_sign(4, n); },
      [&] { return jc::elasticity_sign(8, n); },
      [&] { return jc::elasticity_value(8, n); },
      [&] { return jc::same_class(0.2, n); },
      [&] { return jc::same_class(0.1, n); },
      [&] { return jc::median_coverage(n); },
      [&] { return jc::boundary_width(4, 36, n / 4); },
      [&] { return jc::boundary_width(4, 12, n / 4); },
      [&] { return jc::boundary_width(3, 12, n / 4); },
      [&] { return jc::rejected_skew(n); },
      [&] { return jc::rejected_trend(n); },
  };
  bool all = true;
  for (const auto& make : rows) {
    const jc::Row row = jc::with_stated(make());
    std::printf("%s\n", row.rule.c_str());
    for (const auto& rate : row.rates) {
      std::printf("  %s%s\n", rate.text().c_str(), rate.holds() ? "" : "   <-- NOT MET");
      all = all && rate.holds();
    }
    std::fflush(stdout);
  }
  return all ? 0 : 1;
}
