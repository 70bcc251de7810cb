// Compiled for the plainest x86-64 and run before everything else: the rest of the program uses instructions (AVX2,
// FMA) that an older processor does not have, and would end there without a word.
#include <unistd.h>

namespace {

__attribute__((constructor(101))) void require_processor() {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2")) return;
  constexpr char text[] =
      "lmw: this processor cannot run this build\n"
      "  expected  x86-64-v3: AVX2, FMA, BMI2 (Intel Haswell, AMD Zen, or later)\n"
      "  found     an older one, or a virtual machine that hides them\n"
      "  try       another machine, or set -march in cmake/LmwFlags.cmake and build again\n";
  if (write(STDERR_FILENO, text, sizeof text - 1) < 0) _exit(1);
  _exit(1);
}

}  // namespace
