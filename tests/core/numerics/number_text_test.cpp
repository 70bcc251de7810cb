#include <lmw/numerics/number_text.h>

#include <doctest/doctest.h>

#include <cstdlib>
#include <limits>
#include <stdexcept>
#include <string>

using namespace lmw::numerics;

namespace {
constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
}  // namespace

TEST_SUITE("numerics/number_text") {
  TEST_CASE("the shortest text reads back as the same double") {
    for (const double value : {0.1, 1.0 / 3, 1e-300, 123456789.0, -2.5, 5e-324, 1.7976931348623157e308})
      CHECK(std::strtod(shortest(value).c_str(), nullptr) == value);
    CHECK(shortest(0.1) == "0.1");
    CHECK(shortest(not_a_number) == "nan");
    CHECK(shortest(-inf) == "-inf");
  }

  TEST_CASE("significant digits are rounded, and trailing zeros dropped") {
    CHECK(significant(0.0123456, 3) == "0.0123");
    CHECK(significant(-0.5, 4) == "-0.5");
    CHECK(significant(12345.6, 3) == "12300");
    CHECK(significant(0.99996, 4) == "1");
    CHECK(significant(999.96, 4) == "1000");
    CHECK(significant(1.05, 4) == "1.05");
    CHECK(significant(0, 3) == "0");
    CHECK(significant(-0.0, 3) == "0");
  }

  TEST_CASE("numbers far from one are written with a power of ten") {
    CHECK(significant(1.23456e-7, 3) == "1.23e-7");
    CHECK(significant(1e-4, 3) == "0.0001");
    CHECK(significant(9.9999e6, 3) == "1e7");
    CHECK(significant(-6.02214076e23, 4) == "-6.022e23");
    CHECK(significant(inf, 3) == "inf");
  }

  TEST_CASE("an impossible number of digits is refused") {
    CHECK_THROWS_AS(significant(1, 0), std::invalid_argument);
    CHECK_THROWS_AS(significant(1, 18), std::invalid_argument);
  }

  TEST_CASE("a standard error goes behind the digits that it makes doubtful") {
    CHECK(value_with_uncertainty(1.23449, 0.005) == "1.234(5)");
    CHECK(value_with_uncertainty(-1.23449, 0.005) == "-1.234(5)");
    CHECK(value_with_uncertainty(0.00123, 0.0001) == "0.00123(10)");
    CHECK(value_with_uncertainty(12.3, 1.5) == "12.3(15)");
    CHECK(value_with_uncertainty(1234, 50) == "1230(50)");
    CHECK(value_with_uncertainty(20, 4) == "20(4)");
  }

  TEST_CASE(
      "the error keeps two digits from 100 to 354 and from 950 on, by the rule of the Review of Particle Physics") {
    CHECK(value_with_uncertainty(0.827, 0.119) == "0.83(12)");
    CHECK(value_with_uncertainty(0.827, 0.367) == "0.8(4)");
    CHECK(value_with_uncertainty(0.827, 0.354) == "0.83(35)");
    CHECK(value_with_uncertainty(0.827, 0.0998) == "0.83(10)");
  }

  TEST_CASE("a value inside its error shows as many digits as the error") {
    CHECK(value_with_uncertainty(0.0004, 0.02) == "0.000(20)");
    CHECK(value_with_uncertainty(-0.0004, 0.02) == "0.000(20)");
    CHECK(value_with_uncertainty(0, 40) == "0(40)");
    CHECK(value_with_uncertainty(1, 40) == "0(40)");
  }

  TEST_CASE("value and error share one power of ten") {
    CHECK(value_with_uncertainty(1.2344e-7, 5e-10) == "1.234(5)e-7");
    CHECK(value_with_uncertainty(1.2344e9, 5e6) == "1.234(5)e9");
    CHECK(value_with_uncertainty(3e-9, 2e-8) == "0.3(20)e-8");
    CHECK(value_with_uncertainty(0, 2e-8) == "0.0(20)e-8");
  }

  TEST_CASE("without an error there are six digits and no bracket") {
    CHECK(value_with_uncertainty(1.23456789, 0) == "1.23457");
    CHECK(value_with_uncertainty(1.5, not_a_number) == "1.5");
    CHECK(value_with_uncertainty(not_a_number, 0.1) == "nan");
    CHECK(value_with_uncertainty(inf, 0.1) == "inf");
  }
}
