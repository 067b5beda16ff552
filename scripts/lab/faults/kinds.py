"""Every fault of the matrix: what is done to a stream that is on air, and what is asked for.

`wait_s` is the longest time that a viewer may be without a picture, `lost` how many pictures of the source may never come out, `exits` the exit
codes with which the worker may end by itself; None is that it goes on. Where two figures are given, the first is for passthrough.
"""

import os
import random
import signal
import subprocess
import time
from dataclasses import dataclass, field

from .. import processes
from . import stage as stages

ALL = ("passthrough", "dubbed")
DUBBED = ("dubbed",)
# A stream is aired 5 s behind its source when it is dubbed, so what the source does for less than that is not seen at all.
HELD_S = 5


@dataclass(frozen=True)
class Fault:
    name: str
    what: str
    group: str
    do: object
    wait_s: tuple
    lost: tuple
    modes: tuple = ALL
    exits: tuple = (None,)
    settle_s: float = 12
    env: dict = field(default_factory=dict)
    segments: str = ""

    def asked(self, mode):
        at = 0 if mode == "passthrough" else 1
        return self.wait_s[at], self.lost[at]


FAULTS = {}


def fault(what, group, wait_s, lost, **more):
    """Declares the function below as a fault; its name is the fault's."""
    def declare(do):
        pair = lambda value: value if isinstance(value, tuple) else (value, value)
        FAULTS[do.__name__] = Fault(do.__name__, what, group, do, pair(wait_s), pair(lost), **more)
        return do
    return declare


def then(seconds):
    time.sleep(seconds)


def for_a_while(conditions, seconds, **worse):
    """The proxy's conditions of one kind of connection, worse for so long."""
    before = {name: getattr(conditions, name) for name in worse}
    vars(conditions).update(worse)
    then(seconds)
    vars(conditions).update(before)


@fault("nothing", "none", 1.0, 0)
def nothing(_stage):
    pass


@fault("the encoder is gone for 3 s and begins anew", "source", (9, 9), 400, settle_s=16)
def encoder_back(stage):
    stage.children.stop(stage.publisher)
    then(3)
    stage.publish(skip_s=60)


@fault("the encoder is gone for good", "source", 60, 0, exits=(0, 3), settle_s=40)
def encoder_gone(stage):
    stage.children.stop(stage.publisher)


@fault("the encoder stands still for 4 s, then sends all at once", "source", (6, 6), 0)
def encoder_still(stage):
    stage.stop_for(stage.publisher, 4)


@fault("the connection to the source is reset", "source", (3, 4), (60, 120))
def source_reset(stage):
    stage.to_media.reset("source")


@fault("the connection to the source is reset five times, 1 s apart", "source", (6, 6), 300)
def source_resets(stage):
    for _ in range(5):
        stage.to_media.reset("source")
        then(1)


@fault("the connection to the source is half open", "source", (12, 12), 330, settle_s=20)
def source_half_open(stage):
    stage.to_media.half_open("source")


@fault("the source comes 300 ms later, for 8 s", "source", 1.5, 0)
def source_late(stage):
    for_a_while(stage.to_media.of("source"), 8, delay_s=0.3)


@fault("5 % of the source's pieces are lost and sent again, for 8 s", "source", 2.0, 0)
def source_loss(stage):
    for_a_while(stage.to_media.of("source"), 8, loss=0.05)


@fault("the source has 20 kB/s, for 6 s", "source", (6, 6), 300)
def source_thin(stage):
    for_a_while(stage.to_media.of("source"), 6, bytes_s=20_000)


@fault("the connection of the output is reset", "output", 4.0, 180)
def output_reset(stage):
    stage.to_media.reset("output")


@fault("the output is refused for 4 s", "output", 10, 330)
def output_refused(stage):
    stage.to_media.of("output").refused = True
    stage.to_media.reset("output")
    then(4)
    stage.to_media.of("output").refused = False


@fault("the connection of the output is half open", "output", 24, 800, settle_s=26)
def output_half_open(stage):
    stage.to_media.half_open("output")


@fault("the output comes 300 ms later, for 8 s", "output", 1.5, 0)
def output_late(stage):
    for_a_while(stage.to_media.of("output"), 8, delay_s=0.3)


@fault("5 % of the output's pieces are lost and sent again, for 8 s", "output", 2.0, 0)
def output_loss(stage):
    for_a_while(stage.to_media.of("output"), 8, loss=0.05)


@fault("the output has 20 kB/s, for 6 s", "output", 12, 400)
def output_thin(stage):
    for_a_while(stage.to_media.of("output"), 6, bytes_s=20_000)


@fault("the media server is killed and back after 2 s", "media server", 30, 900, settle_s=24)
def media_killed(stage):
    stage.restart_media(2)


@fault("the media server stands still for 6 s", "media server", 20, 600, settle_s=16)
def media_still(stage):
    stage.stop_for(stage.media.child, 6)


@fault("nothing passes in any direction, for 3 s", "network", (6, 6), 200)
def network_gone(stage):
    proxies = [(proxy, kind) for proxy, kinds in ((stage.to_media, ("source", "output", "unknown")), (stage.to_sts, ("any",))) if proxy for kind in kinds]
    for proxy, kind in proxies:
        proxy.of(kind).silent = True
    then(3)
    for proxy, kind in proxies:
        proxy.of(kind).silent = False


@fault("200 ms and 2 % of loss on every connection, for 8 s", "network", 2.5, 0)
def network_bad(stage):
    proxies = [(proxy, kind) for proxy, kinds in ((stage.to_media, ("source", "output")), (stage.to_sts, ("any",))) if proxy for kind in kinds]
    for proxy, kind in proxies:
        proxy.of(kind).delay_s, proxy.of(kind).loss = 0.2, 0.02
    then(8)
    for proxy, kind in proxies:
        proxy.of(kind).delay_s, proxy.of(kind).loss = 0, 0


@fault("the connection to STS is reset", "STS", 1.0, 0, modes=DUBBED)
def sts_reset(stage):
    stage.to_sts.reset()


@fault("the connection to STS is half open", "STS", 1.0, 0, modes=DUBBED, settle_s=20)
def sts_half_open(stage):
    stage.to_sts.half_open()


@fault("STS refuses connections for 6 s", "STS", 1.0, 0, modes=DUBBED, settle_s=16)
def sts_refused(stage):
    stage.to_sts.of("any").refused = True
    stage.to_sts.reset()
    then(6)
    stage.to_sts.of("any").refused = False


@fault("STS is gone for good", "STS", 1.0, 0, modes=DUBBED, settle_s=20)
def sts_gone(stage):
    stage.to_sts.of("any").refused = True
    stage.to_sts.reset()
    stage.kill(stage.sts)


@fault("STS stands still for 6 s", "STS", 1.0, 0, modes=DUBBED, settle_s=16)
def sts_still(stage):
    stage.stop_for(stage.sts, 6)


@fault("STS answers 2.5 s later than it did, for 8 s", "STS", 1.0, 0, modes=DUBBED)
def sts_late(stage):
    for_a_while(stage.to_sts.of("any"), 8, delay_s=2.5)


@fault("5 % of the pieces to and from STS are lost and sent again, for 8 s", "STS", 1.0, 0, modes=DUBBED)
def sts_loss(stage):
    for_a_while(stage.to_sts.of("any"), 8, loss=0.05)


@fault("STS has 10 kB/s, for 8 s", "STS", 1.0, 0, modes=DUBBED)
def sts_thin(stage):
    for_a_while(stage.to_sts.of("any"), 8, bytes_s=10_000)


@fault("the disk of the segments is full", "disk", 1.0, 0, segments="small")
def disk_full(stage):
    stages.folder_full(stage.segments)


@fault("the folder of the segments is deleted", "disk", 1.0, 0)
def disk_deleted(stage):
    stages.remove(stage.folder / "segments")


@fault("the disk of the segments can no longer be written", "disk", 1.0, 0, segments="small")
def disk_read_only(stage):
    # A file system with files that are being written cannot be made read-only; one that is can be laid over it.
    subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", str(stage.segments)], check=True, capture_output=True)


@fault("a process beside it takes both processors, for 8 s", "process", 2.0, 0)
def processors_taken(stage):
    burners = [stage.children.start(f"burner-{n}", ["sh", "-c", "while :; do :; done"]) for n in range(os.cpu_count() or 2)]
    then(8)
    for burner in burners:
        stage.children.stop(burner, grace_s=0.1)


@fault("the worker stands still for 3 s", "process", (5, 5), 30)
def worker_still(stage):
    stage.stop_for(stage.worker, 3)


@fault("the worker is killed and started again at once", "process", (8, 14), (300, 400), settle_s=18)
def worker_killed(stage):
    stage.kill(stage.worker)
    stage.start()


@fault("the worker is killed twice, 4 s apart, and started again at once", "process", (16, 16), (600, 600), settle_s=18)
def worker_killed_twice(stage):
    stage.kill(stage.worker)
    stage.start()
    then(4)
    stage.kill(stage.worker)
    stage.start()


@fault("the worker gets SIGTERM", "process", 60, 0, exits=(143,), settle_s=16)
def worker_ended(stage):
    processes.signal_group(stage.worker, signal.SIGTERM)


@fault("the worker gets SIGTERM twice", "process", 60, 200, exits=(143,), settle_s=10)
def worker_ended_twice(stage):
    processes.signal_group(stage.worker, signal.SIGTERM)
    then(0.5)
    processes.signal_group(stage.worker, signal.SIGTERM)


@fault("its heap may have 12 MB", "memory", 60, 900, exits=(71, None), settle_s=12, env={"WORKER_JAVA_OPTS": "-Xms6m -Xmx12m"})
def heap_small(_stage):
    pass


def at_random(seed):
    """Faults for ever, for a soak: those after which the same process goes on with the same stream."""
    chance = random.Random(seed)
    lasting = [each for each in FAULTS.values()
               if None in each.exits and not each.segments and not each.name.startswith("worker_killed") and each.name not in ("nothing", "sts_gone", "processors_taken")]
    while True:
        yield chance.choice(lasting)
