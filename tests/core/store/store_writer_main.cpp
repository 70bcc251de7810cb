// store_writer LAB STUDY POINTS [crash SYNC SEED | limit BYTES]: a program that is killed while it writes a lab.
//
// Seals, measures and judges points 1..POINTS of a study, going on where the lab says that it was left. On stdout, what
// was promised: "S p" a seal has called back, "T p j" a flush has returned after trial j, "V p" after the verdicts, "F"
// the run has ended.

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>

#include "crash_vfs.h"
#include "lab_support.h"

using namespace lmw::store;
using namespace lmw::store::testing;

namespace {

constexpr int replicates = 8;

void say(const std::string& line) {
  const std::string text = line + "\n";
  if (write(1, text.data(), text.size()) < 0) _exit(1);  // one call per line: never half a promise
}

void finish_point(Lab& lab, const SealReceipt& receipt, int p, int measured) {
  for (int j = measured; j < replicates; ++j) {
    lab.post_trial(curve_trial(receipt.point_id, j, 0.001 * j));
    if (j % 4 != 3) continue;
    lab.flush();
    for (int k = j - 3; k <= j; ++k) say("T " + std::to_string(p) + " " + std::to_string(k));
  }
  Verdict loss = verdict(receipt.point_id, receipt.prediction_ids[0], "loss", "", 0.5, -3);
  loss.kind = "K4";
  lab.post_verdicts({loss});
  lab.flush();
  say("V " + std::to_string(p));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  const int points = std::atoi(argv[3]);
  const std::string mode = argc > 4 ? argv[4] : "";
  if (mode == "crash") register_crash_vfs(std::atoi(argv[5]), std::strtoull(argv[6], nullptr, 10));
  if (mode == "limit") {
    const rlimit limit{std::strtoull(argv[5], nullptr, 10), RLIM_INFINITY};
    setrlimit(RLIMIT_FSIZE, &limit);
    std::signal(SIGXFSZ, SIG_IGN);
  }
  try {
    Lab lab(argv[1], std::chrono::seconds(60), mode == "crash" ? crash_vfs_name : nullptr);
    const RunPlan wanted = plan(argv[2]);
    const auto found = lab.find_run(wanted.study_sha256);
    Id run = 0;
    int p = 0;
    if (found) {
      lab.resume_run(run = found->run_id);
      for (const PointState& state : lab.load_points(run)) {
        ++p;
        if (!state.judged) finish_point(lab, state.receipt, p, static_cast<int>(state.trials.size()));
      }
    } else {
      run = lab.begin_run(wanted);
    }
    while (++p <= points) {
      const SealReceipt receipt = seal(lab, run, curve_point(p));
      say("S " + std::to_string(p));
      finish_point(lab, receipt, p, 0);
    }
    lab.end_run(run, "finished");
    say("F");
    return 0;
  } catch (const StoreError& error) {
    say(std::string("E ") + (error.reason() == StoreError::Reason::full ? "full" : error.what()));
    return 3;
  }
}
