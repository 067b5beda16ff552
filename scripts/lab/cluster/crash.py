"""The process of a stream dies in the pod of its Job: the kubelet starts the container again in the same pod, and the stream goes on from its spool."""

import json
import os
import signal
import time
from pathlib import Path
from statistics import median

from .. import viewer
from .scene import Scene

# The kubelet waits 10 s before it starts a container for the second time, and looks every 10 to 15 s whether they are over.
BACKOFF_S = 32


def container(pod):
    return pod["status"]["containerStatuses"][0]


def worker_of(node, pod):
    """The process of the worker as this namespace sees it: the child of the container's first process, tini."""
    name = container(pod)["containerID"].rpartition("/")[2]
    tasks = node.program("ctr", "-a", f"{node.lab}/containerd.sock", "-n", "k8s.io", "tasks", "ls")
    first = next(line.split()[1] for line in tasks.splitlines() if line.startswith(name))
    return int(Path(f"/proc/{first}/task/{first}/children").read_text().split()[0])


def latency_s(source, output, seconds=3):
    """How much later the pictures of the last seconds came out than they came in."""
    came = {packet.digest: packet.arrival_s for packet in viewer.pictures(source)}
    now = time.monotonic()
    late = [packet.arrival_s - came[packet.digest] for packet in viewer.pictures(output) if packet.digest in came and now - packet.arrival_s < seconds]
    return median(late) if late else float("nan")


def voice(node, name):
    """With its own sound as the dub, each frame of the output says where in the source it is from."""
    node.kubectl("patch", "deployment", "sts", "--type=json", "-p", json.dumps(
        [{"op": "replace", "path": "/spec/template/spec/containers/0/args/6", "value": name}]))
    node.ready("sts")


def killed(node, scene, wait_s):
    """One kill -9: (gap at once, gap one latency later, pictures lost until now, latency before and after, sync, restarts of the container)."""
    pod = next(each for each in scene.pods() if each["metadata"]["name"] == scene.job_pod())
    before, restarts = latency_s(scene.source.packets, scene.output.packets), container(pod)["restartCount"]
    at = time.monotonic()
    os.kill(worker_of(node, pod), signal.SIGKILL)
    node.wait(lambda: any(container(each)["restartCount"] > restarts for each in scene.pods() if each["status"].get("containerStatuses")), wait_s + 30,
              f"the container was not started again: {scene.state()}, {json.dumps([each['status'].get('containerStatuses') for each in scene.pods()])[:300]}")
    scene.back(at)
    # Beyond the latency, where the pictures are due that no process read.
    scene.watch(max(0, at + before + wait_s + 8 - time.monotonic()))
    scene.back(time.monotonic() - 3)
    once, _ = viewer.longest_wait_s(scene.output.packets, at, at + before - 1)
    later, _ = viewer.longest_wait_s(scene.output.packets, at + before - 0.5)
    after = next(each for each in scene.pods() if each["metadata"]["name"] == pod["metadata"]["name"])
    return {"at": at, "once": once, "later": later, "before": before, "after": latency_s(scene.source.packets, scene.output.packets),
            "sync": viewer.sync_ms(scene.source.packets, scene.output.packets), "restarts": container(after)["restartCount"],
            "code": container(after).get("lastState", {}).get("terminated", {}).get("exitCode")}


def row(node, stream, kills, what, asked_s):
    voice(node, "same")
    try:
        with Scene(node, stream, 118) as scene:
            scene.on_air(5)
            for number in range(kills):
                seen = killed(node, scene, asked_s if number == kills - 1 else 3)
            lost, _ = viewer.missed(scene.source.packets, scene.output.packets)
            jobs = node.items("jobs")
            failed = [c["type"] for job in jobs for c in job["status"].get("conditions", []) if c["type"] == "Failed"]
            # An absence that is longer than the latency is one gap: nothing is held any more when the process is back.
            gaps = f"{seen['once']:.1f} s without a picture" + (f" at once, {seen['later']:.1f} s one latency later" if seen["once"] < seen["before"] else "")
            text = (f"{gaps}; {lost} pictures lost"
                    f"{' in both kills' if kills > 1 else ''}; latency {seen['before']:.2f} → {seen['after']:.2f} s, sound − picture {seen['sync']} ms")
            said = f"exit code {seen['code']}; the same pod, started again {seen['restarts']} time{'s' * (seen['restarts'] > 1)}; `serve`: {'; '.join(scene.said[-4:])}; {scene.dubs()}"
            good = (seen["restarts"] == kills and not failed and seen["once"] <= asked_s and abs(seen["after"] - seen["before"]) < 0.5
                    and seen["sync"] is not None and abs(seen["sync"]) <= 24)
            return what, text, said, good
    finally:
        voice(node, "robot")


def once(node):
    return row(node, "crash", 1, "the process of a stream is killed (−9) in the pod of its Job", 4)


def twice(node):
    return row(node, "crashes", 2, "it is killed a second time, 20 s later", BACKOFF_S)
