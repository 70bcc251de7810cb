#include "../failure.h"
#include "../lab_view.h"
#include "../text.h"
#include "commands.h"

#include <lmw/numerics/number_text.h>
#include <lmw/store/holder.h>
#include <lmw/store/query.h>

#include <algorithm>
#include <chrono>
#include <sstream>
#include <thread>

namespace lmw::cli {
namespace {

struct Overview {
  Table table;
  std::size_t running = 0, killed = 0, interrupted = 0;
};

/// When a run was last heard of: its start, or its newest measurement (UTC, ISO 8601).
std::string last_sign_of(const std::filesystem::path& lab, const store::RunRow& run) {
  std::string last = run.started_at;
  store::query(lab, "SELECT max(measured_at) FROM measurements WHERE run_id = " + std::to_string(run.run_id), nullptr,
               [&](std::span<const store::Cell> cells) {
                 if (const auto* at = std::get_if<std::string>(&cells[0])) last = std::max(last, *at);
                 return true;
               });
  return last;
}

std::string iso_time(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
  return text;
}

/// 2026-11-24T20:00:26.568Z as people write it.
std::string clock(const std::string& iso, bool narrow) {
  return iso.size() < 16 ? iso : iso.substr(narrow ? 5 : 0, narrow ? 5 : 10) + ' ' + iso.substr(11, 5);
}

/// The lab knows who began to run; whether they still do, only the lock knows. Who was killed has left "running"
/// behind.
bool is_live(const store::RunRow& run, std::size_t marked_running, const std::optional<store::LabHolder>& holder,
             const std::filesystem::path& lab) {
  if (run.status != "running" || !holder) return false;
  return marked_running == 1 || last_sign_of(lab, run) >= iso_time(holder->since);
}

/// @param narrow  the year is left out.
Overview overview(const std::filesystem::path& lab, bool narrow) {
  Overview view{Table({{.name = "run_id", .title = "run"},
                       {.name = "study", .fit = Fit::cut},
                       {.name = "status"},
                       {.name = "effort"},
                       {.name = "run_seed", .title = "seed", .fit = Fit::cut},
                       {.name = "points_sealed", .title = "sealed"},
                       {.name = "points_judged", .title = "judged"},
                       {.name = "core_seconds", .title = "core s"},
                       {.name = "started_at", .title = "started"},
                       {.name = "finished_at", .machine_only = true},
                       {.name = "holder", .machine_only = true}})};
  const auto holder = store::lab_holder(lab);
  store::Reader reader(lab);
  const auto runs = reader.runs();
  const auto marked_running = static_cast<std::size_t>(
      std::count_if(runs.begin(), runs.end(), [](const auto& run) { return run.status == "running"; }));
  const auto run_at = [&](std::int64_t id) {
    return std::find_if(runs.begin(), runs.end(), [&](const auto& run) { return run.run_id == id; });
  };
  store::query(
      lab,
      "SELECT run_id,"
      "  (SELECT count(DISTINCT point_id) FROM predictions WHERE predictions.run_id = runs.run_id),"
      "  (SELECT count(DISTINCT point_id) FROM verdicts WHERE verdicts.run_id = runs.run_id),"
      "  (SELECT total(core_seconds) FROM law_summary WHERE law_summary.run_id = runs.run_id) "
      "FROM runs ORDER BY run_id",
      nullptr, [&](std::span<const store::Cell> cells) {
        const auto run = run_at(std::get<std::int64_t>(cells[0]));
        if (run == runs.end()) return true;  // begun a moment ago
        const bool live = is_live(*run, marked_running, holder, lab);
        const bool killed = run->status == "running" && !live;
        view.running += live;
        view.killed += killed;
        view.interrupted += run->status == "interrupted";
        view.table.add({run->run_id, run->study,
                        Cell(killed ? "killed" : run->status, run->status == "finished" ? Tone::plain
                                                              : live                    ? Tone::good
                                                                                        : Tone::doubtful),
                        run->effort, run->run_seed, cells[1], cells[2],
                        Cell(cells[3]).as(numerics::significant(std::get<double>(cells[3]), 3)),
                        Cell(run->started_at).as(clock(run->started_at, narrow)),
                        run->finished_at.empty() ? Cell() : Cell(run->finished_at), live ? Cell(holder->who) : Cell()});
        return true;
      });
  return view;
}

bool is_narrow(const Terminal& terminal) { return terminal.width > 0 && terminal.width < 100; }

void explain(const Overview& view, Session& session) {
  if (view.killed > 0)
    session.note(
        "\nkilled: its process is gone without a word. What was recorded is kept, and the command that started the"
        " run goes on with it.");
  else if (view.interrupted > 0)
    session.note("\nA run that was interrupted goes on with the command that started it.");
}

int watch(Session& session, const std::filesystem::path& lab) {
  if (session.globals().format != Format::table)
    refuse("lmw status --watch is for people", "--format table", "another format",
           "lmw status --format json, as often as you need it");
  const Terminal& terminal = session.out_terminal();
  const bool narrow = is_narrow(terminal);
  for (std::string shown; session.out().good();) {
    const Overview view = overview(lab, narrow);
    std::ostringstream text;
    view.table.write(text, Format::table, terminal);
    if (text.str() != shown) {
      if (terminal.interactive && !shown.empty())  // back to where the last one began, and clear
        session.out() << "\x1b[" << std::count(shown.begin(), shown.end(), '\n') << "A\x1b[J";
      shown = text.str();
      session.out() << shown << std::flush;
    }
    if (view.running == 0) {
      explain(view, session);
      session.note("\nNo run is going on.");
      break;
    }
    std::this_thread::sleep_for(std::chrono::seconds(1));
  }
  return done;
}

}  // namespace

int execute(const StatusArguments& arguments, Session& session) {
  const auto& lab = session.existing_lab();
  const bool narrow = is_narrow(session.out_terminal());
  if (arguments.watch) return watch(session, lab);
  const Overview view = overview(lab, narrow);
  session.write(view.table);
  explain(view, session);
  return done;
}

}  // namespace lmw::cli
