#include "../failure.h"
#include "../lab_view.h"
#include "../text.h"
#include "commands.h"

#include <lmw/reports/report.h>

#include <unistd.h>

namespace lmw::cli {

namespace {

/// @throws host::UsageError  the folder is not there and cannot be made, or cannot be written.
void require_folder(const std::filesystem::path& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (!failed && access(folder.c_str(), W_OK) == 0) return;
  refuse("the report cannot be written to " + folder.string(), "a folder that is there or can be made, and be written",
         failed ? failed.message() : "a folder that you may not write", "lmw report -o /tmp/report");
}

}  // namespace

int execute(const ReportArguments& arguments, Session& session) {
  const auto lab = session.existing_lab();
  const store::Id run_id = [&] {
    store::Reader reader(lab);
    return find_run(reader, arguments.run).run_id;
  }();
  require_folder(arguments.out);
  const reports::ReportSummary report = reports::write_report(lab, {.out = arguments.out, .run_id = run_id});
  if (session.globals().format == Format::table) {
    session.out() << report.index.string() << '\n';
  } else {
    Table table({{.name = "run_id"}, {.name = "index"}, {.name = "laws"}, {.name = "figures"}, {.name = "pages"}});
    table.add({report.run_id, report.index.string(), static_cast<std::int64_t>(report.laws),
               static_cast<std::int64_t>(report.figures), static_cast<std::int64_t>(report.pages)});
    session.write(table);
  }
  session.note("run " + std::to_string(report.run_id) + ": " + plural(static_cast<std::size_t>(report.laws), "law") +
               ", " + plural(static_cast<std::size_t>(report.figures), "figure") + ", " +
               plural(static_cast<std::size_t>(report.pages), "page"));
  return done;
}

}  // namespace lmw::cli
