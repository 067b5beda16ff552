"""`./dev cluster-check`: the manifests on a real Kubernetes of one node, with real streams, and what a viewer saw of each fault.

etcd, API server, controllers, scheduler, kubelet, proxy and containerd run in namespaces of their own (network, mounts, processes): nothing of them is
left afterwards. Needs root, the image stream-worker:native (`./dev image-check`) and a MediaMTX (MEDIAMTX_BIN). Exit code 1 when a row is not as
it should be, 3 when something is missing here.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from lab import container, tables
from lab.cluster import images, sight
from lab.cluster.node import Node
from lab.cluster.rows import ROWS, overlay
from lab.sources import ROOT

INSIDE = "STREAM_WORKER_CLUSTER"
PAGE = ROOT / "docs" / "cluster.md"
# These put what they try in the place of the first overlay themselves.
LATER = ("manifests", "single", "chart")
FIGURES = ROOT / "target" / "cluster-check.json"
HEAD = ["What was done", "What a viewer saw", "What the cluster and `serve` said", "As it should be"]
# The first version that starts a container again by its exit code. What an older one does instead has a table of its own.
RESTARTS = 35


def options():
    parser = argparse.ArgumentParser(prog="./dev cluster-check", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"some of them: {', '.join(ROWS)}")
    parser.add_argument("--write", action="store_true", help="write the table into docs/cluster.md")
    parser.add_argument("--image", default="stream-worker:native", help="the worker's image (stream-worker:native)")
    parser.add_argument("--needs", action="store_true", help="only say what is missing here")
    parser.add_argument("--only", action="store_true", help="leave kube-check out")
    parser.add_argument("--keep", action="store_true", help="keep the logs, and say where they are")
    chosen = parser.parse_args()
    for name in chosen.rows:
        if name not in ROWS:
            parser.error(f"no row '{name}'; there are: {', '.join(ROWS)}")
    return chosen


def missing(chosen):
    if os.geteuid():
        raise container.Missing("root: for namespaces and containerd")
    for program, package in (("etcd", "etcd-server"), ("containerd", "containerd"), ("runc", "runc"), ("dnsmasq", "dnsmasq"),
                             ("iptables", "iptables"), ("conntrack", "conntrack"), ("gcc", "gcc"), ("openssl", "openssl")):
        if not shutil.which(program):
            raise container.Missing(f"{program} (Debian: apt-get install {package})")
    if not Path("/usr/lib/cni/bridge").exists():
        raise container.Missing("CNI plugins (Debian: apt-get install containernetworking-plugins)")
    if not shutil.which("chromium"):
        raise container.Missing("chromium, for the row of the console (Debian: apt-get install chromium)")
    if not os.environ.get("MEDIAMTX_BIN") and not shutil.which("mediamtx"):
        raise container.Missing("a MediaMTX: name it in MEDIAMTX_BIN")
    if not container.Engine().has(chosen.image):
        raise container.Missing(f"the image {chosen.image}: ./dev image-check makes it")


def outside(chosen):
    """Saves the images, then runs itself again in namespaces of its own."""
    missing(chosen)
    lab = Path(tempfile.mkdtemp(prefix="stream-worker-cluster-"))
    lab.chmod(0o755)
    images.save(container.Engine(), lab, chosen.image)
    code = 1
    try:
        code = subprocess.run(
            ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation", "shared", sys.executable, *sys.argv],
            env={**os.environ, INSIDE: str(lab)}).returncode
    finally:
        images.remove_groups()
        if code == 0 and not chosen.keep:
            shutil.rmtree(lab, ignore_errors=True)
        else:
            print(f"cluster-check: logs are in {lab}", flush=True)
    return code


def inside(chosen, lab):
    rows, wrong = [], 0
    with Node(lab) as node:
        print(f"cluster-check: the node is ready after {node.seconds:.0f} s, Kubernetes {node.version}", flush=True)
        older = int(node.version.split(".")[1]) < RESTARTS
        figures = FIGURES.with_stem(FIGURES.stem + "-older") if older else FIGURES
        # A row that is tried alone takes the place of the one before it.
        known = json.loads(figures.read_text()) if figures.exists() else {}
        for name in chosen.rows or ROWS:
            try:
                if name not in LATER and node.overlay != "job-per-stream":
                    node.kubectl("delete", "deployment", "stream-worker", "--ignore-not-found", check=False)
                    overlay(node, "job-per-stream")
                row = ROWS[name](node)
            except (RuntimeError, OSError, subprocess.SubprocessError) as problem:
                row = (name, "could not be tried", str(problem)[:200], False)
            rows.append([*row[:-1], "yes" if row[-1] else "**no**"])
            known[name] = rows[-1]
            wrong += not row[-1]
            print("  " + " | ".join(str(cell) for cell in rows[-1]), flush=True)
    figures.parent.mkdir(exist_ok=True)
    figures.write_text(json.dumps(known, indent=1))
    if chosen.write:
        tables.write(PAGE, "cluster-older" if older else "cluster",
                     f"Kubernetes {node.version.lstrip('v')}:\n\n" + tables.table(HEAD, [known[name] for name in ROWS if name in known]))
        if "console" in (chosen.rows or ROWS):
            sight.publish()
    print(f"cluster-check: {len(rows)} rows, {wrong} not as they should be")
    return 1 if wrong else 0


def main():
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    chosen = options()
    try:
        if chosen.needs:
            missing(chosen)
            return 0
        lab = os.environ.get(INSIDE)
        return inside(chosen, Path(lab)) if lab else outside(chosen)
    except container.Missing as lacking:
        print(f"dev: cluster-check needs {lacking}", file=sys.stderr)
        return 3
    except (RuntimeError, OSError, subprocess.SubprocessError) as problem:
        print(f"cluster-check: {problem}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
