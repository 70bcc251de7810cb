#include <lmw/numerics/executor.h>

#include <doctest/doctest.h>

#include <atomic>
#include <cmath>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace lmw::numerics;

TEST_SUITE("numerics/executor") {
  TEST_CASE("every submitted task runs once, also those that tasks submit") {
    for (const int jobs : {1, 2, 4}) {
      Executor executor(jobs);
      std::vector<std::atomic<int>> ran(2000);
      for (std::size_t i = 0; i < 1000; ++i)
        executor.submit([&, i] {
          ++ran[i];
          executor.submit([&, i] { ++ran[1000 + i]; });
        });
      executor.wait();
      for (const auto& n : ran) REQUIRE(n == 1);
    }
  }
  TEST_CASE("as many tasks run at once as there are jobs") {
    Executor executor(4);
    std::atomic<int> inside{0};
    // Each task waits for the other three: with fewer threads this would never end.
    for (int i = 0; i < 4; ++i)
      executor.submit([&] {
        ++inside;
        while (inside < 4) std::this_thread::yield();
      });
    executor.wait();
    CHECK(inside == 4);
  }
  TEST_CASE("a join runs after all that it depends on, and once") {
    Executor executor(3);
    std::atomic<int> done{0}, seen{-1}, times{0};
    const auto join = Join::make(executor, 100, [&] {
      seen = done.load();
      ++times;
    });
    for (int i = 0; i < 100; ++i)
      executor.submit([&, join] {
        ++done;
        join->arrive();
      });
    executor.wait();
    CHECK(seen == 100);
    CHECK(times == 1);
  }
  TEST_CASE("the first exception reaches the one who waits, and only once") {
    Executor executor(2);
    executor.submit([] { throw std::runtime_error("planted"); });
    CHECK_THROWS_WITH(executor.wait(), "planted");
    CHECK_NOTHROW(executor.wait());
  }
  TEST_CASE("parallel_for covers the range once, in pieces that do not depend on threads") {
    std::vector<int> hits(1003);
    parallel_for(hits.size(), 100, [&](std::size_t first, std::size_t last) {
      CHECK(first % 100 == 0);
      for (std::size_t i = first; i < last; ++i) ++hits[i];
    });
    for (const int h : hits) REQUIRE(h == 1);
    parallel_for(0, 1, [](std::size_t, std::size_t) { FAIL("nothing to do"); });
    CHECK_THROWS_AS(parallel_for(1, 0, [](std::size_t, std::size_t) {}), std::invalid_argument);
  }
  TEST_CASE("an ordered sum has the same bits at any number of threads") {
    const auto term = [](std::size_t i) { return std::sin(static_cast<double>(i)) / (1.0 + static_cast<double>(i)); };
    constexpr std::size_t n = 1'000'000;
    const double here = ordered_sum(n, term);
    for (const int jobs : {1, 2, 8}) {
      Executor executor(jobs);
      double there = 0;
      executor.submit([&] { there = ordered_sum(n, term); });
      executor.wait();
      CHECK(there == here);
    }
    // sum_{i>=0} sin(i)/(1+i), by 10^6 terms to the size of the first left out
    long double direct = 0;
    for (std::size_t i = 0; i < n; ++i)
      direct += std::sin(static_cast<long double>(i)) / (1.0L + static_cast<long double>(i));
    CHECK(here == doctest::Approx(static_cast<double>(direct)).epsilon(1e-12));
  }
  TEST_CASE("bad arguments are refused with the value") {
    CHECK_THROWS_WITH_AS(Executor(0), "jobs = 0: expected >= 1", std::invalid_argument);
  }
}
