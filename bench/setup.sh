#!/usr/bin/env bash
# Installs what the benchmarks compare with: the peers, which the product itself does not need.
exec "$(dirname "$0")/../scripts/install_packages.sh" python3-torch python3-numpy python3-scipy
