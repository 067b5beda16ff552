"""The process of a stream dies in the pod of its Job: the kubelet starts the container again in the same pod, and the stream goes on from its spool."""

import json
import os
import signal
import time
from pathlib import Path
from statistics import median

from .. import viewer
from .scene import Scene

# Until the process is back: the kubelet looks once a second, and a JVM on a busy machine takes 3 to 4 s to be on air.
FIRST_S = 6
# The kubelet waits 10 s before it starts a container for the second time, and looks every 10 to 15 s whether they are over.
BACKOFF_S = 32


def container(pod):
    return pod["status"]["containerStatuses"][0]


# What stands between a container and its worker: the first process, and the launcher where that starts the worker again.
BETWEEN = ("tini", "sh", "stream-worker")


def worker_of(node, pod):
    """The process of the worker as this namespace sees it; None while there is none."""
    name = container(pod).get("containerID", "").rpartition("/")[2]
    tasks = node.program("ctr", "-a", f"{node.lab}/containerd.sock", "-n", "k8s.io", "tasks", "ls")
    found = [int(line.split()[1]) for line in tasks.splitlines() if name and line.startswith(name)]
    try:
        while found:
            process = found.pop()
            if Path(f"/proc/{process}/comm").read_text().strip() not in BETWEEN:
                return process
            found += [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except OSError:
        pass
    return None


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
    before, process = latency_s(scene.source.packets, scene.output.packets), worker_of(node, pod)
    at = time.monotonic()
    os.kill(process, signal.SIGKILL)

    def again():
        same = [each for each in scene.pods() if each["metadata"]["name"] == pod["metadata"]["name"] and each["status"].get("containerStatuses")]
        return same and worker_of(node, same[0]) not in (None, process)

    node.wait(again, wait_s + 30, f"the process was not started again in its pod: {scene.state()}; exit code and restarts: "
              f"{[(container(each).get('state'), container(each)['restartCount']) for each in scene.pods() if each['status'].get('containerStatuses')]}"[:200])
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
                seen = killed(node, scene, asked_s if number == kills - 1 else FIRST_S)
            lost, _ = viewer.missed(scene.source.packets, scene.output.packets)
            jobs = node.items("jobs")
            failed = [c["type"] for job in jobs for c in job["status"].get("conditions", []) if c["type"] == "Failed"]
            # An absence that is longer than the latency is one gap: nothing is held any more when the process is back.
            gaps = f"{seen['once']:.1f} s without a picture" + (f" at once, {seen['later']:.1f} s one latency later" if seen["once"] < seen["before"] else "")
            text = (f"{gaps}; {lost} pictures lost"
                    f"{' in both kills' if kills > 1 else ''}; latency {seen['before']:.2f} → {seen['after']:.2f} s, sound − picture {seen['sync']} ms")
            who = f"by the kubelet, which counts {seen['restarts']}, after exit code {seen['code']}" if seen["restarts"] else "by the launcher in the container"
            said = f"started again in its pod {who}; `serve`: {'; '.join(scene.said[-4:])}; {scene.dubs()}"
            good = (seen["restarts"] in (0, kills) and not failed and seen["once"] <= asked_s and abs(seen["after"] - seen["before"]) < 0.5
                    and seen["sync"] is not None and abs(seen["sync"]) <= 24)
            return what, text, said, good
    finally:
        voice(node, "robot")


def once(node):
    return row(node, "crash", 1, "the process of a stream is killed (−9) in the pod of its Job", FIRST_S)


def twice(node):
    return row(node, "crashes", 2, "it is killed a second time, 20 s later", BACKOFF_S)
