#include <lmw/reports/report.h>

#include "page.h"
#include "pages.h"

#include <fstream>
#include <stdexcept>

namespace lmw::reports {
namespace {

void write_file(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out)
    throw std::runtime_error(file.string() + ": cannot write it; is the folder writable, and the disk not full?");
}

void make_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (!std::filesystem::is_directory(folder))
    throw std::runtime_error(folder.string() + ": expected a folder that can be made" +
                             (error ? ": " + error.message() : ""));
}

}  // namespace

ReportSummary write_report(const std::filesystem::path& lab_file, const ReportOptions& options) {
  const Model model = read_model(lab_file, options.run_id);
  const LabFile lab(lab_file);
  const std::filesystem::path laws = options.out / "law";
  make_folder(laws);
  ReportSummary summary{.index = options.out / "index.html", .run_id = model.run.run_id};
  const auto write_page = [&](const std::filesystem::path& file, PageKind kind, const std::string& title,
                              const Markup& body) {
    write_file(file, page(model.run, kind, title, body));
    ++summary.pages;
  };
  for (const Law& law : model.laws) {
    const std::vector<Figure> drawn = figures(lab, model.run, law);
    for (const Figure& figure : drawn) write_file(laws / figure.csv_name, figure.csv);
    write_page(laws / (law.file_stem() + ".html"), PageKind::law, law.heading() + " – " + law.summary.verdict,
               law_page(lab, model.run, law, drawn));
    ++summary.laws;
    summary.figures += static_cast<std::int64_t>(drawn.size());
  }
  write_page(options.out / "scorecard.html", PageKind::scorecard, "Scorecard", scorecard_page(lab, model));
  write_page(options.out / "failures.html", PageKind::failures, "Failures", failures_page(lab, model));
  write_page(options.out / "ledger.html", PageKind::ledger, "Preregistration ledger", ledger_page(model));
  write_page(options.out / "methods.html", PageKind::methods, "Methods", methods_page());
  write_page(summary.index, PageKind::index, "Report on run " + std::to_string(model.run.run_id), index_page(model));
  return summary;
}

}  // namespace lmw::reports
