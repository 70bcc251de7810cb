#!/usr/bin/env bash
# Makes docs/laws.md anew: the bets of every law, as the laws of build/release seal them at standard effort.
set -euo pipefail
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
build/release/bin/lmw -q run --lab "$scratch/lab.db" --effort standard --predict-only \
  pillar:solvable pillar:limits pillar:scaling pillar:hyperparameters pillar:universality 'crosscutting/*' >&2
sqlite3 "$scratch/lab.db" <docs/laws.sql >"$scratch/laws.md"
mv "$scratch/laws.md" docs/laws.md
