#include "page.h"

#include "assets.h"
#include "number.h"

#include <lmw/numerics/number_text.h>

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

namespace lmw::reports {
namespace {

constexpr std::string_view current = " aria-current=\"page\"";

/// A long name may break after its underscores.
void breakable(Html& out, std::string_view name) {
  for (auto end = name.find('_'); end != std::string_view::npos && end + 1 < name.size(); end = name.find('_')) {
    out.text(name.substr(0, end + 1)).empty("wbr");
    name.remove_prefix(end + 1);
  }
  out.text(name);
}

constexpr std::size_t single_columns = 4;

bool numeric(const Law& law, const std::string& name) {
  return std::all_of(law.comparisons.begin(), law.comparisons.end(), [&](const Comparison& c) {
    const Parameter* p = find(c.parameters, name);
    return p == nullptr || !std::isnan(p->value);
  });
}

std::string marked(bool here) { return here ? std::string(current) : ""; }

}  // namespace

std::string policy_hash(std::string_view content) {
  std::array<unsigned char, 32> digest;
  if (EVP_Digest(content.data(), content.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1)
    throw std::runtime_error("OpenSSL has no SHA-256");
  std::array<unsigned char, 45> base64;  // 4 * ceil(32/3) characters and a zero
  EVP_EncodeBlock(base64.data(), digest.data(), static_cast<int>(digest.size()));
  return "sha256-" + std::string(reinterpret_cast<const char*>(base64.data()));
}

std::string filled(std::string_view text, const std::map<std::string_view, std::string>& values) {
  std::string out;
  while (true) {
    const auto begin = text.find("{{");
    if (begin == std::string_view::npos) return out.append(text);
    const auto end = text.find("}}", begin);
    const auto value = values.find(text.substr(begin + 2, end - begin - 2));
    if (value == values.end()) throw std::logic_error("template: no value for " + std::string(text.substr(begin, 40)));
    out.append(text.substr(0, begin)).append(value->second);
    text.remove_prefix(end + 2);
  }
}

std::string page(const Run& run, PageKind kind, const std::string& title, const Markup& body) {
  const std::string style(asset("report.css")), script(asset("report.js"));
  return filled(asset("page.html"), {{"title", escape(title)},
                                     {"version", escape(run.lmw_version)},
                                     {"style", style},
                                     {"style-hash", policy_hash(style)},
                                     {"script", script},
                                     {"script-hash", policy_hash(script)},
                                     {"icons", std::string(asset("icons.svg"))},
                                     {"root", kind == PageKind::law ? "../" : ""},
                                     {"index-current", marked(kind == PageKind::index)},
                                     {"scorecard-current", marked(kind == PageKind::scorecard)},
                                     {"failures-current", marked(kind == PageKind::failures)},
                                     {"ledger-current", marked(kind == PageKind::ledger)},
                                     {"methods-current", marked(kind == PageKind::methods)},
                                     {"body", body.html},
                                     {"run", std::to_string(run.run_id)},
                                     {"study", escape(run.study)},
                                     {"effort", escape(run.effort)},
                                     {"status", escape(run.status)},
                                     {"seed", std::to_string(run.run_seed)},
                                     {"started", escape(run.started_at)},
                                     {"head", escape(run.chain_head)}});
}

void open_table(Html& out, std::string_view caption, const std::vector<Column>& columns, bool sortable) {
  out.open("div", {{"class", "scroll"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", caption}});
  out.open("table", {{"class", sortable ? "sortable" : ""}}).element("caption", caption).open("thead").open("tr");
  for (const Column& c : columns) {
    out.open("th", {{"scope", "col"}, {"class", c.number ? "n" : ""}});
    breakable(out, c.title);
    out.close();
  }
  out.close().close().open("tbody");
}

void close_table(Html& out) { out.close().close().close(); }

void number_cell(Html& out, std::string_view text, double value) {
  out.element("td", text, {{"class", "n"}, {"data-value", std::isnan(value) ? "" : numerics::shortest(value)}});
}

std::vector<Column> setting_columns(const Law& law) {
  if (law.varying.size() > single_columns) return {{"Setting"}};
  std::vector<Column> columns;
  for (const std::string& name : law.varying) columns.push_back({name, numeric(law, name)});
  return columns;
}

void setting_cells(Html& out, const Law& law, const Point& point) {
  if (law.varying.size() > single_columns) {
    out.element("th", law.setting_of(point), {{"scope", "row"}});
    return;
  }
  for (std::size_t i = 0; i < law.varying.size(); ++i) {
    const Parameter* p = find(point, law.varying[i]);
    const std::string text = p == nullptr ? "–" : p->shown();
    const bool right = numeric(law, law.varying[i]);
    out.element(i == 0 ? "th" : "td", text,
                {{"scope", i == 0 ? "row" : ""},
                 {"class", right ? "n" : ""},
                 {"data-value", right && p != nullptr ? numerics::shortest(p->value) : ""}});
  }
}

std::vector<Column> after_setting(const Law& law, std::vector<Column> others) {
  std::vector<Column> columns = setting_columns(law);
  columns.insert(columns.end(), others.begin(), others.end());
  return columns;
}

Markup short_hash(const std::string& hex) {
  Html out;
  out.element("code", hex.substr(0, 10) + (hex.size() > 10 ? "…" : ""), {{"class", "hash short"}, {"title", hex}});
  return out.take();
}

}  // namespace lmw::reports
