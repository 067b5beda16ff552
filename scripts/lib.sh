# shellcheck shell=bash
# Small helpers of ./dev. Sourced, never run.

say() { printf 'dev: %s\n' "$*"; }

# One clear line and exit 2: the machine or the usage is wrong, not the code.
refuse() {
  printf 'dev: %s\n' "$*" >&2
  exit 2
}

has() { command -v "$1" >/dev/null 2>&1; }

# version_at_least 3.8.7 3.8.6
version_at_least() {
  [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}
