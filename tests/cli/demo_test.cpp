#include "program.h"

#include <doctest/doctest.h>

#include <regex>

using namespace lmw::tests;

TEST_SUITE("cli/demo") {
  TEST_CASE("the tour shows a law that held, a rival that lost, and a point where the law must fail") {
    Program lmw;
    Outcome tour = lmw.run({"run", "--demo"});
    CAPTURE(tour.err);
    CHECK(tour.code == 0);
    CHECK(tour.out.find("confirmed") != std::string::npos);
    // Where lines are broken depends on the numbers.
    tour.err = std::regex_replace(tour.err, std::regex("\\s+"), " ");
    for (const char* part : {"It loses if", "A law that held, a rival that was refuted", "refuted, p",
                             "It breaks, as it must", "Three commands"})
      CHECK(tour.err.find(part) != std::string::npos);
    CHECK(lmw.run({"verify"}).code == 0);
  }

  TEST_CASE("without the laws of the tour it says where to look") {
    Program lmw;
    // The copied program has no plugins of its own beside it.
    std::filesystem::create_directories(lmw / "bin");
    std::filesystem::copy(std::filesystem::path(LMW_BINARY_DIR) / "bin/lmw", lmw / "bin/lmw");
    lmw.program = (lmw / "bin/lmw").string();
    const Outcome tour = lmw.run({"run", "--demo"});
    CHECK(tour.code == 2);
    CHECK(tour.err.find("lmw list plugins") != std::string::npos);
  }
}
