#!/usr/bin/env bash
# check.sh BUILD PLUGIN_SOURCE
set -euo pipefail
build=$1 source=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cmake --install "$build" --prefix "$work/prefix" >/dev/null
cmake -S "$source" -B "$work/build" -G Ninja -DCMAKE_PREFIX_PATH="$work/prefix" -DCMAKE_BUILD_TYPE=Release >/dev/null
cmake --build "$work/build" >/dev/null

export LMW_LAB="$work/lab.db" LMW_PLUGIN_PATH="$work/build" XDG_CACHE_HOME="$work/cache"
lmw="$work/prefix/bin/lmw"
"$lmw" run wire/norm-concentration 2>"$work/log" || { cat "$work/log"; exit 1; }
verdicts=$("$lmw" query --format csv "select law, rival, verdict, count(*) from verdicts group by law, rival, verdict order by rival")
echo "$verdicts"
grep -q '^"\?wire/norm-concentration"\?,,"\?confirmed"\?,2' <<<"$verdicts"
grep -q 'half"\?,"\?falsified"\?,2' <<<"$verdicts"
"$lmw" verify >/dev/null
# A plugin from elsewhere runs in this process for now, and lmw says so.
grep -qi 'in this process' "$work/log"
nm -D --defined-only "$work/build/wire.so" | awk '{print $3}' | grep -qx lmw_plugin_entry
test "$(nm -D --defined-only "$work/build/wire.so" | wc -l)" = 1
! readelf -d "$work/build/wire.so" | grep -qE 'RPATH|RUNPATH'
