#include "digests.h"

#include <algorithm>
#include <stdexcept>

namespace lmw::store {
namespace {

void add_identity(CanonicalObject& record, const LawCard& card, const SealedPoint& point) {
  record.add("law", card.law).add("law_version", card.law_version).add("build_id", card.build_id);
  record.add("source_sha256", card.source_sha256).add_raw("point", point.canonical_point);
  record.add("regime", point.inside ? "inside" : "outside").add("regime_reason", point.regime_reason);
  record.add("rho", point.rho).add("must_break", point.must_break).add("fitted_parameters", point.fitted_parameters);
  record.add("method", point.stopping.method).add("looks", point.stopping.looks).add("weights", point.stopping.weights);
  record.add("alpha_confirm", point.stopping.alpha_confirm).add("alpha_falsify", point.stopping.alpha_falsify);
}

void add_verdict(Bytes& bytes, const Verdict& v) {
  for (const std::string* text : {&v.observable, &v.rival, &v.kind, &v.regime, &v.outcome, &v.decision, &v.verdict,
                                  &v.sub_verdict, &v.expected, &v.sentence})
    bytes.text(*text);
  for (const double value : {v.confirm_ratio, v.falsify_ratio, v.at_x, v.predicted, v.measured, v.measured_se, v.ci_low,
                             v.ci_high, v.eps, v.b_th, v.statistic, v.p_confirm, v.p_falsify})
    bytes.real(value);
  for (const std::int64_t value :
       {std::int64_t{v.prediction_id != 0}, std::int64_t{v.secondary}, std::int64_t{v.rivals_tried},
        std::int64_t{v.rivals_refuted}, v.n_replicates, std::int64_t{v.look}, std::int64_t{v.deterministic},
        std::int64_t{v.postdiction}, std::int64_t{v.met_expectation}, static_cast<std::int64_t>(v.residuals.size())})
    bytes.i64(value);
  // Verdicts that no pilot was run for hash as they did before there were pilots.
  if (v.pilot_replicates > 0 || v.needed_replicates > 0 || v.needed_draws > 0 || !std::isnan(v.pilot_sd))
    bytes.i64(v.pilot_replicates).real(v.pilot_sd).i64(v.needed_replicates).i64(v.needed_draws);
  if (!std::isnan(v.relative_l2) || !std::isnan(v.median))  // likewise
    bytes.real(v.relative_l2).real(v.relative_l2_se).real(v.median).real(v.median_low).real(v.median_high);
  for (const auto& r : v.residuals)
    bytes.real(r.x).real(r.predicted).real(r.measured).real(r.measured_se).real(r.residual).real(r.z);
}

void append_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
  bool done() const { return at_ == bytes_.size(); }
  std::uint8_t byte() {
    if (done()) throw std::invalid_argument("the detail of a log record is cut short");
    return bytes_[at_++];
  }
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const std::uint8_t next = byte();
      value |= std::uint64_t{next & 0x7fu} << shift;
      if (next < 0x80) return value;
    }
    throw std::invalid_argument("the detail of a log record holds no number where one belongs");
  }
  std::vector<std::uint8_t> take(std::uint64_t n) {
    if (n > bytes_.size() - at_) throw std::invalid_argument("the detail of a log record is cut short");
    const auto part = bytes_.subspan(at_, n);
    at_ += n;
    return {part.begin(), part.end()};
  }

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
};

}  // namespace

Digest law_digest(const LawCard& card) {
  CanonicalObject record;
  record.add("law", card.law).add("law_version", card.law_version).add("plugin", card.plugin);
  record.add("plugin_version", card.plugin_version).add("build_id", card.build_id);
  record.add("source_sha256", card.source_sha256).add("card", card.card_json);
  return sha256(record.str());
}

std::string run_record(const RunPlan& plan, std::vector<Digest> law_digests) {
  std::sort(law_digests.begin(), law_digests.end());
  std::string laws = "[";
  for (const Digest& digest : law_digests) laws += (laws.size() > 1 ? ",\"" : "\"") + to_hex(digest) + '"';
  CanonicalObject record;
  record.add("type", "RUN").add("study", plan.study).add("study_json", plan.study_json);
  record.add("study_sha256", plan.study_sha256).add("effort", plan.effort).add("run_seed", plan.run_seed);
  const Provenance& p = plan.provenance;
  record.add("lmw_version", p.lmw_version).add("git_commit", p.git_commit).add("host", p.host).add("cpu", p.cpu);
  record.add("compiler", p.compiler).add("flags", p.flags).add("blas", p.blas).add("jobs", p.jobs);
  return record.add_raw("laws", laws + ']').str();
}

std::string run_event_record(const Digest& run_digest, std::string_view status) {
  return CanonicalObject().add("type", "NOTE").add("run", to_hex(run_digest)).add("status", status).str();
}

std::string predict_record(const LawCard& card, const SealedPoint& point, const SealedSeries& series) {
  CanonicalObject record;
  add_identity(record, card, point);
  record.add("type", "PREDICT").add("per_replicate", point.per_replicate).add("observable", series.observable);
  record.add("rival", series.rival).add("kind", series.kind).add("compare", series.compare);
  record.add("secondary", series.secondary).add("draws", series.draws).add("theory_df", series.theory_df);
  record.add("eps_reason", series.eps_reason).add("power", series.power).add("x", series.x);
  if (series.order != 1) record.add("drift_order", series.order);  // order 1 hashes as it did before it could be said
  if (series.deterministic) record.add("deterministic", true);     // as above
  if (series.span != 0) record.add("span", series.span);
  record.add("predicted", series.predicted).add("upper", series.upper).add("eps", series.eps);
  return record.add("b_th", series.b_th).add("theory_sd", series.theory_sd).str();
}

std::string abstain_record(const LawCard& card, const SealedPoint& point) {
  CanonicalObject record;
  add_identity(record, card, point);
  return record.add("type", "ABSTAIN").add("reason", point.abstain_reason).str();
}

std::vector<std::uint8_t> series_checks(const SealedSeries& series) {
  std::vector<std::uint8_t> checks;
  for (std::size_t g = 0; g < series.predicted.size(); ++g) {
    std::uint64_t state = mix(0, Bytes::real_bits(x_at(series.x, g)));
    for (const double value : {series.predicted[g], series.upper.empty() ? scalar_x : series.upper[g], series.eps[g],
                               series.b_th[g], series.theory_sd[g]})
      state = mix(state, Bytes::real_bits(value));
    for (int shift = 0; shift < 32; shift += 8) checks.push_back(static_cast<std::uint8_t>(state >> shift));
  }
  return checks;
}

Digest point_key(const Digest& run_digest, const SealedPoint& point) {
  Bytes bytes;
  bytes.digest(run_digest).text(point.law).i64(point.law_version).text(point.canonical_point);
  return sha256(bytes.str());
}

Digest trial_digest(const Digest& point, const TrialHead& head, std::span<const NamedValue> values) {
  thread_local Bytes bytes;
  bytes.clear();
  bytes.digest(point).i64(head.replicate).i64(head.seed).i64(head.wall_us).i64(head.after_ms);
  bytes.text(head.outcome).text(head.origin).text(head.message);
  std::string_view observable;
  for (const NamedValue& value : values) {
    if (value.observable != observable) bytes.text(observable = value.observable);
    bytes.real(value.x).real(value.value);
  }
  return sha256(bytes.str());
}

Digest pilots_digest(std::span<const Digest> trials) {
  Bytes bytes;
  bytes.text("pilot");
  for (const Digest& trial : trials) bytes.digest(trial);
  return sha256(bytes.str());
}

Digest replicate_digest(const Digest& prediction, std::int64_t replicate, std::span<const double> predicted) {
  Bytes bytes;
  bytes.digest(prediction).i64(replicate);
  for (const double value : predicted) bytes.real(value);
  return sha256(bytes.str());
}

Digest verdicts_digest(const Digest& point, std::span<const Verdict> verdicts) {
  Bytes bytes;
  bytes.digest(point);
  for (const Verdict& v : verdicts) add_verdict(bytes, v);
  return sha256(bytes.str());
}

std::vector<std::uint8_t> verdict_checks(std::span<const Verdict> verdicts) {
  std::vector<std::uint8_t> checks;
  for (const Verdict& v : verdicts) {
    Bytes bytes;
    add_verdict(bytes, v);
    const Digest digest = sha256(bytes.str());
    checks.insert(checks.end(), digest.begin(), digest.begin() + 4);
  }
  return checks;
}

Digest adjusted_digest(std::span<const AdjustedValue> values) {
  Bytes bytes;
  for (const auto& value : values)
    bytes.digest(value.point).text(value.observable).text(value.rival).real(value.p_adjusted);
  return sha256(bytes.str());
}

Digest badges_digest(std::span<const KeyedBadge> badges) {
  Bytes bytes;
  for (const auto& [point, observable, b] : badges)
    bytes.digest(point).text(observable).real(b.q_confirm).real(b.q_falsify).real(b.e_value).i64(b.e_refuted);
  return sha256(bytes.str());
}

Digest failures_digest(std::span<const KeyedFailure> failures, std::span<const FailureStructure> laws) {
  Bytes bytes;
  for (const auto& [point, f] : failures) {
    bytes.digest(point).text(f.observable).text(f.failure_class).text(f.consistent).text(f.forecast_class);
    bytes.i64(f.unexpected).real(f.rate).real(f.low).real(f.high).real(f.predicted_rate).i64(f.failures).i64(f.n);
  }
  for (const FailureStructure& s : laws) {
    bytes.text(s.law).i64(s.conditions);
    for (const double value : {s.within, s.between, s.structural_share, s.share_low, s.share_high, s.brier,
                               s.reliability, s.skill, s.captured})
      bytes.real(value);
    for (const std::int64_t value : {s.persist_tried, s.persist_held, s.flips_tried, s.flips_seen}) bytes.i64(value);
    bytes.text(s.boundary).real(s.boundary_predicted).real(s.boundary_low).real(s.boundary_high);
    bytes.text(s.boundary_decision);
    if (!std::isnan(s.boundary_width) || !s.size.empty())
      bytes.real(s.boundary_width).text(s.size).real(s.width_trend).real(s.width_trend_se).text(s.width_class);
  }
  return sha256(bytes.str());
}

Digest scores_digest(std::span<const ScoreEntry> scores) {
  Bytes bytes;
  for (const ScoreEntry& s : scores)
    bytes.text(s.subject)
        .text(s.desideratum)
        .text(s.measure)
        .real(s.value)
        .real(s.low)
        .real(s.high)
        .i64(s.n)
        .text(s.how);
  return sha256(bytes.str());
}

std::string log_record(std::string_view type, const Digest& digest, std::int64_t at_us) {
  return CanonicalObject().add("type", type).add("digest", to_hex(digest)).add("time", at_us).str();
}

Digest as_digest(std::span<const std::uint8_t> blob) {
  Digest digest{};
  if (blob.size() == digest.size()) std::copy(blob.begin(), blob.end(), digest.begin());
  return digest;
}

std::string encode(const LogDetail& detail) {
  std::string out(1, static_cast<char>(detail.kind));
  append_varint(out, detail.ids.size());
  for (const std::int64_t id : detail.ids) append_varint(out, static_cast<std::uint64_t>(id));
  append_varint(out, detail.checks.size());
  out.append(detail.checks.begin(), detail.checks.end());
  std::int64_t previous = 0;
  for (const CoveredRow& row : detail.rows) {
    append_varint(out, static_cast<std::uint64_t>(row.id - previous));
    append_varint(out, static_cast<std::uint64_t>(row.replicate));
    out += static_cast<char>(row.head & 0xff);
    out += static_cast<char>(row.head >> 8);
    append_varint(out, row.checks.size());
    out.append(row.checks.begin(), row.checks.end());
    previous = row.id;
  }
  return out;
}

LogDetail decode_detail(std::span<const std::uint8_t> bytes) {
  Reader reader(bytes);
  LogDetail detail;
  detail.kind = static_cast<LogDetail::Kind>(reader.byte());
  for (std::uint64_t n = reader.varint(); n > 0; --n) detail.ids.push_back(static_cast<std::int64_t>(reader.varint()));
  detail.checks = reader.take(reader.varint());
  std::int64_t id = 0;
  while (!reader.done()) {
    CoveredRow row;
    row.id = id += static_cast<std::int64_t>(reader.varint());
    row.replicate = static_cast<std::int64_t>(reader.varint());
    row.head = reader.byte();
    row.head = static_cast<std::uint16_t>(row.head | reader.byte() << 8);
    row.checks = reader.take(reader.varint());
    detail.rows.push_back(std::move(row));
  }
  return detail;
}

}  // namespace lmw::store
