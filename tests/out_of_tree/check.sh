#!/usr/bin/env bash
# check.sh BUILD PLUGIN_SOURCE
set -euo pipefail
build=$1 source=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cmake --install "$build" --prefix "$work/prefix" >/dev/null
cmake -S "$source" -B "$work/build" -G Ninja -DCMAKE_PREFIX_PATH="$work/prefix" -DCMAKE_BUILD_TYPE=Release >/dev/null
cmake --build "$work/build" >/dev/null

# What `lmw plugin new` writes builds as it says, and its law could lose.
cd "$work"
"$work/prefix/bin/lmw" plugin new my-theory >"$work/new" 2>&1
grep -q -- "-DCMAKE_PREFIX_PATH=$work/prefix" "$work/new"
cmake -S my-theory -B my-theory/build -G Ninja -DCMAKE_PREFIX_PATH="$work/prefix" >/dev/null
cmake --build my-theory/build >/dev/null
XDG_CACHE_HOME="$work/cache" "$work/prefix/bin/lmw" --plugin-path my-theory/build plugin test my-theory 2>/dev/null

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
