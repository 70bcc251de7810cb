#include "program.h"

#include <doctest/doctest.h>

#include <chrono>
#include <thread>

using namespace lmw::tests;

namespace {
const std::vector<std::string> slow = {"run", "coin/misbehaves", "--set", "how=slow", "--replicates",
                                       "6",   "--jobs",          "1"};
}

TEST_SUITE("cli/going_away") {
  TEST_CASE("a terminal that goes away interrupts the run in order, and the same command goes on") {
    Program lmw;
    lmw.environment["TERM"] = "xterm";
    const Outcome gone = lmw.run_on_terminal(80, slow, /*leave_at=*/"effort");
    CHECK(gone.code == 128 + SIGHUP);
    CHECK(lmw.run({"status", "--format", "csv"}).out.find("\"interrupted\"") != std::string::npos);
    CHECK(lmw.run({"verify"}).code == 0);
    CHECK(lmw.run(slow).code == 0);
    const std::string rows = lmw.run({"export", "--canonical"}).out;
    Program whole;
    CHECK(whole.run(slow).code == 0);
    CHECK(whole.run({"export", "--canonical"}).out == rows);
  }

  TEST_CASE("a shell that hands the hangup on once more does not cut the run short") {
    Program lmw;
    const pid_t child = lmw.start(slow);
    while (read_file(lmw / "err").find("run 1") == std::string::npos)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    kill(child, SIGHUP);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    kill(child, SIGHUP);
    CHECK(lmw.wait_for(child).code == 128 + SIGHUP);
    CHECK(lmw.run({"status", "--format", "csv"}).out.find("\"interrupted\"") != std::string::npos);
  }

  TEST_CASE("nobody reads what a run says: it is finished all the same") {
    Program lmw;
    const std::string program = lmw.program;
    lmw.program = "/bin/bash";
    const Outcome run = lmw.run({"-c", program + " -v run coin/mean-of-uniforms 2>&1 | true; exit ${PIPESTATUS[0]}"});
    CHECK(run.code == 0);
    lmw.program = program;
    CHECK(lmw.run({"status", "--format", "csv"}).out.find("\"finished\"") != std::string::npos);
  }

  TEST_CASE("standard streams that were closed do not end up in the lab") {
    Program lmw;
    const std::string program = lmw.program;
    lmw.program = "/bin/bash";
    lmw.run({"-c", program + " run coin/mean-of-uniforms <&- >&- 2>&-"});
    lmw.program = program;
    CHECK(lmw.run({"verify"}).code == 0);
    CHECK(lmw.run({"status", "--format", "csv"}).out.find("\"finished\"") != std::string::npos);
  }
}
