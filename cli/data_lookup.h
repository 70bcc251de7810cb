#pragma once

#include <lmw/host/library.h>

namespace lmw::cli {

/// The data registry's answers in the form that a run asks for them. A data set whose bytes are damaged counts as
/// missing, with a warning line.
host::DataLookup data_lookup();

}  // namespace lmw::cli
