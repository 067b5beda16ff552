#!/usr/bin/env bash
# An API server for fleet.py, built once when there is none.
set -euo pipefail

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT"
# shellcheck source=scripts/lib.sh
source "$ROOT/scripts/lib.sh"

missing() {
  printf 'dev: fleet needs %s\n' "$*" >&2
  exit 3
}

# shellcheck source=scripts/cluster/tools.sh
source "$ROOT/scripts/cluster/tools.sh"

has etcd || missing "etcd (Debian: apt-get install etcd-server, and disable its service)"
has openssl || missing "openssl"
kube_tools kube-apiserver
export PATH
exec python3 "$ROOT/scripts/fleet.py" "$@"
