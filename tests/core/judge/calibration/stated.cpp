#include "calibration.h"

#include <algorithm>
#include <array>

namespace judge_calibration {
namespace {

struct Stated {
  const char* rule;
  const char* what;
  double rate;
  std::int64_t experiments;
};

/// Rates that have no nominal value, mostly of deciding rightly: printed by `judge_calibration 40000`. A change of a
/// rule moves them, and then this table with it.
constexpr std::array<Stated, 106> large_run{{
    {"number, Gaussian, S = 4", "confirmed, truth = prediction", 0.1981, 40000},
    {"number, Gaussian, S = 4", "falsified, truth = 2 eps", 0.2895, 40000},
    {"number, Gaussian, S = 8", "confirmed, truth = prediction", 0.5501, 40000},
    {"number, Gaussian, S = 8", "falsified, truth = 2 eps", 0.6236, 40000},
    {"number, Gaussian, S = 32", "confirmed, truth = prediction", 1.0000, 40000},
    {"number, Gaussian, S = 32", "falsified, truth = 2 eps", 0.9998, 40000},
    {"number, Student t5, S = 8", "confirmed, truth = prediction", 0.5747, 40000},
    {"number, Student t5, S = 8", "falsified, truth = 2 eps", 0.6664, 40000},
    {"number, lognormal(0.5), S = 8", "confirmed, truth = prediction", 0.5857, 40000},
    {"number, lognormal(0.5), S = 8", "confirmed, truth = +eps", 0.0920, 40000},
    {"number, lognormal(0.5), S = 8", "falsified, truth = +eps", 0.0058, 40000},
    {"number, lognormal(0.5), S = 8", "confirmed, truth = -eps", 0.0131, 40000},
    {"number, lognormal(0.5), S = 8", "falsified, truth = -eps", 0.0608, 40000},
    {"number, lognormal(0.5), S = 8", "falsified, truth = 2 eps", 0.8069, 40000},
    {"number, lognormal(0.5), S = 32", "confirmed, truth = prediction", 0.9680, 40000},
    {"number, lognormal(0.5), S = 32", "confirmed, truth = +eps", 0.0688, 40000},
    {"number, lognormal(0.5), S = 32", "falsified, truth = +eps", 0.0089, 40000},
    {"number, lognormal(0.5), S = 32", "confirmed, truth = -eps", 0.0265, 40000},
    {"number, lognormal(0.5), S = 32", "falsified, truth = -eps", 0.0412, 40000},
    {"number, lognormal(0.5), S = 32", "falsified, truth = 2 eps", 1.0000, 40000},
    {"number, Gaussian, S = 8, theory_sd = 0.3", "confirmed, truth = prediction", 0.3490, 40000},
    {"number, Gaussian, S = 8, theory_sd = 0.3", "falsified, truth = 2 eps", 0.5383, 40000},
    {"looks at 4, 8, 16, 32, 64, lognormal(0.5)", "confirmed, truth = +eps", 0.1077, 40000},
    {"looks at 4, 8, 16, 32, 64, lognormal(0.5)", "falsified, truth = +eps", 0.0042, 40000},
    {"looks at 4, 8, 16, 32, 64, lognormal(0.5)", "confirmed, truth = -eps", 0.0108, 40000},
    {"looks at 4, 8, 16, 32, 64, lognormal(0.5)", "falsified, truth = -eps", 0.0699, 40000},
    {"looks at 4, 8, 16, 32, 64, lognormal(0.5)", "sequential p <= 0.05 at +eps", 0.0042, 40000},
    {"looks at 4, 8, 16, 32, 64, lognormal(0.5)", "sequential p <= 0.01 at +eps", 0.0004, 40000},
    {"interval [-1, 1], eps = 0.5, S = 8", "confirmed, truth = 0", 0.8879, 40000},
    {"interval [-1, 1], eps = 0.5, S = 8", "falsified, truth = 2.5", 0.6214, 40000},
    {"interval [-1, 1], eps = 0.5, S = 32", "confirmed, truth = 0", 1.0000, 40000},
    {"interval [-1, 1], eps = 0.5, S = 32", "falsified, truth = 2.5", 0.9998, 40000},
    {"95 % interval of a mean", "covers, S = 4", 0.9511, 40000},
    {"95 % interval of a mean", "1.96 instead covers, S = 4", 0.8541, 40000},
    {"95 % interval of a mean", "covers, S = 8", 0.9540, 40000},
    {"95 % interval of a mean", "1.96 instead covers, S = 8", 0.9092, 40000},
    {"95 % interval of a mean", "covers, S = 16", 0.9512, 40000},
    {"95 % interval of a mean", "1.96 instead covers, S = 16", 0.9308, 40000},
    {"slope of x^-1 (1 + x^-1/2) on 16..512, S = 8", "95 % interval misses the same estimator's slope", 0.0454, 40000},
    {"slope of x^-1 (1 + x^-1/2) on 16..512, S = 8", "95 % interval misses the asymptotic slope", 0.8739, 40000},
    {"curve of 20 points, correlation 0.9, S = 6", "confirmed, eps = 1, truth = prediction", 0.0044, 20000},
    {"curve of 20 points, correlation 0.9, S = 6", "falsified, eps = 1, truth = 2 eps", 0.4351, 20000},
    {"curve of 20 points, correlation 0.9, S = 8", "confirmed, eps = 1, truth = prediction", 0.0118, 20000},
    {"curve of 20 points, correlation 0.9, S = 8", "falsified, eps = 1, truth = 2 eps", 0.6350, 20000},
    {"curve of 20 points, correlation 0.9, S = 16", "confirmed, eps = 1, truth = prediction", 0.7438, 4000},
    {"curve of 20 points, correlation 0.9, S = 16", "falsified, eps = 1, truth = 2 eps", 0.9932, 4000},
    {"curve of 20 points, correlation 0.9, S = 32", "confirmed, eps = 1, truth = prediction", 0.9988, 4000},
    {"curve of 20 points, correlation 0.9, S = 32", "falsified, eps = 1, truth = 2 eps", 1.0000, 4000},
    {"curve of 20 points, lognormal(0.5), S = 8", "falsified, eps = 1, truth = +eps everywhere", 0.0015, 20000},
    {"curve of 20 points, lognormal(0.5), S = 8", "falsified, eps = 1, truth = -eps everywhere", 0.1010, 20000},
    {"curve of 20 points, lognormal(0.5), S = 32", "falsified, eps = 1, truth = +eps everywhere", 0.0025, 4000},
    {"curve of 20 points, lognormal(0.5), S = 32", "falsified, eps = 1, truth = -eps everywhere", 0.0870, 4000},
    {"order of 3 conditions, S = 4", "confirmed, steps of 2 sd", 0.4617, 40000},
    {"order of 3 conditions, S = 4", "falsified, one pair reversed by 4 sd", 0.9495, 40000},
    {"order of 5 conditions, S = 8", "confirmed, steps of 2 sd", 0.7534, 40000},
    {"order of 5 conditions, S = 8", "falsified, one pair reversed by 4 sd", 0.9325, 40000},
    {"order of 4 conditions, S = 16", "confirmed, steps of 2 sd", 0.9987, 40000},
    {"order of 4 conditions, S = 16", "falsified, one pair reversed by 4 sd", 0.9993, 40000},
    {"distribution on 19 points, 3000 draws, eps = 0.05", "confirmed, exact", 0.9792, 4000},
    {"distribution on 19 points, 3000 draws, eps = 0.05", "falsified, distance = 2 eps", 1.0000, 4000},
    {"boundary, width 0.02, 13 cells of 36 runs", "confirmed, exact", 0.9979, 20000},
    {"boundary, width 0.02, 13 cells of 36 runs", "falsified, 6 % high", 0.9984, 20000},
    {"boundary, width 0.05, 13 cells of 36 runs", "confirmed, exact", 0.9211, 20000},
    {"boundary, width 0.05, 13 cells of 36 runs", "falsified, 6 % high", 0.8937, 20000},
    {"boundary, width 0.1, 13 cells of 36 runs", "confirmed, exact", 0.4677, 20000},
    {"boundary, width 0.1, 13 cells of 36 runs", "falsified, 6 % high", 0.5514, 20000},
    {"boundary, width 0.005, 25 cells of 36 runs", "confirmed, exact", 1.0000, 20000},
    {"boundary, width 0.005, 25 cells of 36 runs", "falsified, 6 % high", 0.7257, 20000},
    {"boundary, width 0.05, 9 cells of 12 runs", "confirmed, exact", 0.0314, 20000},
    {"boundary, width 0.05, 9 cells of 12 runs", "falsified, 6 % high", 0.2525, 20000},
    {"structural by e-value at any of 400 runs", "called at failure probability 0.98", 0.9956, 40000},
    {"statistic of pairs of 8 networks", "jackknife interval covers", 0.8529, 40000},
    {"statistic of pairs of 8 networks", "pairs taken as independent cover", 0.5810, 40000},
    {"statistic of pairs of 16 networks", "jackknife interval covers", 0.8880, 10000},
    {"statistic of pairs of 16 networks", "pairs taken as independent cover", 0.4649, 10000},
    {"power of the last look, S = 8", "falsified, rival 3 bands away", 0.9989, 40000},
    {"power of the last look, S = 16", "falsified, rival 3 bands away", 0.9898, 40000},
    {"seeds by the spread of 8 pilots, band 0.5 sd, one look", "confirmed, truth = prediction, spread known", 0.9083,
     40000},
    {"seeds by the spread of 8 pilots, band 0.5 sd, one look", "confirmed, truth = prediction, spread by pilot", 0.7805,
     40000},
    {"seeds by the spread of 8 pilots, band 0.5 sd, one look", "falsified, truth = rival at 2 eps, spread known",
     0.9068, 40000},
    {"seeds by the spread of 8 pilots, band 0.5 sd, one look", "falsified, truth = rival at 2 eps, spread by pilot",
     0.8155, 40000},
    {"seeds by the spread of 8 pilots, band 0.25 sd, one look", "confirmed, truth = prediction, spread known", 0.9046,
     20000},
    {"seeds by the spread of 8 pilots, band 0.25 sd, one look", "confirmed, truth = prediction, spread by pilot",
     0.7682, 20000},
    {"seeds by the spread of 8 pilots, band 0.25 sd, one look", "falsified, truth = rival at 2 eps, spread known",
     0.9035, 20000},
    {"seeds by the spread of 8 pilots, band 0.25 sd, one look", "falsified, truth = rival at 2 eps, spread by pilot",
     0.8159, 20000},
    {"sign of an elasticity, 4 settings, S = 4", "confirmed, square root, noise 0.2", 0.1847, 40000},
    {"sign of an elasticity, 4 settings, S = 4", "falsified, falls as a square root, noise 0.2", 0.6661, 40000},
    {"sign of an elasticity, 4 settings, S = 8", "confirmed, square root, noise 0.2", 0.6748, 40000},
    {"sign of an elasticity, 4 settings, S = 8", "falsified, falls as a square root, noise 0.2", 0.9843, 40000},
    {"value of an elasticity within 0.1, 4 settings, S = 8", "confirmed, exact", 0.2685, 40000},
    {"value of an elasticity within 0.1, 4 settings, S = 8", "falsified, truth = 2 eps away", 0.4312, 40000},
    {"one class of three exponents, tolerance 0.2, spread 0.1, S = 8", "one class, all equal", 0.9181, 40000},
    {"one class of three exponents, tolerance 0.2, spread 0.1, S = 8", "chain, all equal", 0.0680, 40000},
    {"one class of three exponents, tolerance 0.1, spread 0.1, S = 8", "one class, all equal", 0.0526, 40000},
    {"one class of three exponents, tolerance 0.1, spread 0.1, S = 8", "chain, all equal", 0.0756, 40000},
    {"trend of a boundary's width over 4 sizes, 13 cells of 36 runs", "contingent, width constant", 1.0000, 10000},
    {"trend of a boundary's width over 4 sizes, 13 cells of 36 runs", "structural, width as size^-1/2", 1.0000, 10000},
    {"trend of a boundary's width over 4 sizes, 13 cells of 12 runs", "contingent, width constant", 0.9878, 10000},
    {"trend of a boundary's width over 4 sizes, 13 cells of 12 runs", "structural, width as size^-1/2", 0.9775, 10000},
    {"trend of a boundary's width over 3 sizes, 13 cells of 12 runs", "contingent, width constant", 0.7208, 10000},
    {"trend of a boundary's width over 3 sizes, 13 cells of 12 runs", "structural, width as size^-1/2", 0.7470, 10000},
    {"skewness (rejected): plain t throughout at S = 8, corrected t alone at S = 16",
     "confirmed, plain, Gaussian, truth = prediction", 0.6387, 40000},
    {"skewness (rejected): plain t throughout at S = 8, corrected t alone at S = 16",
     "confirmed, plain, lognormal(0.5), truth = +eps", 0.1143, 40000},
    {"skewness (rejected): plain t throughout at S = 8, corrected t alone at S = 16",
     "falsified, plain, lognormal(0.5), truth = -eps", 0.0772, 40000},
    {"skewness (rejected): plain t throughout at S = 8, corrected t alone at S = 16",
     "falsified, corrected alone, Student t3, truth = +eps", 0.0360, 40000},
    {"order (rejected): Page's trend and the signs of the means, S = 8", "confirmed, one pair of three equal", 0.4983,
     40000},
}};

}  // namespace

Row with_stated(Row row) {
  for (Rate& rate : row.rates) {
    const auto* found = std::find_if(large_run.begin(), large_run.end(),
                                     [&](const Stated& s) { return row.rule == s.rule && rate.what == s.what; });
    if (rate.meaning != Rate::Meaning::shown || found == large_run.end()) continue;
    rate.meaning = Rate::Meaning::stated;
    rate.reference = found->rate;
    rate.reference_experiments = found->experiments;
  }
  return row;
}

}  // namespace judge_calibration
