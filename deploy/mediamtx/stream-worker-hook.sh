#!/bin/sh
# Tells stream-worker that a path of MediaMTX has become ready or is so no more. MediaMTX does not repeat a hook that fails,
# so this does: until the worker has answered, or until nothing would change.
#
#   stream-worker-hook.sh ready|not-ready
#
# From MediaMTX:  MTX_PATH, MTX_QUERY, MTX_SOURCE_TYPE, MTX_SOURCE_ID
# From you:       STREAM_WORKER_URL          http://host:port, default http://localhost:8080
#                 STREAM_WORKER_SECRET       WORKER_HOOK_SECRET of the worker, when it has one
#                 STREAM_WORKER_SECRET_FILE  a file that holds it instead
#                 STREAM_WORKER_RETRY_S      how long to go on asking, default 120
#
# POSIX sh with awk, and curl or wget (BusyBox's will do): what MediaMTX's "-ffmpeg" images have. The image without a suffix has
# no shell at all and cannot run hooks.
set -u
LC_ALL=C
export LC_ALL

event=${1:-}
case $event in
  ready | not-ready) ;;
  *)
    echo "usage: stream-worker-hook.sh ready|not-ready" >&2
    exit 2
    ;;
esac

url=${STREAM_WORKER_URL:-http://localhost:8080}
url=${url%/}/v1/mediamtx/events/$event
retry_s=${STREAM_WORKER_RETRY_S:-120}
# What test(1) cannot compare would never be reached.
case $retry_s in
  *[!0-9]* | ???????*)
    echo "stream-worker-hook: STREAM_WORKER_RETRY_S is no number of seconds: $retry_s; 120 is taken" >&2
    retry_s=120
    ;;
esac
secret=${STREAM_WORKER_SECRET:-}
if [ -z "$secret" ] && [ -n "${STREAM_WORKER_SECRET_FILE:-}" ]; then
  secret=$(cat -- "$STREAM_WORKER_SECRET_FILE") || exit 2
fi

MTX_PATH=${MTX_PATH:-} MTX_QUERY=${MTX_QUERY:-} MTX_SOURCE_TYPE=${MTX_SOURCE_TYPE:-} MTX_SOURCE_ID=${MTX_SOURCE_ID:-}
export MTX_PATH MTX_QUERY MTX_SOURCE_TYPE MTX_SOURCE_ID

# A query can hold anything. awk reads the variables themselves, so that no quoting of the shell is in between.
body=$(awk '
  BEGIN {
    for (i = 1; i < 32; i++) code[sprintf("%c", i)] = sprintf("\\u%04x", i)
    code["\""] = "\\\""
    code["\\"] = "\\\\"
    printf "{\"path\":\"%s\",\"sourceType\":\"%s\",\"sourceId\":\"%s\",\"query\":\"%s\"}",
      json("MTX_PATH"), json("MTX_SOURCE_TYPE"), json("MTX_SOURCE_ID"), json("MTX_QUERY")
  }
  function json(name,    text, out, i, c) {
    text = ENVIRON[name]
    out = ""
    for (i = 1; i <= length(text); i++) {
      c = substr(text, i, 1)
      out = out (c in code ? code[c] : c)
    }
    return out
  }' </dev/null) || exit 2

# Prints the HTTP status, or 000 when there was no answer. A secret and a body are no arguments of curl: those are seen by anybody who
# lists processes. BusyBox's wget cannot do it otherwise.
if command -v curl >/dev/null 2>&1; then
  post() {
    curl_config=$(printf 'header = "Content-Type: application/json"\n'
      [ -z "$secret" ] || printf 'header = "Authorization: Bearer %s"\n' "$(printf %s "$secret" | sed 's/[\\"]/\\&/g')")
    # The configuration comes by a here-document's descriptor, the body by standard input.
    printf %s "$body" | curl -s -o /dev/null -w '%{http_code}' -m 10 --config /dev/fd/3 --data-binary @- "$url" 3<<EOF || :
$curl_config
EOF
  }
elif command -v wget >/dev/null 2>&1; then
  # Not wget's own -T: a BusyBox built without it (Debian's) does not refuse it but crashes.
  if command -v timeout >/dev/null 2>&1; then limit="timeout 10"; else limit=; fi
  post() {
    if [ -n "$secret" ]; then
      set -- --header "Authorization: Bearer $secret"
    else
      set --
    fi
    # -S prints the answer's status line, BusyBox's wget and GNU's alike; the last is the answer's own.
    # shellcheck disable=SC2086 # two words, or none
    status=$($limit wget -S -q -O /dev/null --header "Content-Type: application/json" "$@" --post-data "$body" "$url" 2>&1 |
      awk '{ for (i = 1; i < NF; i++) if ($i ~ /^HTTP\/[0-9.]+$/) status = $(i + 1) } END { print status + 0 }')
    [ "$status" -ne 0 ] || status=000
    printf %s "$status"
  }
else
  echo "stream-worker-hook: neither curl nor wget is here" >&2
  exit 2
fi

waited=0
pause=1
while :; do
  status=$(post)
  case $status in
    2??) exit 0 ;;
    429 | 5?? | 000) ;;
    *)
      echo "stream-worker-hook: $event of $MTX_PATH was refused with status $status" >&2
      exit 1
      ;;
  esac
  if [ "$waited" -ge "$retry_s" ]; then
    echo "stream-worker-hook: $event of $MTX_PATH: no worker took it in $retry_s s (last status $status)" >&2
    exit 1
  fi
  sleep "$pause"
  waited=$((waited + pause))
  pause=$((pause * 2))
  [ "$pause" -le 10 ] || pause=10
done
