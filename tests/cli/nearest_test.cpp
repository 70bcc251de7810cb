#include <lmw/host/nearest.h>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using lmw::host::edit_distance;
using lmw::host::nearest;

TEST_SUITE("cli/nearest") {
  const std::vector<std::string> laws = {"solvable/ridgeless-double-descent", "solvable/saddle-to-saddle-times",
                                         "scaling/real-data-kernel-curve"};

  TEST_CASE("the distance counts edits, and a swap of neighbours as one") {
    CHECK(edit_distance("", "abc") == 3);
    CHECK(edit_distance("kitten", "sitting") == 3);
    CHECK(edit_distance("verdicts", "verdcits") == 1);
    CHECK(edit_distance("same", "same") == 0);
  }

  TEST_CASE("a misspelt law is found by its id or by its name alone") {
    CHECK(nearest("solvable/ridgless-double-descent", laws) == laws[0]);
    CHECK(nearest("sadle-to-saddle-times", laws) == laws[1]);
  }

  TEST_CASE("a part of a name is enough") { CHECK(nearest("kernel-curve", laws) == laws[2]); }

  TEST_CASE("what resembles nothing gets no suggestion") {
    CHECK(nearest("quantum-gravity", laws).empty());
    CHECK(nearest("", laws).empty());
  }
}
