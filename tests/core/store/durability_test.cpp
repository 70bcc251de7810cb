#include <doctest/doctest.h>
#include <lmw/store/verify.h>
#include <lmw/store/views.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <future>
#include <sstream>
#include <thread>

#include "lab_support.h"

using namespace lmw::store;
using namespace lmw::store::testing;

namespace {

/// The writer program, and what it promised before it ended.
class Writer {
 public:
  Writer(const std::filesystem::path& lab, const std::string& study, int points,
         const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = {LMW_STORE_WRITER, lab.string(), study, std::to_string(points)};
    words.insert(words.end(), more.begin(), more.end());
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    REQUIRE(posix_spawn(&pid_, words[0].c_str(), &actions, nullptr, arguments.data(), environ) == 0);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    out_ = ends[0];
  }
  ~Writer() { close(out_); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// Reads promises for a while after the first one, then kills without warning.
  void kill_after(int milliseconds) {
    read_for(10'000, true);
    read_for(milliseconds, false);
    kill(pid_, SIGKILL);
    wait();
  }
  /// @returns the exit status.
  int wait() {
    read_for(-1, false);
    int status = 0;
    waitpid(pid_, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  std::vector<std::string> promises() const {
    std::vector<std::string> lines;
    std::istringstream text(text_);
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    return lines;
  }

 private:
  void read_for(int milliseconds, bool until_first) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
    for (;;) {
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()).count();
      if (milliseconds >= 0 && left <= 0) return;
      pollfd ready{out_, POLLIN, 0};
      if (poll(&ready, 1, milliseconds < 0 ? -1 : static_cast<int>(left)) <= 0) continue;
      char part[4096];
      const ssize_t n = read(out_, part, sizeof part);
      if (n <= 0) return;
      text_.append(part, static_cast<std::size_t>(n));
      if (until_first) return;
    }
  }
  pid_t pid_ = 0;
  int out_ = -1;
  std::string text_;
};

/// How many promises of a sort ("S", "T", "V", "F") the lab does not keep.
int broken(const std::filesystem::path& file, const std::string& study, const std::vector<std::string>& promises,
           char sort) {
  Shell shell(file);
  const std::string of_point =
      " FROM point JOIN run USING (run_id) WHERE study = '" + study + "' AND point = '{\"width\":";
  int lost = 0;
  for (const std::string& promise : promises) {
    if (promise[0] != sort) continue;
    std::istringstream words(promise);
    std::string kind, point, replicate;
    words >> kind >> point >> replicate;
    const std::string id = "(SELECT point_id" + of_point + point + "}')";
    const std::string sql =
        sort == 'S'   ? "SELECT count(*) FROM prediction WHERE point_id = " + id
        : sort == 'T' ? "SELECT count(*) FROM measured_value WHERE replicate = " + replicate + " AND point_id = " + id
        : sort == 'V' ? "SELECT count(*) FROM verdict WHERE point_id = " + id
                      : "SELECT count(*) FROM runs WHERE status = 'finished' AND study = '" + study + "'";
    const std::int64_t expected = sort == 'S' ? 2 : sort == 'T' ? grid_size + 1 : 1;
    lost += shell.integer(sql) != expected;
  }
  return lost;
}

std::string findings(const std::filesystem::path& file) {
  std::string text;
  for (const Finding& finding : verify(file).findings) text += finding.what + "\n";
  return text;
}

}  // namespace

TEST_SUITE("store/durability") {
  TEST_CASE("kill -9: nothing that was promised is lost, nothing is there twice, and the run goes on") {
    const TempFolder folder;
    const auto file = folder / "lab.db";
    std::vector<std::string> promises;
    std::uint64_t random = 20240611;
    int points = 0;
    for (int k = 0; k < 20; ++k) {
      random = random * 6364136223846793005u + 1442695040888963407u;
      Writer writer(file, "kill", 1'000'000);
      writer.kill_after(2 + static_cast<int>((random >> 33) % 40));
      for (auto& promise : writer.promises()) promises.push_back(promise);
      CHECK(findings(file) == "");
      for (const char sort : {'S', 'T', 'V'}) CHECK(broken(file, "kill", promises, sort) == 0);
    }
    points = static_cast<int>(Shell(file).integer("SELECT count(*) FROM point")) + 3;
    Writer last(file, "kill", points);
    CHECK(last.wait() == 0);
    for (auto& promise : last.promises()) promises.push_back(promise);
    for (const char sort : {'S', 'T', 'V', 'F'}) CHECK(broken(file, "kill", promises, sort) == 0);
    CHECK(findings(file) == "");
    Shell shell(file);
    CHECK(shell.integer("SELECT count(*) FROM run") == 1);
    CHECK(shell.integer("SELECT count(*) FROM point") == points);
    CHECK(shell.integer("SELECT count(*) FROM trial") == 8 * points);
    CHECK(shell.integer("SELECT count(*) FROM verdict") == points);
    CHECK_FALSE(std::filesystem::exists(file.string() + ".lock"));
  }

  TEST_CASE("power loss: a seal is never lost; of measurements the last groups may be, and never a part of one") {
    int seals = 0, trials_promised = 0, trials_lost = 0, crashes = 0;
    for (int sync = 1; sync <= 40; ++sync) {
      const TempFolder folder;
      const auto file = folder / "lab.db";
      Writer writer(file, "power", 30, {"crash", std::to_string(sync), std::to_string(7 * sync)});
      const int status = writer.wait();
      crashes += status == 9;
      std::filesystem::remove(file.string() + "-shm");  // a reboot would have
      const auto promises = writer.promises();
      { Lab recovered(file); }
      CAPTURE(sync);
      CHECK(findings(file) == "");
      CHECK(broken(file, "power", promises, 'S') == 0);
      CHECK(broken(file, "power", promises, 'F') == 0);
      trials_lost += broken(file, "power", promises, 'T');
      for (const auto& promise : promises) {
        seals += promise[0] == 'S';
        trials_promised += promise[0] == 'T';
      }
      CHECK(Shell(file).integer("SELECT count(*) FROM trial WHERE (SELECT count(*) FROM measured_value AS v WHERE "
                                "v.point_id = trial.point_id AND v.replicate = trial.replicate) <> 21") == 0);
    }
    CHECK(crashes >= 30);
    CHECK(seals > 100);
    CHECK(trials_promised > 100);
    // The control: a file layer that loses nothing would prove nothing.
    CHECK(trials_lost > 0);
    MESSAGE(crashes << " power cuts, " << seals << " seals kept, " << trials_lost << " of " << trials_promised
                    << " trials lost");
  }

  TEST_CASE("two processes that make and write one lab at once take turns") {
    const TempFolder folder;
    const auto file = folder / "lab.db";
    Writer one(file, "one", 5), two(file, "two", 5);
    CHECK(one.wait() == 0);
    CHECK(two.wait() == 0);
    for (const char sort : {'S', 'T', 'V', 'F'}) {
      CHECK(broken(file, "one", one.promises(), sort) == 0);
      CHECK(broken(file, "two", two.promises(), sort) == 0);
    }
    CHECK(Shell(file).integer("SELECT count(*) FROM point") == 10);
    CHECK(findings(file) == "");
  }

  TEST_CASE("a full disk is named, keeps what was promised, and the run goes on when there is room") {
    const TempFolder folder;
    const auto file = folder / "lab.db";
    Writer full(file, "full", 1'000, {"limit", "1500000"});
    CHECK(full.wait() == 3);
    auto promises = full.promises();
    REQUIRE_FALSE(promises.empty());
    CHECK(promises.back() == "E full");
    CHECK(promises.size() > 10);
    for (const char sort : {'S', 'T', 'V'}) CHECK(broken(file, "full", promises, sort) == 0);
    CHECK(findings(file) == "");
    const int points = static_cast<int>(Shell(file).integer("SELECT count(*) FROM point")) + 2;
    Writer more(file, "full", points);
    CHECK(more.wait() == 0);
    for (const auto& promise : more.promises()) promises.push_back(promise);
    for (const char sort : {'S', 'T', 'V', 'F'}) CHECK(broken(file, "full", promises, sort) == 0);
    CHECK(findings(file) == "");
  }

  TEST_CASE("after a failed commit every call throws, and whoever waits is told") {
    const TempFolder folder;
    const auto file = folder / "lab.db";
    Lab lab(file);
    const Id run = lab.begin_run(plan());
    std::promise<std::string> told;
    lab.on_failure([&](const StoreError& error) { told.set_value(error.what()); });
    const SealReceipt receipt = seal(lab, run, scalar_point(1));
    lab.post_trial(scalar_trial(receipt.point_id, 0, 0.3));
    lab.post_trial(scalar_trial(receipt.point_id, 0, 0.3));  // a fault in the program: a replicate twice
    CHECK_THROWS_AS(lab.flush(), StoreError);
    CHECK(told.get_future().get().find("measured already") != std::string::npos);
    CHECK_THROWS_AS(lab.post_trial(scalar_trial(receipt.point_id, 1, 0.3)), StoreError);
    CHECK_THROWS_AS(lab.find_run("x"), StoreError);
    CHECK_THROWS_AS(lab.end_run(run, "finished"), StoreError);
    CHECK(Shell(file).integer("SELECT count(*) FROM trial") == 0);
    CHECK(findings(file) == "");
  }

  TEST_CASE("who is told of a failed commit may go once it has asked to be told no more") {
    const TempFolder folder;
    Lab lab(folder / "lab.db");
    const Id run = lab.begin_run(plan());
    const SealReceipt receipt = seal(lab, run, scalar_point(1));
    std::promise<void> begun;
    std::atomic<bool> ended = false;
    lab.on_failure([&](const StoreError&) {
      begun.set_value();
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      ended = true;
    });
    lab.post_trial(scalar_trial(receipt.point_id, 0, 0.3));
    lab.post_trial(scalar_trial(receipt.point_id, 0, 0.3));
    begun.get_future().wait();
    lab.on_failure({});
    CHECK(ended);
  }
}
