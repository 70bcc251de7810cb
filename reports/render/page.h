#pragma once

#include "html.h"
#include "model.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lmw::reports {

enum class PageKind { index, law, scorecard, failures, ledger, methods };

/// A whole page: the shell of templates/page.html around a body. Style and script are in the page, so that it can be
/// sent alone, and the policy in its head names their hashes, so that nothing else runs or loads.
std::string page(const Run& run, PageKind kind, const std::string& title, const Markup& body);

/// Replaces each {{name}} once, from left to right; what is put in is not looked at again.
/// @throws std::logic_error  a name without a value.
std::string filled(std::string_view text, const std::map<std::string_view, std::string>& values);

struct Column {
  std::string title;
  bool number = false;  ///< set to the right, and sorted by value
};

/// A table with this caption in a region that scrolls sideways on narrow screens; its body is open for rows.
/// `sortable`: the page's script, where it runs, sorts by a click on a head.
void open_table(Html& out, std::string_view caption, const std::vector<Column>& columns, bool sortable = true);
void close_table(Html& out);
/// A cell that sorts by its value.
void number_cell(Html& out, std::string_view text, double value);

/// Columns that say where a law was tested: one per parameter in which its points differ, or one for all if they are
/// more than four.
std::vector<Column> setting_columns(const Law& law);
/// The cells of these columns. The first is the row's head.
void setting_cells(Html& out, const Law& law, const Point& point);
/// Settings first, then the others.
std::vector<Column> after_setting(const Law& law, std::vector<Column> others);

/// A hash that shows its first digits and gives all on selection or hovering.
Markup short_hash(const std::string& hex);

/// "sha256-..." for the policy in a page's head.
std::string policy_hash(std::string_view content);

}  // namespace lmw::reports
