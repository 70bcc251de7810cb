#include "cli/latex_text.h"

#include <doctest/doctest.h>

#include <string>

using lmw::cli::latex_to_text;

TEST_SUITE("cli/latex_text") {
  TEST_CASE("fractions become slashes, with brackets where they are needed") {
    CHECK(latex_to_text(R"(\sigma^2 p/(n-p-1) \quad (p<n-1))") == "σ² p/(n−p−1)  (p < n−1)");
    CHECK(latex_to_text(R"(\frac{\sigma^2 p}{n-p-1})") == "(σ² p)/(n−p−1)");
    CHECK(latex_to_text(R"(\frac12)") == "1/2");
    CHECK(latex_to_text(R"(\frac{1}{2s}\ln\frac{s-u_0}{u_0})") == "1/(2s) ln((s−u₀)/u₀)");
    CHECK(latex_to_text(R"(\frac{1}{2}z)") == "1/2 z");
    CHECK(latex_to_text(R"(\frac{\theta}{\sqrt{n}})") == "θ/√n");
    CHECK(latex_to_text("\\begin{cases} a \\\\[1ex] b \\end{cases}") == "{ a ; b }");
  }

  TEST_CASE("scripts use small letters where all of them exist") {
    CHECK(latex_to_text("x_i^{n+1}") == "xᵢⁿ⁺¹");
    CHECK(latex_to_text(R"(\lambda_{\max})") == "λₘₐₓ");
    CHECK(latex_to_text(R"(\theta_{\mathrm{NTK}})") == "θ_(NTK)");
    CHECK(latex_to_text("N^{-1/2}") == "N^(−1/2)");
    CHECK(latex_to_text("W^\\top W") == "WᵀW");
  }

  TEST_CASE("roots, accents, sums and functions read as on paper") {
    CHECK(latex_to_text(R"(\sqrt{2 / \pi})") == "√(2 / π)");
    CHECK(latex_to_text(R"(\sqrt n)") == "√n");
    CHECK(latex_to_text(R"(\hat f = \sum_i \alpha_i k(x, x_i))") == "f\u0302 = ∑ᵢ αᵢ k(x, xᵢ)");
    CHECK(latex_to_text(R"(t \propto \log(1/\epsilon) \to \infty)") == "t ∝ log(1/ϵ) → ∞");
    CHECK(latex_to_text(R"(\mathbb{E}\left[ L \right] \le 3\,\text{for all } t)") == "𝔼[ L ] ≤ 3 for all t");
  }

  TEST_CASE("what it does not know keeps its name, and nothing makes it fail") {
    CHECK(latex_to_text(R"(\frobnicate x)") == "frobnicate x");
    for (const char* broken :
         {"", "\\", "{", "}", "^", "_", "\\frac", "\\frac{a", "\\sqrt[", "a^", "\\left", "\\text{"})
      CHECK(latex_to_text(broken).size() <= 20);
    CHECK(latex_to_text(std::string(100'000, '{')).size() < 10);
    std::string nested;
    for (int i = 0; i < 100'000; ++i) nested += "\\hat";
    CHECK(latex_to_text(nested).size() < 1000);
  }
}
