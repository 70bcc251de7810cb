#!/usr/bin/env bash
# Installs every Debian 12 package that building, testing and the demo need.
# Idempotent: says nothing and touches nothing when all of them are there.
set -euo pipefail

packages=(
  # build
  g++ cmake ninja-build ccache pkg-config git ca-certificates
  # libraries (headers and what they link)
  libeigen3-dev libspectra-dev libopenblas-pthread-dev libtbb-dev librandom123-dev
  libboost-dev libboost-filesystem-dev
  libsqlite3-dev libssl-dev zlib1g-dev libstb-dev
  libspdlog-dev libfmt-dev libcli11-dev nlohmann-json3-dev libvalijson-dev
  # tests, and the shell that people query a lab with
  doctest-dev librapidcheck-dev sqlite3 python3-minimal locales
  # real data: 60 000 + 10 000 images, MIT licence
  dataset-fashion-mnist
)

exec "$(dirname "$0")/install_packages.sh" "${packages[@]}"
