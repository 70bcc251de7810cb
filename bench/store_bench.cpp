// Rows per second and bytes per row through the real writer, and the latency of the views on a large lab.
//
//   store_bench [rows] [folder]     default: 10 000 000 rows, the folder for temporary files
//
// Wall time measures the neighbours too. The rate per processor second of the writer's thread is what a machine would
// do that nobody else uses, with the thread that feeds it on another core.

#include <lmw/store/canonical.h>
#include <lmw/store/lab.h>
#include <lmw/store/verify.h>
#include <lmw/store/views.h>
#include <sqlite3.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <string>
#include <vector>

namespace {

using namespace lmw::store;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

double cpu_seconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}
/// Of the lab's writing thread: everything but this thread.
double writer_seconds() { return cpu_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu_seconds(CLOCK_THREAD_CPUTIME_ID); }

RunPlan plan(int laws) {
  RunPlan plan{.study = "bench", .study_json = "{}", .study_sha256 = to_hex(sha256("bench")), .effort = "quick"};
  for (int i = 0; i < laws; ++i)
    plan.laws.push_back({.law = "bench/law-" + std::to_string(i),
                         .plugin = "bench",
                         .plugin_version = "0.1.0",
                         .build_id = "00",
                         .card_json = R"({"pillar":"solvable","claim":"rows can be written fast"})"});
  return plan;
}

SealedPoint point(const std::string& law, int index, int grid) {
  SealedPoint point{
      .law = law,
      .point_json = R"({"draws":40,"n_features":)" + std::to_string(index) + R"(,"n_samples":100,"noise_var":0.1})",
      .canonical_point = canonical_point({{"draws", std::int64_t{40}},
                                          {"n_features", std::int64_t{index}},
                                          {"n_samples", std::int64_t{100}},
                                          {"noise_var", 0.1}}),
      .stopping = {.looks = {4, 8, 16, 32, 64}, .weights = {0.1, 0.15, 0.2, 0.25, 0.3}}};
  SealedSeries series{
      .observable = "excess_risk", .kind = grid > 1 ? "K4" : "K1", .eps_reason = "under half the gap to the rival"};
  for (int g = 0; g < grid; ++g) {
    if (grid > 1) series.x.push_back(0.37 * g);
    series.predicted.push_back(1.0 / (1.3 + g));
    series.eps.push_back(0.0123 / (1 + g));
  }
  point.series = {series, series};
  point.series[1].rival = "classical";
  return point;
}

Verdict verdict(const SealReceipt& receipt, std::size_t series, int grid) {
  Verdict v{.point_id = receipt.point_id,
            .prediction_id = receipt.prediction_ids[series],
            .observable = "excess_risk",
            .rival = series == 0 ? "" : "classical",
            .kind = grid > 1 ? "K4" : "K1",
            .regime = "inside",
            .decision = series == 0 ? "confirmed" : "falsified",
            .verdict = series == 0 ? "confirmed" : "falsified",
            .confirm_ratio = series == 0 ? 0.73 : 12.3,
            .falsify_ratio = series == 0 ? -1.7 : 9.1,
            .rivals_tried = series == 0 ? 1 : 0,
            .rivals_refuted = series == 0 ? 1 : 0,
            .at_x = 0.37,
            .predicted = 0.31,
            .measured = 0.32,
            .measured_se = 0.011,
            .ci_low = 0.3,
            .ci_high = 0.34,
            .eps = 0.0123,
            .statistic = 0.9,
            .p_confirm = 0.003,
            .p_falsify = 0.97,
            .n_replicates = 64,
            .look = 5,
            .expected = series == 0 ? "confirmed" : "falsified",
            .met_expectation = 1,
            .sentence = "The excess risk is 0.32 +- 0.02 where 0.31 was predicted, within the tolerance of 0.0123."};
  for (int g = 0; g < grid; ++g) v.residuals.push_back({0.37 * g, 0.31, 0.32, 0.011, 0.01, 0.9});
  return v;
}

struct Written {
  double wall = 0, writer = 0, feeder = 0, file_bytes = 0, measurement_bytes = 0;
};

/// Pages of the tables that grow with each measurement, and what the log holds of them.
double measurement_bytes(const std::filesystem::path& file) {
  sqlite3* db = nullptr;
  sqlite3_stmt* sum = nullptr;
  double bytes = 0;
  if (sqlite3_open_v2(file.c_str(), &db, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK &&
      sqlite3_prepare_v2(db,
                         "SELECT (SELECT sum(pgsize) FROM dbstat WHERE name IN ('trial', 'measured_value')) + "
                         "(SELECT sum(length(detail)) FROM log WHERE type = 'MEASURE')",
                         -1, &sum, nullptr) == SQLITE_OK &&
      sqlite3_step(sum) == SQLITE_ROW)
    bytes = sqlite3_column_double(sum, 0);
  sqlite3_finalize(sum);
  sqlite3_close(db);
  return bytes;
}

/// A lab of `rows` measured values: points of 64 replicates, each with the law and one rival, sealed and judged.
Written write_lab(const std::filesystem::path& file, std::int64_t rows, int grid) {
  constexpr int replicates = 64, laws = 8;
  const auto points = static_cast<int>(rows / (replicates * grid));
  Written written;
  {
    Lab lab(file);
    const Id run = lab.begin_run(plan(laws));
    std::vector<SealReceipt> receipts(static_cast<std::size_t>(points));
    for (int p = 0; p < points; ++p)
      lab.seal(run, point("bench/law-" + std::to_string(p % laws), p, grid),
               [&receipts, p](const SealReceipt& receipt) { receipts[static_cast<std::size_t>(p)] = receipt; });
    lab.flush();
    std::vector<double> x;
    for (int g = 0; g < grid && grid > 1; ++g) x.push_back(0.37 * g);

    const auto start = Clock::now();
    const double writer = writer_seconds(), feeder = cpu_seconds(CLOCK_THREAD_CPUTIME_ID);
    std::uint64_t noise = 1;
    const std::int64_t now =
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
            .count();
    for (int p = 0; p < points; ++p)
      for (int j = 0; j < replicates; ++j) {
        Trial trial{.point_id = receipts[static_cast<std::size_t>(p)].point_id,
                    .replicate = j,
                    .wall_seconds = 0.0123456,
                    .measured_at_us = now + 1000 * p};
        Trial::Series series{.observable = "excess_risk", .x = x, .value = {}};
        for (int g = 0; g < grid; ++g) {
          noise = noise * 6364136223846793005u + 1442695040888963407u;
          series.value.push_back(0.3 + 1e-21 * static_cast<double>(noise >> 1));
        }
        trial.seed = static_cast<std::int64_t>(noise >> 1);
        trial.series.push_back(std::move(series));
        lab.post_trial(std::move(trial));
      }
    lab.flush();
    written.wall = seconds_since(start);
    written.writer = writer_seconds() - writer;
    written.feeder = cpu_seconds(CLOCK_THREAD_CPUTIME_ID) - feeder;
    for (const auto& receipt : receipts) lab.post_verdicts({verdict(receipt, 0, grid), verdict(receipt, 1, grid)});
    lab.end_run(run, "finished");
  }
  written.file_bytes = static_cast<double>(std::filesystem::file_size(file));
  written.measurement_bytes = measurement_bytes(file);
  return written;
}

void report_written(const char* what, const Written& written, std::int64_t rows, double goal_rate, double goal_bytes) {
  const auto n = static_cast<double>(rows);
  std::printf("%-22s M rows/s: %5.2f wall, %5.2f per CPU second of the writer (goal %.2f), %5.2f of the feeder\n", what,
              1e-6 * n / written.wall, 1e-6 * n / written.writer, goal_rate, 1e-6 * n / written.feeder);
  std::printf("%-22s bytes a row: %5.1f of measurements (goal %.0f), %5.1f of the whole file\n", "",
              written.measurement_bytes / n, goal_bytes, written.file_bytes / n);
}

template <class F>
void time_view(const char* what, F&& read) {
  std::vector<double> wall, cpu;
  std::size_t rows = 0;
  for (int i = 0; i < 7; ++i) {
    const auto start = Clock::now();
    const double cpu_start = cpu_seconds(CLOCK_THREAD_CPUTIME_ID);
    rows = read();
    cpu.push_back(1e3 * (cpu_seconds(CLOCK_THREAD_CPUTIME_ID) - cpu_start));
    wall.push_back(1e3 * seconds_since(start));
  }
  std::sort(wall.begin(), wall.end());
  std::sort(cpu.begin(), cpu.end());
  std::printf("%-22s %8.1f ms CPU, %8.1f ms wall (medians of 7, %zu rows)\n", what, cpu[3], wall[3], rows);
}

}  // namespace

int main(int argc, char** argv) {
  const std::int64_t rows = argc > 1 ? std::atoll(argv[1]) : 10'000'000;
  const std::filesystem::path folder = argc > 2 ? argv[2] : std::filesystem::temp_directory_path();
  const auto curves = folder / "lmw-store-bench-curves.db", scalars = folder / "lmw-store-bench-scalars.db";
  std::filesystem::remove(curves);
  std::filesystem::remove(scalars);

  report_written("curves of 20", write_lab(curves, rows, 20), rows, 1.2, 30);
  report_written("scalars", write_lab(scalars, rows / 5, 1), rows / 5, 0.15, 70);

  Reader reader(curves);
  time_view("runs", [&] { return reader.runs().size(); });
  time_view("law_summary", [&] { return reader.law_summaries().size(); });
  time_view("verdicts", [&] { return reader.verdicts().size(); });
  time_view("verdicts of a law", [&] { return reader.verdicts({.law = "bench/law-3"}).size(); });
  time_view("predictions of a law", [&] { return reader.predictions({.law = "bench/law-3"}).size(); });
  time_view("residuals of a law", [&] { return reader.residuals({.law = "bench/law-3"}).size(); });
  const auto start = Clock::now();
  const auto verified = verify(curves);
  std::printf("%-22s %8.2f s (%zu findings)\n", "verify", seconds_since(start), verified.findings.size());
  std::filesystem::remove(curves);
  std::filesystem::remove(scalars);
}
