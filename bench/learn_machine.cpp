#include "learn_rows.h"

#include <lmw/numerics/executor.h>

#include <immintrin.h>

#include <algorithm>
#include <chrono>
#include <ctime>

namespace lmw::bench {
namespace {

double cpu_seconds() {
  timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void spin(long rounds) {
  unsigned long counter = 0;
  for (long i = 0; i < rounds; ++i) asm volatile("add $1,%0\nadd $1,%0\nadd $1,%0\nadd $1,%0\n" : "+r"(counter));
}

long rounds_per_microsecond() {
  static const long rounds = [] {
    double best = 1e9;
    for (int trial = 0; trial < 7; ++trial) {
      const double start = wall_seconds();
      spin(2'000'000);
      best = std::min(best, wall_seconds() - start);
    }
    return static_cast<long>(2.0 / best);
  }();
  return rounds;
}

}  // namespace

double fma_peak(bool double_precision) {
  constexpr int chains = 12;  // two multiply-adds start per cycle and take four or five cycles
  __m256 f[chains];
  __m256d d[chains];
  for (int i = 0; i < chains; ++i) {
    f[i] = _mm256_set1_ps(1e-3F * static_cast<float>(i));
    d[i] = _mm256_set1_pd(1e-3 * i);
  }
  const __m256 fx = _mm256_set1_ps(0.999F), fy = _mm256_set1_ps(1e-4F);
  const __m256d dx = _mm256_set1_pd(0.999), dy = _mm256_set1_pd(1e-4);
  constexpr long loops = 400'000;
  double best = 1e9;
  for (int trial = 0; trial < 9; ++trial) {
    const double start = cpu_seconds();
    for (long k = 0; k < loops; ++k)
#pragma GCC unroll 12
      for (int i = 0; i < chains; ++i) {
        if (double_precision)
          d[i] = _mm256_fmadd_pd(d[i], dx, dy);
        else
          f[i] = _mm256_fmadd_ps(f[i], fx, fy);
      }
    best = std::min(best, cpu_seconds() - start);
  }
  float sink_f = 0;
  double sink_d = 0;
  for (int i = 0; i < chains; ++i) {
    sink_f += f[i][0];
    sink_d += d[i][0];
  }
  asm volatile("" : : "x"(sink_f), "x"(sink_d));  // the sums are wanted, as far as the compiler knows
  return static_cast<double>(loops * chains) * (double_precision ? 8 : 16) / best / 1e9;
}

double task_seconds(double microseconds, long tasks, bool parallel) {
  const long rounds = static_cast<long>(microseconds * static_cast<double>(rounds_per_microsecond()));
  if (!parallel) {
    const double start = wall_seconds();
    for (long i = 0; i < tasks; ++i) spin(rounds);
    return wall_seconds() - start;
  }
  static numerics::Executor executor(2);
  const double start = wall_seconds();
  for (long i = 0; i < tasks; ++i) executor.submit([rounds] { spin(rounds); });
  executor.wait();
  return wall_seconds() - start;
}

}  // namespace lmw::bench
