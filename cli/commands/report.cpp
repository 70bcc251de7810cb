#include "../lab_view.h"
#include "../text.h"
#include "commands.h"

#include <lmw/reports/report.h>

namespace lmw::cli {

int execute(const ReportArguments& arguments, Session& session) {
  const auto lab = session.existing_lab();
  const store::Id run_id = [&] {
    store::Reader reader(lab);
    return find_run(reader, arguments.run).run_id;
  }();
  const reports::ReportSummary report = reports::write_report(lab, {.out = arguments.out, .run_id = run_id});
  session.out() << report.index.string() << '\n';
  session.note("run " + std::to_string(report.run_id) + ": " + plural(static_cast<std::size_t>(report.laws), "law") +
               ", " + plural(static_cast<std::size_t>(report.figures), "figure") + ", " +
               plural(static_cast<std::size_t>(report.pages), "page"));
  return done;
}

}  // namespace lmw::cli
