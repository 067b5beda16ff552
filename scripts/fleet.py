"""`./dev fleet`: `serve` with a Job for each of 1,000 streams, against a real API server whose Jobs a fake node answers for.

What it costs to command so many: how long a hook takes, from hook to Job, memory and processor of `serve`, requests at the API server, a restart of
`serve` with all Jobs on air, and an API server that is gone. Exit code 1 when something is not as it should be.
"""

import argparse
import concurrent.futures
import json
import os
import shutil
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from statistics import median

from lab import metrics, needs, processes, tables, worker
from lab.cluster.control import NAMESPACE, Control, FakeNode
from lab.flow import percentile
from lab.sources import ROOT

PAGE = ROOT / "docs" / "scale.md"
SECRET = "fleet"


def options():
    parser = argparse.ArgumentParser(prog="./dev fleet", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--streams", type=int, default=1000)
    parser.add_argument("--at-once", type=int, default=20, metavar="N", help="hooks at a time (20)")
    parser.add_argument("--outage", type=int, default=60, metavar="S", help="how long the API server is gone (60)")
    parser.add_argument("--needs", action="store_true", help="instead: what 10, 100 and 1,000 dubbed streams need, from one that is measured")
    parser.add_argument("--mbit", type=float, default=4.0, help="with --needs: the rate of a source (4)")
    parser.add_argument("--write", action="store_true", help="write the table into docs/scale.md")
    return parser.parse_args()


class Serve:
    """`serve`, as the overlay runs it, on loopback."""

    def __init__(self, children, folder, control, account, streams):
        self.children, self.count = children, 0
        self.folder = folder
        self.http, self.metrics_port, self.parent = processes.free_ports(3)
        self.env = {
            "WORKER_HTTP_HOST": "127.0.0.1", "WORKER_HTTP_PORT": self.http, "WORKER_METRICS_PORT": self.metrics_port, "WORKER_PARENT_PORT": self.parent,
            "WORKER_PARENT_URL": f"ws://127.0.0.1:{self.parent}", "WORKER_HOOK_SECRET": SECRET, "WORKER_SPAWN": "kubernetes", "WORKER_MAX_STREAMS": min(1000, streams + 10),
            "WORKER_KUBERNETES_IMAGE": "stream-worker:none", "WORKER_KUBERNETES_OWNER": "stream-worker", "WORKER_KUBERNETES_CREDENTIALS": account,
            "KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": control.port, "WORKER_STS_SERVICE_URL": "http://127.0.0.1:9",
            "WORKER_SEGMENT_DIR": folder / "segments", "MEDIAMTX_HOST": "127.0.0.1", "POD_NAMESPACE": NAMESPACE}

    def start(self):
        self.count += 1
        begin = time.monotonic()
        self.child = self.children.start(f"serve-{self.count}", [*worker.command(), "serve"], env={name: str(value) for name, value in self.env.items()})
        if not processes.await_port(self.http, self.child, 60):
            raise RuntimeError(f"serve did not start; see {self.folder}/serve-{self.count}.log")
        return time.monotonic() - begin

    def ask(self, path, body=None, timeout=30):
        request = urllib.request.Request(f"http://127.0.0.1:{self.http}{path}", data=None if body is None else json.dumps(body).encode(),
                                         headers={"Authorization": f"Bearer {SECRET}", "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            text = answer.read()
            return json.loads(text) if text else None

    def hook(self, number):
        """(seconds, status)"""
        begin = time.monotonic()
        try:
            self.ask("/v1/mediamtx/events/ready", {"path": f"live/s{number:04}/in", "sourceType": "rtmpConn", "sourceId": f"c{number}"})
            status = 200
        except urllib.error.HTTPError as refused:
            status = refused.code
        except OSError:
            status = 0
        return begin, time.monotonic() - begin, status

    def states(self):
        found = {}
        for stream in self.ask("/v1/streams")["streams"]:
            found[stream["state"]] = found.get(stream["state"], 0) + 1
        return found


def until(true, seconds, problem):
    begin = time.monotonic()
    while time.monotonic() < begin + seconds:
        try:
            if true():
                return time.monotonic() - begin
        except OSError:
            pass
        time.sleep(0.1)
    raise RuntimeError(f"{problem} within {seconds} s")


def measure(chosen, children, folder):
    rows, count = [], chosen.streams
    control = Control(children, folder)
    account = control.start()
    node, serve = FakeNode(control), Serve(children, folder, control, account, count)
    serve.start()
    time.sleep(2)
    idle = processes.rss_mb(serve.child.pid)

    cpu, before = processes.cpu_s(serve.child.pid), control.requests()
    begin = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(chosen.at_once) as pool:
        hooks = list(pool.map(serve.hook, range(count)))
    sent = time.monotonic() - begin
    until(lambda: len(node.up) >= count, 600, f"only {len(node.up)} Jobs came")
    until(lambda: serve.states().get("live", 0) >= count, 300, f"not all live: {serve.states()}")
    all_live = time.monotonic() - begin
    spent = processes.cpu_s(serve.child.pid) - cpu
    bad = [status for _, _, status in hooks if status != 200]
    seconds = [taken for _, taken, _ in hooks]
    rows.append([f"{count} hooks, {chosen.at_once} at a time", f"{sent:.1f} s; each median {median(seconds) * 1000:.0f} ms, p99 {percentile(seconds, 0.99) * 1000:.0f} ms; {len(bad)} refused", not bad])
    first, last = min(node.seen.values()) - begin, max(node.seen.values()) - begin
    rows.append(["from the first hook to the first Job, to the last Job, until all are live", f"{first:.2f} s, {last:.1f} s, {all_live:.1f} s", True])
    rss = processes.rss_mb(serve.child.pid)
    rows.append(["`serve`: RSS idle, with all streams; processor for all hooks and Jobs", f"{idle:.0f} MB, {rss:.0f} MB ({(rss - idle) * 1000 / count:.0f} kB a stream); {spent:.1f} CPU s", rss < 384])
    after = control.requests()
    rows.append(["requests for Jobs at the API server (the fake node's own APPLY/PATCH apart)",
                 ", ".join(f"{verb} {after[verb] - before.get(verb, 0):.0f}" for verb in sorted(after) if after[verb] > before.get(verb, 0) and verb != "PATCH"), True])

    cpu, cpu_server, begin = processes.cpu_s(serve.child.pid), processes.cpu_s(control.server.pid), time.monotonic()
    time.sleep(20)
    took = time.monotonic() - begin
    rows.append([f"{count} streams on air, nothing happens: `serve`, API server", f"{(processes.cpu_s(serve.child.pid) - cpu) * 60 / took:.2f} and {(processes.cpu_s(control.server.pid) - cpu_server) * 60 / took:.1f} CPU s a minute", True])
    begin = time.monotonic()
    size = len(json.dumps(serve.ask("/v1/streams")))
    text = metrics.scrape(serve.metrics_port)
    rows.append(["the list of streams; series of `serve`'s metrics", f"{size / 1000:.0f} kB; {len(text)} series, {len(text) / count:.1f} a stream ({time.monotonic() - begin:.2f} s for both)", True])

    jobs = len(node.seen)
    children.stop(serve.child, grace_s=50)
    ready = serve.start()
    back = until(lambda: serve.states().get("live", 0) >= count, 300, "the streams were not taken up")
    rows.append([f"restart of `serve` with {count} Jobs on air", f"answers after {ready:.1f} s, knows all streams {back:.1f} s later; {len(node.seen) - jobs} Jobs made anew", len(node.seen) == jobs])

    processes.signal_group(control.server, 9)
    control.server.wait()
    begin = time.monotonic()
    during = [serve.hook(count + number)[2] for number in range(3)]
    time.sleep(max(0, chosen.outage - (time.monotonic() - begin)))
    known = serve.states()
    control.run_server()
    control.await_ready(120)
    gone = time.monotonic() - begin
    again = until(lambda: serve.states().get("live", 0) >= count, 120, f"not live again: {serve.states()}")
    # A Job is changed while nobody could have seen the watch fail: `serve` has to have a new one.
    name = next(iter(node.up))
    control.kubectl("-n", NAMESPACE, "delete", "job", name, "--wait=false")
    seen = until(lambda: serve.states().get("live", 0) < count or len(node.seen) > jobs, 120, "the deleted Job was not noticed")
    rows.append([f"the API server is gone for {gone:.0f} s", f"hooks meanwhile answered {', '.join(map(str, during))}; streams as `serve` had them: "
                 f"{', '.join(f'{n} {state}' for state, n in sorted(known.items()))}; all live {again:.1f} s after it, a deleted Job noticed {seen:.1f} s after that; {len(node.seen) - jobs} made anew",
                 known.get("live", 0) >= count])
    node.stopped.set()
    return rows


def main():
    chosen = options()
    folder = Path(tempfile.mkdtemp(prefix="stream-worker-fleet-"))
    good = False
    try:
        if chosen.needs:
            found = needs.measure(folder, worker.command())
            text = needs.text(found, chosen.mbit, tables.table(needs.HEAD, needs.rows(found, chosen.mbit)))
            print(text)
            good = True
            if chosen.write:
                tables.write(PAGE, "needs", text)
            return 0
        print(f"fleet: {chosen.streams} streams, load {os.getloadavg()[0]:.1f}", flush=True)
        with processes.Children(folder) as children:
            rows = measure(chosen, children, folder)
        for what, found, right in rows:
            print(f"  {what}: {found}{'' if right else '   NOT as it should be'}")
        good = all(right for *_, right in rows)
        if chosen.write:
            tables.put(PAGE, "fleet", ["What", "Measured", "As it should be"], [[what, found, "yes" if right else "**no**"] for what, found, right in rows])
    except (RuntimeError, OSError) as problem:
        print(f"fleet: {problem}", file=sys.stderr)
    finally:
        if good:
            shutil.rmtree(folder, ignore_errors=True)
        else:
            print(f"fleet: logs are in {folder}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
