#include "number.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <limits>

using namespace lmw::reports;

TEST_SUITE("reports/number") {
  TEST_CASE("numbers keep the significant digits that are asked for, and no trailing zeros") {
    CHECK(number(3.14159265, 3) == "3.14");
    CHECK(number(0.5) == "0.5");
    CHECK(number(100) == "100");
    CHECK(number(99.996, 4) == "100");
    CHECK(number(0.00012345, 3) == "0.000123");
    CHECK(number(-2.5) == "−2.5");
    CHECK(number(12345.678, 7) == "12\u2009345.68");
    CHECK(number(0) == "0");
    CHECK(number(-0.0) == "0");
  }

  TEST_CASE("very small and very large numbers are written with a power of ten") {
    CHECK(number(3.2e-7, 2) == "3.2×10⁻⁷");
    CHECK(number(1e9) == "1×10⁹");
    CHECK(number(9.99999e6, 3) == "1×10⁷");  // rounds up into the next notation
    CHECK(power_of_ten(-12) == "10⁻¹²");
  }

  TEST_CASE("what is not a number is a dash, and infinity a sign") {
    CHECK(number(std::nan("")) == "–");
    CHECK(number(std::numeric_limits<double>::infinity()) == "∞");
    CHECK(number(-std::numeric_limits<double>::infinity()) == "−∞");
  }

  TEST_CASE("an uncertainty stands in brackets, in units of the last digit") {
    CHECK(with_uncertainty(1.2345, 0.005) == "1.234(5)");  // 1.2345 lies below the tie in binary
    CHECK(with_uncertainty(0.5, 0.0123) == "0.500(12)");
    CHECK(with_uncertainty(-0.5, 0.0123) == "−0.500(12)");
    CHECK(with_uncertainty(0, 0.02) == "0.000(20)");
  }

  TEST_CASE("an uncertain value far from one shares its power of ten with the error") {
    CHECK(with_uncertainty(12345678, 12000) == "1.2346(12)×10⁷");
    CHECK(with_uncertainty(1234567, 12000) == "1\u2009235\u2009000(12\u2009000)");
    CHECK(with_uncertainty(3.1416e-8, 2e-11) == "3.1416(20)×10⁻⁸");
  }

  TEST_CASE("without an error the value stands alone") {
    CHECK(with_uncertainty(0.123456789, 0) == "0.123457");
    CHECK(with_uncertainty(2, std::nan("")) == "2");
    CHECK(with_uncertainty(std::nan(""), 1) == "–");
  }

  TEST_CASE("coordinates have at most two decimals and no minus zero") {
    CHECK(coordinate(12) == "12");
    CHECK(coordinate(1.005) == "1");  // 1.005 lies below the tie in binary
    CHECK(coordinate(3.456) == "3.46");
    CHECK(coordinate(-0.001) == "0");
  }

  TEST_CASE("counts, durations, p-values and plurals") {
    CHECK(count(9999) == "9999");
    CHECK(count(12000) == "12\u2009000");
    CHECK(count(-1234567) == "−1\u2009234\u2009567");
    CHECK(duration(0.2) == "0.2 s");
    CHECK(duration(150) == "2.5 min");
    CHECK(duration(7200) == "2 h");
    CHECK(p_value(0.0421) == "0.042");
    CHECK(p_value(0) == "< 10⁻³⁰⁰");
    CHECK(p_value(1) == "1");
    CHECK(plural(1, "law") == "1 law");
    CHECK(plural(0, "law") == "0 laws");
  }
}
