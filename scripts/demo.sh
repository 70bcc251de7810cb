#!/usr/bin/env bash
# From a bare Debian 12 machine to an HTML report: sets up, builds, and lets theory face 60 000 real images.
#   scripts/demo.sh [FOLDER]     the lab and the report go to FOLDER (default: build/demo)
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:-build/demo}
scripts/setup.sh
scripts/build.sh release product
mkdir -p "$folder"
lmw=build/release/bin/lmw
"$lmw" --lab "$folder/lab.db" run --demo
"$lmw" --lab "$folder/lab.db" report -o "$folder/report" >/dev/null
echo "report: $(realpath "$folder")/report/index.html"
