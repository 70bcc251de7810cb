#include <doctest/doctest.h>
#include <lmw/store/canonical.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <stdexcept>

using namespace lmw::store;

TEST_SUITE("store/canonical") {
  TEST_CASE("doubles have one hex-float spelling") {
    CHECK(hex_double(1.0) == "0x1p+0");
    CHECK(hex_double(0.0) == "0x0p+0");
    CHECK(hex_double(-0.0) == "0x0p+0");
    CHECK(hex_double(-2.5) == "-0x1.4p+1");
    CHECK(hex_double(0.1) == "0x1.999999999999ap-4");
    CHECK(hex_double(3.0) == "0x1.8p+1");
    CHECK(hex_double(std::nan("")) == "nan");
    CHECK(hex_double(std::numeric_limits<double>::infinity()) == "inf");
    CHECK(hex_double(-std::numeric_limits<double>::infinity()) == "-inf");
  }

  TEST_CASE("every hex float reads back as the same bits, the smallest subnormal included") {
    std::uint64_t bits = 1;
    for (int i = 0; i < 20'000; ++i) {
      bits = bits * 6364136223846793005u + 1442695040888963407u;
      for (const double value : {std::bit_cast<double>(bits), std::bit_cast<double>(bits & 0x800fffffffffffffu)}) {
        if (!std::isfinite(value) || value == 0) continue;
        CHECK(std::bit_cast<std::uint64_t>(std::strtod(hex_double(value).c_str(), nullptr)) ==
              std::bit_cast<std::uint64_t>(value));
      }
    }
    CHECK(hex_double(5e-324) == "0x0.0000000000001p-1022");
  }

  TEST_CASE("an object sorts its keys, nested or not, and has no spaces") {
    const std::string point =
        canonical_point({{"width", std::int64_t{256}}, {"lr", 0.1}, {"bias", true}, {"act", "re\nlu"}});
    CHECK(point == R"({"act":"re\nlu","bias":true,"lr":"0x1.999999999999ap-4","width":256})");
    CHECK(CanonicalObject().add("z", 1).add_raw("a", point).add("B", std::vector{1.0, 0.5}).str() ==
          R"({"B":["0x1p+0","0x1p-1"],"a":)" + point + R"(,"z":1})");
    CHECK_THROWS_AS(CanonicalObject().add("a", 1).add("a", 2), std::invalid_argument);
  }

  TEST_CASE("strings escape the quote, the backslash and control characters, and nothing else") {
    CHECK(canonical_string("a\"\\/\b\t\n\f\r\x01\x1f\x7f\xc3\xa9") ==
          "\"a\\\"\\\\/\\b\\t\\n\\f\\r\\u0001\\u001f\x7f\xc3\xa9\"");
    for (const char* bad : {"\xff", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\x80"})
      CHECK_THROWS_AS(canonical_string(bad), std::invalid_argument);
    CHECK_NOTHROW(canonical_string("\xf0\x9f\x94\xac \xe2\x82\xac \xed\x9f\xbf"));
  }

  TEST_CASE("SHA-256 agrees with the published test vectors") {
    CHECK(to_hex(sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(to_hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    Sha256 hash;
    hash.add("first");
    hash.finish();
    CHECK(hash.add("a").add("bc").finish() == sha256("abc"));
    CHECK(from_hex(to_hex(sha256("abc"))) == sha256("abc"));
    CHECK_THROWS_AS(from_hex("12"), std::invalid_argument);
  }

  TEST_CASE("the chain gives the reference values") {
    const Digest start = chain_start("0.1");
    CHECK(to_hex(start) == "dae3ce32ad2f70ea5ce007caabc288372eb4fbd0a193ccdbd1cc265b191e051d");
    const std::string record = CanonicalObject().add("type", "PREDICT").add("a", 3).add("b", 1.5).str();
    CHECK(record == R"({"a":3,"b":"0x1.8p+0","type":"PREDICT"})");
    const Digest next = chain_next(start, record);
    CHECK(to_hex(next) == "bf09f10a5980423f010e9b2bb3cc3c9a31619228123882789781c21679c1ceb2");
    // Reference values of the 64-bit words behind the chain head; a seed drops the last bit to fit a signed integer.
    const auto word = [&](const char* purpose, std::uint64_t j) {
      const Digest digest = Sha256().add(next).add(purpose).add_u64(j).finish();
      std::uint64_t value = 0;
      std::memcpy(&value, digest.data(), sizeof value);
      return value;
    };
    CHECK(word("seed", 0) == 1736255254840921327u);
    CHECK(word("seed", 1) == 17375573281117904863u);
    CHECK(word("pilot", 0) == 4410120741857239234u);
    CHECK(run_seed_from_seal(next) == 1736255254840921327 >> 1);
    const Digest stream = Sha256().add_u64(1736255254840921327u).add("data").finish();
    std::uint64_t value = 0;
    std::memcpy(&value, stream.data(), sizeof value);
    CHECK(value == 16391437047925448353u);
  }

  TEST_CASE("seeds give the reference values") {
    const std::string law = "solvable/ridgeless-double-descent";
    const std::string point = canonical_point({{"n_samples", std::int64_t{100}}, {"n_features", std::int64_t{50}}});
    CHECK(point == R"({"n_features":50,"n_samples":100})");
    CHECK(seed(1, law, 1, point, "confirm", 0) == 6080781028284643315);
    CHECK(seed(1, law, 1, point, "confirm", 1) == 4515278099361658950);
    CHECK(seed(2, law, 1, point, "confirm", 0) == 8160949569118837030);
    CHECK(seed(1, law, 1, point, "pilot", 0) == 7750108250722295711);
  }
}
