#!/usr/bin/env bash
# Configures and builds one preset (release unless named), quietly when all is well.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-release}
cmake --preset "$preset" >"/tmp/lmw-configure-$$.log" 2>&1 || { cat "/tmp/lmw-configure-$$.log" >&2; exit 1; }
rm -f "/tmp/lmw-configure-$$.log"
cmake --build --preset "$preset" >&2
