#include <lmw/store/verify.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "schema.h"
#include "verifier.h"

namespace lmw::store {
namespace {

void add_finding(VerifyReport& report, const std::string& subject, const std::string& what) {
  if (report.findings.size() < 100)
    report.findings.push_back({subject, what});
  else
    ++report.more_findings;
}

void check_file(Connection& db, VerifyReport& report) {
  Statement integrity(db, "PRAGMA integrity_check(20)");
  while (integrity.step())
    if (integrity.text(0) != "ok") add_finding(report, "file", integrity.text(0));
  Statement keys(db, "SELECT \"table\", parent, count(*) FROM pragma_foreign_key_check() GROUP BY 1, 2");
  while (keys.step())
    add_finding(
        report, "file",
        keys.text(2) + " rows of the table " + keys.text(0) + " refer to rows of " + keys.text(1) + " that are gone");
}

/// @returns whether the tables are those of a lab, so that rows can be read.
bool check_schema(Connection& db, VerifyReport& report) {
  const auto found = schema_of(db), expected = built_in_schema(db.integer("PRAGMA user_version"));
  const auto by_name = [](const std::vector<SchemaObject>& objects, const SchemaObject& wanted) {
    return std::find_if(objects.begin(), objects.end(),
                        [&](const SchemaObject& o) { return o.type == wanted.type && o.name == wanted.name; });
  };
  bool tables = true;
  for (const auto& object : expected) {
    const auto same = by_name(found, object);
    if (same != found.end() && same->sql == object.sql) continue;
    add_finding(report, "schema",
                "the " + object.type + " " + object.name + (same == found.end() ? " is missing" : " was changed"));
    tables = tables && object.type != "table";
  }
  for (const auto& object : found)
    if (by_name(expected, object) == expected.end())
      add_finding(report, "schema", "the " + object.type + " " + object.name + " was added");
  return tables;
}

/// @returns whether the rows of a lab that an older lmw wrote can be read in the newest schema.
bool reads_as_newest(Connection& db, VerifyReport& report) {
  db.run("COMMIT");
  try {
    read_as_newest(db);
  } catch (const StoreError& error) {
    add_finding(report, "schema", std::string("it cannot be brought to the newest version: ") + error.what());
    return false;
  }
  db.run("BEGIN");
  return true;
}

}  // namespace

VerifyReport verify(const std::filesystem::path& file, const std::string& expected_head) {
  if (!expected_head.empty()) from_hex(expected_head);
  Connection db(file, Connection::Mode::read_only);
  require_lab(db, false);
  db.run("BEGIN");
  VerifyReport report;
  check_file(db, report);
  if (check_schema(db, report) && reads_as_newest(db, report)) {
    Verifier verifier(db, report);
    verifier.walk_log(expected_head);
    verifier.check_uncovered();
    verifier.check_copies();
  } else {
    add_finding(report, "schema", "the rows were not checked: the schema is not that of a lab");
  }
  return report;
}

void Verifier::find(const std::string& subject, const std::string& what) { add_finding(report_, subject, what); }

void Verifier::walk_log(const std::string& expected_head) {
  Digest previous = chain_start(db_.text("SELECT lmw_version FROM lab"));
  Sha256 unsealed;
  std::int64_t since_seal = 0;
  bool head_seen = expected_head.empty() || expected_head == to_hex(previous);
  Id expected = 1;
  Statement rows(db_, "SELECT log_id, type, at_us, digest, chain, detail FROM log ORDER BY log_id");
  for (; rows.step(); ++expected) {
    const LogRow log{rows.integer(0), rows.text(1), rows.integer(2), as_digest(rows.blob(3)), as_digest(rows.blob(4))};
    for (; expected < log.log_id; ++expected) check_missing_record(expected);
    ++report_.records;
    if (chain_next(previous, log_record(log.type, log.digest, log.at_us)) != log.chain)
      find("log", "record " + std::to_string(log.log_id) + " (" + log.type +
                      ") does not follow from the one before: it was changed, or one before it was");
    previous = log.chain;
    head_seen = head_seen || to_hex(previous) == expected_head;

    if (log.type == "SEAL") {
      if (unsealed.finish() != log.digest || since_seal == 0)
        find("log", "record " + std::to_string(log.log_id) + " (SEAL) does not seal the records before it");
      since_seal = 0;
      continue;
    }
    if (log.type == "PREDICT" || log.type == "ABSTAIN") {
      unsealed.add(log.digest);
      ++since_seal;
    }
    try {
      check_record(log, decode_detail(rows.blob(5)));
    } catch (const std::invalid_argument& error) {
      find("log", "record " + std::to_string(log.log_id) + " (" + log.type + "): " + error.what());
    }
  }
  if (since_seal > 0)
    find("log",
         "the last " + std::to_string(since_seal) + " predictions were never sealed: the end of the log is gone");
  if (!head_seen)
    find("log", "no record has the chain value " + expected_head + ": the log was rewritten or its end is gone");
  report_.head = to_hex(previous);
}

void Verifier::check_missing_record(Id log_id) {
  std::string of;
  const auto describe = [&](const char* sql) {
    Statement row(db_, sql);
    row.bind(log_id);
    if (of.empty() && row.step()) of = row.text(0);
  };
  describe(
      "SELECT 'the prediction of ' || observable || CASE rival WHEN '' THEN '' ELSE ', rival ' || rival END || ' by ' "
      "|| "
      "law || ' at ' || point FROM prediction JOIN point USING (point_id) JOIN law USING (law_id) "
      "JOIN observable USING (observable_id) JOIN rival USING (rival_id) WHERE log_id = ?1");
  describe(
      "SELECT 'the verdicts on ' || law || ' at ' || point FROM judgement JOIN point USING (point_id) "
      "JOIN law USING (law_id) WHERE log_id = ?1");
  describe("SELECT 'run ' || run_id || ' (' || study || ')' FROM run WHERE log_id = ?1");
  describe("SELECT 'run ' || run_id || ' being ' || status FROM run_event WHERE log_id = ?1");
  find("log", "record " + std::to_string(log_id) + " is gone; it was of " +
                  (of.empty() ? "a seal, or of measurements that are named below" : of));
}

void Verifier::check_record(const LogRow& log, const LogDetail& detail) {
  using Kind = LogDetail::Kind;
  switch (detail.kind) {
    case Kind::run: return check_run(log);
    case Kind::run_event: return check_run_event(log, detail);
    case Kind::series: return check_series(log, detail);
    case Kind::abstention: return check_abstention(log, detail);
    case Kind::replicates: return check_replicates(log, detail);
    case Kind::trials: return check_trials(log, detail);
    case Kind::verdicts: return check_verdicts(log, detail);
    case Kind::adjusted: return check_adjusted(log);
    case Kind::failures: return check_failures(log, detail);
    case Kind::scores: return check_scores(log);
    case Kind::badges: return check_badges(log);
    case Kind::pilots: return check_pilots(log, detail);
  }
  throw std::invalid_argument("what it covers cannot be read");
}

void Verifier::check_uncovered() {
  const auto count = [&](const char* table) { return db_.integer(std::string("SELECT count(*) FROM ") + table); };
  // Rows that one record each stands for: any other was put in later.
  const auto with_record = [&](const char* subject, const char* sql, const char* what) {
    std::set<Id> left = records_with_rows_;
    Statement row(db_, sql);
    while (row.step())
      if (left.erase(row.integer(0)) == 0) find(subject, row.text(1) + what);
  };
  with_record("run", "SELECT log_id, 'run ' || run_id || ' (' || study || ')' FROM run",
              ": no record in the log is of it");
  with_record("run", "SELECT log_id, 'run ' || run_id || ', ' || status FROM run_event",
              ": no record in the log is of it");
  with_record("prediction",
              "SELECT log_id, law || ' at ' || point || ': the prediction of ' || observable || "
              "CASE rival WHEN '' THEN '' ELSE ', rival ' || rival END FROM prediction JOIN point USING (point_id) "
              "JOIN law USING (law_id) JOIN observable USING (observable_id) JOIN rival USING (rival_id) "
              "ORDER BY prediction_id",
              " was put in later: no record in the log is of it");
  with_record(
      "verdict",
      "SELECT log_id, law || ' at ' || point FROM judgement JOIN point USING (point_id) JOIN law USING (law_id)",
      ": verdicts that no record in the log is of");

  if (count("trial") != report_.trials || count("measured_value") != measured_values_) {
    std::set<std::pair<Id, std::int64_t>> covered;
    Statement records(db_, "SELECT detail FROM log WHERE type = 'MEASURE'");
    while (records.step()) {
      try {
        for (const CoveredRow& row : decode_detail(records.blob(0)).rows) covered.emplace(row.id, row.replicate);
      } catch (const std::invalid_argument&) {
        continue;  // named while walking the log
      }
    }
    Statement trials(db_, "SELECT point_id, replicate FROM trial UNION SELECT point_id, replicate FROM measured_value");
    while (trials.step())
      if (!covered.contains({trials.integer(0), trials.integer(1)}))
        find("measurement", name(trials.integer(0)) + ": replicate " + trials.text(1) +
                                " was put in later: no record in the log covers it");
    Statement orphans(db_,
                      "SELECT v.point_id, v.replicate, observable, x, value FROM measured_value AS v "
                      "LEFT JOIN cell USING (point_id, slot) LEFT JOIN observable USING (observable_id) "
                      "WHERE NOT EXISTS (SELECT 1 FROM trial WHERE point_id = v.point_id AND replicate = v.replicate)");
    while (orphans.step())
      find("measurement", name(orphans.integer(0)) + ": a value of " + orphans.text(2) + " at replicate " +
                              orphans.text(1) + ", which has no trial");
  }
  if (count("pilot") != pilots_ || count("pilot_value") != pilot_values_)
    find("measurement", "pilots that no record in the log covers");
  if (count("replicate_value") != replicate_values_seen_)
    find("prediction", "per-replicate predictions that no record in the log covers: " +
                           std::to_string(count("replicate_value") - replicate_values_seen_) + " values");
  if (count("verdict") != report_.verdicts || count("residual") != residuals_seen_)
    find("verdict", "verdicts or residuals of a point that no record in the log covers");
  if (count("adjustment") != adjustments_) find("verdict", "adjusted p-values that no record in the log covers");
  if (count("failure") != failures_ || count("failure_law") != failure_laws_)
    find("verdict", "failures that no record in the log covers");
  if (count("badge") != badges_) find("verdict", "badges that no record in the log covers");
  if (count("score") != scores_) find("verdict", "numbers of the scorecard that no record in the log covers");
}

void Verifier::check_copies() {
  Statement judged(
      db_,
      "SELECT point_id FROM judgement "
      "WHERE trials <> (SELECT count(*) FROM trial WHERE trial.point_id = judgement.point_id) OR core_us <> "
      "(SELECT coalesce(sum(wall_us), 0) FROM trial WHERE trial.point_id = judgement.point_id) + "
      "(SELECT coalesce(sum(wall_us), 0) FROM pilot WHERE pilot.point_id = judgement.point_id)");
  while (judged.step())
    find("verdict", name(judged.integer(0)) + ": the count or time of its trials is not that of the trials there are");

  // The columns that repeat what the card says.
  std::string same;
  std::istringstream names(law_columns);
  for (std::string column; names >> column;) {
    if (column.back() == ',') column.pop_back();
    same += (same.empty() ? "" : " OR ") + column + " IS NOT json_extract(card, '$." + column + "')";
  }
  Statement laws(db_, "SELECT law FROM law WHERE " + same);
  while (laws.step()) find("run", laws.text(0) + ": its description is not that of its card");
}

}  // namespace lmw::store
