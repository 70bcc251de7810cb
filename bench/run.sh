#!/usr/bin/env bash
# Measures the instrument against its peers: one table, and with --json a file.
#   bench/run.sh [--quick] [--json FILE] [ROW ...]
# Process CPU time on one core, rounds of both sides in turn, medians. The rows that use two cores need a quiet machine.
set -euo pipefail
cd "$(dirname "$0")/.."
bench/setup.sh
build=${LMW_BENCH_BUILD:-build/release}
[ -f "$build/build.ninja" ] || cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release >/dev/null
cmake --build "$build" --target learn_bench >&2
# One thread on either side: the rows compare cores, not thread pools.
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=1
exec /usr/bin/python3 bench/run.py "$build/bin/learn_bench" "$@"
