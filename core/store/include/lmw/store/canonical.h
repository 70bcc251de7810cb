#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// Bytes that stand for a value and nothing else: what is hashed, sealed and turned into seeds (docs/schema.md).
namespace lmw::store {

/// A double as a C99 hex float in one spelling: 1.5 -> "0x1.8p+0", 0 -> "0x0p+0"; "nan", "inf", "-inf" otherwise.
/// Negative zero is written as zero: SQLite does not keep its sign, and equal values must have equal bytes.
std::string hex_double(double value);

/// A JSON string: only the quote, the backslash and control characters are escaped.
/// @throws std::invalid_argument  not UTF-8.
std::string canonical_string(std::string_view text);

using CanonicalScalar = std::variant<std::int64_t, double, std::string, bool>;

/// One JSON object in canonical form: keys sorted bytewise, no spaces, integers decimal, doubles as hex-float strings.
/// Whether a field is an integer or a double is fixed by its type, never by its value.
class CanonicalObject {
 public:
  CanonicalObject& add(std::string key, std::int64_t value) { return add_raw(std::move(key), std::to_string(value)); }
  CanonicalObject& add(std::string key, int value) { return add(std::move(key), std::int64_t{value}); }
  CanonicalObject& add(std::string key, bool value) { return add_raw(std::move(key), value ? "true" : "false"); }
  CanonicalObject& add(std::string key, double value) { return add(std::move(key), hex_double(value)); }
  CanonicalObject& add(std::string key, std::string_view text) {
    return add_raw(std::move(key), canonical_string(text));
  }
  CanonicalObject& add(std::string key, const char* text) { return add(std::move(key), std::string_view(text)); }
  CanonicalObject& add(std::string key, const std::string& text) { return add(std::move(key), std::string_view(text)); }
  CanonicalObject& add(std::string key, std::span<const double> values);
  CanonicalObject& add(std::string key, const std::vector<double>& v) { return add(std::move(key), std::span(v)); }
  CanonicalObject& add(std::string key, std::span<const int> values);
  CanonicalObject& add(std::string key, const std::vector<int>& v) { return add(std::move(key), std::span(v)); }
  /// Text that is canonical JSON already, such as a point. @throws std::invalid_argument  the key is there.
  CanonicalObject& add_raw(std::string key, std::string json);
  std::string str() const;

 private:
  std::map<std::string, std::string> members_;
};

/// The canonical bytes of a point: every declared parameter, defaults included, in any order.
/// @throws std::invalid_argument  a name twice, or text that is not UTF-8.
std::string canonical_point(const std::vector<std::pair<std::string, CanonicalScalar>>& parameters);

using Digest = std::array<std::uint8_t, 32>;

/// SHA-256 of what was added since the last `finish`. Not thread-safe: one object per thread.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  Sha256& add(const void* bytes, std::size_t n);
  Sha256& add(std::string_view text) { return add(text.data(), text.size()); }
  Sha256& add(const Digest& digest) { return add(digest.data(), digest.size()); }
  /// Eight bytes, little endian.
  Sha256& add_u64(std::uint64_t value);
  Digest finish();

 private:
  void* context_;
};

Digest sha256(std::string_view bytes);
/// 64 lower-case hex digits.
std::string to_hex(const Digest& digest);
/// @throws std::invalid_argument  not 64 hex digits.
Digest from_hex(std::string_view hex);

/// Where the chain of a lab starts: h_0 = SHA256("learning-mechanics-log-v1" || workbench version).
Digest chain_start(std::string_view workbench_version);
/// h_i = SHA256(h_{i-1} || SHA256(canonical record)).
Digest chain_next(const Digest& previous, std::string_view canonical_record);

/// The seed of a replicate, by identity alone: neither clock nor order of completion nor thread can change it.
///
///   (first 8 bytes, little endian, of SHA256(B)) >> 1,
///   B = "lmw-seed-v1" 0 run_seed 0 law 0 law_version 0 canonical point 0 purpose 0 uint64le(replicate)
///
/// with numbers in decimal and 0 one zero byte. 63 bits, so that it fits SQLite's signed integer.
/// @param purpose  confirm, pilot or scoring.
std::int64_t seed(std::int64_t run_seed, std::string_view law, int law_version, std::string_view canonical_point,
                  std::string_view purpose, std::uint64_t replicate);

/// A run_seed that nobody could have known before the chain head was: (first 8 bytes, little endian, of
/// SHA256(head || "seed" || uint64le(0))) >> 1.
std::int64_t run_seed_from_seal(const Digest& chain_head);

}  // namespace lmw::store
