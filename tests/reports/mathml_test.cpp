#include "mathml.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using lmw::reports::formula;
using lmw::reports::to_mathml;

namespace {

/// The presentation part alone: what stands between <semantics> and <annotation>.
std::string body(const std::string& latex, bool display = false) {
  const auto math = to_mathml(latex, display);
  if (!math) return "(none)";
  const std::string& s = math->html;
  const auto begin = s.find("<semantics>") + 11, end = s.find("<annotation");
  return s.substr(begin, end - begin);
}

}  // namespace

TEST_SUITE("reports/mathml") {
  TEST_CASE("letters, numbers and signs") {
    CHECK(body("x") == "<mi>x</mi>");
    CHECK(body("3.14") == "<mn>3.14</mn>");
    CHECK(body("a-1") == "<mrow><mi>a</mi><mo>−</mo><mn>1</mn></mrow>");
    CHECK(body("p/n") == "<mrow><mi>p</mi><mo lspace=\"0\" rspace=\"0\">/</mo><mi>n</mi></mrow>");
    CHECK(body("\\alpha\\Gamma") == "<mrow><mi>α</mi><mi mathvariant=\"normal\">Γ</mi></mrow>");
    CHECK(body("n_{samples} < m") != "(none)");
  }

  TEST_CASE("scripts bind to the last token, and take one digit without braces") {
    CHECK(body("x^2") == "<msup><mi>x</mi><mn>2</mn></msup>");
    CHECK(body("x_i^2") == "<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>");
    CHECK(body("x^2_i") == body("x_i^2"));
    CHECK(body("x^10") == "<mrow><msup><mi>x</mi><mn>1</mn></msup><mn>0</mn></mrow>");
    CHECK(body("x^{10}") == "<msup><mi>x</mi><mn>10</mn></msup>");
    CHECK(body("f'") == "<msup><mi>f</mi><mo>′</mo></msup>");
    CHECK(body("x_a_b") == "(none)");
  }

  TEST_CASE("fractions and roots") {
    CHECK(body("\\frac{a}{b}") == "<mfrac><mi>a</mi><mi>b</mi></mfrac>");
    CHECK(body("\\frac12") == "<mfrac><mn>1</mn><mn>2</mn></mfrac>");
    CHECK(body("\\tfrac12") == "<mstyle displaystyle=\"false\"><mfrac><mn>1</mn><mn>2</mn></mfrac></mstyle>");
    CHECK(body("\\sqrt{n}") == "<msqrt><mi>n</mi></msqrt>");
    CHECK(body("\\sqrt[3]{n}") == "<mroot><mi>n</mi><mn>3</mn></mroot>");
  }

  TEST_CASE("sums have limits below and above in display, integrals at their side") {
    CHECK(body("\\sum_{i}^{n} x", true) ==
          "<mrow><munderover><mo>∑</mo><mi>i</mi><mi>n</mi></munderover><mi>x</mi></mrow>");
    CHECK(body("\\sum_i x", false) == "<mrow><msub><mo>∑</mo><mi>i</mi></msub><mi>x</mi></mrow>");
    CHECK(body("\\int_0^1 f", true) == "<mrow><msubsup><mo>∫</mo><mn>0</mn><mn>1</mn></msubsup><mi>f</mi></mrow>");
    CHECK(body("\\max_x f", true) ==
          "<mrow><munder><mi>max</mi><mi>x</mi></munder><mo>\u2061</mo><mspace width=\"0.167em\"/><mi>f</mi></mrow>");
  }

  TEST_CASE("functions stand off from their argument unless it brings a bracket") {
    CHECK(body("\\log x") == "<mrow><mi>log</mi><mo>\u2061</mo><mspace width=\"0.167em\"/><mi>x</mi></mrow>");
    CHECK(body("\\exp(x)") ==
          "<mrow><mi>exp</mi><mo>\u2061</mo><mo stretchy=\"false\">(</mo><mi>x</mi>"
          "<mo stretchy=\"false\">)</mo></mrow>");
    CHECK(body("\\operatorname{softmax}(z)").find("<mi>softmax</mi>") != std::string::npos);
  }

  TEST_CASE("left and right stretch, a dot is no bracket") {
    CHECK(body("\\left( x \\right)") ==
          "<mrow><mo stretchy=\"true\">(</mo><mi>x</mi><mo stretchy=\"true\">)</mo></mrow>");
    CHECK(body("\\left. x \\right|_0") ==
          "<msub><mrow><mi>x</mi><mo stretchy=\"true\" lspace=\"0\" rspace=\"0\">|</mo></mrow><mn>0</mn></msub>");
    CHECK(body("\\left( x") == "(none)");
    CHECK(body("\\lVert w \\rVert^2") ==
          "<mrow><mo stretchy=\"false\" lspace=\"0\" rspace=\"0\">‖</mo><mi>w</mi>"
          "<msup><mo stretchy=\"false\" lspace=\"0\" rspace=\"0\">‖</mo><mn>2</mn></msup></mrow>");
  }

  TEST_CASE("alphabets and accents") {
    CHECK(body("\\mathbb{E}") == "<mi>𝔼</mi>");
    CHECK(body("\\mathbb R") == "<mi>ℝ</mi>");
    CHECK(body("\\mathcal{L}") == "<mi>ℒ</mi>");
    CHECK(body("\\mathbf{w}") == "<mi>𝐰</mi>");
    CHECK(body("\\boldsymbol{\\theta}") == "<mi>𝜽</mi>");
    CHECK(body("\\mathrm{eff}") == "<mi>eff</mi>");
    CHECK(body("\\mathrm{d}") == "<mi mathvariant=\"normal\">d</mi>");
    CHECK(body("\\hat{y}") == "<mover accent=\"true\"><mi>y</mi><mo stretchy=\"false\">^</mo></mover>");
    CHECK(body("\\overline{ab}") ==
          "<mover accent=\"true\"><mrow><mi>a</mi><mi>b</mi></mrow><mo stretchy=\"true\">¯</mo></mover>");
    CHECK(body("\\underbrace{x}_{y}") ==
          "<munder><munder><mi>x</mi><mo stretchy=\"true\">⏟</mo></munder><mi>y</mi></munder>");
  }

  TEST_CASE("text keeps its spaces, and spaces have their widths") {
    CHECK(body("\\text{ if } x") == "<mrow><mtext>\u00A0if\u00A0</mtext><mi>x</mi></mrow>");
    CHECK(body("a \\quad b") == "<mrow><mi>a</mi><mspace width=\"1em\"/><mi>b</mi></mrow>");
  }

  TEST_CASE("cases and matrices are tables") {
    CHECK(body("\\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}") ==
          "<mrow><mo stretchy=\"true\">(</mo><mtable><mtr><mtd><mi>a</mi></mtd><mtd><mi>b</mi></mtd></mtr>"
          "<mtr><mtd><mi>c</mi></mtd><mtd><mi>d</mi></mtd></mtr></mtable><mo stretchy=\"true\">)</mo></mrow>");
    CHECK(body("\\begin{cases} 1 & x > 0 \\\\ 0 \\\\ \\end{cases}") ==
          "<mrow><mo stretchy=\"true\">{</mo><mtable class=\"cases\"><mtr><mtd><mn>1</mn></mtd><mtd><mrow><mi>x</mi>"
          "<mo>&gt;</mo><mn>0</mn></mrow></mtd></mtr><mtr><mtd><mn>0</mn></mtd></mtr></mtable></mrow>");
    CHECK(body("\\begin{matrix} a \\\\[1ex] b \\end{matrix}") ==
          "<mtable><mtr><mtd><mi>a</mi></mtd></mtr><mtr><mtd><mi>b</mi></mtd></mtr></mtable>");
    CHECK(body("\\begin{matrix} a \\\\[1ex b \\end{matrix}") == "(none)");
    CHECK(body("\\begin{pmatrix} a \\end{bmatrix}") == "(none)");
  }

  TEST_CASE("statements are cut at quads outside of brackets, and keep their conditions") {
    using Texts = std::vector<std::string>;
    CHECK(lmw::reports::statements("a=1,\\quad b=2 \\qquad c") == Texts{"a=1,", "b=2", "c"});
    CHECK(lmw::reports::statements("a \\quad (x<1), \\quad b \\quad \\text{else}") ==
          Texts{"a\\quad (x<1),", "b\\quad \\text{else}"});
    CHECK(lmw::reports::statements("\\left( a \\quad b \\right)") == Texts{"\\left( a \\quad b \\right)"});
    CHECK(lmw::reports::statements("\\{ a \\quad b") == Texts{"\\{ a", "b"});
    CHECK(lmw::reports::statements("$x$") == Texts{"x"});
    CHECK(lmw::reports::statements("").empty());
  }

  TEST_CASE("formulas of the field come out whole") {
    for (const char* latex :
         {R"(\sigma^2 p/(n-p-1) \quad (p<n-1))",
          R"(\mathbb{E}\left[\lVert \hat\theta_t - \theta^\star \rVert_2^2\right])",
          R"(\dot{u} = 2u(s-u), \qquad t_{1/2} = \frac{\ln\frac{s-u_0}{u_0}}{2s})",
          R"(K^{(l+1)}(x,x') = \sigma_b^2 + \sigma_w^2\, \mathbb{E}_{z\sim\mathcal{N}(0,K^{(l)})}[\phi(z_1)\phi(z_2)])",
          R"(L(N,D) = E + A N^{-\alpha} + B D^{-\beta})", R"(\lambda_{\max}(\nabla^2 L) \to 2/\eta)",
          R"(\eta^\star(N) \propto N^{-1})",
          R"(\sum_{i=1}^{n} \frac{\lambda_i}{\lambda_i + \kappa} + \frac{\delta}{\kappa} = n)",
          R"(f(x) = \begin{cases} x & \text{if } x \ge 0 \\ 0 & \text{otherwise} \end{cases})",
          R"(W_2^\top W_2 - W_1 W_1^\top = \mathrm{const})",
          R"(\mathrm{KL}(p \,\|\, q) = \int p \log\frac{p}{q}\,\mathrm{d}x)", R"(\operatorname*{arg\,min}_\theta L)",
          R"(\bigl(1 - 2^{-N}\bigr)^L)", R"($\mu_\infty$)"}) {
      CAPTURE(latex);
      CHECK(to_mathml(latex, true).has_value());
    }
  }

  TEST_CASE("what is not understood is shown as its source, escaped") {
    CHECK(formula("\\weird{x} < 1", false).html == "<code class=\"latex\">\\weird{x} &lt; 1</code>");
    CHECK(formula("{x", true).html == "<code class=\"latex display\">{x</code>");
    CHECK(formula("x}", false).html == "<code class=\"latex\">x}</code>");
    CHECK(formula("</math><script>alert(1)</script>", false).html.find("<script") == std::string::npos);
    CHECK(formula("\\text{</mtext><script>}", false).html.find("<script") == std::string::npos);
  }

  TEST_CASE("deep nesting and long text are refused, not recursed into") {
    CHECK_FALSE(to_mathml(std::string(500, '{') + "x" + std::string(500, '}'), false).has_value());
    CHECK_FALSE(to_mathml(std::string(10000, 'x'), false).has_value());
    std::string fractions = "x";
    for (int i = 0; i < 200; ++i) fractions = "\\frac{1}{" + fractions + "}";
    CHECK_FALSE(to_mathml(fractions, false).has_value());
    CHECK_FALSE(to_mathml("", false).has_value());
  }

  TEST_CASE("the source stays with the formula, for copying and for screen readers") {
    CHECK(to_mathml("x<1", true)->html ==
          "<math display=\"block\" alttext=\"x&lt;1\"><semantics><mrow><mi>x</mi><mo>&lt;</mo><mn>1</mn></mrow>"
          "<annotation encoding=\"application/x-tex\">x&lt;1</annotation></semantics></math>");
  }
}
