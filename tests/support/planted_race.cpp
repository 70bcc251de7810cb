// A data race, planted: the ThreadSanitizer build must end this program with an error, or it guards nothing.
#include <lmw/numerics/executor.h>

#include <cstdio>

int main() {
  lmw::numerics::Executor executor(4);
  long counter = 0;
  for (int task = 0; task < 64; ++task)
    executor.submit([&] {
      for (int i = 0; i < 10'000; ++i) ++counter;
    });
  executor.wait();
  std::printf("%ld\n", counter);
}
