#include <lmw/reports/report.h>

#include "demo_lab.h"
#include "figure.h"
#include "model.h"
#include "number.h"
#include "page.h"
#include "pages.h"
#include "support.h"

#include <doctest/doctest.h>

#include <cstdio>
#include <memory>
#include <sstream>

using namespace lmw;
using namespace lmw::testing;

namespace {

/// The demo lab and its report, made once.
struct Demo {
  tests::Scratch folder;
  std::filesystem::path lab = folder / "lab.db", out = folder / "report";
  reports::ReportSummary summary;
  std::map<std::string, std::string> files;
  Demo() {
    make_demo_lab(lab);
    summary = reports::write_report(lab, {.out = out});
    files = read_all(out);
  }
};

const Demo& demo() {
  static const Demo made;
  return made;
}

bool is_page(const std::string& name) { return name.ends_with(".html"); }

/// Compares with tests/reports/golden/<name>; LMW_UPDATE_GOLDEN=1 writes it instead.
void check_golden(const std::string& name, const std::string& bytes) {
  const std::filesystem::path file = std::filesystem::path(LMW_SOURCE_DIR) / "tests/reports/golden" / name;
  if (std::getenv("LMW_UPDATE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << bytes;
  }
  const std::string golden = tests::read_file(file);
  const bool same = bytes == golden;  // compared here, so that a failure does not print two pages
  const auto differ = std::mismatch(bytes.begin(), bytes.end(), golden.begin(), golden.end());
  const auto at = static_cast<std::size_t>(differ.first - bytes.begin());
  CHECK_MESSAGE(same, name << " differs at byte " << at << ", near: " << bytes.substr(at < 80 ? 0 : at - 80, 160)
                           << "\nIf that is meant, run with LMW_UPDATE_GOLDEN=1 and read the change.");
}

/// What the sqlite3 shell says, as users would ask it.
std::vector<std::vector<std::string>> shell(const std::filesystem::path& lab, const std::string& sql) {
  const tests::Scratch folder;
  std::ofstream(folder / "q.sql") << sql << '\n';
  const std::string command =
      "sqlite3 -readonly -separator '|' -header '" + lab.string() + "' < '" + (folder / "q.sql").string() + "' 2>&1";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::string text;
  for (int c = std::fgetc(pipe.get()); c != EOF; c = std::fgetc(pipe.get())) text += static_cast<char>(c);
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    rows.emplace_back();
    std::istringstream cells(line + "|");
    for (std::string cell; std::getline(cells, cell, '|');) rows.back().push_back(cell);
  }
  return rows;
}

}  // namespace

TEST_SUITE("reports/report") {
  TEST_CASE("the summary counts what was written") {
    CHECK(demo().summary.run_id == 1);
    CHECK(demo().summary.laws == 7);
    CHECK(demo().summary.pages == 12);
    CHECK(demo().summary.figures == 8);
    CHECK(std::filesystem::exists(demo().summary.index));
    CHECK(demo().files.size() == 20);
  }

  TEST_CASE("the index and two laws are as they were when somebody last looked at them") {
    const reports::Model model = reports::read_model(demo().lab, 1);
    const reports::LabFile lab(demo().lab);
    check_golden("index.html", reports::index_page(model).html);
    for (const reports::Law& law : model.laws)
      if (law.law == "limits/kernel-motion" || law.law == "universality/gaussian-equivalence")
        check_golden(law.file_stem() + ".html",
                     reports::law_page(lab, model.run, law, reports::figures(lab, model.run, law)).html);
  }

  TEST_CASE("the same lab gives the same bytes, and so does a lab made again") {
    const tests::Scratch folder;
    reports::write_report(demo().lab, {.out = folder / "again", .run_id = 1});
    CHECK(read_all(folder / "again") == demo().files);
    make_demo_lab(folder / "lab.db");
    reports::write_report(folder / "lab.db", {.out = folder / "remade"});
    CHECK(read_all(folder / "remade") == demo().files);
  }

  TEST_CASE("every page nests, has unique ids, and nothing that its policy would ignore") {
    for (const auto& [name, page] : demo().files)
      if (is_page(name)) {
        CAPTURE(name);
        CHECK(fault_in(page) == "");
      }
  }

  TEST_CASE("all links lead somewhere in the folder, and none leaves it") {
    for (const auto& [name, page] : demo().files) {
      if (!is_page(name)) continue;
      for (const std::string& link : all_between(page, " href=\"", "\"")) {
        CAPTURE(name + " -> " + link);
        CHECK(link.find(':') == std::string::npos);
        const auto hash = link.find('#');
        const std::string file = link.substr(0, hash);
        const std::string target =
            file.empty() ? name
                         : (std::filesystem::path(name).parent_path() / file).lexically_normal().generic_string();
        REQUIRE(demo().files.contains(target));
        if (hash != std::string::npos)
          CHECK(demo().files.at(target).find(" id=\"" + link.substr(hash + 1) + "\"") != std::string::npos);
      }
    }
  }

  TEST_CASE("no page asks for anything, and the policy names the script and style that are in it") {
    for (const auto& [name, page] : demo().files) {
      if (!is_page(name)) continue;
      CAPTURE(name);
      CHECK(page.find("http:") == std::string::npos);
      CHECK(page.find("https:") == std::string::npos);
      CHECK(page.find(" src=") == std::string::npos);
      CHECK(page.find("@import") == std::string::npos);
      const auto scripts = all_between(page, "<script>", "</script>"),
                 styles = all_between(page, "<style>", "</style>");
      REQUIRE(scripts.size() == 1);
      REQUIRE(styles.size() == 1);
      CHECK(page.find("script-src '" + reports::policy_hash(scripts[0]) + "'") != std::string::npos);
      CHECK(page.find("style-src '" + reports::policy_hash(styles[0]) + "'") != std::string::npos);
    }
  }

  TEST_CASE("the SQL in a page, given to sqlite3, returns the numbers that are drawn") {
    int compared = 0;
    for (const auto& [name, page] : demo().files) {
      if (!name.starts_with("law/") || !is_page(name)) continue;
      for (const std::string& figure : all_between(page, "<figure id=", "</figure>")) {
        const std::string sql = unescaped(all_between(figure, "<pre><code>", "</code></pre>").at(0));
        const auto rows = shell(demo().lab, sql);
        CAPTURE(sql);
        REQUIRE(rows.size() > 1);
        const auto& head = rows[0];
        const auto column = [&](const char* title) {
          return static_cast<std::size_t>(std::find(head.begin(), head.end(), title) - head.begin());
        };
        const std::size_t measured = column("measured"), predicted = column("predicted"), rival = column("rival");
        REQUIRE(std::max(measured, predicted) < head.size());  // a figure of replicates has no rival
        for (std::size_t i = 1; i < rows.size(); ++i) {
          if (rival < head.size() && !rows[i].at(rival).empty()) continue;
          // The tooltip of the mark says what it stands for; the shell prints 15 digits, the tooltip 4 of them.
          const std::string tooltip = "measured " + reports::number(std::stod(rows[i].at(measured))) + ", predicted " +
                                      reports::number(std::stod(rows[i].at(predicted)));
          CHECK(figure.find(tooltip) != std::string::npos);
          ++compared;
        }
        // The file beside the page holds the same rows.
        const std::string csv = demo().files.at("law/" + all_between(figure, "download=\"", "\"").at(0));
        CHECK(static_cast<std::size_t>(std::count(csv.begin(), csv.end(), '\n')) == rows.size());
      }
    }
    CHECK(compared == 11 + 2 + 2 * 16 + 10 + 3 * 16 + 3 + 1 + 2);
  }

  TEST_CASE("every other SQL in the pages runs too") {
    for (const auto& [name, page] : demo().files) {
      if (!is_page(name)) continue;
      for (const std::string& code : all_between(page, "<pre><code>", "</code></pre>")) {
        const std::string sql = unescaped(code);
        if (sql.starts_with("lmw ")) continue;
        CAPTURE(sql);
        const auto rows = shell(demo().lab, sql);
        REQUIRE_FALSE(rows.empty());
        CHECK(rows[0][0].find("rror") == std::string::npos);
      }
    }
  }

  TEST_CASE("verdicts, refuted rivals, must-break points and failures are all on the pages") {
    const std::string& index = demo().files.at("index.html");
    CHECK(index.find("<b>4</b> confirmed") != std::string::npos);
    CHECK(index.find("<b>1</b> falsified") != std::string::npos);
    CHECK(index.find("<b>1</b> error") != std::string::npos);
    // The falsified law, which is a surprise, comes before the confirmed ones.
    CHECK(index.find("law/limits--kernel-motion.html") < index.find("law/solvable--ridgeless-double-descent.html"));
    const std::string& law = demo().files.at("law/solvable--ridgeless-double-descent.html");
    CHECK(law.find("mark-break") != std::string::npos);
    CHECK(law.find("outside · breaks") != std::string::npos);
    CHECK(law.find("no prediction at 100: the mean risk diverges") != std::string::npos);
    CHECK(law.find("<math display=\"block\"") != std::string::npos);
    CHECK(law.find("lmw run solvable/ridgeless-double-descent --effort quick --seed 1 --again") != std::string::npos);
    CHECK(demo().files.at("law/universality--gaussian-equivalence.html").find("Cholesky factorisation failed") !=
          std::string::npos);
  }

  TEST_CASE("what cannot be reported is said, with what was expected") {
    const tests::Scratch folder;
    CHECK_THROWS_AS(reports::write_report(folder / "none.db", {.out = folder / "out"}), std::runtime_error);
    CHECK_THROWS_WITH_AS(reports::write_report(demo().lab, {.out = folder / "out", .run_id = 7}),
                         doctest::Contains("run 7: expected one of 1"), std::runtime_error);
    std::ofstream(folder / "file") << "x";
    CHECK_THROWS_WITH_AS(reports::write_report(demo().lab, {.out = folder / "file"}),
                         doctest::Contains("expected a folder"), std::runtime_error);
    { const store::Lab empty(folder / "empty.db"); }
    CHECK_THROWS_WITH_AS(reports::write_report(folder / "empty.db", {.out = folder / "out"}),
                         doctest::Contains("no run yet"), std::runtime_error);
    CHECK_FALSE(std::filesystem::exists(folder / "out"));
  }

  TEST_CASE("a figure has at most 24 panels, those farthest off, and says so") {
    const tests::Scratch folder;
    {
      FixtureLab lab(folder / "lab.db", "many", {law_card("own/curves", "", "", "", "", "")});
      for (std::int64_t n = 1; n <= 30; ++n) {
        store::SealedSeries curve = scalar("loss", 1, 0.1);
        curve.kind = "K4";
        curve.x = {1, 2};
        curve.predicted = {1, 1};
        curve.eps = {0.1, 0.1};
        curve.b_th = curve.theory_sd = {0, 0};
        lab.add({.law = "own/curves",
                 .parameters = {{"n", n}},
                 .series = {curve},
                 .measure = [=](const std::string&, int j) {
                   const double off = n == 30 ? 0.9 : 0.001 * static_cast<double>(n);
                   return std::vector<double>{1 + off, 1 + off + 0.001 * noise(static_cast<std::uint64_t>(j))};
                 }});
      }
      lab.finish();
    }
    reports::write_report(folder / "lab.db", {.out = folder / "out"});
    const std::string page = tests::read_file(folder / "out/law/own--curves.html");
    CHECK(all_between(page, "class=\"panel-label\">", "<").size() == 24);
    CHECK(page.find("class=\"panel-label\">n = 30<") != std::string::npos);
    CHECK(page.find("class=\"panel-label\">n = 1<") == std::string::npos);
    CHECK(page.find("Shown are the 24 of 30 settings that lie farthest off") != std::string::npos);
    CHECK(page.find("Across pillars") != std::string::npos);  // a pillar that nobody knows
  }

  TEST_CASE(
      "failures and the scorecard are shown with their intervals, the unexpected first, and what is empty says why") {
    const tests::Scratch folder;
    {
      FixtureLab lab(folder / "lab.db", "failures", demo_cards());
      add_double_descent(lab);
      store::FailureStructure structure{.law = "solvable/ridgeless-double-descent", .conditions = 2};
      structure.structural_share = 0.75;
      structure.share_low = structure.share_high = structure.boundary_low = structure.boundary_high = none;
      structure.flips_tried = 3;
      structure.flips_seen = 2;
      const auto failure = [](store::Id point, const std::string& is, const std::string& forecast, bool unexpected,
                              double rate) {
        return store::FailureRecord{.point_id = point,
                                    .observable = "failure_probability",
                                    .failure_class = is,
                                    .forecast_class = forecast,
                                    .unexpected = unexpected,
                                    .rate = rate,
                                    .low = rate * 0.95,
                                    .high = rate,
                                    .predicted_rate = 0.01,
                                    .failures = 0,
                                    .n = 80};
      };
      lab.count({failure(1, "contingent", "contingent", false, 0.5), failure(2, "structural", "safe", true, 1.0)},
                {structure},
                {{.subject = "solvable",
                  .desideratum = "predictive",
                  .value = 0.875,
                  .low = 0.529,
                  .high = 0.978,
                  .n = 8,
                  .how = "seven of eight"},
                 {.subject = "solvable",
                  .desideratum = "useful",
                  .value = none,
                  .low = none,
                  .high = none,
                  .n = 0,
                  .how = "no law here measures a regret"}});
      lab.finish();
    }
    reports::write_report(folder / "lab.db", {.out = folder / "out"});
    const auto files = read_all(folder / "out");
    const std::string failures = files.at("failures.html"), card = files.at("scorecard.html");
    CHECK(fault_in(failures) == "");
    CHECK(fault_in(card) == "");
    CHECK(failures.find("1 condition fail whatever the seed although the law forecast safety") != std::string::npos);
    CHECK(failures.find("unexpected </b>structural") < failures.find(">contingent<"));
    CHECK(failures.find("2 of 3") != std::string::npos);
    CHECK(failures.find("0.475–0.5") != std::string::npos);
    CHECK(card.find("0.53–0.98") != std::string::npos);
    CHECK(card.find("n = 8") != std::string::npos);
    CHECK(card.find("no law here measures a regret") != std::string::npos);
    // A lab without either says so.
    CHECK(demo().files.at("failures.html").find("No law of this run predicts how often runs fail") !=
          std::string::npos);
    CHECK(demo().files.at("scorecard.html").find("counted when a run ends") != std::string::npos);
  }

  TEST_CASE("a run that measured nothing has a report that says so") {
    const tests::Scratch folder;
    { FixtureLab(folder / "lab.db", "empty", demo_cards()).finish(); }
    const auto summary = reports::write_report(folder / "lab.db", {.out = folder / "out"});
    CHECK(summary.laws == 7);
    CHECK(summary.figures == 0);
    for (const auto& [name, page] : read_all(folder / "out"))
      if (is_page(name)) {
        CAPTURE(name);
        CHECK(fault_in(page) == "");
      }
  }
}
