#!/usr/bin/env bash
# Generated requests, right and wrong ones, against the API of a running `serve`, held against its own OpenAPI description: no answer of 5xx,
# none that the description does not know, and no operation that answers without the secret.
#
#   ./dev api-fuzz [--seed N] [--examples N]
#
# Installs schemathesis (PyPI) into target/api-fuzz once. Everything listens on loopback, and no stream gets anywhere.
set -euo pipefail

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT"
# shellcheck source=scripts/lib.sh
source "$ROOT/scripts/lib.sh"

SCHEMATHESIS=4.32.5
VENV=$ROOT/target/api-fuzz
SECRET=fuzzed-secret
seed=1
examples=40
while [ $# -gt 0 ]; do
  case $1 in
    --seed) seed=${2:?} ;;
    --examples) examples=${2:?} ;;
    *) refuse "unknown option '$1'; usage: ./dev api-fuzz [--seed N] [--examples N]" ;;
  esac
  shift 2
done

worker=''
work=$(mktemp -d)
# shellcheck disable=SC2317  # called by the trap
finish() {
  [ -z "$worker" ] || { kill "$worker" 2>/dev/null && wait "$worker" 2>/dev/null; } || true
  rm -rf "$work"
}
trap finish EXIT

if ! "$VENV/bin/schemathesis" --version 2>/dev/null | grep -q "$SCHEMATHESIS"; then
  say "installing schemathesis $SCHEMATHESIS into $VENV"
  python3 -m venv "$VENV"
  "$VENV/bin/pip" install --quiet "schemathesis==$SCHEMATHESIS"
fi

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
port=$(free_port)
# Few streams, so that the answers of a full worker come too.
# shellcheck disable=SC2086  # a command with its arguments
env WORKER_HTTP_HOST=127.0.0.1 WORKER_HTTP_PORT="$port" WORKER_METRICS_HOST=127.0.0.1 WORKER_METRICS_PORT="$(free_port)" \
  WORKER_HOOK_SECRET="$SECRET" WORKER_STS_MODE=passthrough WORKER_MAX_STREAMS=20 WORKER_SEGMENT_DIR="$work/segments" \
  MEDIAMTX_HOST=127.0.0.1 MEDIAMTX_RTMP_PORT=1 LOG_FORMAT=text ${WORKER_COMMAND:-target/stream-worker} serve >"$work/serve.log" 2>&1 &
worker=$!
for _ in $(seq 300); do
  (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break
  kill -0 "$worker" 2>/dev/null || { cat "$work/serve.log" >&2; exit 1; }
  sleep 0.1
done

# The live updates go on for ever by design, and captions with follow=true for as long as their stream does: a request for either would
# only end by the fuzzer's time limit. OpenDoorsTest looks at both.
cat >"$work/hooks.py" <<'PY'
import schemathesis

# filter_case, and not filter_query: the coverage phase asks only this one.
@schemathesis.hook
def filter_case(context, case):
    query = case.query if isinstance(case.query, dict) else {}
    return case.method != "GET" or query.get("follow") not in ("true", True)
PY
# A body that is too large is refused before anybody reads what is wrong in it.
cat >"$work/schemathesis.toml" <<'TOML'
[checks]
negative_data_rejection.expected-statuses = ["400", "401", "403", "404", "405", "406", "409", "413", "415", "422", "428", "429"]
TOML
# Two checks do not fit: a path of another application than MEDIAMTX_APP_PATH is refused though the description cannot say which that is,
# and a stream that was stopped is still shown while it drains.
status=0
cd "$work"
SCHEMATHESIS_HOOKS=$work/hooks.py PYTHONPATH=$work "$VENV/bin/schemathesis" run "http://127.0.0.1:$port/q/openapi" \
  --header "Authorization: Bearer $SECRET" --exclude-path /v1/streams/events --exclude-checks positive_data_acceptance,use_after_free \
  --seed "$seed" --max-examples "$examples" --request-timeout 10 --generation-database none || status=$?
kill -0 "$worker" 2>/dev/null || { say "serve has ended"; status=1; }
if grep -nE 'Exception|ERROR' "$work/serve.log"; then
  say "serve logged errors"
  status=1
fi
exit "$status"
