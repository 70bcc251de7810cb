#include "../data_lookup.h"
#include "../demo.h"
#include "../lab_view.h"
#include "../progress.h"
#include "../run_plan.h"
#include "../signals.h"
#include "../text.h"
#include "commands.h"

#include <lmw/host/runner.h>
#include <lmw/store/holder.h>
#include <lmw/store/lab.h>

#include <iostream>

namespace lmw::cli {
namespace {

int exit_code_of(const host::RunReport& report, int signal) {
  using Status = host::RunReport::Status;
  if (report.status == Status::interrupted) return interrupted + signal;
  if (report.status == Status::out_of_time || report.errors + report.not_run + report.failed_trials > 0)
    return incomplete;
  return done;
}

/// How the run ended, the verdict of each law, and what to do next.
void summarise(const host::RunReport& report, bool demo, Session& session) {
  using Status = host::RunReport::Status;
  store::Reader reader(session.globals().lab);
  const store::RunRow run = find_run(reader, report.run_id);
  const auto laws = reader.law_summaries({.run_id = run.run_id});
  const auto verdicts = reader.verdicts({.run_id = run.run_id});
  const std::string name = "run " + std::to_string(run.run_id);
  // A program that reads the results gets what there is, however the run ended.
  const bool for_machines = session.globals().format != Format::table;
  switch (report.status) {
    case Status::finished:
      session.note(name + ": " + plural(report.points, "point") + " in " + duration(report.wall_seconds));
      break;
    case Status::already_finished:
      session.note(name + " has finished this study already; --again measures anew");
      break;
    case Status::sealed_only:
      session.note(name + ": the predictions are sealed; the same command without --predict-only measures them");
      if (for_machines) session.write(summary_table(laws, verdicts));
      return;
    case Status::interrupted:
      session.note(name + ": interrupted; the same command goes on from here");
      if (for_machines) session.write(summary_table(laws, verdicts));
      return;
    case Status::out_of_time:
      session.note(name + ": the budget ended it; what had no time left is inconclusive or not_run");
      break;
  }
  session.note("");
  session.write(summary_table(laws, verdicts));
  if (demo) return tell_after(run, verdicts, session);
  if (for_machines) return;
  session.note("\nNext:");
  for (const std::string& step : next_steps(run, laws, verdicts)) session.note("  " + step);
}

}  // namespace

int execute(const RunArguments& arguments, Session& session) {
  const SignalWatch signals;  // before any other thread
  host::Study study = arguments.demo ? demo_study(session) : study_of(arguments.targets);
  apply_options(arguments, study);
  if (arguments.seed_from_seal) draw_seed_from_seal(study, arguments.again, session);
  const host::Plan plan = host::make_plan(study, session.registry());
  if (arguments.dry_run) {
    session.write(forecast_table(plan));
    session.note(forecast_sentence(plan, session.globals().jobs));
  }
  require_memory(plan, available_memory());
  if (arguments.dry_run) return done;

  if (arguments.demo) tell_before(plan, session);
  if (const auto holder = store::lab_holder(session.globals().lab))
    session.note(holder->who + " is writing to " + session.globals().lab.string() + ": waiting for it, at most 10 s");
  const host::RunReport report = [&] {
    store::Lab lab(session.globals().lab);
    ProgressView progress(std::cerr, session.err_terminal());
    host::RunOptions options{.jobs = session.globals().jobs,
                             .predict_only = arguments.predict_only,
                             .again = arguments.again,
                             .budget = arguments.budget,
                             .data = data_lookup(),
                             .stop_signal = &signals.stop()};
    if (!session.quiet()) options.on_progress = [&](const host::Progress& now) { progress.update(now); };
    const host::RunReport ended = host::run(plan, session.registry(), lab, options);
    progress.finish();
    return ended;
  }();
  summarise(report, arguments.demo, session);
  return exit_code_of(report, signals.stop());
}

}  // namespace lmw::cli
