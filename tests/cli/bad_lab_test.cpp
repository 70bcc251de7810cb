#include "program.h"

#include <doctest/doctest.h>

#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <chrono>
#include <thread>
#include <utility>

using namespace lmw::tests;
namespace fs = std::filesystem;

namespace {

/// Whether the message has the shape of all messages, names `found`, and offers `hint`.
bool told(const Outcome& outcome, int code, const std::string& found, const std::string& hint) {
  CAPTURE(outcome.out);
  CAPTURE(outcome.err);
  const auto at = [&](const std::string& label, const std::string& part) {
    const auto line = outcome.err.find("\n  " + label);
    return line != std::string::npos && outcome.err.find(part, line) != std::string::npos;
  };
  CHECK(outcome.code == code);
  CHECK(at("expected  ", ""));
  CHECK(at("found     ", found));
  CHECK(at("try       ", hint));
  return outcome.code == code;
}

const std::vector<std::string> simple = {"run", "coin/identity"};
/// 40 replicates of half a second.
const std::vector<std::string> slow = {"run", "coin/misbehaves", "--set", "how=slow", "--replicates", "40"};

void wait_until(const Program& lmw, const std::string& said) {
  for (int tick = 0; tick < 1000 && read_file(lmw / "err").find(said) == std::string::npos; ++tick)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
}

/// As another user than root, whom no mode of a file holds back.
struct Unprivileged : Program {
  Unprivileged() { chmod(home().c_str(), 0755); }
  Outcome run_as_nobody(std::vector<std::string> arguments) {
    if (geteuid() != 0) return run(arguments);
    const std::string lmw = std::exchange(program, "/usr/bin/setpriv");
    arguments.insert(arguments.begin(), {"--reuid=65534", "--clear-groups", lmw});
    Outcome outcome = run(arguments);
    program = lmw;
    return outcome;
  }
};

}  // namespace

TEST_SUITE("cli/bad_lab") {
  TEST_CASE("a lab that is none, is of a newer program, or has no place: 6, and nothing is touched") {
    Program lmw;
    REQUIRE(lmw.run(simple).code == 0);
    const std::string text =
        "not a database, and long enough to be taken for one by its size alone .................\n";
    write_file(lmw / "text.db", text);
    std::string newer = read_file(lmw / "lab.db");
    newer[60] = 1;  // user_version, big-endian, at offset 60 of the header
    write_file(lmw / "newer.db", newer);
    std::string other = read_file(lmw / "lab.db");
    other[68] = 1;  // application_id
    write_file(lmw / "other.db", other);
    fs::create_symlink(lmw / "lab.db", lmw / "link.db");
    for (const auto& command : std::vector<std::vector<std::string>>{
             {"run", "coin/identity"}, {"verdicts"}, {"query", "select 1"}, {"verify"}, {"export", "--canonical"}}) {
      CAPTURE(command.front());
      const auto of = [&](const std::string& lab) {
        auto arguments = command;
        arguments.insert(arguments.begin(), {"--lab", lab});
        return lmw.run(arguments);
      };
      told(of("text.db"), 6, "not a database", "name another file with --lab");
      told(of("other.db"), 6, "not a lab", "name another file with --lab");
      told(of("newer.db"), 6, "written by a newer lmw", "update lmw");
      told(of(lmw.home()), 6, "", "name another file with --lab");
      told(of("link.db"), 6, "", "--lab");
    }
    told(lmw.run({"--lab", "no/such/folder/lab.db", "run", "coin/identity"}), 6, "No such file or directory",
         "mkdir -p no/such/folder");
    told(lmw.run({"--lab", "no/such/folder/lab.db", "status"}), 6, "no such file", "lmw run --demo");
    CHECK(read_file(lmw / "text.db") == text);
    CHECK(read_file(lmw / "newer.db") == newer);
    CHECK(lmw.run({"verify"}).code == 0);
  }

  TEST_CASE("a lab whose pages were overwritten: 6, and it says so") {
    Program lmw;
    REQUIRE(lmw.run({"run", "coin/mean-of-uniforms"}).code == 0);
    std::string bytes = read_file(lmw / "lab.db");
    REQUIRE(bytes.size() > 3 * 4096);
    std::fill(bytes.begin() + 4096, bytes.end(), '\xA5');
    write_file(lmw / "lab.db", bytes);
    for (const auto& command : std::vector<std::vector<std::string>>{{"run", "coin/identity"},
                                                                     {"status"},
                                                                     {"verdicts"},
                                                                     {"query", "select * from verdicts"},
                                                                     {"explain", "1"}}) {
      CAPTURE(command.front());
      told(lmw.run(command), 6, "malformed", "go back to a copy");
    }
    CHECK(lmw.run({"verify"}).code == 6);
    CHECK(lmw.run({"doctor"}).code == 6);
  }

  TEST_CASE("a lab that may only be read can be read, and says how to write to it") {
    Unprivileged lmw;
    REQUIRE(lmw.run(simple).code == 0);
    fs::create_directory(lmw / "cache-of-nobody");
    chmod((lmw / "cache-of-nobody").c_str(), 0777);
    lmw.environment["XDG_CACHE_HOME"] = (lmw / "cache-of-nobody").string();
    const std::string before = read_file(lmw / "lab.db");
    if (lmw.run_as_nobody({"--version"}).code != 0) {
      MESSAGE("skipped: the program lies where only root may go");
      return;
    }
    chmod((lmw / "lab.db").c_str(), 0444);
    chmod(lmw.home().c_str(), 0555);
    CHECK(lmw.run_as_nobody({"verdicts"}).code == 0);
    CHECK(lmw.run_as_nobody({"verify"}).code == 0);
    told(lmw.run_as_nobody({"run", "coin/mean-of-uniforms"}), 6, "ermission denied", "chmod u+w");
    told(lmw.run_as_nobody({"report", "-o", "report"}), 2, "ermission denied", "lmw report -o /tmp/report");
    chmod(lmw.home().c_str(), 0777);  // the folder may be written, the file may not
    told(lmw.run_as_nobody({"run", "coin/mean-of-uniforms"}), 6, "", "chmod u+w");
    CHECK(read_file(lmw / "lab.db") == before);
    chmod((lmw / "lab.db").c_str(), 0000);
    told(lmw.run_as_nobody({"verdicts"}), 6, "", "--lab");
  }

  TEST_CASE("a full disk: 6; with room again the same command goes on, and nothing recorded is lost") {
    Program lmw;
    const fs::path disk = lmw / "disk";
    fs::create_directory(disk);
    if (mount("lmw", disk.c_str(), "tmpfs", 0, "size=1m") != 0) {
      MESSAGE("skipped: no small disk can be mounted here (it takes root)");
      return;
    }
    lmw.environment["LMW_LAB"] = (disk / "lab.db").string();
    const std::vector<std::string> big = {"run", "coin/mean-of-uniforms", "--set", "n=1..400:1"};
    const Outcome full = lmw.run(big);
    told(full, 6, "", "make room on the disk");
    const Outcome still_full = lmw.run(big);
    CHECK(still_full.code == 6);
    CHECK(mount("lmw", disk.c_str(), "tmpfs", MS_REMOUNT, "size=64m") == 0);
    CHECK(lmw.run({"verify"}).code == 0);
    const Outcome again = lmw.run(big);
    CHECK(again.code == 0);
    CHECK(lmw.run({"verify"}).code == 0);
    const std::string rows = lmw.run({"export", "--canonical"}).out;
    umount2(disk.c_str(), MNT_DETACH);

    Program whole;
    CHECK(whole.run(big).code == 0);
    CHECK(whole.run({"export", "--canonical"}).out == rows);
  }

  TEST_CASE("a limit on the size of files is a full disk, not a sudden death") {
    Program lmw;
    const std::string command = lmw.program + " run coin/mean-of-uniforms --set n=1..400:1";
    lmw.program = "/bin/bash";
    told(lmw.run({"-c", "ulimit -f 400; exec " + command}), 6, "File too large", "make room on the disk");
    CHECK(lmw.run({"-c", "exec " + command}).code == 0);
  }

  TEST_CASE("a network disk is refused before anything is written there") {
#ifdef __SANITIZE_ADDRESS__
    MESSAGE("skipped: the sanitizer wants to be the first library");
#else
    Program lmw;
    lmw.environment["LD_PRELOAD"] = std::string(LMW_BINARY_DIR) + "/tests/fake_network_disk.so";
    told(lmw.run(simple), 6, "shared between machines", "keep the lab on a local disk");
    CHECK_FALSE(fs::exists(lmw / "lab.db"));
#endif
  }

  TEST_CASE("two runs on one lab at once: the second says who has it, waits, and goes on") {
    Program lmw;
    const std::vector<std::string> short_run = {"run", "coin/misbehaves", "--set", "how=slow", "--replicates", "6"};
    const pid_t first = lmw.start(short_run);
    wait_until(lmw, "run 1");
    // The second writes to files of its own.
    Program second;
    second.environment["LMW_LAB"] = (lmw / "lab.db").string();
    const Outcome waited = second.run(simple);
    CHECK(waited.code == 0);
    CHECK(waited.err.find("process " + std::to_string(first) + " on ") != std::string::npos);
    CHECK(waited.err.find("waiting for it") != std::string::npos);
    CHECK(lmw.wait_for(first).code == 0);
    CHECK(lmw.run({"query", "select count(*) as n from runs where status = 'finished'", "--format", "csv"}).out ==
          "\"n\"\r\n2\r\n");
    CHECK(lmw.run({"verify"}).code == 0);
  }

  TEST_CASE("if the lab stays taken, the second run gives up and says by whom") {
    Program lmw;
    REQUIRE(lmw.run(simple).code == 0);
    write_file(lmw / "lab.db.lock", "process 4711 on ada");
    const int held = open((lmw / "lab.db.lock").c_str(), O_RDWR);
    REQUIRE(flock(held, LOCK_EX) == 0);
    told(lmw.run({"run", "coin/mean-of-uniforms"}), 6, "process 4711 on ada", "wait for the other run to end");
    CHECK(lmw.run({"verdicts"}).code == 0);  // readers wait for nobody
    close(held);
  }

  TEST_CASE("status tells a run that goes on from one that was killed, and --watch ends with it") {
    Program lmw;
    const auto status = [&] {
      Program reader;
      reader.environment["LMW_LAB"] = (lmw / "lab.db").string();
      return reader.run({"status", "--format", "csv"}).out;
    };
    const pid_t killed = lmw.start(slow);
    wait_until(lmw, "run 1");
    CHECK(status().find("\"running\"") != std::string::npos);
    CHECK(status().find("process " + std::to_string(killed) + " on ") != std::string::npos);
    kill(killed, SIGKILL);
    lmw.wait_for(killed);
    CHECK(status().find("\"killed\"") != std::string::npos);
    CHECK(lmw.run({"status"}).err.find("goes on with it") != std::string::npos);

    const pid_t live = lmw.start({"run", "coin/misbehaves", "--set", "how=slow", "--replicates", "4"});
    wait_until(lmw, "run 2");
    Program watcher;
    watcher.environment["LMW_LAB"] = (lmw / "lab.db").string();
    const Outcome watched = watcher.run({"status", "--watch"});
    CHECK(watched.code == 0);
    CHECK(watched.out.find("running") != std::string::npos);
    CHECK(watched.out.rfind("finished") > watched.out.rfind("running"));
    CHECK(watched.err.find("No run is going on") != std::string::npos);
    CHECK(lmw.wait_for(live).code == 0);
    CHECK(lmw.run({"status", "--watch", "--format", "json"}).code == 2);
    CHECK(lmw.run({"verify"}).code == 0);
  }
}
