#!/usr/bin/env bash
# A Kubernetes of one node, for cluster-check: etcd, API server, controllers, scheduler, kubelet, proxy and containerd. Runs in namespaces of its
# own (network, mounts, processes; cluster_check.py makes them), so that nothing is left of it when they are gone. LAB is an empty folder.
set -euo pipefail

LAB=${LAB:?a folder}
NODE_IP=10.78.0.2
BRIDGE_IP=10.77.0.1
cd "$LAB"
mkdir -p logs pod-logs kubelet etcd cni

ip link set lo up
ip link add node0 type veth peer name node1
ip link set node1 up
ip addr add $NODE_IP/24 dev node0
ip link set node0 up
ip route add default via 10.78.0.1
echo 1 >/proc/sys/net/ipv4/ip_forward

cat >cni/10-lab.conflist <<J
{"cniVersion": "0.4.0", "name": "lab", "plugins": [
  {"type": "bridge", "bridge": "lab0", "isGateway": true, "ipMasq": true, "hairpinMode": true,
   "ipam": {"type": "host-local", "dataDir": "$LAB/ipam", "ranges": [[{"subnet": "10.77.0.0/24"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
J
# restrict_oom_score_adj: a machine without CAP_SYS_RESOURCE cannot lower a score.
cat >containerd.toml <<T
version = 2
root = "$LAB/containerd"
state = "$LAB/containerd-state"
[grpc]
  address = "$LAB/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/pause:1"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$LAB/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    default_runtime_name = "runc"
    snapshotter = "overlayfs"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
T
printf 'nameserver %s\n' $BRIDGE_IP >resolv.conf
cat >kubelet.yaml <<Y
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cgroupDriver: cgroupfs
cgroupsPerQOS: true
enforceNodeAllocatable: []
failSwapOn: false
# A machine with both versions of control groups counts as one of the old version.
failCgroupV1: false
containerRuntimeEndpoint: unix://$LAB/containerd.sock
authentication: {anonymous: {enabled: false}, webhook: {enabled: false}, x509: {clientCAFile: $LAB/kubelet-client.crt}}
authorization: {mode: AlwaysAllow}
address: $NODE_IP
healthzBindAddress: 127.0.0.1
port: 10250
readOnlyPort: 0
resolvConf: $LAB/resolv.conf
clusterDomain: cluster.local
clusterDNS: [$BRIDGE_IP]
evictionHard: {"memory.available": "100Mi", "nodefs.available": "1%", "imagefs.available": "1%", "nodefs.inodesFree": "1%"}
imageGCHighThresholdPercent: 100
maxPods: 30
makeIPTablesUtilChains: false
oomScoreAdj: 0
podLogsDir: $LAB/pod-logs
Y

key() { openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout "$1.key" -out "$1.crt" "${@:2}" 2>/dev/null; }
key server -subj /CN=cluster-check -addext "subjectAltName=IP:127.0.0.1,IP:10.0.0.1,IP:$NODE_IP,DNS:kubernetes.default.svc"
key kubelet-client -subj /CN=apiserver
openssl genrsa -out accounts.key 2048 2>/dev/null
: >tokens.csv
conf() { # NAME USER GROUP
  local token
  token=$(openssl rand -hex 16)
  printf '%s,%s,%s,%s\n' "$token" "$2" "$1" "$3" >>tokens.csv
  cat >"$1.kubeconfig" <<K
apiVersion: v1
kind: Config
clusters: [{name: lab, cluster: {server: "https://127.0.0.1:6443", certificate-authority: $LAB/server.crt}}]
users: [{name: u, user: {token: $token}}]
contexts: [{name: c, context: {cluster: lab, user: u}}]
current-context: c
K
}
conf admin admin system:masters
conf kubelet system:node:lab system:nodes
conf controllers system:kube-controller-manager ''
conf scheduler system:kube-scheduler ''
conf proxy system:kube-proxy ''

run() { local name=$1; shift; "$@" >"logs/$name.log" 2>&1 & }

run containerd containerd -c "$LAB/containerd.toml"
run etcd etcd --name lab --data-dir "$LAB/etcd" --listen-client-urls http://127.0.0.1:12379 --advertise-client-urls http://127.0.0.1:12379 \
  --listen-peer-urls http://127.0.0.1:12380 --initial-advertise-peer-urls http://127.0.0.1:12380 --initial-cluster lab=http://127.0.0.1:12380 --unsafe-no-fsync
run apiserver kube-apiserver --etcd-servers http://127.0.0.1:12379 --bind-address 0.0.0.0 --secure-port 6443 --advertise-address $NODE_IP \
  --service-cluster-ip-range 10.0.0.0/24 --authorization-mode Node,RBAC \
  --enable-admission-plugins OwnerReferencesPermissionEnforcement,NodeRestriction --tls-cert-file server.crt --tls-private-key-file server.key \
  --token-auth-file tokens.csv --service-account-issuer https://kubernetes.default.svc --service-account-key-file accounts.key \
  --service-account-signing-key-file accounts.key --kubelet-client-certificate kubelet-client.crt --kubelet-client-key kubelet-client.key \
  --allow-privileged=true --kubelet-preferred-address-types InternalIP,Hostname
for _ in $(seq 120); do kubectl --kubeconfig admin.kubeconfig get --raw /readyz >/dev/null 2>&1 && break; sleep 1; done
run controllers kube-controller-manager --kubeconfig controllers.kubeconfig --authentication-kubeconfig controllers.kubeconfig \
  --authorization-kubeconfig controllers.kubeconfig --service-account-private-key-file accounts.key --root-ca-file server.crt \
  --use-service-account-credentials=true --leader-elect=false --bind-address 127.0.0.1
run scheduler kube-scheduler --kubeconfig scheduler.kubeconfig --authentication-kubeconfig scheduler.kubeconfig \
  --authorization-kubeconfig scheduler.kubeconfig --leader-elect=false --bind-address 127.0.0.1
run kubelet kubelet --kubeconfig kubelet.kubeconfig --config kubelet.yaml --hostname-override lab --node-ip $NODE_IP --root-dir "$LAB/kubelet" --cert-dir "$LAB/kubelet-pki"
# masquerade-all: pods are on one bridge, and an answer that took the short way back would come from an address that nobody asked.
run proxy kube-proxy --kubeconfig proxy.kubeconfig --hostname-override lab --proxy-mode iptables --cluster-cidr 10.77.0.0/24 --masquerade-all \
  --oom-score-adj=0 --conntrack-max-per-core 0 --conntrack-tcp-timeout-established 0 --conntrack-tcp-timeout-close-wait 0 \
  --healthz-bind-address 127.0.0.1:10256 --metrics-bind-address 127.0.0.1:10249
wait
