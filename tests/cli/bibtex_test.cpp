#include "cli/bibtex.h"

#include <doctest/doctest.h>

using lmw::cli::bibtex_of;
using lmw::cli::cited_works;
using Names = std::vector<std::string>;

TEST_SUITE("cli/bibtex") {
  TEST_CASE("a source is read as authors, a year, a title in quotes, and the rest") {
    const auto works = cited_works(
        "Saxe, McClelland & Ganguli 2014, ICLR; data: Xiao et al. 2017; Yang & Hu 2021, \"Tensor Programs IV\", ICML; "
        "finite n from the mean of the distribution, also Belkin, Hsu & Xu 2020; no year at all; 1999");
    REQUIRE(works.size() == 4);
    CHECK(works[0].authors == Names{"Saxe", "McClelland", "Ganguli"});
    CHECK(works[0].year == "2014");
    CHECK(works[0].rest == "ICLR");
    CHECK(works[1].authors == Names{"Xiao", "others"});
    CHECK(works[2].title == "Tensor Programs IV");
    CHECK(works[2].rest == "ICML");
    CHECK(works[3].authors == Names{"Belkin", "Hsu", "Xu"});
  }

  TEST_CASE("keys differ, and TeX's own characters are escaped") {
    lmw::host::LawCard law;
    law.id = "p/x";
    law.name = "x";
    law.title = "50 % of A_b & {c}";
    law.source = "Lee 2018, A & B; Lee 2018, C";
    lmw::host::PluginCard plugin;
    plugin.id = "p";
    const std::string text = bibtex_of(law, plugin);
    CHECK(text.find("@misc{lee2018,") != std::string::npos);
    CHECK(text.find("@misc{lee2018b,") != std::string::npos);
    CHECK(text.find("howpublished = {A \\& B},") != std::string::npos);
    CHECK(text.find("50 \\% of A\\_b \\& \\{c\\} (law p/x)") != std::string::npos);
  }
}
