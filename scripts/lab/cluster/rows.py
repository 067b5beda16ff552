"""What is done to the cluster; each function is one row: (what, what a viewer saw, what was said, whether it is as it should be)."""

import contextlib
import json
import os
import statistics
import tempfile
import time
from pathlib import Path

from ..sources import ROOT
from . import crash, sight
from .node import NAMESPACE
from .scene import Scene

OVERLAY = ROOT / "deploy/kubernetes/overlays"
COMPONENT = ROOT / "deploy/kubernetes/components"
# As many as the page on continuity has on one machine.
ROLLED = 10
STS = ROOT / "scripts/cluster/sts.yaml"


def rendered(node, name, component):
    if not component:
        return node.program("kubectl", "kustomize", str(OVERLAY / name))
    with tempfile.TemporaryDirectory(prefix="stream-worker-overlay-") as folder:
        # Kustomize takes no absolute paths.
        (Path(folder) / "kustomization.yaml").write_text(json.dumps({
            "resources": [os.path.relpath(OVERLAY / name, folder)], "components": [os.path.relpath(COMPONENT / component, folder)]}))
        return node.program("kubectl", "kustomize", folder)


def overlay(node, name, component=None):
    """The overlay as it is in the repository, without the Prometheus operator's kinds: this cluster has none."""
    text = rendered(node, name, component)
    kept = [part for part in text.split("\n---\n") if "monitoring.coreos.com" not in part]
    node.apply(f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {NAMESPACE}}}\n")
    node.apply("\n---\n".join(kept))
    node.apply(STS.read_text())
    node.secrets()
    node.services()
    for deployment in ("mediamtx", "sts", "stream-worker") if name != "single" else ("sts", "stream-worker"):
        node.ready(deployment, 180)
    node.overlay = name


def manifests(node):
    begin = time.monotonic()
    overlay(node, "job-per-stream")
    pods = [f"{pod['metadata']['name'].rsplit('-', 2)[0]} {sum(c['restartCount'] for c in pod['status'].get('containerStatuses', []))} restarts"
            for pod in node.items("pods")]
    return ("overlay `job-per-stream`, applied as it is", "–", f"all ready after {time.monotonic() - begin:.0f} s under the restricted Pod Security standard; {', '.join(pods)}", True)


def plain(node):
    """Hook → Job → dubbed output, and the end of the source."""
    with Scene(node, "plain", 45) as scene:
        first = scene.on_air()
        job, pod = scene.jobs()[0], scene.pods()[0]
        scene.watch(15)
        dubs = scene.dubs()
        scene.publisher.wait(60)
        done = node.wait(lambda: next((c["type"] for item in node.items("jobs") for c in item["status"].get("conditions", [])
                                       if c["type"] in ("Complete", "Failed")), None), 90, f"the Job did not end: {scene.state()}")
        text, wait, lost = scene.seen()
        return ("a source is published: hook → Job → dubbed output", f"first picture after {first:.1f} s; {text}",
                f"{job}; `serve`: {'; '.join(scene.said[:3])}; {dubs}; image {pod['spec']['containers'][0]['image']}; Job {done} after the source's end",
                done == "Complete" and not lost and wait < 2)


def pod_deleted(node):
    with Scene(node, "deleted", 110) as scene:
        scene.on_air()
        at = time.monotonic()
        node.kubectl("delete", "pod", scene.job_pod(), "--wait=false")
        scene.watch(20)
        scene.back(at + 14)
        scene.watch(4)
        text, wait, lost = scene.seen(at)
        return ("the pod of a stream is deleted", text, f"`serve`: {'; '.join(scene.said[-4:])}", wait < 40 and lost is not None)


def pod_killed(node):
    """The process is gone without a word, as after OOM."""
    with Scene(node, "killed", 110) as scene:
        scene.on_air()
        at = time.monotonic()
        node.kubectl("delete", "pod", scene.job_pod(), "--force", "--grace-period=0", check=False)
        # The kubelet ends the process some seconds after the cluster has forgotten the pod.
        scene.watch(30)
        scene.back(at + 25)
        text, wait, lost = scene.seen(at)
        return ("the pod of a stream is deleted by force, without draining", text, f"`serve`: {'; '.join(scene.said[-4:])}", wait < 40 and lost is not None)


def serve_pod(node):
    return node.items("pods", "app.kubernetes.io/component=serve")[0]["metadata"]["name"]


def serve_deleted(node, scene, watched_s, back_s):
    """The pod of `serve` gets SIGTERM; what a viewer saw, when the output has been back since so many seconds behind it."""
    at = time.monotonic()
    node.kubectl("delete", "pod", serve_pod(node), "--wait=false")
    node.services()
    scene.watch(watched_s)
    scene.back(at + back_s)
    return scene.seen(at)


def serve_restarted(node):
    with Scene(node, "restart", 80) as scene:
        scene.on_air()
        at = time.monotonic()
        node.kubectl("rollout", "restart", "deployment/stream-worker")
        node.ready("stream-worker")
        scene.back(at + 5)
        taken = node.wait(lambda: scene.node.stream("restart").get("state") == "live" and scene.state(), 30, f"serve did not take the Job up: {scene.state()}")
        text, wait, lost = scene.seen(at)
        return ("`rollout restart` of `serve` with a Job on air", text, f"`serve` after it: {taken}; {len(scene.jobs())} Job", wait < 1.5 and not lost)


def serve_killed(node):
    with Scene(node, "serve-killed", 80) as scene:
        scene.on_air()
        pod = serve_pod(node)
        at = time.monotonic()
        node.kubectl("delete", "pod", pod, "--force", "--grace-period=0", check=False)
        node.ready("stream-worker")
        scene.back(at + 5)
        taken = node.wait(lambda: scene.node.stream("serve-killed").get("state") == "live" and scene.state(), 30, f"serve did not take the Job up: {scene.state()}")
        text, wait, lost = scene.seen(at)
        return ("`serve` is killed with a Job on air", text, f"`serve` after it: {taken}; {len(scene.jobs())} Job", wait < 1.5 and not lost)


def drained(node):
    """Only the streams' pods: there is one node, and the media server would go with the rest."""
    with Scene(node, "drained", 120) as scene:
        scene.on_air()
        at = time.monotonic()
        node.kubectl("drain", "lab", "--pod-selector=app.kubernetes.io/component=stream", "--force", "--ignore-daemonsets", "--delete-emptydir-data",
                     "--timeout=90s", timeout=120)
        gone = time.monotonic() - at
        scene.watch(3)
        node.kubectl("uncordon", "lab")
        scene.watch(20)
        scene.back(time.monotonic())
        text, wait, lost = scene.seen(at)
        return ("the node is drained, 3 s later it takes pods again", text, f"drained after {gone:.1f} s; `serve`: {'; '.join(scene.said[-4:])}", wait < 60 and lost is not None)


def quota(node):
    """Streams beyond the namespace's quota wait, and say so; they start when there is room."""
    hard = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "full"}, "spec": {"hard": {"pods": str(len(node.items("pods")))}}}
    node.apply(json.dumps(hard))
    try:
        with Scene(node, "quota", 80) as scene:
            node.wait(lambda: scene.jobs(), 30, f"no Job: {scene.state()}")
            scene.watch(12)
            told = scene.said[-1]
            node.kubectl("delete", "resourcequota", "full")
            first = scene.on_air()
            return ("the namespace's quota of pods is used up, for a while", f"first picture after {first:.1f} s, when there was room", f"`serve`: {told}",
                    "events" in told)
    finally:
        node.kubectl("delete", "resourcequota", "full", "--ignore-not-found", check=False)


def environment(node, **values):
    node.kubectl("set", "env", "deployment/stream-worker", *[f"{name}={value}" for name, value in values.items()])
    node.ready("stream-worker")


def no_image(node):
    right = "stream-worker:native"
    environment(node, WORKER_KUBERNETES_IMAGE="stream-worker.invalid/none:1")
    try:
        with Scene(node, "noimage", 40) as scene:
            node.wait(lambda: scene.jobs(), 30, f"no Job: {scene.state()}")
            scene.watch(18)
            told = scene.said[-1]
            return ("the image of the Jobs cannot be pulled", "nothing", f"`serve`: {told}", "events" in told)
    finally:
        environment(node, WORKER_KUBERNETES_IMAGE=right)


def wrong_secret(node):
    """The media server's hooks have another secret than `serve`."""
    node.kubectl("set", "env", "deployment/mediamtx", "STREAM_WORKER_SECRET=wrong")
    node.ready("mediamtx")
    try:
        status, _ = node.api("/v1/streams", secret="wrong")
        with Scene(node, "secret", 50) as scene:
            scene.watch(35)
            log = node.kubectl("logs", "deployment/mediamtx", check=False)
            line = next((each.strip() for each in log.splitlines() if "refused with status" in each), "no word in the media server's log")
            found = scene.state()
            return ("hooks with a wrong secret", "nothing" if not scene.output.packets else
                    f"the stream, {scene.output.packets[0].arrival_s - scene.begin:.0f} s after its start: `serve` finds it on the media server's list",
                    f"API {status}; media server: {line[-90:]}; `serve`: {found}", status == 401 and "401" in line)
    finally:
        node.kubectl("rollout", "undo", "deployment/mediamtx")
        node.ready("mediamtx")


def wrong_login(node):
    """The worker's own login at the media server is wrong: the source may not be read."""
    node.kubectl("patch", "secret", "stream-worker", "-p", '{"stringData": {"mediamtx-pass": "wrong"}}')
    try:
        with Scene(node, "login", 45) as scene:
            node.wait(lambda: scene.jobs(), 30, f"no Job: {scene.state()}")
            scene.watch(20)
            return ("the worker's login at the media server is wrong", "nothing" if not scene.output.packets else "pictures", f"`serve`: {scene.said[-1]}",
                    not scene.output.packets and scene.said[-1] != "live")
    finally:
        node.secrets()


def single(node):
    """The other overlay: one `serve` for all streams, on the same media server."""
    node.kubectl("delete", "deployment", "stream-worker", "--ignore-not-found")
    overlay(node, "single")
    with Scene(node, "single", 100) as scene:
        first = scene.on_air()
        text, wait, lost = serve_deleted(node, scene, 20, 14)
        return ("overlay `single`: the pod of `serve` is deleted with a stream on air", f"first picture after {first:.1f} s; then {text}", f"`serve`: {'; '.join(scene.said[-3:])}",
                wait < 40 and lost is not None)


def segments(node):
    """The claim that two pods can mount, on a folder of the node."""
    folder = node.lab / "segments"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o777)
    spec = {"capacity": {"storage": "10Gi"}, "accessModes": ["ReadWriteMany"], "storageClassName": "lab", "hostPath": {"path": str(folder)}}
    node.apply(json.dumps({"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "segments"}, "spec": spec}))
    claim = {"accessModes": ["ReadWriteMany"], "storageClassName": "lab", "volumeName": "segments", "resources": {"requests": {"storage": "10Gi"}}}
    node.apply(json.dumps({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "stream-worker-segments"}, "spec": claim}))


def shared(node):
    node.kubectl("delete", "deployment", "stream-worker", "--ignore-not-found")
    segments(node)
    overlay(node, "single", "shared-segments")
    node.overlay = "single with shared segments"


def rolled(node):
    """An update of `single` with segments that two pods share: the new pod takes the streams over."""
    shared(node)
    with contextlib.ExitStack() as streams:
        scenes = [streams.enter_context(Scene(node, f"rolled-{number}", 120)) for number in range(ROLLED)]
        for scene in scenes:
            scene.on_air()
        at = time.monotonic()
        node.kubectl("rollout", "restart", "deployment/stream-worker")
        node.ready("stream-worker", 180)
        updated = time.monotonic() - at
        node.services()
        scenes[0].watch(16)
        for scene in scenes:
            scene.back(time.monotonic() - 3)
        seen = [scene.seen(at) for scene in scenes]
        waits, lost = [wait for _, wait, _ in seen], [gone for _, _, gone in seen]
        return (f"overlay `single` with segments that two pods share: `rollout restart` with {ROLLED} streams on air",
                f"longest wait of each viewer: {statistics.median(waits):.2f} s, most {max(waits):.2f} s; pictures lost: {sum(lost)}",
                f"the new pod was ready after {updated:.0f} s; `serve`: {scenes[0].said[-1]}", max(waits) < 2 and not any(lost))


def shared_deleted(node):
    """The old pod gets SIGTERM, and the new one is there while it drains."""
    shared(node)
    with Scene(node, "shared", 110) as scene:
        scene.on_air()
        text, wait, lost = serve_deleted(node, scene, 24, 18)
        return ("the same: the pod of `serve` is deleted with a stream on air", text, f"`serve`: {'; '.join(scene.said[-3:])}", wait < 2 and not lost)


def chart(node):
    """The chart in place of the overlay, with Jobs."""
    node.kubectl("delete", "deployment", "stream-worker", "--ignore-not-found")
    node.kubectl("delete", "service", "stream-worker", "--ignore-not-found")
    text = node.program("helm", "template", "live", str(ROOT / "deploy/helm/stream-worker"), "--namespace", NAMESPACE, "--set", "spawn=kubernetes,image.tag=native",
                        "--set", "secret.existing=stream-worker")
    node.apply(text)
    name = next(item["metadata"]["name"] for item in node.items("deployments") if "stream-worker" in item["metadata"]["name"])
    node.ready(name)
    node.service = name
    if name != "stream-worker":
        node.kubectl("set", "env", "deployment/mediamtx", f"STREAM_WORKER_URL=http://{name}:8080")
        node.services()
        node.ready("mediamtx")
    with Scene(node, "chart", 40) as scene:
        first = scene.on_air()
        text, wait, lost = scene.seen()
        return ("the chart with `spawn: kubernetes`", f"first picture after {first:.1f} s; {text}", f"{scene.jobs()[0]} on air", wait < 2 and not lost)


ROWS = {"manifests": manifests, "plain": plain, "pod-deleted": pod_deleted, "pod-killed": pod_killed, "process-killed": crash.once,
        "process-killed-twice": crash.twice, "serve-restarted": serve_restarted, "serve-killed": serve_killed, "drained": drained, "quota": quota, "no-image": no_image, "wrong-secret": wrong_secret, "wrong-login": wrong_login,
        "console": sight.console, "rolled": rolled, "shared-deleted": shared_deleted, "single": single, "chart": chart}
