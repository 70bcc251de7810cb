#include <doctest/doctest.h>
#include <lmw/store/verify.h>
#include <lmw/store/views.h>
#include <unistd.h>

#include <fstream>

#include "files.h"
#include "lab_support.h"
#include "schema.h"

using namespace lmw::store;
using namespace lmw::store::testing;

namespace {

/// Why opening fails, and with which words.
template <class Open>
void refuses(StoreError::Reason reason, const std::string& words, Open open) {
  try {
    open();
    FAIL("opened");
  } catch (const StoreError& error) {
    CHECK(error.reason() == reason);
    CHECK_MESSAGE(std::string(error.what()).find(words) != std::string::npos, error.what());
  }
}

}  // namespace

TEST_SUITE("store/schema") {
  TEST_CASE("a new lab has the newest version, WAL, and the mark of a lab") {
    const TempFolder folder;
    Lab(folder / "lab.db");
    Shell shell(folder / "lab.db");
    CHECK(shell.integer("PRAGMA user_version") == static_cast<std::int64_t>(migrations().size()));
    CHECK(shell.integer("PRAGMA application_id") == application_id);
    CHECK(shell.text("PRAGMA journal_mode") == "wal");
    CHECK(shell.integer("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%STRICT%'") == 0);
    Lab(folder / "lab.db");
    CHECK(shell.integer("SELECT count(*) FROM lab") == 1);
  }

  TEST_CASE("a lab of an older version is brought up to date, step by step") {
    for (std::size_t version = 1; version < migrations().size(); ++version) {
      const TempFolder folder;
      {
        Connection old(folder / "lab.db", Connection::Mode::create);
        old.run("PRAGMA synchronous = OFF");
        for (std::size_t i = 0; i < version; ++i) old.run(migrations()[i].sql);
        old.run("INSERT INTO lab VALUES (1, '0.1.0', 0); PRAGMA application_id = " + std::to_string(application_id) +
                "; PRAGMA user_version = " + std::to_string(version));
      }
      Lab lab(folder / "lab.db");
      const DemoRun demo(lab);
      Connection now(folder / "lab.db", Connection::Mode::read_only);
      CHECK(schema_of(now) == built_in_schema());
    }
  }

  TEST_CASE("a lab of an older version is read as it stands, and stays as it is") {
    for (std::size_t version = 1; version < migrations().size(); ++version) {
      const TempFolder folder;
      {
        Connection old(folder / "lab.db", Connection::Mode::create);
        for (std::size_t i = 0; i < version; ++i) old.run(migrations()[i].sql);
        old.run("INSERT INTO lab VALUES (1, '0.1.0', 0); PRAGMA application_id = " + std::to_string(application_id) +
                "; PRAGMA user_version = " + std::to_string(version));
      }
      Reader reader(folder / "lab.db");
      CHECK(reader.verdicts().empty());
      CHECK(reader.predictions().empty());
      CHECK(verify(folder / "lab.db").ok());
      Shell shell(folder / "lab.db");
      CHECK(shell.integer("PRAGMA user_version") == static_cast<std::int64_t>(version));
      REQUIRE(shell.run("CREATE TABLE mine (x)") == "");
      CHECK_FALSE(verify(folder / "lab.db").ok());
    }
  }

  TEST_CASE("whatever is sealed can be neither changed nor deleted nor replaced") {
    const TempFolder folder;
    {
      Lab lab(folder / "lab.db");
      const DemoRun demo(lab);
      lab.end_run(demo.run, "interrupted");
    }
    Shell shell(folder / "lab.db");
    for (const auto& row :
         shell.rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")) {
      const std::string& table = row[0];
      CAPTURE(table);
      REQUIRE(shell.integer("SELECT count(*) FROM " + table) > 0);
      const std::string column = shell.text("SELECT name FROM pragma_table_info('" + table + "')");
      CHECK(shell.run("UPDATE " + table + " SET " + column + " = " + column).find("sealed") != std::string::npos);
      CHECK(shell.run("DELETE FROM " + table).find("sealed") != std::string::npos);
      // A trigger for each of ten million values would cost as much as the insert: `verify` finds a replaced one.
      if (table == "measured_value") continue;
      CHECK(shell.run("INSERT OR REPLACE INTO " + table + " SELECT * FROM " + table) != "");
    }
  }

  TEST_CASE("a measurement is refused without a prediction, and a prediction after a measurement") {
    const TempFolder folder;
    Lab lab(folder / "lab.db");
    const DemoRun demo(lab);
    SealedPoint unsealed = scalar_point(7);
    unsealed.series.clear();
    std::promise<Id> stored;
    lab.post_unsealed_point(demo.run, unsealed, [&](Id id) { stored.set_value(id); });
    const std::string point = std::to_string(stored.get_future().get());
    Shell shell(folder / "lab.db");
    const auto refused = [&](const std::string& sql, const std::string& words) {
      CAPTURE(sql);
      const std::string message = shell.run(sql);
      CHECK_MESSAGE(message.find(words) != std::string::npos, message);
    };
    refused("INSERT INTO trial VALUES (" + point + ", 0, 1, 0, 0, 0, 0, NULL)",
            "no prediction is sealed for this point");
    refused("INSERT INTO trial VALUES (999, 0, 1, 0, 0, 0, 0, NULL)", "no prediction is sealed for this point");
    const std::string replicate = std::to_string(demo.replicate.point_id),
                      series = std::to_string(demo.replicate.prediction_ids[0]);
    refused("INSERT INTO trial VALUES (" + replicate + ", 2, 1, 0, 0, 0, 0, NULL)",
            "no prediction is sealed for this replicate");
    refused("INSERT INTO replicate_value VALUES (" + series + ", 1, 5, 0.5)", "this replicate is measured already");
    CHECK(shell.run("BEGIN; INSERT INTO replicate_value VALUES (" + series +
                    ", 2, 0, 0.5); INSERT INTO trial VALUES (" + replicate + ", 2, 1, 0, 0, 0, 0, NULL); ROLLBACK") ==
          "");
    refused("INSERT INTO prediction_value VALUES (1, 5, 1, NULL, 1, 0, 0)", "this point is measured already");
    refused(
        "INSERT INTO prediction SELECT 99, log_id, point_id, 2, rival_id, secondary, kind, compare, draws, theory_df, "
        "power, eps_reason, abstained, abstain_reason, drift_order, deterministic, fit_span FROM prediction WHERE "
        "prediction_id "
        "= 1",
        "this point is measured already");
    refused("INSERT INTO log VALUES (500, 'NOTE', 0, zeroblob(32), zeroblob(32), NULL)",
            "appended to the log, and nowhere else");
    refused("INSERT INTO log SELECT 1 + max(log_id), 'NOTE', 0, x'00', zeroblob(32), NULL FROM log", "CHECK");
  }

  TEST_CASE("constraints say what the science says") {
    const TempFolder folder;
    {
      Lab lab(folder / "lab.db");
      const Id run = lab.begin_run(plan());
      seal(lab, run, scalar_point(1));
      seal(lab, run, abstained_point(1));
    }
    Shell shell(folder / "lab.db");
    REQUIRE(shell.run("PRAGMA foreign_keys = ON") == "");
    const auto refused = [&](const std::string& sql) {
      CAPTURE(sql);
      CHECK(shell.run(sql).find("constraint failed") != std::string::npos);
    };
    const std::string head =
        "INSERT INTO point (run_id, law_id, regime, rho, must_break, per_replicate, fitted_parameters, "
        "stopping_id, regime_reason, point, canonical) VALUES ";
    refused(head + "(1, 1, 'inside', 0.2, 0, 0, 0, 1, '', '{}', '{}')");  // outside means rho < 1/2
    refused(head + "(1, 1, 'inside', 0.9, 1, 0, 0, 1, '', '{}', '{}')");  // must_break is for points outside
    refused(head + "(1, 1, 'outside', 0.2, 0, 0, -1, 1, '', '{}', '{}')");
    refused(head + "(9, 1, 'inside', 0.9, 0, 0, 0, 1, '', '{}', '{}')");  // no such run
    CHECK(shell.run("BEGIN; " + head + "(1, 1, 'outside', 0.2, 1, 0, 0, 1, '', '{}', '{}'); ROLLBACK") == "");
    refused("INSERT INTO prediction_value VALUES (1, 7, 1, 0.5, 1, 0, 0)");    // upper below lower
    refused("INSERT INTO prediction_value VALUES (1, 7, 1, NULL, -1, 0, 0)");  // a negative tolerance
    refused("INSERT INTO trial VALUES (1, 0, -1, 0, 0, 0, 0, NULL)");
    refused("INSERT INTO trial VALUES (1, 0, 1, 9, 0, 0, 0, NULL)");  // no such outcome
    CHECK(shell.run("INSERT INTO judgement VALUES (1, 3, 0, 0)") == "");
    const auto verdict = [&](const std::string& regime, const std::string& outcome, const std::string& decision,
                             const std::string& word, const std::string& sub, const std::string& ratios,
                             const std::string& rivals = "1, 1") {
      return "INSERT INTO verdict (point_id, prediction_id, observable_id, rival_id, kind, secondary, regime, outcome, "
             "decision, verdict, "
             "sub_verdict, confirm_ratio, falsify_ratio, rivals_tried, rivals_refuted, n_replicates, look, "
             "deterministic, postdiction, "
             "sentence) VALUES (1, 1, 1, 0, 'K1', 0, '" +
             regime + "', '" + outcome + "', " + decision + ", '" + word + "', " + sub + ", " + ratios + ", " + rivals +
             ", 4, 1, 0, 0, '')";
    };
    refused(verdict("inside", "ok", "'confirmed'", "confirmed", "NULL", "1.1, -2"));
    refused(verdict("inside", "ok", "'falsified'", "falsified", "NULL", "1.1, 1"));
    refused(verdict("inside", "ok", "'falsified'", "confirmed", "NULL", "5, 3"));
    refused(
        verdict("inside", "ok", "'confirmed'", "confirmed", "NULL", "0.5, -2", "2, 1"));  // a rival was left standing
    refused(verdict("inside", "ok", "'confirmed'", "confirmed", "NULL", "0.5, -2", "1, 2"));
    refused(verdict("inside", "error", "NULL", "inconclusive", "NULL", "NULL, NULL"));
    refused(verdict("inside", "ok", "'confirmed'", "confirmed", "'holds'", "0.5, -2"));
    CHECK(
        shell.run(verdict("outside", "ok", "'confirmed'", "outside", "'holds'", "0.5, -2")).find("regime was sealed") !=
        std::string::npos);
    CHECK(shell.run(verdict("inside", "ok", "'confirmed'", "confirmed", "NULL", "1, -2")) == "");
  }

  TEST_CASE("a lab that cannot be opened says why, and what to try") {
    using Reason = StoreError::Reason;
    const TempFolder folder;
    refuses(Reason::cannot_open, "mkdir -p", [&] { Lab(folder / "no/such/lab.db"); });
    std::ofstream(folder / "text.db") << std::string(2000, 'x');
    refuses(Reason::not_a_lab, "text.db", [&] { Lab(folder / "text.db"); });
    Shell(folder / "other.db").run("CREATE TABLE t (x)");
    refuses(Reason::not_a_lab, "not a lab", [&] { Lab(folder / "other.db"); });
    CHECK(Shell(folder / "other.db").text("PRAGMA journal_mode") == "delete");
    Lab(folder / "newer.db");
    Shell(folder / "newer.db").run("PRAGMA user_version = 999");
    refuses(Reason::newer, "update lmw", [&] { Lab(folder / "newer.db"); });
    refuses(Reason::newer, "update lmw", [&] { Reader(folder / "newer.db"); });
    Lab(folder / "lab.db");
    std::filesystem::create_symlink(folder / "lab.db", folder / "link.db");
    refuses(Reason::cannot_open, "link", [&] { Lab(folder / "link.db"); });
    Shell(folder / "empty.db").run("PRAGMA user_version = 0; VACUUM");
    refuses(Reason::not_a_lab, "empty", [&] { Reader(folder / "empty.db"); });
    if (geteuid() == 0) {
      MESSAGE("root may write anything: that a read-only folder is refused was not tested");
    } else {
      std::filesystem::permissions(folder / ".",
                                   std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
      refuses(Reason::read_only, "writable", [&] { Lab(folder / "lab.db"); });
      CHECK_NOTHROW(Reader(folder / "lab.db"));
      std::filesystem::permissions(folder / ".", std::filesystem::perms::owner_all);
    }
  }

  TEST_CASE("a second writer is told who holds the lab") {
    const TempFolder folder;
    Lab first(folder / "lab.db");
    refuses(StoreError::Reason::locked, "process " + std::to_string(getpid()),
            [&] { Lab(folder / "lab.db", std::chrono::milliseconds(50)); });
  }

  TEST_CASE("a path with odd characters is a path") {
    const TempFolder folder;
    const auto file = folder / "a?mode=memory#50%25 'x'.db";
    { Lab lab(file); }
    CHECK(std::filesystem::exists(file));
    CHECK_NOTHROW(Reader(file).runs());
  }

  TEST_CASE("file systems that machines share are known by their number") {
    CHECK(is_network_file_system(0x6969));
    CHECK(is_network_file_system(static_cast<long>(0xFF534D42)));
    CHECK(is_network_file_system(static_cast<int>(0xFE534D42)));
    CHECK_FALSE(is_network_file_system(0xEF53));      // ext4
    CHECK_FALSE(is_network_file_system(0x01021994));  // tmpfs
  }
}
