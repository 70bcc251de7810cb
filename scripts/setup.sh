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
  doctest-dev librapidcheck-dev sqlite3 python3-minimal
  # real data: 60 000 + 10 000 images, MIT licence
  dataset-fashion-mnist
)

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || {
    echo "setup: missing Debian packages: ${missing[*]}" >&2
    echo "setup: run this as root, or install sudo" >&2
    exit 1
  }
  as_root=(sudo)
fi
echo "setup: installing ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
