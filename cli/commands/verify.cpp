#include "../failure.h"
#include "../text.h"
#include "commands.h"

#include <lmw/store/verify.h>

namespace lmw::cli {
namespace {

store::VerifyReport verified(const std::filesystem::path& file, const std::string& head) {
  try {
    return store::verify(file, head);
  } catch (const std::invalid_argument& error) {
    refuse("lmw verify --head", "64 hexadecimal digits, as a report prints them", "\"" + head + "\"", "lmw verify");
  }
}

}  // namespace

int execute(const VerifyArguments& arguments, Session& session) {
  const store::VerifyReport report = verified(session.existing_lab(), arguments.head);
  Table findings({{.name = "subject"}, {.name = "finding", .fit = Fit::wrap}});
  for (const store::Finding& finding : report.findings) findings.add({Cell(finding.subject, Tone::bad), finding.what});
  if (!report.ok() || session.globals().format != Format::table) session.write(findings);
  if (report.more_findings > 0) session.note("and " + std::to_string(report.more_findings) + " more");
  session.note(plural(static_cast<std::size_t>(report.records), "record") + " in the chain, " +
               plural(static_cast<std::size_t>(report.predictions), "prediction") + ", " +
               plural(static_cast<std::size_t>(report.trials), "trial") + " with " +
               plural(static_cast<std::size_t>(report.values), "value") + ", " +
               plural(static_cast<std::size_t>(report.verdicts), "verdict") + ": " +
               (report.ok() ? "all as they were sealed" : "not what was sealed"));
  session.note("head " + report.head);
  return report.ok() ? done : lab;
}

}  // namespace lmw::cli
