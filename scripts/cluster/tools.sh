# shellcheck shell=bash
# The programs of a Kubernetes, for kube-check and cluster-check: found on the PATH, or built once with Go. Sourced, never run.

# KUBERNETES_VERSION=1.33.4 tries an older one. The first version that starts a single container of a pod again by its exit code is 1.35.
KUBERNETES=${KUBERNETES_VERSION:-1.35.4}
HELM=v3.18.4
CACHE=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/stream-worker/kubernetes-$KUBERNETES
COMPONENTS=(kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy)
PATH=$CACHE:$PATH

# A kubectl whose Kustomize knows components and replacements.
kubectl_will_do() { has kubectl && kubectl version --client 2>/dev/null | grep -q 'Kustomize Version: v[5-9]'; }

# kube_tools NAME …: the components of a cluster that are wanted, kubectl and helm. missing() says what is not there and ends.
kube_tools() {
  local wanted=() tool
  for tool in "$@"; do has "$tool" || wanted+=("$tool"); done
  kubectl_will_do || wanted+=(kubectl)
  has helm || wanted+=(helm)
  [ ${#wanted[@]} -eq 0 ] && return 0
  has go || missing "${wanted[*]} of $KUBERNETES on the PATH, or Go 1.24 or newer to build them"
  say "building ${wanted[*]} into $CACHE, once"
  mkdir -p "$CACHE/source"
  if [[ " ${wanted[*]} " == *kube* ]]; then kubernetes_module; fi
  for tool in "${wanted[@]}"; do
    case $tool in
      helm) GOBIN=$CACHE go install "helm.sh/helm/v3/cmd/helm@$HELM" ;;
      kubectl) kube_build kubectl k8s.io/kubernetes/cmd/kubectl ;;
      *) [ -x "$CACHE/kubernetes" ] || kube_build kubernetes . ;;
    esac || missing "$tool, and it could not be built"
  done
  for tool in "${COMPONENTS[@]}"; do has "$tool" || ln -sf kubernetes "$CACHE/$tool"; done
  hash -r
}

kube_build() (
  cd "$CACHE/source" || exit
  CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X k8s.io/component-base/version.gitVersion=v$KUBERNETES" -o "$CACHE/$1" "$2"
)

# k8s.io/kubernetes cannot be installed as it is: its go.mod points to folders beside it, which are modules of their own elsewhere. Every
# component goes into one binary, which knows by its name what it is: five of them would be five times 120 MB.
kubernetes_module() (
  cp "$ROOT/scripts/cluster/kubernetes.go.txt" "$CACHE/source/main.go"
  cd "$CACHE/source" || exit
  # The build never reads it; `go mod tidy` does, and so knows what kubectl needs.
  printf '//go:build tools\n\npackage main\n\nimport _ "k8s.io/kubernetes/cmd/kubectl"\n' >tools.go
  local theirs
  theirs=$(go mod download -json "k8s.io/kubernetes@v$KUBERNETES" | sed -n 's/.*"GoMod": "\(.*\)",\{0,1\}$/\1/p')
  {
    printf 'module kubernetes\n\ngo 1.24.0\n\nrequire k8s.io/kubernetes v%s\n\nreplace (\n' "$KUBERNETES"
    awk -v version="v0.${KUBERNETES#*.}" '/^replace/ {r = 1; next} r && /=>/ {print "\t" $1 " => " $1 " " version}' "$theirs"
    printf ')\n'
  } >go.mod
  go mod tidy
  # Up to 1.34 the kubelet took no context.
  if grep -q 'func NewKubeletCommand()' "$(go list -m -f '{{.Dir}}' k8s.io/kubernetes)"/cmd/kubelet/app/server.go; then
    sed -i '/"context"/d; s/context.Background()//' main.go
  fi
)
