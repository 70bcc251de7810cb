#include "support/scratch.h"

#include <lmw/learn/data_registry.h>
#include <lmw/sdk/law.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <numeric>

using namespace lmw;

void measure_sharpness(const sdk::Point& at, sdk::Seed seed, sdk::Recorder& out);
void measure_ntk_drift(const sdk::Point& at, sdk::Seed seed, sdk::Recorder& out);
void measure_best_learning_rate(const sdk::Point& at, sdk::Seed seed, sdk::Recorder& out);
void measure_accuracy(const sdk::Point& at, sdk::Seed seed, sdk::Recorder& out);

namespace {

/// Keeps what a measure says.
class Notebook final : public sdk::Recorder {
 public:
  void record(const sdk::Record& record) override { records.push_back(record); }
  void abstain(std::string_view) override {}
  void outcome(sdk::Outcome how, std::string_view) override { ended = how; }
  sdk::DataFile data(std::string_view name) override {
    const auto found = learn::DataRegistry().find(name);
    if (!found) throw std::runtime_error("data set missing: lmw data fetch " + std::string(name));
    return {found->folder.string(), found->sha256};
  }
  bool cancelled() override { return false; }
  void log(std::string_view) override {}

  std::vector<sdk::Record> records;
  sdk::Outcome ended = sdk::Outcome::ok;

 protected:
  const sdk::Prepared* prepared_state() override { return nullptr; }
};

using Settings = std::map<std::string, sdk::JsonScalar, std::less<>>;

/// The one record of a measure that ended well.
template <class Measure>
sdk::Record measured(Measure measure, const Settings& at, std::uint64_t seed = 1) {
  Notebook notebook;
  measure(sdk::Point(at), sdk::Seed{seed}, notebook);
  REQUIRE(notebook.ended == sdk::Outcome::ok);
  REQUIRE(notebook.records.size() == 1);
  return notebook.records.front();
}

}  // namespace

TEST_SUITE("learn/examples") {
  TEST_CASE("docs/learn.md quotes the four examples word for word, each measure under 25 lines") {
    const std::filesystem::path root = LMW_SOURCE_DIR;
    const std::string page = tests::read_file(root / "docs/learn.md");
    int examples = 0;
    for (const auto& entry : std::filesystem::directory_iterator(root / "tests/core/learn/examples")) {
      const std::string code = tests::read_file(entry.path());
      INFO(entry.path().filename().string());
      CHECK(page.find("```cpp\n" + code + "```\n") != std::string::npos);
      const std::size_t start = code.find("\nvoid measure");
      REQUIRE(start != std::string::npos);
      CHECK(std::count(code.begin() + static_cast<std::ptrdiff_t>(start) + 1, code.end(), '\n') < 25);
      ++examples;
    }
    CHECK(examples == 4);
  }

  TEST_CASE("sharpness rises to 2 / lr and stays there") {
    const Settings at = {{"lr", 0.12}, {"steps", std::int64_t{4000}}, {"every", std::int64_t{100}}};
    const sdk::Record record = measured(measure_sharpness, at);
    REQUIRE(record.x.size() == 40);
    const auto& sharpness = record.value.get();
    CHECK(sharpness.front() < 0.8);
    std::vector<double> late(sharpness.end() - 20, sharpness.end());
    std::nth_element(late.begin(), late.begin() + 10, late.end());
    CHECK(late[10] == doctest::Approx(1).epsilon(0.03));  // the median; single values scatter by a few per cent
    CHECK(sharpness == measured(measure_sharpness, at).value.get());

    Notebook wild;
    measure_sharpness(sdk::Point(Settings{{"lr", 50.0}, {"steps", std::int64_t{4000}}, {"every", std::int64_t{100}}}),
                      sdk::Seed{1}, wild);
    CHECK(wild.ended == sdk::Outcome::diverged);
    CHECK(wild.records.empty());
  }

  TEST_CASE("the tangent kernel drifts less in wider networks, as 1 / sqrt(width) or faster") {
    const sdk::Record record = measured(
        measure_ntk_drift,
        {{"narrowest", std::int64_t{32}}, {"widest", std::int64_t{512}}, {"lr", 0.2}, {"steps", std::int64_t{200}}});
    REQUIRE(record.x == std::vector<double>{32, 64, 128, 256, 512});
    const auto& drift = record.value.get();
    CHECK(drift.front() > 0.01);
    CHECK(drift.back() < drift.front() / 3);  // sixteen times the width: a quarter or less, with scatter
  }

  TEST_CASE("in muP the best learning rate stays within a factor of two over a factor of four in width") {
    double moved = 0;
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
      const auto best =
          measured(measure_best_learning_rate,
                   {{"narrowest", std::int64_t{32}}, {"widest", std::int64_t{128}}, {"steps", std::int64_t{30}}}, seed)
              .value.get();
      REQUIRE(best.size() == 3);
      moved += (best.back() - best.front()) / 4;
    }
    CHECK(std::abs(moved) <= 1);  // in standard parametrisation it is -2
  }

  TEST_CASE("a small network classifies Fashion-MNIST far above chance after 100 steps" *
            doctest::skip(!learn::DataRegistry().find("fashion-mnist"))) {
    const Settings at = {{"n_train", std::int64_t{3000}},
                         {"n_test", std::int64_t{1000}},
                         {"width", std::int64_t{64}},
                         {"lr", 1e-3},
                         {"steps", std::int64_t{150}}};
    const double accuracy = measured(measure_accuracy, at).value.get().front();
    CHECK(accuracy > 0.7);
    CHECK(accuracy < 0.95);
    CHECK(measured(measure_accuracy, at).value.get().front() == accuracy);
    CHECK(measured(measure_accuracy, at, 2).value.get().front() != accuracy);
  }
}
