#include "support/scratch.h"

#include <lmw/learn/csv.h>
#include <lmw/learn/data_error.h>
#include <lmw/learn/npy.h>

#include <doctest/doctest.h>

#include <cstdint>
#include <cstring>
#include <string>

using namespace lmw;
using learn::DataError;

namespace {

/// The text of the error that reading makes, or "" if there is none.
template <class Read>
std::string error_of(Read&& read) {
  try {
    read();
  } catch (const DataError& error) {
    return error.what();
  }
  return "";
}

std::string npy(const std::string& header, const std::string& values, char version = 1) {
  std::string file("\x93NUMPY", 6);
  file += version;
  file += '\0';
  file += static_cast<char>(header.size() & 0xff);
  file += static_cast<char>(header.size() >> 8);
  if (version > 1) file += std::string(2, '\0');
  return file + header + values;
}

template <class T>
std::string bytes_of(std::initializer_list<T> values) {
  std::string out;
  for (const T value : values) {
    char raw[sizeof(T)];
    std::memcpy(raw, &value, sizeof(T));
    out.append(raw, sizeof(T));
  }
  return out;
}

}  // namespace

TEST_SUITE("learn/csv") {
  TEST_CASE("names and numbers are read, with either line end and with quotes") {
    const tests::Scratch scratch;
    tests::write_file(scratch / "a.csv", "loss, \"width, n\",\"a \"\"b\"\"\"\r\n1.5,2,-3e-2\r\n 4 ,5,6");
    tests::write_file(scratch / "bare.csv", "x\n1\n2\n");
    CHECK_THROWS_AS(learn::read_csv(scratch / "a.csv"), DataError);  // a quote after a space is not a quoted name
    tests::write_file(scratch / "a.csv", "loss,\"width, n\",\"a \"\"b\"\"\"\r\n1.5,2,-3e-2\r\n 4 ,5,6");
    const auto table = learn::read_csv(scratch / "a.csv");
    REQUIRE(table.names == std::vector<std::string>{"loss", "width, n", "a \"b\""});
    CHECK((table.values - (Eigen::MatrixXd(2, 3) << 1.5, 2, -0.03, 4, 5, 6).finished()).norm() == 0);
    CHECK(table.column("width, n")(1) == 5);
    CHECK_THROWS_WITH_AS(table.column("lr"), "no column \"lr\": the table has loss, width, n, a \"b\"",
                         std::invalid_argument);
    CHECK(learn::read_csv(scratch / "bare.csv").values.size() == 2);
  }

  TEST_CASE("a broken file is refused by line and column") {
    const tests::Scratch scratch;
    const auto refused = [&](const std::string& text, const std::string& expected) {
      tests::write_file(scratch / "b.csv", text);
      const std::string error = error_of([&] { learn::read_csv(scratch / "b.csv"); });
      INFO(error);
      CHECK(error.find(expected) != std::string::npos);
    };
    refused("", "expected a first line of column names");
    refused("a,b\n1,2\n3\n", "line 3, column 2: missing");
    refused("a,b\n1,2,3\n", "line 2, column 3: one number too many");
    refused("a,b\n1,x\n", "line 2, column 2: expected a finite number, found \"x\"");
    refused("a,b\n1,nan\n", "line 2, column 2");
    refused("a,b\n1,inf\n", "line 2, column 2");
    refused("a,b\n1,1e999\n", "line 2, column 2");
    refused("a,b\n1,2 3\n", "line 2, column 2");
    refused("a,b\n\n1,2\n", "line 2, column 2: missing");
    refused("a,a\n1,2\n", "line 1, column 2: the name \"a\" a second time");
    refused("a,\n1,2\n", "line 1, column 2: a column without a name");
    refused("\"a\n1\n", "line 1, column 1: a quoted name that does not end");
    CHECK(error_of([&] { learn::read_csv(scratch / "none.csv"); }).find("cannot be opened") != std::string::npos);
    tests::write_file(scratch / "b.csv", "a\n" + std::string(200, '1') + "\n");
    CHECK(error_of([&] { learn::read_csv(scratch / "b.csv", 100); }).find("at most 100 bytes") != std::string::npos);
  }
}

TEST_SUITE("learn/npy") {
  TEST_CASE("what is written is read back") {
    const tests::Scratch scratch;
    const Eigen::MatrixXd values = (Eigen::MatrixXd(2, 3) << 1, 2.5, -3, 1e-300, 5, 6e200).finished();
    learn::write_npy(scratch / "a.npy", values);
    CHECK((learn::read_npy(scratch / "a.npy").matrix().array() == values.array()).all());
    CHECK_THROWS_AS(learn::write_npy(scratch / "none" / "a.npy", values), DataError);
  }

  TEST_CASE("element types, both orders, any number of dimensions, versions 1 to 3") {
    const tests::Scratch scratch;
    const auto read = [&](const std::string& header, const std::string& values, char version = 1) {
      tests::write_file(scratch / "a.npy", npy(header, values, version));
      return learn::read_npy(scratch / "a.npy");
    };
    const auto c =
        read("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n", bytes_of<float>({1, 2, 3, 4, 5, 6}));
    CHECK((c.matrix() - (Eigen::MatrixXd(2, 3) << 1, 2, 3, 4, 5, 6).finished()).norm() == 0);
    const auto f = read("{'descr': '<i4', 'fortran_order': True, 'shape': (2, 3), }\n",
                        bytes_of<std::int32_t>({1, 4, 2, 5, 3, -6}), 2);
    CHECK((f.matrix() - (Eigen::MatrixXd(2, 3) << 1, 2, 3, 4, 5, -6).finished()).norm() == 0);
    const auto vector = read("{\"descr\": \"|u1\", \"fortran_order\": False, \"shape\": (3,)}",
                             bytes_of<std::uint8_t>({1, 200, 255}), 3);
    CHECK(vector.matrix().rows() == 3);
    CHECK(vector.matrix().cols() == 1);
    CHECK(vector.values[1] == 200);
    const auto scalar = read("{'descr': '<i8', 'fortran_order': False, 'shape': ()}", bytes_of<std::int64_t>({-7}));
    CHECK(scalar.shape.empty());
    CHECK(scalar.matrix()(0, 0) == -7);
    const auto cube =
        read("{'descr': '|b1', 'fortran_order': True, 'shape': (2, 1, 2)}", bytes_of<std::uint8_t>({1, 0, 0, 1}));
    CHECK(cube.values == std::vector<double>{1, 0, 0, 1});
    CHECK(read("{'descr': '<f8', 'fortran_order': False, 'shape': (0, 5)}", "").matrix().cols() == 5);
  }

  TEST_CASE("a lying or broken file is refused by name, before anything is allocated") {
    const tests::Scratch scratch;
    const auto refused = [&](const std::string& file, const std::string& expected) {
      tests::write_file(scratch / "b.npy", file);
      const std::string error = error_of([&] { learn::read_npy(scratch / "b.npy"); });
      INFO(error);
      CHECK(error.find("b.npy: ") != std::string::npos);
      CHECK(error.find(expected) != std::string::npos);
    };
    const auto header = [](const std::string& shape, const std::string& descr = "<f8") {
      return "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + "}";
    };
    const std::string eight = bytes_of<double>({1});
    refused("not numpy", "expected an .npy file");
    refused("", "expected an .npy file");
    refused(npy(header("(1,)"), eight, 9), "format version 9");
    refused(npy(header("(1,)"), eight).substr(0, 20), "ends inside its header");
    refused(npy(header("(2,)"), eight), "cut short: its header announces 16 bytes of values, found 8");
    refused(npy(header("(1,)"), eight + "x"), "goes on after");
    refused(npy(header("(1000000000, 1000000000, 1000000000)"), eight), "more values than can be counted");
    refused(npy(header("(100000000000,)"), eight), "more than");
    refused(npy(header("(99999999999999999999,)"), eight), "sizes >= 0");
    refused(npy(header("(-1,)"), eight), "sizes >= 0");
    refused(npy(header("(1,)", ">f8"), eight), "element type >f8");
    refused(npy(header("(1,)", "|O"), eight), "element type |O");
    refused(npy("{'descr': '<f8', 'shape': (1,)}", eight), "descr, fortran_order and shape");
    refused(npy("{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (1,)}", eight), "once each");
    refused(npy("{'descr': '<f8', 'fortran_order': 1, 'shape': (1,)}", eight), "True or False");
    refused(npy(header("(1,)") + " + 1", eight), "nothing after the dictionary");
    refused(npy("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,)}", eight), "a quoted word");
    refused(npy(header("(1,)", "<i8"), bytes_of<std::int64_t>({(std::int64_t{1} << 53) + 2})), "beyond 2^53");
  }
}
