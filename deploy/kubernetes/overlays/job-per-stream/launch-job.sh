#!/bin/sh
# Keeps a Job for a stream while its source is there. MediaMTX runs it as runOnAvailable and ends it when the source goes; the Job then
# ends by itself, after its grace time and with everything aired, so that nothing has to be deleted here.
#
# From MediaMTX:  MTX_PATH, live/{id}/in
# From the pod:   WORKER_IMAGE, LAUNCH_EVERY_S (default 5)
#
# A Job that ended while the source is there (its grace time was just over, its failures too many) is replaced; one that
# failed for good (a source that cannot be dubbed) is left for reading.
set -u

id=${MTX_PATH#*/}
id=${id%/in}
case $id in
  '' | *[!A-Za-z0-9_-]*)
    echo "launch-job: '$MTX_PATH' holds no stream id" >&2
    exit 2
    ;;
esac
[ ${#id} -le 64 ] || { echo "launch-job: the stream id of '$MTX_PATH' is longer than 64" >&2; exit 2; }

# Names of Jobs have no capitals, no underscores and 63 characters; ids do. The same id always has the same name: that there is one
# Job for a stream is then the API server's promise, however many hooks come.
name=stream-$(printf %s "$id" | sha256sum | cut -c 1-24)
here=$(dirname -- "$0")

# The message of kubectl goes to the log of MediaMTX.
state() {
  kubectl get job "$name" --ignore-not-found -o \
    'jsonpath={.metadata.name} {.status.conditions[?(@.status=="True")].type} {.status.conditions[?(@.status=="True")].reason}'
}

create() {
  sed -e "s|JOB_NAME|$name|; s|STREAM_ID|$id|; s|WORKER_IMAGE|$WORKER_IMAGE|" "$here/job.yaml" |
    kubectl create -f -
}

while :; do
  if now=$(state); then
    case $now in
      # Before Failed: a failed Job has both conditions.
      *PodFailurePolicy*)
        echo "launch-job: $id: Job $name failed for good" >&2
        exit 1
        ;;
      *Complete* | *Failed*) kubectl delete job "$name" --wait=true --timeout=60s && create ;;
      "$name"*) ;;
      *) create ;;
    esac
  fi
  sleep "${LAUNCH_EVERY_S:-5}"
done
