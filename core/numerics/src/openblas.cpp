#include "openblas.h"

#include <cblas.h>

#include <stdexcept>

namespace lmw::numerics {

void prepare_openblas() {
  static const bool ready = [] {
    if (openblas_get_parallel() == 0)
      throw std::runtime_error(
          "this OpenBLAS is the serial build, which gives wrong results when several threads call it; try: "
          "apt-get install libopenblas0-pthread");
    if (openblas_get_num_threads() != 1) openblas_set_num_threads(1);
    return true;
  }();
  static_cast<void>(ready);
}

}  // namespace lmw::numerics
