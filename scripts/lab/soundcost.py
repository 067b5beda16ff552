"""What bed, loudness and cuts at pauses cost: one stream with each, side by side in processes of their own, from one source over one window."""

import time
from statistics import median

from . import metrics, processes, server, stadium, worker

# Start-up, the JIT and the first segments are over by then.
WARM_S = 45
STARTS_WITHIN_S = 60
SEGMENT_S = 6

# Name in the table, name of the stream, the service that answers, variables of the worker.
OPTIONS = (
    ("off", "off", "same", {}),
    ("off, a service that answers PCM", "pcm", "pcm", {}),
    ("loudness match", "match", "same", {"WORKER_DUB_LOUDNESS": "match"}),
    ("bed duck", "duck", "same", {"WORKER_DUB_BED": "duck"}),
    ("bed constant", "constant", "same", {"WORKER_DUB_BED": "constant"}),
    ("bed stem", "stem", "stem", {"WORKER_DUB_BED": "stem"}),
    ("cut pause", "pause", "same", {"WORKER_SEGMENT_CUT": "pause"}),
    ("duck, match and pause", "all", "same", {"WORKER_DUB_BED": "duck", "WORKER_DUB_LOUDNESS": "match", "WORKER_SEGMENT_CUT": "pause"}),
)


def measure(seconds, folder):
    source = stadium.path_of(60)
    # The source repeats itself, and its time stamps go on.
    crowd = stadium.background(2 * WARM_S + seconds + 60)
    with processes.Children(folder) as children:
        media = server.Server(children, folder, [stream for _, stream, _, _ in OPTIONS], idle=True)
        # The services stand for ones elsewhere: their work is not counted.
        urls = {"same": worker.echo(children, "--voice", "same")[1]}
        urls["pcm"] = worker.echo(children, "--format", "pcm_s16le", name="echo-pcm")[1]
        urls["stem"] = worker.echo(children, "--background", str(crowd), name="echo-stem")[1]
        workers = {stream: worker.start(children, media, stream, folder / stream, urls[service], name=stream, **more)
                   for _, stream, service, more in OPTIONS}
        await_players(folder / "nginx-error.log", len(workers))
        for stream in workers:
            publish(children, media, stream, source)
            # Segments that end at the same instant would be fitted at the same instant, and wait for each other's cores.
            time.sleep(SEGMENT_S / len(OPTIONS))
        time.sleep(WARM_S)
        fits = {stream: set() for stream in workers}
        before, opened = {stream: used(child) for stream, child in workers.items()}, time.monotonic()
        while time.monotonic() - opened < seconds:
            time.sleep(1)
            for stream, child in workers.items():
                fits[stream].add(metrics.value(metrics.scrape(child.metrics_port), "worker_dub_fit_ms"))
        took = time.monotonic() - opened
        found = []
        for name, stream, _, _ in OPTIONS:
            samples = metrics.scrape(workers[stream].metrics_port)
            times = sorted(fit for fit in fits[stream] if fit is not None)
            found.append({
                "option": name,
                "cpu_s_per_min": round((used(workers[stream]) - before[stream]) / took * 60, 2),
                "fits": len(times),
                "fit_median_ms": round(median(times)) if times else None,
                "fit_longest_ms": round(times[-1]) if times else None,
                "dubbed": int(metrics.value(samples, "worker_segments_dubbed_total") or 0),
                "fallbacks": int(metrics.value(samples, "worker_fallback_total") or 0),
            })
        return found


def publish(children, media, stream, source):
    children.start(f"publisher-{stream}", ["ffmpeg", "-nostdin", "-v", "error", "-re", "-stream_loop", "-1", "-i", str(source), "-c", "copy",
                                           "-f", "flv", media.url(stream, "in")])


def used(child):
    if child.poll() is not None:
        raise RuntimeError(f"{child.name} ended with {child.returncode} while it was measured")
    return processes.cpu_s(child.pid)


def await_players(log, count):
    end = time.monotonic() + STARTS_WITHIN_S
    while log.read_text(errors="replace").count("play: name='in'") < count:
        if time.monotonic() > end:
            raise RuntimeError(f"not all workers asked for their sources within {STARTS_WITHIN_S} s")
        time.sleep(0.1)


def table(found):
    base = found[0]["cpu_s_per_min"]
    yield f"{'':34}{'CPU s/min':>11}{'more than off':>15}{'fit ms, median':>16}{'longest':>9}{'dubbed':>8}{'fallbacks':>11}"
    for figures in found:
        fit = ["–" if figures[name] is None else figures[name] for name in ("fit_median_ms", "fit_longest_ms")]
        yield (f"{figures['option']:34}{figures['cpu_s_per_min']:>11}{figures['cpu_s_per_min'] - base:>+15.2f}{fit[0]:>16}{fit[1]:>9}"
               f"{figures['dubbed']:>8}{figures['fallbacks']:>11}")
    yield "Segments of 6 s, one stream in one language each. A fit is all that is done to a dub: decoding, mixing, encoding."
