#!/usr/bin/env bash
# The manifests and the launcher of Jobs against a real Kubernetes API server with RBAC and Pod Security, on loopback. There is no node: Jobs are
# accepted and watched, their status is set by the test, and nothing runs in them.
#
#   ./dev kube-check
#
# Needs etcd (Debian: etcd-server), openssl, and either kube-apiserver, kubectl and helm on the PATH or Go to build what is missing of them
# (once, 9 minutes of one core, kept in ~/.cache/stream-worker). Exit code 3 says what is missing.
set -euo pipefail

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT"
# shellcheck source=scripts/lib.sh
source "$ROOT/scripts/lib.sh"

NAMESPACE=stream-worker
WORK=''
PIDS=()

missing() {
  printf 'dev: kube-check needs %s\n' "$*" >&2
  exit 3
}

finish() {
  local pid
  for pid in "${PIDS[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${PIDS[@]}"; do wait "$pid" 2>/dev/null || true; done
  [ -z "$WORK" ] || rm -rf "$WORK"
}

# shellcheck source=scripts/cluster/tools.sh
source "$ROOT/scripts/cluster/tools.sh"

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# certificate for the server, a key for service accounts' tokens, a token for the test itself
credentials() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=kube-check \
    -addext subjectAltName=IP:127.0.0.1 -keyout "$WORK/server.key" -out "$WORK/server.crt" 2>/dev/null
  openssl genrsa -out "$WORK/accounts.key" 2048 2>/dev/null
  ADMIN=$(openssl rand -hex 24)
  printf '%s,admin,admin,system:masters\n' "$ADMIN" >"$WORK/tokens.csv"
}

start() {
  local client peer
  client=$(free_port)
  peer=$(free_port)
  etcd --name check --data-dir "$WORK/etcd" --listen-client-urls "http://127.0.0.1:$client" \
    --advertise-client-urls "http://127.0.0.1:$client" --listen-peer-urls "http://127.0.0.1:$peer" \
    --initial-advertise-peer-urls "http://127.0.0.1:$peer" --initial-cluster "check=http://127.0.0.1:$peer" \
    >"$WORK/etcd.log" 2>&1 &
  PIDS+=($!)
  PORT=$(free_port)
  kube-apiserver --etcd-servers "http://127.0.0.1:$client" --bind-address 127.0.0.1 --secure-port "$PORT" \
    --advertise-address 127.0.0.1 --service-cluster-ip-range 10.0.0.0/24 --authorization-mode RBAC \
    --enable-admission-plugins OwnerReferencesPermissionEnforcement \
    --tls-cert-file "$WORK/server.crt" --tls-private-key-file "$WORK/server.key" --token-auth-file "$WORK/tokens.csv" \
    --service-account-issuer https://kubernetes.default.svc --service-account-key-file "$WORK/accounts.key" \
    --service-account-signing-key-file "$WORK/accounts.key" >"$WORK/apiserver.log" 2>&1 &
  PIDS+=($!)
  local try
  for try in $(seq 1 120); do
    kube get --raw /readyz >/dev/null 2>&1 && return 0
    kill -0 "${PIDS[1]}" 2>/dev/null || break
    [ "$try" -lt 120 ] && sleep 1
  done
  tail -n 20 "$WORK/apiserver.log" >&2
  refuse "the API server did not become ready"
}

# Not the caller's configuration, whatever cluster that names.
kube() {
  KUBECONFIG=/dev/null HOME=$WORK kubectl --server "https://127.0.0.1:$PORT" --certificate-authority "$WORK/server.crt" --token "$ADMIN" "$@"
}

# Strict: an unknown field is an error, and so is a warning, such as a warning of the restricted Pod Security standard.
apply() { kube apply --server-side --force-conflicts --validate=strict --warnings-as-errors -f - >"$WORK/applied" || { cat "$WORK/applied"; return 1; }; }

# The Prometheus operator's kinds, without what is in them: that is checked against its types by KubernetesManifestsTest.
operator_kinds() {
  local kind plural
  for kind in ServiceMonitor PodMonitor PrometheusRule; do
    plural=$(echo "${kind}s" | tr '[:upper:]' '[:lower:]')
    apply <<YAML
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: $plural.monitoring.coreos.com
spec:
  group: monitoring.coreos.com
  scope: Namespaced
  names: {kind: $kind, plural: $plural, singular: ${plural%s}}
  versions:
    - name: v1
      served: true
      storage: true
      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
YAML
    kube wait --for=condition=Established "crd/$plural.monitoring.coreos.com" --timeout=60s >/dev/null
  done
}

overlays() {
  local overlay
  for overlay in single job-per-stream; do
    say "overlay $overlay"
    # The namespace first: what else is applied looks for it.
    kubectl kustomize "deploy/kubernetes/overlays/$overlay" >"$WORK/$overlay.yaml"
    kube create namespace $NAMESPACE --dry-run=client -o yaml | apply
    apply <"$WORK/$overlay.yaml"
  done
  say "component autoscale"
  mkdir -p target/kube-check
  cat >target/kube-check/kustomization.yaml <<'YAML'
namespace: stream-worker
resources: [../../deploy/kubernetes/overlays/single]
components: [../../deploy/kubernetes/components/autoscale]
YAML
  kubectl kustomize target/kube-check >"$WORK/autoscale.yaml"
  kube apply --server-side --dry-run=server --force-conflicts --validate=strict --warnings-as-errors -f "$WORK/autoscale.yaml" >/dev/null
}

chart() {
  local spawn
  kube create namespace chart >/dev/null
  kube label namespace chart pod-security.kubernetes.io/enforce=restricted pod-security.kubernetes.io/warn=restricted >/dev/null
  for spawn in in-process kubernetes; do
    say "chart, spawn: $spawn"
    helm template live deploy/helm/stream-worker --namespace chart --set secret.hook=x,serviceMonitor.enabled=true,spawn=$spawn |
      kube -n chart apply --server-side --force-conflicts --validate=strict --warnings-as-errors -f - >/dev/null
  done
  # What its launcher would create, and the pod that would come of it, asked as who would.
  kube -n chart get configmap live-stream-worker-job -o 'jsonpath={.data.job\.json}' >"$WORK/job.json"
  python3 - "$WORK" <<'PYTHON'
import json
import pathlib
import sys

folder = pathlib.Path(sys.argv[1])
job = json.loads((folder / "job.json").read_text())
job["metadata"]["name"] = "stream-check"
(folder / "job.json").write_text(json.dumps(job))
template = job["spec"]["template"]
pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "stream-check", **template["metadata"]}, "spec": template["spec"]}
(folder / "pod.json").write_text(json.dumps(pod))
PYTHON
  kube -n chart create --dry-run=server --validate=strict -f "$WORK/job.json" \
    --as system:serviceaccount:chart:live-stream-worker-launcher >/dev/null
  kube -n chart create --dry-run=server --validate=strict -f "$WORK/pod.json" >/dev/null
}

# The launcher with the token of the overlay's own account, and nothing more.
launcher() {
  mkdir "$WORK/account"
  kube -n $NAMESPACE create token stream-launcher --duration 1h >"$WORK/account/token"
  cp "$WORK/server.crt" "$WORK/account/ca.crt"
  printf %s $NAMESPACE >"$WORK/account/namespace"
  say "KubernetesApiServerIT"
  KUBE_CHECK_PORT=$PORT KUBE_CHECK_ACCOUNT=$WORK/account KUBE_CHECK_ADMIN=$ADMIN \
    ./mvnw -B -q -Dcoverage.skip=true -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false \
    test-compile failsafe:integration-test@integration failsafe:verify -Dit.test=KubernetesApiServerIT
}

has etcd || missing "etcd (Debian: apt-get install etcd-server, and disable its service)"
has openssl || missing "openssl"
kube_tools kube-apiserver
WORK=$(mktemp -d)
trap finish EXIT
credentials
start
operator_kinds
overlays
chart
launcher
say "kube-check: all accepted by Kubernetes $(kube get --raw /version | sed -n 's/.*"gitVersion": "\(.*\)",/\1/p')"
