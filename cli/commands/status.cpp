#include "commands.h"

#include <lmw/store/query.h>

namespace lmw::cli {

int execute(const StatusArguments&, Session& session) {
  Table table({{.name = "run_id", .title = "run"},
               {.name = "study", .fit = Fit::cut},
               {.name = "status"},
               {.name = "effort"},
               {.name = "run_seed", .title = "seed"},
               {.name = "points_sealed", .title = "sealed"},
               {.name = "points_judged", .title = "judged"},
               {.name = "core_seconds", .title = "core s"},
               {.name = "started_at", .title = "started"}});
  bool unfinished = false;
  store::query(session.existing_lab(),
               "SELECT run_id, study, status, effort, run_seed,"
               "  (SELECT count(DISTINCT point_id) FROM predictions WHERE predictions.run_id = runs.run_id),"
               "  (SELECT count(DISTINCT point_id) FROM verdicts WHERE verdicts.run_id = runs.run_id),"
               "  (SELECT total(core_seconds) FROM law_summary WHERE law_summary.run_id = runs.run_id), started_at "
               "FROM runs ORDER BY run_id",
               nullptr, [&](std::span<const store::Cell> cells) {
                 std::vector<Cell> row(cells.begin(), cells.end());
                 const auto& status = std::get<std::string>(cells[2]);
                 unfinished = unfinished || status != "finished";
                 row[2].tone = status == "finished" ? Tone::plain : Tone::doubtful;
                 row[8].shown = std::get<std::string>(cells[8]).substr(0, 16);
                 table.add(std::move(row));
                 return true;
               });
  session.write(table);
  if (unfinished) session.note("\nA run that is not finished goes on with the command that started it.");
  return done;
}

}  // namespace lmw::cli
