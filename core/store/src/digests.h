#pragma once

#include <lmw/store/canonical.h>
#include <lmw/store/records.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What is hashed of each kind of row (docs/schema.md). The writer hashes what it was handed, `verify` what it reads
/// back; both come through here, and neither ids nor the order of arrival enter.
namespace lmw::store {

/// Content as bytes: fixed-width little-endian numbers, text with its length in front.
class Bytes {
 public:
  Bytes& u64(std::uint64_t value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    return *this;
  }
  Bytes& i64(std::int64_t value) { return u64(static_cast<std::uint64_t>(value)); }
  Bytes& real(double value) { return u64(real_bits(value)); }
  Bytes& text(std::string_view text) {
    u64(text.size());
    bytes_.append(text);
    return *this;
  }
  Bytes& digest(const Digest& digest) {
    bytes_.append(reinterpret_cast<const char*>(digest.data()), digest.size());
    return *this;
  }
  const std::string& str() const { return bytes_; }
  void clear() { bytes_.clear(); }

  /// One pattern for every NaN, and for both zeros: the database keeps neither apart.
  static std::uint64_t real_bits(double value) {
    if (std::isnan(value)) return 0x7ff8000000000000u;
    return value == 0 ? 0 : std::bit_cast<std::uint64_t>(value);
  }

 private:
  std::string bytes_;
};

/// Names the value that was changed, where a digest covers many: the finaliser of MurmurHash3 over the bits so far.
/// It is a signpost, not a proof; the digest is the proof.
inline std::uint64_t mix(std::uint64_t state, std::uint64_t bits) {
  state = (state ^ bits) + 0x9e3779b97f4a7c15u;
  state = (state ^ (state >> 33)) * 0xff51afd7ed558ccdu;
  state = (state ^ (state >> 33)) * 0xc4ceb9fe1a85ec53u;
  return state ^ (state >> 33);
}
inline std::uint8_t value_check(double value) {
  return static_cast<std::uint8_t>(mix(0, Bytes::real_bits(value)) >> 56);
}

constexpr double scalar_x = std::numeric_limits<double>::quiet_NaN();  ///< the x of what has none

/// Grid point g of a series, or scalar_x.
inline double x_at(const std::vector<double>& x, std::size_t g) { return x.empty() ? scalar_x : x[g]; }

Digest law_digest(const LawCard& card);
std::string run_record(const RunPlan& plan, std::vector<Digest> law_digests);
/// status: running (again), interrupted, finished.
std::string run_event_record(const Digest& run_digest, std::string_view status);
std::string predict_record(const LawCard& card, const SealedPoint& point, const SealedSeries& series);
std::string abstain_record(const LawCard& card, const SealedPoint& point);
/// Four bytes per grid point of a series.
std::vector<std::uint8_t> series_checks(const SealedSeries& series);

/// Identity of a point in a run: what its trials and verdicts are bound to.
Digest point_key(const Digest& run_digest, const SealedPoint& point);

/// One measured or per-replicate value with the name of its cell.
struct NamedValue {
  std::string_view observable;
  double x = scalar_x;
  double value = 0;
};
struct TrialHead {
  std::int64_t replicate = 0, seed = 0, wall_us = 0, after_ms = 0;
  std::string_view outcome, origin, message;
};
/// Values in the order of their slots.
Digest trial_digest(const Digest& point, const TrialHead& head, std::span<const NamedValue> values);
/// Pilots of one point, in the order of their replicates: each as trial_digest has it.
Digest pilots_digest(std::span<const Digest> trials);
Digest replicate_digest(const Digest& prediction, std::int64_t replicate, std::span<const double> predicted);

/// Verdicts of one point in the order in which they were posted: the digest of all, and four bytes for each.
Digest verdicts_digest(const Digest& point, std::span<const Verdict> verdicts);
std::vector<std::uint8_t> verdict_checks(std::span<const Verdict> verdicts);

struct AdjustedValue {
  Digest point;
  std::string observable, rival;
  double p_adjusted = 0;
};
Digest adjusted_digest(std::span<const AdjustedValue> values);

struct KeyedBadge {
  Digest point;
  std::string observable;
  Badge badge;
};
Digest badges_digest(std::span<const KeyedBadge> badges);

struct KeyedFailure {
  Digest point;
  FailureRecord failure;
};
Digest failures_digest(std::span<const KeyedFailure> failures, std::span<const FailureStructure> laws);
Digest scores_digest(std::span<const ScoreEntry> scores);

/// The chained record: what the log row says, and when.
std::string log_record(std::string_view type, const Digest& digest, std::int64_t at_us);

/// One of the rows with two integer keys that a record covers: a trial by (point, replicate), or a per-replicate
/// prediction by (prediction, replicate).
struct CoveredRow {
  std::int64_t id = 0, replicate = 0;
  std::uint16_t head = 0;            ///< first two bytes of the row's digest
  std::vector<std::uint8_t> checks;  ///< value_check of each of its values
};

/// What a log row's `detail` says of the rows that its record covers, so that `verify` can name one that was changed or
/// is gone. It proves nothing: the digest does.
struct LogDetail {
  enum class Kind : char {
    series = 'P',
    abstention = 'B',
    replicates = 'R',
    trials = 'M',
    verdicts = 'V',
    adjusted = 'A',
    failures = 'F',
    scores = 'S',
    badges = 'G',
    pilots = 'L',
    run = 'U',
    run_event = 'E'
  };
  Kind kind = Kind::series;
  std::vector<std::int64_t> ids;  ///< series: point, observable, rival; abstention, verdicts, pilots: point; run_event,
                                  ///< failures, scores, badges: run
  std::vector<std::uint8_t> checks;  ///< series: four bytes per grid point; verdicts: four per verdict
  std::vector<CoveredRow> rows;      ///< replicates, trials: in the order of their keys
};
std::string encode(const LogDetail& detail);
/// @throws std::invalid_argument  not what `encode` made.
LogDetail decode_detail(std::span<const std::uint8_t> detail);

/// A blob as a digest; all zeros if its size is wrong, which no digest is.
Digest as_digest(std::span<const std::uint8_t> blob);

inline std::uint16_t digest_head(const Digest& digest) {
  return static_cast<std::uint16_t>(digest[0] | digest[1] << 8);
}

}  // namespace lmw::store
