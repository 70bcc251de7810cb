#include <lmw/host/runner.h>

#include "support/scratch.h"
#include "support/test_registry.h"

#include <lmw/store/export.h>
#include <lmw/store/lab.h>
#include <lmw/store/query.h>
#include <lmw/store/verify.h>
#include <lmw/store/views.h>

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <atomic>
#include <csignal>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

using namespace lmw::host;
using lmw::tests::Scratch;
using lmw::tests::TestRegistry;
namespace fs = std::filesystem;
namespace store = lmw::store;

namespace {

struct Laboratory {
  Scratch scratch;
  fs::path file = scratch / "lab.db";
  TestRegistry registry{scratch};

  Plan plan(const std::vector<std::string>& patterns, const std::vector<std::string>& settings = {},
            std::int64_t seed = 1, std::optional<int> replicates = {}) {
    Study study{.name = "test", .run_seed = seed};
    for (const auto& pattern : patterns) study.selections.push_back({pattern, replicates});
    for (const auto& text : settings) study.settings.push_back(parse_setting(text));
    return make_plan(study, registry);
  }
  RunReport go(const Plan& what, RunOptions options = {}) {
    store::Lab lab(file);
    return run(what, registry, lab, options);
  }
  std::string canonical() const {
    std::ostringstream text;
    store::export_canonical(file, text);
    return text.str();
  }
  std::vector<store::VerdictRow> verdicts() const { return store::Reader(file).verdicts(); }
};

/// While it lives, no file of this process grows beyond some bytes.
class SmallDisk {
 public:
  explicit SmallDisk(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~SmallDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, SIG_DFL);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

 private:
  rlimit before_{};
};

/// The first row inside the regime.
const store::VerdictRow& row_of(const std::vector<store::VerdictRow>& rows, const std::string& law,
                                const std::string& rival = "") {
  for (const auto& row : rows)
    if (row.law == law && row.rival == rival && row.regime == "inside") return row;
  throw std::runtime_error("no verdict of " + law);
}
const store::VerdictRow& row_of(std::vector<store::VerdictRow>&& gone, const std::string& law,
                                const std::string& rival = "") = delete;

}  // namespace

TEST_SUITE("host/runner") {
  TEST_CASE("a law is sealed, measured and judged; its rival is refuted; a shifted point is outside and breaks") {
    Laboratory lab;
    const auto report = lab.go(lab.plan({"coin/mean-of-uniforms"}));
    CHECK(report.status == RunReport::Status::finished);
    CHECK(report.points == 3);
    const auto rows = lab.verdicts();
    REQUIRE(rows.size() == 6);
    std::map<std::string, int> seen;
    for (const auto& row : rows) {
      ++seen[(row.rival.empty() ? "law" : row.rival) + " " + row.verdict + " " + row.sub_verdict];
      CHECK(row.met_expectation != 0);
      CHECK(row.sentence.find("measured") != std::string::npos);
    }
    const std::map<std::string, int> expected = {
        {"law confirmed ", 2}, {"low falsified ", 2}, {"law outside breaks", 1}, {"low outside breaks", 1}};
    CHECK(seen == expected);
    const auto& law = row_of(rows, "coin/mean-of-uniforms");
    CHECK(law.rivals_refuted == 1);
    CHECK(law.predicted == 0.5);
    CHECK(std::abs(law.measured - 0.5) < 4 * law.measured_se);
    CHECK(store::verify(lab.file).ok());
  }
  TEST_CASE("what is recorded does not depend on the number of jobs") {
    std::set<std::string> exports;
    for (const int jobs : {1, 2, 4}) {
      Laboratory lab;
      lab.go(lab.plan({"coin/mean-of-uniforms", "coin/seeded-line", "coin/identity"}), {.jobs = jobs});
      exports.insert(lab.canonical());
    }
    CHECK(exports.size() == 1);
    Laboratory other;
    other.go(other.plan({"coin/mean-of-uniforms", "coin/seeded-line", "coin/identity"}, {}, 2));
    CHECK(exports.count(other.canonical()) == 0);
  }
  TEST_CASE("an interrupted run goes on to the same rows") {
    Laboratory whole;
    const std::vector<std::string> laws = {"coin/mean-of-uniforms", "coin/seeded-line", "coin/misbehaves"};
    const std::vector<std::string> slow = {"coin/misbehaves.how=slow"};
    whole.go(whole.plan(laws, slow));

    Laboratory parts;
    int interrupted = 0;
    for (int attempt = 0; attempt < 50; ++attempt) {
      std::atomic<int> stop = 0;
      std::jthread alarm([&](std::stop_token cancel) {
        for (int tick = 0; tick < 20 + 40 * attempt && !cancel.stop_requested(); ++tick)
          std::this_thread::sleep_for(std::chrono::milliseconds(5));
        stop = 2;
      });
      const auto report = parts.go(parts.plan(laws, slow), {.stop_signal = &stop});
      alarm.request_stop();
      CHECK(report.resumed == (attempt > 0));
      if (report.status == RunReport::Status::finished) break;
      REQUIRE(report.status == RunReport::Status::interrupted);
      ++interrupted;
    }
    CHECK(interrupted >= 1);
    CHECK(parts.canonical() == whole.canonical());
    CHECK(parts.go(parts.plan(laws, slow)).status == RunReport::Status::already_finished);
    CHECK(store::verify(parts.file).ok());
  }
  TEST_CASE("per-replicate predictions are judged by their differences, and the flat rival is refuted") {
    Laboratory lab;
    lab.go(lab.plan({"coin/seeded-line"}));
    const auto rows = lab.verdicts();
    const auto& law = row_of(rows, "coin/seeded-line");
    CHECK(law.verdict == "confirmed");
    CHECK(law.kind == "K4");
    CHECK(std::abs(law.measured) < 0.01);  // a difference, not the line itself
    CHECK(row_of(rows, "coin/seeded-line", "flat").verdict == "falsified");
  }
  TEST_CASE("intervals of one end are sealed, judged, stored and told as at least and at most") {
    Laboratory lab;
    lab.go(lab.plan({"coin/one-sided"}));
    const auto rows = lab.verdicts();
    REQUIRE(rows.size() == 4);
    for (const auto& row : rows) CHECK(row.verdict == (row.rival.empty() ? "confirmed" : "falsified"));
    for (const auto& row : rows) CHECK(std::isfinite(row.predicted));  // the nearest number in the interval
    const auto sentence_of = [&](const std::string& observable, const std::string& rival) {
      for (const auto& row : rows)
        if (row.observable == observable && row.rival == rival) return row.sentence;
      return std::string();
    };
    CHECK(sentence_of("at_least", "").find("predicted at least 0.2 within 0.1: agrees") != std::string::npos);
    CHECK(sentence_of("at_most", "").find("predicted at most 0.8 within 0.1: agrees") != std::string::npos);
    CHECK(sentence_of("at_most", "beyond").find("predicted at least 1 within 0.1: disagrees") != std::string::npos);
    int one_sided = 0;
    for (const auto& p : store::Reader(lab.file).predictions()) {
      CHECK(std::isinf(p.predicted) != std::isinf(p.upper));
      CHECK(p.predicted < p.upper);
      one_sided += p.rival.empty() || p.power > 0.5;  // a rival's distance is that of the ends that face each other
    }
    CHECK(one_sided == 4);
    CHECK(store::verify(lab.file).ok());
  }
  TEST_CASE("the order in which a drift vanishes is sealed, kept and tested") {
    Laboratory lab;
    const auto plan = lab.plan({"coin/square-drift"}, {"coin/square-drift.order=1,2"});
    lab.go(plan, {.predict_only = true});
    lab.go(plan);  // judged from what was sealed, read back
    CHECK(store::verify(lab.file).ok());
    std::map<double, std::string> verdict, sentence;
    const auto rows = lab.verdicts();
    for (const auto& p : store::Reader(lab.file).predictions())
      for (const auto& row : rows)
        if (row.prediction_id == p.prediction_id) {
          verdict[p.drift_order] = row.verdict;
          sentence[p.drift_order] = row.sentence;
        }
    // By order 2 a thousandth is left. By order 1 it is minus twice the finest drift, inside the band of 0.01; but the
    // measured order, 2, is not within 1/4 of 1.
    const std::map<double, std::string> expected = {{1, "inconclusive"}, {2, "confirmed"}};
    CHECK(verdict == expected);
    CHECK(sentence[2].find("extrapolated to step 0 by order 2") != std::string::npos);
    CHECK(sentence[1].find("order") != std::string::npos);
  }
  TEST_CASE("an identity is decided by one replicate") {
    Laboratory lab;
    lab.go(lab.plan({"coin/identity"}));
    const auto rows = lab.verdicts();
    const auto& law = row_of(rows, "coin/identity");
    CHECK(law.verdict == "confirmed");
    CHECK(law.deterministic);
    CHECK(law.n_replicates == 1);
  }
  TEST_CASE("what a law does wrong is recorded by name, and the rest of the run goes on") {
    const std::vector<std::pair<std::string, std::string>> cases = {{"throw-in-predict", "error"},
                                                                    {"nan-in-predict", "error"},
                                                                    {"no-eps", "error"},
                                                                    {"undeclared", "error"},
                                                                    {"powerless", "error"},
                                                                    {"throw-in-measure", "error"},
                                                                    {"extra", "error"},
                                                                    {"missing", "error"},
                                                                    {"not-converged", "not_converged"},
                                                                    {"nan-in-measure", "inconclusive"},
                                                                    {"abstain", "inconclusive"},
                                                                    {"wrong", "falsified"}};
    std::string all;
    for (const auto& [how, verdict] : cases) all += (all.empty() ? "" : ",") + how;
    Laboratory lab;
    const auto report = lab.go(lab.plan({"coin/misbehaves", "coin/identity"}, {"coin/misbehaves.how=" + all}));
    CHECK(report.status == RunReport::Status::finished);
    CHECK(report.errors == 8);
    const auto rows = lab.verdicts();
    for (const auto& [how, verdict] : cases) {
      CAPTURE(how);
      const auto row = std::find_if(rows.begin(), rows.end(), [&, &name = how](const auto& r) {
        return r.point.find("\"" + name + "\"") != std::string::npos;
      });
      REQUIRE(row != rows.end());
      CHECK(row->verdict == verdict);
      CHECK_FALSE(row->sentence.empty());
    }
    CHECK(row_of(rows, "coin/identity").verdict == "confirmed");
    CHECK(store::verify(lab.file).ok());
  }
  TEST_CASE("a missing data set is not run, and the sentence says how to fetch it") {
    Laboratory lab;
    const auto report = lab.go(lab.plan({"coin/needs-data"}));
    CHECK(report.not_run == 1);
    const auto rows = lab.verdicts();
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].verdict == "not_run");
    CHECK(rows[0].sentence.find("lmw data fetch no-such-data") != std::string::npos);
  }
  TEST_CASE("a data set that is a choice is needed by the points that choose it") {
    Laboratory lab;
    const auto report = lab.go(lab.plan({"coin/asks-for-data"}));
    CHECK(report.not_run == 2);
    const auto rows = lab.verdicts();
    REQUIRE(rows.size() == 3);
    for (const auto& row : rows) {
      const bool asks = row.point.find("no-such") != std::string::npos;
      CHECK(row.verdict == (asks ? "not_run" : "confirmed"));
      CHECK((row.sentence.find("lmw data fetch no-such-data") != std::string::npos) == asks);
    }
  }
  TEST_CASE("predicting alone seals and measures nothing; the same plan then goes on to measure") {
    Laboratory lab;
    const Plan plan = lab.plan({"coin/mean-of-uniforms"});
    CHECK(lab.go(plan, {.predict_only = true}).status == RunReport::Status::sealed_only);
    CHECK(lab.verdicts().empty());
    const auto report = lab.go(plan);
    CHECK(report.resumed);
    CHECK(report.status == RunReport::Status::finished);
    CHECK(lab.verdicts().size() == 6);
  }
  TEST_CASE("again makes a new run beside the old one, with the same numbers") {
    Laboratory lab;
    const Plan plan = lab.plan({"coin/identity"});
    const auto first = lab.go(plan);
    const auto second = lab.go(plan, {.again = true});
    CHECK(second.run_id != first.run_id);
    const auto rows = lab.verdicts();
    REQUIRE(rows.size() == 4);
    CHECK(rows[0].measured == rows[2].measured);
  }
  TEST_CASE("a budget stops between looks, and the row says so") {
    Laboratory lab;
    // Sixteen replicates of half a second each cannot decide eps = 0.1 before the budget of nothing is over.
    const auto report = lab.go(lab.plan({"coin/misbehaves"}, {"coin/misbehaves.how=slow"}),
                               {.jobs = 4, .budget = std::chrono::milliseconds(0)});
    CHECK(report.status == RunReport::Status::out_of_time);
    const auto rows = lab.verdicts();
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].verdict == "not_run");
    CHECK(rows[0].sentence.find("time budget") != std::string::npos);
  }
  TEST_CASE("an undecided comparison says how many replicates would decide, by a pilot on seeds of its own") {
    std::set<std::string> exports;
    for (const int jobs : {1, 2, 4}) {
      Laboratory lab;
      lab.go(lab.plan({"coin/mean-of-uniforms"}, {"coin/mean-of-uniforms.n=10"}), {.jobs = jobs});
      exports.insert(lab.canonical());
      const auto rows = lab.verdicts();
      const auto& law = row_of(rows, "coin/mean-of-uniforms");
      REQUIRE(law.decision == "inconclusive");
      CHECK(law.n_replicates == 16);  // the pilot's are not among them
      CHECK(law.pilot_replicates == 8);
      // sd = sqrt(1/120); (3.29 sd/0.04)^2 + 2 = 59 for the true spread; 8 seeds know its square within 0.24 to 2.3
      // times (chi-square with 7 degrees of freedom, 99 %: 0.14 to 2.9).
      CHECK(law.needed_replicates > 8);
      CHECK(law.needed_replicates < 170);
      CHECK(law.pilot_sd == doctest::Approx(std::sqrt(1.0 / 120)).epsilon(0.7));
      CHECK(law.sentence.find("by the spread of 8 other seeds about " + std::to_string(law.needed_replicates)) !=
            std::string::npos);
      CHECK(store::verify(lab.file).ok());
    }
    CHECK(exports.size() == 1);
  }
  TEST_CASE("a pilot is recorded, counted in the time that the point took, and interrupted like any other work") {
    const std::vector<std::string> wide = {"how=wide"};  // 40 ms a replicate, and undecided to the end
    Laboratory whole;
    whole.go(whole.plan({"coin/misbehaves"}, wide));
    const auto number = [](const Laboratory& lab, const std::string& sql) {
      double value = -1;
      store::query(lab.file, sql, {}, [&](std::span<const store::Cell> cells) {
        const auto* real = std::get_if<double>(&cells[0]);
        value = real != nullptr ? *real : static_cast<double>(std::get<std::int64_t>(cells[0]));
        return true;
      });
      return value;
    };
    CHECK(number(whole, "SELECT count(value) FROM pilots") == 8);
    CHECK(number(whole, "SELECT count(*) FROM pilots JOIN measurements USING (seed)") == 0);
    CHECK(number(whole, "SELECT core_seconds FROM law_summary") ==
          doctest::Approx(number(whole, "SELECT sum(wall_seconds) FROM measurements") +
                          number(whole, "SELECT sum(wall_seconds) FROM pilots")));

    Laboratory parts;
    std::atomic<int> stop = 0;
    RunOptions options{.jobs = 1};
    options.stop_signal = &stop;
    options.on_progress = [&](const Progress& progress) {
      if (progress.trials == 16) stop = SIGINT;  // told within 100 ms of the last: the pilot has 320 ms to go
    };
    const Plan plan = parts.plan({"coin/misbehaves"}, wide);
    CHECK(parts.go(plan, options).status == RunReport::Status::interrupted);
    CHECK(number(parts, "SELECT count(*) FROM pilots") == 0);
    CHECK(number(parts, "SELECT count(*) FROM measurements") == 16);
    CHECK(parts.go(plan).status == RunReport::Status::finished);
    CHECK(parts.canonical() == whole.canonical());
    CHECK(store::verify(parts.file).ok());
  }
  TEST_CASE("pilots of several points at once are cut by an interrupt, and made anew to the same rows") {
    const std::vector<std::string> laws = {"coin/misbehaves", "coin/mean-of-uniforms", "coin/seeded-line"};
    const std::vector<std::string> wide = {"coin/misbehaves.how=wide", "coin/mean-of-uniforms.n=8,9,10,11"};
    Laboratory whole;
    whole.go(whole.plan(laws, wide), {.jobs = 4});
    Laboratory parts;
    const Plan plan = parts.plan(laws, wide);
    int interrupted = 0;
    for (int attempt = 0; attempt < 60; ++attempt) {
      std::atomic<int> stop = 0;
      RunOptions options{.jobs = 4};
      options.stop_signal = &stop;
      std::jthread alarm([&](std::stop_token cancel) {
        for (int tick = 0; tick < 5 + attempt && !cancel.stop_requested(); ++tick)
          std::this_thread::sleep_for(std::chrono::milliseconds(10));
        stop = SIGTERM;
      });
      const auto status = parts.go(plan, options).status;
      if (status == RunReport::Status::finished) break;
      REQUIRE(status == RunReport::Status::interrupted);
      ++interrupted;
    }
    CHECK(interrupted >= 1);
    CHECK(parts.canonical() == whole.canonical());
    CHECK(store::verify(parts.file).ok());
  }
  TEST_CASE("a disk that fills up while points wait for their seals ends the run, and it goes on when there is room") {
    const std::vector<std::string> laws = {"coin/mean-of-uniforms", "coin/seeded-line", "coin/knob"};
    Laboratory whole;
    whole.go(whole.plan(laws), {.jobs = 4});
    const auto full_size = static_cast<rlim_t>(fs::file_size(whole.file));
    int failed = 0;
    for (rlim_t percent = 60; percent <= 400; percent += 20) {
      CAPTURE(percent);
      Laboratory parts;
      const Plan plan = parts.plan(laws);
      {
        const SmallDisk disk(full_size * percent / 100);
        try {
          parts.go(plan, {.jobs = 4});
        } catch (const store::StoreError&) {
          ++failed;
        }
      }
      parts.go(plan, {.jobs = 4});
      CHECK(parts.canonical() == whole.canonical());
      CHECK(store::verify(parts.file).ok());
    }
    CHECK(failed >= 5);
  }
  TEST_CASE("an observable that does not depend on the seed is decided by its band, beside one that does") {
    Laboratory lab;
    lab.go(lab.plan({"coin/knob"}, {"x=2"}));
    const auto rows = lab.verdicts();
    std::map<std::string, store::VerdictRow> by_observable;
    for (const auto& row : rows)
      if (row.rival.empty()) by_observable[row.observable] = row;
    CHECK(by_observable.at("exact").deterministic);
    CHECK(by_observable.at("exact").verdict == "confirmed");
    CHECK(by_observable.at("exact").confirm_ratio == 0);
    CHECK_FALSE(by_observable.at("square").deterministic);
    CHECK(by_observable.at("square").verdict == "confirmed");
    CHECK(by_observable.at("square").median == doctest::Approx(4).epsilon(0.01));
    CHECK(by_observable.count("steps_taken") == 0);
    for (const auto& p : store::Reader(lab.file).predictions()) CHECK(p.observable != "steps_taken");
  }
  TEST_CASE("an exponent states the span of its fit, and less than a decade decides nothing") {
    Laboratory lab;
    lab.go(lab.plan({"coin/exponent"}, {"span=16,8,0"}));
    std::map<std::string, store::VerdictRow> by_point;
    for (const auto& row : lab.verdicts())
      if (row.rival.empty()) by_point[row.point] = row;
    REQUIRE(by_point.size() == 3);
    CHECK(by_point.at("{\"span\":16.0}").verdict == "confirmed");
    CHECK(by_point.at("{\"span\":8.0}").verdict == "inconclusive");
    CHECK(by_point.at("{\"span\":8.0}").sentence.find("less than a decade") != std::string::npos);
    CHECK(by_point.at("{\"span\":0.0}").verdict == "error");
    CHECK(by_point.at("{\"span\":0.0}").sentence.find("an exponent needs .span") != std::string::npos);
    CHECK(store::verify(lab.file).ok());
  }
  TEST_CASE("a diagnostic is measured and stored; one that is forgotten fails the replicate") {
    Laboratory lab;
    lab.go(lab.plan({"coin/knob"}, {"x=2"}));
    int found = 0;
    for (const auto& row : store::Reader(lab.file).measurements())
      if (row.observable == "steps_taken") found += row.value == 100;
    CHECK(found == 4);
    Laboratory forgetful;
    forgetful.go(forgetful.plan({"coin/knob"}, {"x=2", "forget=yes"}));
    const auto rows = forgetful.verdicts();
    const auto& row = row_of(rows, "coin/knob");
    CHECK(row.verdict == "error");
    CHECK(row.sentence.find("steps_taken: a diagnostic of the card, but not measured") != std::string::npos);
  }
  TEST_CASE("power against a rival that is predicted per replicate is sealed, from the first look's predictions") {
    Laboratory lab;
    lab.go(lab.plan({"coin/seeded-line"}));
    double power = -1;
    for (const auto& p : store::Reader(lab.file).predictions())
      if (p.rival == "flat") power = p.power;
    CHECK(power > 0.99);  // the line is at least 4 away at its end, the band 0.05
    CHECK(store::verify(lab.file).ok());
  }
  TEST_CASE("a law that predicts per replicate may state a plain number at some points, which has a pilot like any") {
    Laboratory lab;
    lab.go(lab.plan({"coin/seeded-line"}, {"say=mean"}));
    const auto rows = lab.verdicts();
    const auto& row = row_of(rows, "coin/seeded-line");
    REQUIRE(row.decision == "inconclusive");  // the slopes have a spread of 0.29, and 16 seeds
    CHECK(row.pilot_replicates == 8);
    CHECK(row.needed_replicates > 100);
  }
  TEST_CASE("runs that end in no value are failures, and unexpected ones where the law predicts a value") {
    Laboratory lab;
    lab.go(lab.plan({"coin/knob"}, {"x=2,8"}, 1, 40));
    int rows = 0;
    store::query(lab.file, "SELECT observable, class, forecast_class, unexpected, failures, n FROM failures", {},
                 [&](std::span<const store::Cell> cells) {
                   ++rows;
                   CHECK(std::holds_alternative<std::monostate>(cells[0]));
                   CHECK(std::get<std::string>(cells[1]) == "structural");
                   CHECK(std::get<std::string>(cells[2]) == "safe");
                   CHECK(std::get<std::int64_t>(cells[3]) == 1);
                   CHECK(std::get<std::int64_t>(cells[4]) == 40);
                   CHECK(std::get<std::int64_t>(cells[5]) == 40);
                   return true;
                 });
    CHECK(rows == 1);  // at x = 2 no run was lost: nothing to list
  }
  TEST_CASE("until decided: rule B is sealed and goes on where the looks end; a curve keeps the looks") {
    std::set<std::string> exports;
    for (const int jobs : {1, 2, 4}) {
      Laboratory lab;
      Study study{.name = "test", .until_decided = true};
      study.selections = {{.pattern = "coin/mean-of-uniforms", .replicates = {}},
                          {.pattern = "coin/seeded-line", .replicates = {}}};
      study.settings = {parse_setting("coin/mean-of-uniforms.n=10")};
      const Plan plan = make_plan(study, lab.registry);
      study.until_decided = false;
      CHECK(plan.study_sha256 != make_plan(study, lab.registry).study_sha256);
      lab.go(plan, {.jobs = jobs});
      exports.insert(lab.canonical());
      const auto rows = lab.verdicts();
      const auto& law = row_of(rows, "coin/mean-of-uniforms");
      CHECK(law.verdict == "confirmed");
      CHECK(law.n_replicates > 16);  // where the looks of quick effort end, undecided: the pilot's test
      // |D| + h <= band with h = 0.166 sd at 256 seeds, sd = sqrt(1/120).
      CHECK(law.n_replicates <= 256);
      CHECK(row_of(rows, "coin/mean-of-uniforms", "low").decision == "falsified");
      for (const auto& p : store::Reader(lab.file).predictions()) {
        if (!p.rival.empty()) CHECK(p.power > 0.9);
        CHECK(p.method == (p.law == "coin/seeded-line" ? "A" : "B"));
        CHECK(p.max_replicates == (p.law == "coin/seeded-line" ? 16 : 256));
      }
      CHECK(store::verify(lab.file).ok());
    }
    CHECK(exports.size() == 1);
  }
  TEST_CASE("an undecided proportion says how many draws it needs, by arithmetic alone") {
    Laboratory lab;
    lab.go(lab.plan({"coin/cliff"}, {"coin/cliff.draws=2", "coin/cliff.x=0.25"}, 1, 4));
    const auto rows = lab.verdicts();
    const auto& law = row_of(rows, "coin/cliff");
    REQUIRE(law.decision == "inconclusive");
    CHECK(law.needed_draws == 19);  // ln 0.05 / ln 0.85 = 18.4: so many runs that all succeed
    CHECK(law.needed_replicates == 10);
    CHECK(law.pilot_replicates == -1);
    CHECK(law.sentence.find("about 10 replicates in all (19 draws) would decide") != std::string::npos);
  }
  TEST_CASE("a fixed number of replicates is one look") {
    Laboratory lab;
    lab.go(lab.plan({"coin/mean-of-uniforms"}, {"n=400", "shift=0"}, 1, 24));
    const auto rows = lab.verdicts();
    CHECK(row_of(rows, "coin/mean-of-uniforms").n_replicates == 24);
    CHECK(row_of(rows, "coin/mean-of-uniforms").look == 1);
  }
}
