#include <lmw/store/canonical.h>

#include <openssl/evp.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <new>
#include <stdexcept>

#include "utf8.h"

namespace lmw::store {
namespace {

static_assert(std::endian::native == std::endian::little, "digests are over little-endian bytes");

/// Fetched once: looking the algorithm up costs more than hashing a small record.
const EVP_MD* sha256_algorithm() {
  static EVP_MD* const md = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  if (md == nullptr) throw std::runtime_error("OpenSSL offers no SHA256");
  return md;
}

std::uint64_t first_u64(const Digest& digest) {
  std::uint64_t value = 0;
  for (int i = 7; i >= 0; --i) value = value << 8 | digest[static_cast<std::size_t>(i)];
  return value;
}

template <class T, class ToText>
std::string array(std::span<const T> values, ToText&& to_text) {
  std::string json = "[";
  for (const T& value : values) {
    if (json.size() > 1) json += ',';
    json += to_text(value);
  }
  return json + ']';
}

}  // namespace

std::string hex_double(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  if (value == 0) return "0x0p+0";
  char buffer[40];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, std::abs(value), std::chars_format::hex).ptr;
  return (value < 0 ? "-0x" : "0x") + std::string(buffer, end);
}

std::string canonical_string(std::string_view text) {
  static constexpr char hex[] = "0123456789abcdef";
  if (!is_utf8(text)) throw std::invalid_argument("text for a sealed record: expected UTF-8");
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\b': out += "\\b"; break;
      case '\t': out += "\\t"; break;
      case '\n': out += "\\n"; break;
      case '\f': out += "\\f"; break;
      case '\r': out += "\\r"; break;
      default: {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20) {
          out += "\\u00";
          out += hex[byte >> 4];
          out += hex[byte & 15];
        } else {
          out += c;
        }
      }
    }
  }
  return out + '"';
}

CanonicalObject& CanonicalObject::add(std::string key, std::span<const double> values) {
  return add_raw(std::move(key), array(values, [](double v) { return canonical_string(hex_double(v)); }));
}

CanonicalObject& CanonicalObject::add(std::string key, std::span<const int> values) {
  return add_raw(std::move(key), array(values, [](int v) { return std::to_string(v); }));
}

CanonicalObject& CanonicalObject::add_raw(std::string key, std::string json) {
  const auto [at, fresh] = members_.emplace(std::move(key), std::move(json));
  if (!fresh) throw std::invalid_argument("key \"" + at->first + "\" twice in one record");
  return *this;
}

std::string CanonicalObject::str() const {
  std::string json = "{";
  for (const auto& [key, value] : members_) {
    if (json.size() > 1) json += ',';
    json += canonical_string(key) + ':' + value;
  }
  return json + '}';
}

std::string canonical_point(const std::vector<std::pair<std::string, CanonicalScalar>>& parameters) {
  CanonicalObject object;
  for (const auto& [name, value] : parameters) std::visit([&](const auto& v) { object.add(name, v); }, value);
  return object.str();
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  if (context_ == nullptr) throw std::bad_alloc();
  EVP_DigestInit_ex2(static_cast<EVP_MD_CTX*>(context_), sha256_algorithm(), nullptr);
}

Sha256::~Sha256() { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context_)); }

Sha256& Sha256::add(const void* bytes, std::size_t n) {
  EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_), bytes, n);
  return *this;
}

Sha256& Sha256::add_u64(std::uint64_t value) { return add(&value, sizeof value); }

Digest Sha256::finish() {
  Digest digest{};
  auto* context = static_cast<EVP_MD_CTX*>(context_);
  EVP_DigestFinal_ex(context, digest.data(), nullptr);
  EVP_DigestInit_ex2(context, nullptr, nullptr);
  return digest;
}

Digest sha256(std::string_view bytes) { return Sha256().add(bytes).finish(); }

std::string to_hex(const Digest& digest) {
  static constexpr char hex[] = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : digest) {
    text += hex[byte >> 4];
    text += hex[byte & 15];
  }
  return text;
}

Digest from_hex(std::string_view hex) {
  Digest digest{};
  bool good = hex.size() == 2 * digest.size();
  for (std::size_t i = 0; good && i < digest.size(); ++i) {
    const char* first = hex.data() + 2 * i;
    good = std::from_chars(first, first + 2, digest[i], 16).ptr == first + 2;
  }
  if (!good) throw std::invalid_argument("\"" + std::string(hex) + "\": expected 64 hex digits");
  return digest;
}

Digest chain_start(std::string_view workbench_version) {
  return Sha256().add("learning-mechanics-log-v1").add(workbench_version).finish();
}

Digest chain_next(const Digest& previous, std::string_view canonical_record) {
  return Sha256().add(previous).add(sha256(canonical_record)).finish();
}

std::int64_t seed(std::int64_t run_seed, std::string_view law, int law_version, std::string_view canonical_point,
                  std::string_view purpose, std::uint64_t replicate) {
  static constexpr std::string_view zero("\0", 1);
  Sha256 hash;
  hash.add("lmw-seed-v1").add(zero).add(std::to_string(run_seed)).add(zero).add(law).add(zero);
  hash.add(std::to_string(law_version)).add(zero).add(canonical_point).add(zero).add(purpose).add(zero);
  return static_cast<std::int64_t>(first_u64(hash.add_u64(replicate).finish()) >> 1);
}

std::int64_t run_seed_from_seal(const Digest& chain_head) {
  return static_cast<std::int64_t>(first_u64(Sha256().add(chain_head).add("seed").add_u64(0).finish()) >> 1);
}

}  // namespace lmw::store
