#include "program.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <map>

using namespace lmw::tests;
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

const fs::path good = fs::path(LMW_BINARY_DIR) / "tests/plugins/good";
const fs::path broken = fs::path(LMW_BINARY_DIR) / "tests/plugins/broken";

void copy_coin(const fs::path& folder) {
  fs::create_directories(folder);
  for (const char* name : {"coin.so", "coin.plugin.json"}) fs::copy(good / name, folder / name);
}

}  // namespace

TEST_SUITE("cli/bad_plugin") {
  TEST_CASE("whatever a library does, list names it with a reason and a next step, and the good laws run") {
    Program lmw;
    const fs::path folder = lmw / "plugins";
    copy_coin(folder);
    for (const auto& entry : fs::directory_iterator(broken)) fs::copy(entry.path(), folder / entry.path().filename());
    const std::string whole = read_file(good / "coin.so");
    write_file(folder / "text.so", "this is not a library\n");
    write_file(folder / "truncated.so", whole.substr(0, whole.size() / 2));
    lmw.environment["LMW_PLUGIN_PATH"] = folder.string();

    const Outcome listed = lmw.run({"list", "plugins", "--format", "json"});
    CHECK(listed.code == 0);
    std::map<std::string, std::string> states;
    for (const auto& row : json::parse(listed.out)) {
      CAPTURE(row.dump());
      states[row["plugin"]] = row["state"];
      if (row["state"] == "ok") continue;
      CHECK_FALSE(row["reason"].get<std::string>().empty());
      CHECK_FALSE(row["next_step"].get<std::string>().empty());
    }
    const std::map<std::string, std::string> expected = {{"text", "PLUGIN_NOT_ELF"},
                                                         {"truncated", "PLUGIN_TRUNCATED"},
                                                         {"broken_no_entry", "PLUGIN_NO_ENTRY"},
                                                         {"broken_major", "PLUGIN_ABI_MAJOR"},
                                                         {"broken_throws", "PLUGIN_LOAD"},
                                                         {"broken_crashes", "PLUGIN_SIGNAL_11"},
                                                         {"broken_hangs", "PLUGIN_TIMEOUT"},
                                                         {"broken_exits", "PLUGIN_NO_ANSWER"},
                                                         {"coin", "ok"}};
    for (const auto& [plugin, state] : expected) {
      CAPTURE(plugin);
      CHECK(states[plugin] == state);
    }

    CHECK(lmw.run({"list"}).err.find("plugins were refused: lmw list plugins") != std::string::npos);
    CHECK(lmw.run({"run", "coin/identity"}).code == 0);
    const Outcome needed = lmw.run({"run", "broken_crashes/some-law"});
    CHECK(needed.code == 5);
    CHECK(needed.err.find("PLUGIN_SIGNAL_11") != std::string::npos);
    CHECK(needed.err.find("try       lmw list plugins") != std::string::npos);
    CHECK(lmw.run({"doctor"}).code == 5);
    CHECK(lmw.run({"verify"}).code == 0);
  }

  TEST_CASE("two libraries with one id: neither is used, and both are named") {
    Program lmw;
    copy_coin(lmw / "one");
    copy_coin(lmw / "two");
    lmw.environment["LMW_PLUGIN_PATH"] = (lmw / "one").string() + ":" + (lmw / "two").string();
    const Outcome run = lmw.run({"run", "coin/identity"});
    CHECK(run.code == 5);
    CHECK(run.err.find("PLUGIN_DUPLICATE") != std::string::npos);
    CHECK(run.err.find((lmw / "one/coin.so").string()) != std::string::npos);
    CHECK(run.err.find((lmw / "two/coin.so").string()) != std::string::npos);
    CHECK_FALSE(fs::exists(lmw / "lab.db"));
  }
}

TEST_SUITE("cli/bad_data") {
  TEST_CASE("a data set that is missing: the law is not run, the others are, and the message says how to fetch it") {
    Program lmw;
    const Outcome run = lmw.run({"run", "coin/needs-data", "coin/identity"});
    CHECK(run.code == 4);
    CHECK(run.err.find("lmw data fetch no-such-data") != std::string::npos);
    CHECK(run.out.find("confirmed") != std::string::npos);
    CHECK(run.out.find("not_run") != std::string::npos);
  }

  TEST_CASE("a data set with altered bytes is never measured on") {
    Program lmw;
    for (const char* file : {"train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz",
                             "t10k-labels-idx1-ubyte.gz"}) {
      fs::create_directories(lmw / "data/fashion-mnist");
      write_file(lmw / "data/fashion-mnist" / file, "not what was published\n");
    }
    bool damaged = false;
    for (const auto& row : json::parse(lmw.run({"data", "list", "--format", "json"}).out))
      damaged = damaged || (row["data_set"] == "fashion-mnist" && row["state"] == "damaged");
    CHECK(damaged);
    const Outcome fetch = lmw.run({"data", "fetch", "fashion-mnist"});
    CHECK(fetch.code == 4);
    CHECK(fetch.err.find("sha256") != std::string::npos);
    CHECK(fetch.err.find("try       ") != std::string::npos);
    const Outcome run = lmw.run({"run", "scaling/real-data-kernel-curve"});
    CAPTURE(run.err);
    CHECK(run.code == 4);
    CHECK(run.err.find("sha256") != std::string::npos);
    CHECK(run.out.find("not_run") != std::string::npos);
    CHECK(lmw.run({"query", "select count(*) as n from measurements", "--format", "csv"}).out == "\"n\"\r\n0\r\n");
    CHECK(lmw.run({"doctor"}).code >= 4);
  }
}
