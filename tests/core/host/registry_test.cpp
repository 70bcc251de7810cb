#include <lmw/host/registry.h>
#include <lmw/sdk/sdk.h>

#include "support/scratch.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>

using namespace lmw::host;
using lmw::tests::read_file;
using lmw::tests::Scratch;
using lmw::tests::write_file;
namespace fs = std::filesystem;

namespace {

const fs::path good = fs::path(LMW_BINARY_DIR) / "tests/plugins/good";
const fs::path broken = fs::path(LMW_BINARY_DIR) / "tests/plugins/broken";

RegistryOptions options(const Scratch& scratch, std::vector<fs::path> path) {
  return {.path = std::move(path),
          .home = good,
          .describe_program = fs::path(LMW_BINARY_DIR) / "bin/lmw-describe",
          .cache = scratch / "cache",
          .probe_timeout_ms = 1500};
}

std::map<std::string, std::string> codes_by_file(const Registry& registry) {
  std::map<std::string, std::string> codes;
  for (const auto& refused : registry.refused()) codes[refused.library.filename().string()] = refused.code;
  return codes;
}

}  // namespace

TEST_SUITE("host/registry") {
  TEST_CASE("a plugin is listed from its sidecar, and loads") {
    Scratch scratch;
    Registry registry(options(scratch, {good}));
    registry.scan();
    REQUIRE(registry.plugins().size() == 1);
    const PluginCard& plugin = registry.plugins()[0];
    CHECK(plugin.id == "coin");
    CHECK(plugin.version == "1.2.3");
    CHECK(plugin.build_id.size() == 40);
    CHECK(plugin.laws.size() == 12);
    CHECK(plugin.laws[0].source_sha256.size() == 64);
    const LawCard* law = registry.law("coin/mean-of-uniforms");
    REQUIRE(law != nullptr);
    CHECK(law->pillar == "crosscutting");
    CHECK(law->observables[0].kind == "K1");
    const auto points = registry.library(plugin).sweep(law->index, "quick");
    REQUIRE(points.size() == 3);
    CHECK(points[2].to_json() == R"({"n":400,"shift":0.2})");
    CHECK(registry.refused().empty());
  }
  TEST_CASE("a card that names an unknown subject or architecture is refused, with the words that are known") {
    const auto card = [](const std::string& subject, const std::string& architecture) {
      return lmw::sdk::detail::to_json(
          {.name = "my-law", .claim = "it holds", .subjects = {subject}, .architectures = {architecture}}, "mine", "");
    };
    CHECK(card("weights", "mlp").find(R"("subjects":["weights"],"architectures":["mlp"])") != std::string::npos);
    CHECK_THROWS_WITH_AS(card("learning", "mlp"),
                         R"(my-law: subject "learning": expected one of )"
                         R"(["dynamics","representations","weights","performance"])",
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(card("weights", "transformer"),
                         R"(my-law: architecture "transformer": expected one of )"
                         R"(["linear","mlp","convolutional","attention"])",
                         std::invalid_argument);
  }
  TEST_CASE("each broken library is refused with its own reason, and the good one still listed") {
    Scratch scratch;
    const fs::path folder = scratch / "mixed";
    fs::create_directories(folder);
    for (const auto& entry : fs::directory_iterator(broken)) fs::copy(entry.path(), folder / entry.path().filename());
    for (const char* name : {"coin.so", "coin.plugin.json"}) fs::copy(good / name, folder / name);
    const std::string whole = read_file(good / "coin.so");
    write_file(folder / "text.so", "this is not a library\n");
    write_file(folder / "empty.so", "");
    write_file(folder / "cut.so", whole.substr(0, whole.size() / 2));
    write_file(folder / "stub.so", whole.substr(0, 40));
    std::string other_machine = whole;
    other_machine[18] = static_cast<char>(0xb7);  // e_machine: AArch64
    write_file(folder / "arm.so", other_machine);

    Registry registry(options(scratch, {folder, scratch / "missing-folder"}));
    registry.scan();
    const std::map<std::string, std::string> expected = {{"arm.so", "PLUGIN_MACHINE"},
                                                         {"broken_crashes.so", "PLUGIN_SIGNAL_11"},
                                                         {"broken_exits.so", "PLUGIN_NO_ANSWER"},
                                                         {"broken_hangs.so", "PLUGIN_TIMEOUT"},
                                                         {"broken_id.so", "PLUGIN_BAD_ID"},
                                                         {"broken_major.so", "PLUGIN_ABI_MAJOR"},
                                                         {"broken_no_entry.so", "PLUGIN_NO_ENTRY"},
                                                         {"broken_null.so", "PLUGIN_NULL"},
                                                         {"broken_short.so", "PLUGIN_SHORT_TABLE"},
                                                         {"broken_throws.so", "PLUGIN_LOAD"},
                                                         {"cut.so", "PLUGIN_TRUNCATED"},
                                                         {"empty.so", "PLUGIN_NOT_ELF"},
                                                         {"stub.so", "PLUGIN_TRUNCATED"},
                                                         {"text.so", "PLUGIN_NOT_ELF"}};
    CHECK(codes_by_file(registry) == expected);
    for (const auto& refused : registry.refused()) CHECK_FALSE(refused.reason.empty());
    REQUIRE(registry.plugins().size() == 1);
    CHECK(registry.plugins()[0].id == "coin");
  }
  TEST_CASE("two libraries with one id are both refused, each naming the other") {
    Scratch scratch;
    const fs::path second = scratch / "second";
    fs::create_directories(second);
    for (const char* name : {"coin.so", "coin.plugin.json"}) fs::copy(good / name, second / name);
    Registry registry(options(scratch, {good, second}));
    registry.scan();
    CHECK(registry.plugins().empty());
    REQUIRE(registry.refused().size() == 2);
    for (const auto& refused : registry.refused()) CHECK(refused.code == "PLUGIN_DUPLICATE");
    CHECK(registry.refused()[0].reason.find((second / "coin.so").string()) != std::string::npos);
    CHECK(registry.refused()[1].reason.find((good / "coin.so").string()) != std::string::npos);
  }
  TEST_CASE("one folder named twice is one folder") {
    Scratch scratch;
    Registry registry(options(scratch, {good, good / ".." / "good"}));
    registry.scan();
    CHECK(registry.plugins().size() == 1);
    CHECK(registry.refused().empty());
  }
  TEST_CASE("a sidecar of another build is refused with the command that mends it") {
    Scratch scratch;
    const fs::path folder = scratch / "stale";
    fs::create_directories(folder);
    fs::copy(good / "coin.so", folder / "coin.so");
    std::string card = read_file(good / "coin.plugin.json");
    const auto at = card.find("\"build_id\":\"") + 12;
    card[at] = card[at] == '0' ? '1' : '0';
    write_file(folder / "coin.plugin.json", card);
    Registry registry(options(scratch, {folder}));
    registry.scan();
    REQUIRE(registry.refused().size() == 1);
    CHECK(registry.refused()[0].code == "PLUGIN_SIDECAR");
    CHECK(registry.refused()[0].reason.find("lmw-describe") != std::string::npos);
  }
  TEST_CASE("a library without a sidecar is probed instead") {
    Scratch scratch;
    const fs::path folder = scratch / "bare";
    fs::create_directories(folder);
    fs::copy(good / "coin.so", folder / "coin.so");
    Registry registry(options(scratch, {folder}));
    registry.scan();
    REQUIRE(registry.plugins().size() == 1);
    CHECK(registry.plugins()[0].laws.size() == 12);
  }
  TEST_CASE("what is loaded is a copy: replacing the file does not disturb it") {
    Scratch scratch;
    const fs::path folder = scratch / "own";
    fs::create_directories(folder);
    for (const char* name : {"coin.so", "coin.plugin.json"}) fs::copy(good / name, folder / name);
    Registry registry(options(scratch, {folder}));
    registry.scan();
    const Library& library = registry.library(registry.plugins()[0]);
    write_file(folder / "coin.so", "overwritten in place\n");
    CHECK(library.sweep(0, "standard").size() == 4);
  }
  TEST_CASE("sidecars that are not cards are refused with what is wrong") {
    const auto refuse = [](const std::string& text) {
      try {
        read_plugin_card(text, "/x.so");
      } catch (const LoadError& e) {
        return e.code() + ": " + e.what();
      }
      return std::string("accepted");
    };
    CHECK(refuse("{").substr(0, 15) == "PLUGIN_SIDECAR:");
    CHECK(refuse(R"({"format":2})").find("reads format 1") != std::string::npos);
    CHECK(refuse(R"({"format":1})").find("id") != std::string::npos);
    CHECK(refuse(std::string(100, '[') + std::string(100, ']')).find("deeper than 16") != std::string::npos);
    CHECK(refuse(R"({"format":1,"id":"../x","version":"","build":"","build_id":"","laws":[]})").substr(0, 13) ==
          "PLUGIN_BAD_ID");
  }
}
