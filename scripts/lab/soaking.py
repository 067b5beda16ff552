"""Several streams for a long time with faults at random: whether anything of their processes creeps."""

import random
import threading
import time
from pathlib import Path
from statistics import median

from . import metrics, processes, viewer, worker
from .faults.kinds import at_random
from .faults.stage import Stage

SAMPLE_S = 5
# From the end of one fault to the next one, so that each is over.
BETWEEN_S = (20, 40)
# A process has its working size after its first minutes.
WARM_SHARE = 0.2
# Of the first third after that and of the last one. The least latency is shown and not judged: a frame that comes late over a thin connection
# leaves at its time all the same, so it has been here for less than the settings say, in whichever third that fault was drawn.
GROWTH = {"rss_mb": 1.10, "threads": 1.10, "files": 1.10, "latency_ms": None}


class Soaked(threading.Thread):
    """One stream: a fault now and then, and a sample of its process every few seconds."""

    def __init__(self, stage, seed, end):
        super().__init__(daemon=True)
        self.stage, self.end = stage, end
        self.faults, self.samples, self.problem = [], [], None
        # What a thread has started with setpriv is ended with that thread (a death signal is the parent thread's): it stays until all is over.
        self.played, self.over = threading.Event(), threading.Event()
        self.chance, self.kinds = random.Random(seed), at_random(seed)
        threading.Thread(target=self.sample, daemon=True).start()
        self.start()

    def run(self):
        try:
            while (wait := self.chance.uniform(*BETWEEN_S)) < self.end - time.monotonic():
                time.sleep(wait)
                fault = next(self.kinds)
                fault.do(self.stage)
                self.faults.append(fault.name)
                if self.stage.worker.poll() is not None:
                    raise RuntimeError(f"the worker ended with {self.stage.worker.returncode} after {fault.name}")
        except Exception as problem:  # pylint: disable=broad-except
            # Also a defect of the lab. The table names it: from then on nothing disturbed the stream.
            self.problem = problem
        self.played.set()
        self.over.wait()

    def sample(self):
        pid = self.stage.worker.pid
        while time.monotonic() < self.end and self.stage.worker.poll() is None:
            try:
                figures = metrics.scrape(self.stage.worker.metrics_port)
                self.samples.append({
                    "at": time.monotonic(), "rss_mb": processes.rss_mb(pid), "threads": len(list(Path(f"/proc/{pid}/task").iterdir())),
                    "files": len(list(Path(f"/proc/{pid}/fd").iterdir())), "latency_ms": metrics.value(figures, "worker_latency_ms"),
                    "dubbed": metrics.value(figures, "worker_audio_fragments_total"), "fallback": metrics.value(figures, "worker_fallback_total")})
            except OSError:
                break
            time.sleep(SAMPLE_S)

    def course(self, name):
        """(median of the first third after the warm-up, of the last third, largest). Of the latency the least: after a fault it comes back by
        1 % at most, so that the next fault may find it on its way."""
        usual = min if name == "latency_ms" else median
        values = [each[name] for each in self.samples[int(len(self.samples) * WARM_SHARE):] if each[name] is not None]
        third = max(1, len(values) // 3)
        return (usual(values[:third]), usual(values[-third:]), max(values)) if values else (0, 0, 0)


def run(minutes, streams, seed, folder, children_of):
    """Rows of a table and what is wrong."""
    launcher, stages = worker.command(), []
    try:
        for number in range(streams):
            own = Path(folder) / f"stream-{number}"
            own.mkdir()
            own.chmod(0o755)
            stage = Stage(children_of(own), own, "dubbed" if number % 3 != 2 else "languages", launcher, launcher, env={"WORKER_SEGMENT_RETENTION": "2m"}, loop=True)
            stages.append(stage.__enter__())
        for stage in stages:
            stage.on_air(5)
        end = time.monotonic() + minutes * 60
        soaked = [Soaked(stage, seed + number, end) for number, stage in enumerate(stages)]
        while time.monotonic() < end and not all(each.played.is_set() for each in soaked):
            time.sleep(30)
            print("  " + "; ".join(f"{each.samples[-1]['rss_mb']:.0f} MB, {each.samples[-1]['threads']} threads, {each.samples[-1]['files']} files, {len(each.faults)} faults"
                                   for each in soaked if each.samples), flush=True)
        for each in soaked:
            each.played.wait(60)
        # The last fault has to be over: each stream is on air at the end.
        time.sleep(25)
        rows = [row(number, each) for number, each in enumerate(soaked)]
        for each in soaked:
            each.over.set()
        return rows
    finally:
        for stage in stages:
            stage.__exit__()


HEAD = ["Stream", "Faults", "RSS, MB: first third, last, most", "Threads", "File handles", "Latency, ms: least of both thirds, most", "Segments dubbed, original", "On air at the end"]


def row(number, each):
    wrong = [f"stream {number}: {each.problem}"] if each.problem else []
    cells = [f"{number}, {each.stage.mode}", f"{len(each.faults)}"]
    for name, most in GROWTH.items():
        first, last, largest = each.course(name)
        cells.append(f"{first:.0f}, {last:.0f}, {largest:.0f}")
        if most is not None and last > first * most + 2:
            wrong.append(f"stream {number}: {name} went from {first:.0f} to {last:.0f}")
    last = each.samples[-1] if each.samples else {}
    cells.append(f"{last.get('dubbed') or 0:.0f}, {last.get('fallback') or 0:.0f}")
    pictures = viewer.pictures(each.stage.output.packets)
    on_air = bool(pictures) and time.monotonic() - pictures[-1].arrival_s < 3
    if not on_air:
        wrong.append(f"stream {number} is not on air at the end")
    return [*cells, "yes" if on_air else "**no**"], wrong, each.faults
