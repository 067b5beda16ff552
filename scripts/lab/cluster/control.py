"""A real API server with nothing behind it, and a fake node that answers for the pods of Jobs."""

import json
import os
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.request
from datetime import datetime, timezone

from .. import processes
from ..sources import ROOT

NAMESPACE = "stream-worker"


class Control:
    """etcd and kube-apiserver on loopback, with the overlay's role and account."""

    def __init__(self, children, folder):
        self.children, self.folder = children, folder
        self.port, self.client, self.peer = processes.free_ports(3)
        self.token = os.urandom(16).hex()

    def start(self):
        def openssl(*arguments):
            subprocess.run(["openssl", *arguments], check=True, capture_output=True, cwd=self.folder)

        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=fleet",
                "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "server.key", "-out", "server.crt")
        openssl("genrsa", "-out", "accounts.key", "2048")
        (self.folder / "tokens.csv").write_text(f"{self.token},admin,admin,system:masters\n")
        here = f"http://127.0.0.1:{self.client}"
        there = f"http://127.0.0.1:{self.peer}"
        self.etcd = self.children.start("etcd", ["etcd", "--name", "fleet", "--data-dir", str(self.folder / "etcd"), "--listen-client-urls", here, "--advertise-client-urls", here,
                                                 "--listen-peer-urls", there, "--initial-advertise-peer-urls", there, "--initial-cluster", f"fleet={there}", "--unsafe-no-fsync"])
        self.run_server()
        self.context = ssl.create_default_context(cafile=str(self.folder / "server.crt"))
        self.await_ready(120)
        self.kubectl("create", "namespace", NAMESPACE)
        self.kubectl("apply", "-n", NAMESPACE, "-f", str(ROOT / "deploy/kubernetes/overlays/job-per-stream/rbac.yaml"))
        # The owner of the Jobs: what its pods would be does not matter here.
        self.kubectl("-n", NAMESPACE, "create", "deployment", "stream-worker", "--image=none")
        account = self.folder / "account"
        account.mkdir()
        (account / "token").write_text(self.kubectl("-n", NAMESPACE, "create", "token", "stream-launcher", "--duration", "2h").strip())
        (account / "ca.crt").write_text((self.folder / "server.crt").read_text())
        (account / "namespace").write_text(NAMESPACE)
        return account

    def run_server(self):
        self.server = self.children.start("apiserver", [
            "kube-apiserver", "--etcd-servers", f"http://127.0.0.1:{self.client}", "--bind-address", "127.0.0.1", "--secure-port", str(self.port),
            "--advertise-address", "127.0.0.1", "--service-cluster-ip-range", "10.0.0.0/24", "--authorization-mode", "RBAC",
            "--enable-admission-plugins", "OwnerReferencesPermissionEnforcement", "--tls-cert-file", str(self.folder / "server.crt"),
            "--tls-private-key-file", str(self.folder / "server.key"), "--token-auth-file", str(self.folder / "tokens.csv"),
            "--service-account-issuer", "https://kubernetes.default.svc", "--service-account-key-file", str(self.folder / "accounts.key"),
            "--service-account-signing-key-file", str(self.folder / "accounts.key")])

    def await_ready(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                self.ask("/readyz")
                return
            except OSError:
                time.sleep(0.5)
        raise RuntimeError(f"the API server did not become ready; see {self.folder}/apiserver.log")

    def kubectl(self, *arguments):
        done = subprocess.run(["kubectl", "--server", f"https://127.0.0.1:{self.port}", "--certificate-authority", str(self.folder / "server.crt"), "--token", self.token, *arguments],
                              capture_output=True, text=True, env={**os.environ, "KUBECONFIG": "/dev/null", "HOME": str(self.folder)})
        if done.returncode:
            raise RuntimeError(f"kubectl {' '.join(arguments[:4])}: {done.stderr[-400:]}")
        return done.stdout

    def ask(self, path, method="GET", body=None, timeout=30):
        request = urllib.request.Request(f"https://127.0.0.1:{self.port}{path}", method=method, data=None if body is None else json.dumps(body).encode(),
                                         headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/merge-patch+json"})
        return urllib.request.urlopen(request, timeout=timeout, context=self.context)

    def requests(self):
        """How many the API server has answered for `serve` and how long it took for all; from its own metrics."""
        text = self.ask("/metrics").read().decode()
        jobs = [line for line in text.splitlines() if line.startswith("apiserver_request_total{") and 'resource="jobs"' in line]
        found = {}
        for line in jobs:
            verb = line.partition('verb="')[2].partition('"')[0]
            found[verb] = found.get(verb, 0) + float(line.rsplit(" ", 1)[1])
        return found


class FakeNode(threading.Thread):
    """Watches Jobs and says of each that its pod is up, a moment later."""

    def __init__(self, control):
        super().__init__(daemon=True)
        self.control, self.seen, self.up = control, {}, {}
        self.stopped = threading.Event()
        self.start()

    def run(self):
        while not self.stopped.is_set():
            try:
                with self.control.ask(f"/apis/batch/v1/namespaces/{NAMESPACE}/jobs?watch=true&resourceVersion=0&timeoutSeconds=600", timeout=700) as lines:
                    for line in lines:
                        self.heard(json.loads(line))
            except (OSError, ValueError):
                self.stopped.wait(1)

    def heard(self, event):
        job = event["object"]
        name = job.get("metadata", {}).get("name")
        if event["type"] not in ("ADDED", "MODIFIED") or not name or name in self.seen:
            return
        self.seen[name] = time.monotonic()
        now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.control.ask(f"/apis/batch/v1/namespaces/{NAMESPACE}/jobs/{name}/status", "PATCH", {"status": {"startTime": now, "active": 1, "ready": 1}}).close()
        self.up[name] = time.monotonic()
