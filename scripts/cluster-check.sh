#!/usr/bin/env bash
# The programs of a Kubernetes, then kube-check, then cluster_check.py. `--only` leaves kube-check out; so do names of rows.
set -euo pipefail

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT"
# shellcheck source=scripts/lib.sh
source "$ROOT/scripts/lib.sh"

missing() {
  printf 'dev: cluster-check needs %s\n' "$*" >&2
  exit 3
}

# shellcheck source=scripts/cluster/tools.sh
source "$ROOT/scripts/cluster/tools.sh"

# What is missing here is said before anything is built.
python3 "$ROOT/scripts/cluster_check.py" --needs
kube_tools "${COMPONENTS[@]}"
export PATH
case " $* " in
  *' --only '*) ;;
  *) "$ROOT/scripts/kube-check.sh" ;;
esac
arguments=()
for argument in "$@"; do [ "$argument" = --only ] || arguments+=("$argument"); done
exec python3 "$ROOT/scripts/cluster_check.py" "${arguments[@]}"
