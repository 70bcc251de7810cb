#include <lmw/learn/data_error.h>
#include <lmw/learn/idx.h>

#include <doctest/doctest.h>
#include <support/scratch.h>
#include <zlib.h>

#include <stdexcept>
#include <string>

using namespace lmw::learn;
using lmw::tests::Scratch;
using lmw::tests::write_file;

namespace {

/// An IDX file of 2 x 3 bytes.
std::string two_by_three(const std::string& values = "abcdef") {
  return std::string("\0\0\x08\x02\0\0\0\x02\0\0\0\x03", 12) + values;
}

void write_gz(const std::filesystem::path& file, const std::string& bytes) {
  gzFile out = gzopen(file.c_str(), "wb");
  REQUIRE(gzwrite(out, bytes.data(), static_cast<unsigned>(bytes.size())) == static_cast<int>(bytes.size()));
  gzclose(out);
}

std::string error_of(const std::string& bytes) {
  const Scratch scratch;
  write_file(scratch / "x", bytes);
  try {
    read_idx(scratch / "x");
  } catch (const DataError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_SUITE("learn/idx") {
  TEST_CASE("plain and gzipped files give the same array") {
    const Scratch scratch;
    write_file(scratch / "plain", two_by_three());
    write_gz(scratch / "packed.gz", two_by_three());
    for (const auto* name : {"plain", "packed.gz"}) {
      const IdxArray array = read_idx(scratch / name);
      CHECK(array.shape == std::vector<std::int64_t>{2, 3});
      CHECK(std::string(array.values.begin(), array.values.end()) == "abcdef");
    }
  }
  TEST_CASE("the first items can be read alone") {
    const Scratch scratch;
    write_file(scratch / "x", two_by_three());
    const IdxArray one = read_idx(scratch / "x", 1);
    CHECK(one.shape == std::vector<std::int64_t>{1, 3});
    CHECK(std::string(one.values.begin(), one.values.end()) == "abc");
    CHECK(read_idx(scratch / "x", 5).shape[0] == 2);
    CHECK(read_idx(scratch / "x", 0).values.empty());
    CHECK_THROWS_AS(read_idx(scratch / "x", -1), std::invalid_argument);
  }
  TEST_CASE("a file that is cut short, or too long, is named") {
    CHECK(error_of(two_by_three("abcde")).find("announces 6 values, found 5") != std::string::npos);
    CHECK(error_of(two_by_three("abcdefg")).find("goes on after the 6 values") != std::string::npos);
    CHECK(error_of(two_by_three().substr(0, 9)).find("ends inside its header") != std::string::npos);
    CHECK(error_of("").find("expected an IDX file") != std::string::npos);
  }
  TEST_CASE("a header that lies costs nothing") {
    const std::string huge("\0\0\x08\x03\x7f\xff\xff\xff\x7f\xff\xff\xff\x7f\xff\xff\xff", 16);
    CHECK(error_of(huge).find("more than 1 GiB") != std::string::npos);
    const std::string large(
        "\0\0\x08\x01\x3f\xff\xff\xff"
        "abc",
        11);  // 1 GiB promised, three bytes there
    CHECK(error_of(large).find("found 3") != std::string::npos);
  }
  TEST_CASE("other formats and element types are refused") {
    CHECK(error_of("PK\x03\x04 a zip file").find("expected an IDX file") != std::string::npos);
    CHECK(error_of(std::string("\0\0\x0d\x01\0\0\0\0", 8)).find("found 13") != std::string::npos);
  }
  TEST_CASE("broken compression is an error, not a short array") {
    const Scratch scratch;
    write_gz(scratch / "x.gz", two_by_three(std::string(6, 'x')));
    std::string bytes = lmw::tests::read_file(scratch / "x.gz");
    write_file(scratch / "cut.gz", bytes.substr(0, bytes.size() - 9));
    CHECK_THROWS_AS(read_idx(scratch / "cut.gz"), DataError);
    bytes[bytes.size() - 6] ^= 1;  // the checksum
    write_file(scratch / "flipped.gz", bytes);
    CHECK_THROWS_AS(read_idx(scratch / "flipped.gz"), DataError);
    CHECK_THROWS_AS(read_idx(scratch / "absent"), DataError);
  }
}
