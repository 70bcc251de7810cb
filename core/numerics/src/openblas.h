#pragma once

namespace lmw::numerics {

/// One thread inside each call of BLAS or LAPACK, any number of callers. To be called before each.
///
/// Debian's serial OpenBLAS hands out its work buffers without a lock: with three callers a few per cent of its
/// eigenvectors are wrong, silently. The threaded build locks.
/// @throws std::runtime_error  the serial build is loaded.
void prepare_openblas();

}  // namespace lmw::numerics
