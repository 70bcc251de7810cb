#pragma once

#include <lmw/host/card.h>

#include <string>
#include <string_view>
#include <vector>

/// BibTeX of what a law cites, and of the law itself.
namespace lmw::cli {

/// One work of a card's `source`, as far as the card says it.
struct CitedWork {
  std::vector<std::string> authors;  ///< as written; "others" for et al.
  std::string year, title, rest;     ///< the title if it stands in quotes; the rest as it stands: a journal, a remark
};

/// "Saxe, McClelland & Ganguli 2014, ICLR; Lee et al. 2018": works end at a semicolon; each is authors, a year, and
/// what follows. A piece without a year is no work and is left out.
std::vector<CitedWork> cited_works(std::string_view source);

/// An entry for each cited work, then one for the law with its version and build. Keys are distinct, text is escaped.
std::string bibtex_of(const host::LawCard& law, const host::PluginCard& plugin);

}  // namespace lmw::cli
