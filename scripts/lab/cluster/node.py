"""The node itself: started, given images and names, and asked by kubectl."""

import json
import os
import subprocess
import time
import urllib.error
import urllib.request

from ..sources import ROOT

NAMESPACE = "stream-worker"
SECRET = "cluster-check"
PASSWORDS = {"worker": "worker-pass", "publisher": "publisher-pass", "viewer": "viewer-pass"}
NAMES_ADDRESS = "10.77.0.1"


class Node:
    def __init__(self, lab):
        self.lab, self.started, self.seconds, self.version = lab, [], 0.0, ""
        self.service, self.overlay = "stream-worker", None

    def __enter__(self):
        begin = time.monotonic()
        self.start("node", [str(ROOT / "scripts/cluster/up.sh")], LAB=str(self.lab))
        self.wait(lambda: "True" in self.kubectl("get", "node", "lab", "-o", "jsonpath={.status.conditions[?(@.type=='Ready')].status}", check=False), 180,
                  "the node did not become ready")
        self.seconds = time.monotonic() - begin
        self.version = json.loads(self.kubectl("version", "-o", "json"))["serverVersion"]["gitVersion"]
        for image in ("pause", "worker", "mediamtx"):
            self.program("ctr", "-a", f"{self.lab}/containerd.sock", "-n", "k8s.io", "images", "import", f"{self.lab}/{image}.tar", timeout=300)
        (self.lab / "hosts").write_text("")
        self.names = self.start("names", ["dnsmasq", "-k", "--no-resolv", "--no-hosts", f"--addn-hosts={self.lab}/hosts", "--local=/cluster.local/",
                                          "--log-facility=-", "--user=root", "--pid-file="])
        return self

    def __exit__(self, *_):
        # Whatever is left is ended with the namespace of processes.
        for child in reversed(self.started):
            child.terminate()

    def start(self, name, command, **env):
        log = open(self.lab / f"{name}.log", "ab")
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, **env})
        log.close()
        self.started.append(child)
        return child

    def program(self, *command, check=True, timeout=120, given=None):
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, input=given)
        if check and done.returncode:
            raise RuntimeError(f"{' '.join(command[:6])} … ended with {done.returncode}: {(done.stderr or done.stdout)[-600:]}")
        return done.stdout

    def kubectl(self, *arguments, check=True, given=None, timeout=120):
        return self.program("kubectl", "--kubeconfig", f"{self.lab}/admin.kubeconfig", "-n", NAMESPACE, *arguments, check=check, given=given, timeout=timeout)

    def items(self, kinds, selector=None):
        more = ["-l", selector] if selector else []
        return json.loads(self.kubectl("get", kinds, *more, "-o", "json", check=False) or '{"items": []}')["items"]

    def wait(self, true, seconds, problem):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if found := true():
                return found
            time.sleep(0.25)
        raise RuntimeError(f"{problem} within {seconds} s")

    def apply(self, text):
        self.kubectl("apply", "--server-side", "--force-conflicts", "-f", "-", given=text)

    def secrets(self):
        for name, values in (("stream-worker", {"hook-secret": SECRET, "mediamtx-user": "worker", "mediamtx-pass": PASSWORDS["worker"]}),
                             ("mediamtx", {"publisher-pass": PASSWORDS["publisher"], "viewer-pass": PASSWORDS["viewer"]})):
            literals = [f"--from-literal={key}={value}" for key, value in values.items()]
            self.apply(self.kubectl("create", "secret", "generic", name, *literals, "--dry-run=client", "-o", "yaml"))

    def services(self):
        """Names of services for the pods, from what the cluster has given them."""
        found = {item["metadata"]["name"]: item["spec"]["clusterIP"] for item in self.items("services")}
        (self.lab / "hosts").write_text("".join(f"{address} {name}.{NAMESPACE}.svc.cluster.local\n" for name, address in found.items()))
        os.kill(self.names.pid, 1)
        return found

    def ready(self, deployment, seconds=120):
        self.kubectl("rollout", "status", f"deployment/{deployment}", f"--timeout={seconds}s", timeout=seconds + 10)

    def api(self, path, method="GET", body=None, secret=SECRET):
        """(status, JSON or None) of `serve`; (0, None) when it does not answer."""
        request = urllib.request.Request(f"http://{self.services()[self.service]}:8080{path}", method=method,
                                         data=None if body is None else json.dumps(body).encode(),
                                         headers={"Authorization": f"Bearer {secret}", "Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                text = answer.read()
                return answer.status, json.loads(text) if text else None
        except urllib.error.HTTPError as refused:
            return refused.code, None
        except OSError:
            return 0, None

    def stream(self, name):
        """What `serve` says of a stream; {} when it has none."""
        _, found = self.api(f"/v1/streams/{name}")
        return found or {}
