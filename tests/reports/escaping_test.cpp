#include <lmw/reports/report.h>

#include "support.h"
#include "support/fixture_lab.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace lmw;
using namespace lmw::testing;

namespace {

/// Each place gets its own word, so that a leak says where it came from.
std::string hostile(const std::string& where) {
  return "</" + where + "><script>alert('" + where + "')</script><img src=x onerror=\"" + where +
         "\"> ' -- \" & \x1b{{title}}";
}

/// A lab whose every text was written by somebody who means harm.
void make_hostile_lab(const std::filesystem::path& file) {
  const std::string extra = ",\"analogue\":" + store::canonical_string(hostile("analogue")) +
                            ",\"regime\":" + store::canonical_string(hostile("regime")) +
                            ",\"refuted_if\":" + store::canonical_string(hostile("refuted")) +
                            ",\"parameters\":[{\"name\":" + store::canonical_string(hostile("parameter")) +
                            ",\"unit\":" + store::canonical_string(hostile("unit")) +
                            ",\"meaning\":" + store::canonical_string(hostile("meaning")) +
                            "}],\"observables\":[{\"name\":" + store::canonical_string(hostile("observable")) +
                            ",\"unit\":" + store::canonical_string(hostile("unit")) +
                            ",\"meaning\":" + store::canonical_string(hostile("meaning")) +
                            ",\"axis\":" + store::canonical_string(hostile("axis")) +
                            "}],\"rivals\":[{\"name\":" + store::canonical_string(hostile("rival")) +
                            ",\"meaning\":" + store::canonical_string(hostile("meaning")) + "}]";
  store::LawCard card =
      law_card("hostile/law", hostile("title"), hostile("claim"), hostile("formula"), hostile("source"), extra);
  card.plugin_version = hostile("version");
  card.build_id = hostile("build");
  FixtureLab lab(file, hostile("study"), {card});
  for (const std::int64_t n : {1, 2, 3}) {
    FixturePoint p{
        .law = "hostile/law",
        .parameters = {{hostile("parameter"), hostile("value")}, {"measured", n}, {"n\"'$.[", n}},
        .series = {scalar(hostile("observable"), 1, 0.1), scalar(hostile("observable"), 2, 0.1, hostile("rival"))},
        .measure = [](const std::string&, int j) { return std::vector<double>{1 + 0.01 * j}; },
        .reason = hostile("reason"),
        .failure = n == 3 ? hostile("failure") : "",
        .sentence = hostile("sentence")};
    lab.add(p);
  }
  FixturePoint humble{.law = "hostile/law",
                      .parameters = {{hostile("parameter"), hostile("value")},
                                     {"measured", std::int64_t{9}},
                                     {"n\"'$.[", std::int64_t{9}}},
                      .series = {},
                      .measure = {},
                      .inside = false,
                      .reason = hostile("reason"),
                      .abstain = hostile("abstain")};
  lab.add(humble);
  lab.finish();
}

}  // namespace

TEST_SUITE("reports/escaping") {
  TEST_CASE("hostile text in every field stays text") {
    const tests::Scratch folder;
    make_hostile_lab(folder / "lab.db");
    const auto summary = reports::write_report(folder / "lab.db", {.out = folder / "out"});
    CHECK(summary.figures == 1);
    const auto files = read_all(folder / "out");
    std::string law_page;
    for (const auto& [name, page] : files) {
      CAPTURE(name);
      if (!name.ends_with(".html")) continue;
      CHECK(fault_in(page) == "");  // knows no <img>, and no element that is not ours
      CHECK(all_between(page, "<script", ">").size() == 1);
      CHECK(page.find("<img") == std::string::npos);
      CHECK(page.find("='x'") == std::string::npos);
      CHECK(page.find('\x1b') == std::string::npos);
      if (name.starts_with("law/")) law_page = page;
    }
    // And it is all there: nothing was dropped to be safe.
    for (const char* where : {"title",     "claim",    "formula",    "source",  "analogue", "regime",  "refuted",
                              "parameter", "value",    "observable", "rival",   "unit",     "meaning", "version",
                              "build",     "sentence", "reason",     "failure", "abstain",  "study"}) {
      CAPTURE(where);
      CHECK(law_page.find("alert(&#39;" + std::string(where) + "&#39;)") != std::string::npos);
    }
  }

  TEST_CASE("hostile text cannot leave its cell in the CSV file") {
    const tests::Scratch folder;
    make_hostile_lab(folder / "lab.db");
    reports::write_report(folder / "lab.db", {.out = folder / "out"});
    const std::string csv = tests::read_file(folder / "out/law/hostile--law--figure-1.csv");
    const std::string head = csv.substr(0, csv.find('\n'));
    CHECK(head.find("measured_parameter") != std::string::npos);  // a parameter called like a column of the figure
    CHECK(std::count(csv.begin(), csv.end(), '\n') == 1 + 4);     // two points, each with the law and a rival
    CHECK(std::count(csv.begin(), csv.end(), '"') % 2 == 0);
  }

  TEST_CASE("a law whose id would leave the folder is refused") {
    const tests::Scratch folder;
    {
      FixtureLab lab(folder / "lab.db", "s", {law_card("a/b", "", "", "", "", "")});
      lab.finish();
    }
    stop_clock(folder / "lab.db");
    sqlite3* db = nullptr;
    REQUIRE(sqlite3_open((folder / "lab.db").c_str(), &db) == SQLITE_OK);
    CHECK(sqlite3_exec(db, "DROP TRIGGER law_update; UPDATE law SET law = '../../evil/x'", nullptr, nullptr, nullptr) ==
          SQLITE_OK);
    sqlite3_close(db);
    CHECK_THROWS_WITH_AS(reports::write_report(folder / "lab.db", {.out = folder / "out"}),
                         doctest::Contains("expected plugin/name"), std::runtime_error);
  }
}
