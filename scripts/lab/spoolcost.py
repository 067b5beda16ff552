"""What the spool costs: streams with and without it, side by side in processes of their own, from one source over one window."""

import time
from statistics import mean

from . import processes, server, sources, worker

# Start-up, the JIT and the first segments are over by then.
WARM_S = 45
# Of each kind; two streams of one kind show how far the figures can be trusted.
TWINS = 2

# Name in the table, whether it is dubbed, WORKER_SPOOL.
OPTIONS = (
    ("dubbed, spool on", True, "on"),
    ("dubbed, spool off", True, "off"),
    ("passthrough, spool on", False, "on"),
    ("passthrough, spool off", False, "off"),
)


class Written:
    """Bytes that were appended to the spool of a stream, by looking again and again: a file is there for longer than the time between two looks."""

    def __init__(self, folder, stream):
        self.folder, self.sizes = folder / "segments" / stream / ".spool", {}
        self.look()
        self.before = sum(self.sizes.values())

    def look(self):
        for file in self.folder.glob("*.spool"):
            try:
                self.sizes[file.name] = file.stat().st_size
            except FileNotFoundError:
                pass

    def bytes(self):
        return sum(self.sizes.values()) - self.before


def measure(seconds, folder):
    streams = [(f"{number}-{twin}", *option) for twin in range(TWINS) for number, option in enumerate(OPTIONS)]
    source = sources.path_of("plain", 2 * WARM_S + seconds + 60)
    with processes.Children(folder) as children:
        media = server.Server(children, folder, [stream for stream, *_ in streams])
        # The service stands for one elsewhere: its work is not counted.
        url = worker.echo(children)[1]
        workers = {}
        for stream, _, dubbed, spool in streams:
            worker.publish(children, source, media.url(stream, "in"), name=f"publisher-{stream}")
            workers[stream] = worker.start(children, media, stream, folder / stream, url if dubbed else None, name=stream, WORKER_SPOOL=spool)
        time.sleep(WARM_S)
        written = {stream: Written(folder / stream, stream) for stream in workers}
        before, opened = {stream: used(child) for stream, child in workers.items()}, time.monotonic()
        while time.monotonic() - opened < seconds:
            time.sleep(0.5)
            for each in written.values():
                each.look()
        minutes = (time.monotonic() - opened) / 60
        found = []
        for name, dubbed, spool in OPTIONS:
            twins = [stream for stream, *option in streams if tuple(option) == (name, dubbed, spool)]
            found.append({
                "option": name,
                "cpu_s_per_min": [round((used(workers[twin]) - before[twin]) / minutes, 2) for twin in twins],
                "rss_mb": [round(processes.rss_mb(workers[twin].pid)) for twin in twins],
                "mb_per_min": round(mean(written[twin].bytes() for twin in twins) / minutes / 1e6, 2),
            })
        return found


def used(child):
    if child.poll() is not None:
        raise RuntimeError(f"{child.name} ended with {child.returncode} while it was measured")
    return processes.cpu_s(child.pid)


def table(found):
    yield "| stream | CPU s a minute: mean, each | RSS, MB: mean, each | written, MB a minute |"
    yield "|---|---|---|---|"
    for row in found:
        cpu, rss = row["cpu_s_per_min"], row["rss_mb"]
        yield (f"| {row['option']} | {mean(cpu):.2f} ({', '.join(f'{each:.2f}' for each in cpu)}) "
               f"| {mean(rss):.0f} ({', '.join(map(str, rss))}) | {row['mb_per_min']:.2f} |")
