#include "learn_rows.h"

#include <Eigen/Core>

#include <ctime>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <string>

/// Our side of the performance table, driven by bench/run.py through lines on standard input:
///
///   rows                     the names, one a line, then an empty line
///   peak                     multiply-add peak in GFLOP/s, single and double precision
///   open NAME FOLDER         sets a row up, writes its start into FOLDER; answers flops and precision (4 or 8 bytes)
///   check REPETITIONS        the row's number after so many repetitions from the start
///   time REPETITIONS         process CPU seconds of so many repetitions from the start
///   tasks MICROSECONDS N P   wall seconds of N spinning tasks, P = 0 one after the other, 1 on two threads
namespace {

double cpu_seconds() {
  timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

}  // namespace

int main() {
  Eigen::setCpuCacheSizes(32768, 1048576, 33554432);  // as every library of the product does
  using namespace lmw::bench;
  RowFactories rows;
  add_training_rows(rows);
  add_looking_rows(rows);
  add_numerics_rows(rows);
  std::unique_ptr<Row> row;
  std::cout << std::setprecision(17);
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string command, name, folder;
    long repetitions = 0;
    words >> command;
    if (command == "rows") {
      for (const auto& [known, make] : rows) std::cout << known << '\n';
      std::cout << std::endl;
    } else if (command == "peak") {
      std::cout << fma_peak(false) << ' ' << fma_peak(true) << std::endl;
    } else if (command == "open" && words >> name >> folder) {
      row = rows.at(name)();
      row->write_start(folder);
      std::cout << row->flops << ' ' << (row->double_precision ? 8 : 4) << std::endl;
    } else if (command == "check" && words >> repetitions && row) {
      row->reset();
      row->run(repetitions);
      std::cout << row->check() << std::endl;
    } else if (command == "time" && words >> repetitions && row) {
      row->reset();
      const double start = cpu_seconds();
      row->run(repetitions);
      std::cout << cpu_seconds() - start << std::endl;
    } else if (double microseconds = 0; command == "tasks") {
      int parallel = 0;
      words >> microseconds >> repetitions >> parallel;
      std::cout << task_seconds(microseconds, repetitions, parallel != 0) << std::endl;
    } else {
      std::cerr << "learn_bench: cannot read \"" << line << "\"\n";
      return 2;
    }
  }
  return 0;
}
