#!/usr/bin/env bash
# Configures and builds one preset (release unless named), quietly when all is well.
#   scripts/build.sh [PRESET [TARGET]]    without a target: everything; `product` leaves tests and benchmarks out
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-release}
cmake --preset "$preset" >"/tmp/lmw-configure-$$.log" 2>&1 || { cat "/tmp/lmw-configure-$$.log" >&2; exit 1; }
rm -f "/tmp/lmw-configure-$$.log"
cmake --build --preset "$preset" ${2:+--target "$2"} >&2
