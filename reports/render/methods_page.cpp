#include "assets.h"
#include "mathml.h"
#include "page.h"
#include "pages.h"
#include "words.h"

namespace lmw::reports {

Markup methods_page() {
  std::map<std::string_view, std::string> values;
  for (const char* verdict :
       {"confirmed", "falsified", "inconclusive", "outside", "error", "not_converged", "not_run", "surprise"})
    values[verdict] = chip(verdict).html;
  values["rule-confirm"] = formula(R"(|D| + t\,\mathrm{se} \le \varepsilon + b_\mathrm{th})", true).html;
  values["rule-falsify"] = formula(R"(|D| - t'\,\mathrm{se} > \varepsilon + b_\mathrm{th})", true).html;
  values["ratio-confirm"] = formula(R"(\frac{|D| + t\,\mathrm{se}}{\varepsilon + b_\mathrm{th}} \le 1)", false).html;
  values["ratio-falsify"] = formula(R"(\frac{|D| - t'\,\mathrm{se}}{\varepsilon + b_\mathrm{th}} > 1)", false).html;
  values["standard-error"] = formula(R"(\mathrm{se}^2 = s^2/S + \sigma_\mathrm{th}^2)", false).html;
  return {filled(asset("methods.html"), values)};
}

}  // namespace lmw::reports
