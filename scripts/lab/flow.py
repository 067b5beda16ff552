"""Packets on their way: timestamps, gaps, arrivals, identity with the source, latency."""

from statistics import median

# Reads shorter than this after the start belong to the server's burst for a new reader, not to the stream's flow.
SETTLE_S = 2.0


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def track_summary(packets):
    """Count, span, and how even the timestamps are. A gap is a step of over 1.5 usual ones; durations in ms."""
    if not packets:
        return None
    steps = [b.dts_ms - a.dts_ms for a, b in zip(packets, packets[1:])]
    usual = median(steps) if steps else 0
    pts = sorted(p.pts_ms for p in packets)
    return {
        "packets": len(packets),
        "first_pts_ms": pts[0],
        "last_pts_ms": pts[-1],
        "duration_ms": round(pts[-1] - pts[0] + usual),
        "usual_step_ms": usual,
        "largest_step_ms": max(steps, default=0),
        "gaps": sum(s > 1.5 * usual + 1 for s in steps),
        "backwards": sum(s < 0 for s in steps),
        "bytes": sum(p.size for p in packets),
    }


def stalls(packets):
    """Longest time in ms in which nothing arrived at the reader, per track and of both, after the first burst."""
    result = {}
    for name, chosen in [("video", of(packets, "video")), ("audio", of(packets, "audio")), ("any", packets)]:
        times = [p.arrival_s for p in chosen]
        steps = [b - a for a, b in zip(times, times[1:]) if a - times[0] >= SETTLE_S]
        result[f"{name}_ms"] = round(max(steps, default=0) * 1000)
        result[f"{name}_p99_ms"] = round(percentile(steps, 0.99) * 1000) if steps else 0
    return result


def of(packets, track):
    return [p for p in packets if p.track == track]


def identity(source, output):
    """Is the output's list of payloads a contiguous piece of the source's? It may begin late (a reader joins late) and end early
    when `whole` is not asked for. Where equal payloads repeat, the longest match counts."""
    if not output:
        return {"identical": False, "matched": 0, "of": 0, "why": "the output has no packets"}
    wanted, have = [p.digest for p in source], [p.digest for p in output]
    best_start, best = None, 0
    for start in (i for i, digest in enumerate(wanted) if digest == have[0]):
        length = common(wanted, start, have)
        if length > best:
            best_start, best = start, length
    result = {"identical": best == len(have), "matched": best, "of": len(have), "source_packets": len(wanted), "starts_at": best_start}
    if best_start is None:
        result["why"] = "the output's first packet is not in the source"
    elif best < len(have):
        result["first_mismatch"] = mismatch(source, output, best_start, best)
    else:
        result["source_left"] = len(wanted) - best_start - best
    return result


def common(wanted, start, have):
    length = 0
    while start + length < len(wanted) and length < len(have) and wanted[start + length] == have[length]:
        length += 1
    return length


def mismatch(source, output, start, index):
    out = output[index]
    expected = source[start + index] if start + index < len(source) else None
    return {
        "index": index,
        "output_pts_ms": out.pts_ms,
        "output_size": out.size,
        "source_pts_ms": expected.pts_ms if expected else None,
        "source_size": expected.size if expected else None,
        "found_elsewhere": any(p.digest == out.digest for p in source),
    }


def common_share(source, output):
    """How many of the output's packets are in the source at all: what dubbing left alone."""
    known = {p.digest for p in source}
    return sum(p.digest in known for p in output), len(output)


def latencies(source, output):
    """[(seconds since the output's first packet, latency in ms)]: the same payload seen by two readers. Payloads that occur more than
    once (a still picture, silence) say nothing and are left out, and so is the burst that a reader gets when it joins."""
    times, double = {}, set()
    for p in source:
        if (p.track, p.digest) in times:
            double.add((p.track, p.digest))
        times[(p.track, p.digest)] = p.arrival_s
    seen, result = set(), []
    begin = source[0].arrival_s if source else 0
    for p in output:
        key = (p.track, p.digest)
        if key in double or key in seen or key not in times:
            continue
        seen.add(key)
        if times[key] - begin >= SETTLE_S:
            result.append((p.arrival_s - output[0].arrival_s, (p.arrival_s - times[key]) * 1000))
    return result


def latencies_in_order(source, output):
    """The same for a source that repeats itself: the output is laid beside the source once, then both go on together; a packet
    that one reader missed is stepped over."""
    same = identity(source, output[:200])
    result, at = [], same.get("starts_at")
    if at is None:
        return result
    begin = source[0].arrival_s
    for p in output:
        ahead = next((i for i in range(at, min(at + 100, len(source))) if source[i].digest == p.digest), None)
        if ahead is None:
            continue
        at = ahead + 1
        if source[ahead].arrival_s - begin >= SETTLE_S:
            result.append((p.arrival_s - output[0].arrival_s, (p.arrival_s - source[ahead].arrival_s) * 1000))
    return result


def latency_summary(points):
    if not points:
        return None
    values = [v for _, v in points]
    tenth = max(1, len(values) // 10)
    return {
        "matched": len(values),
        "median_ms": round(median(values)),
        "start_ms": round(median(values[:tenth])),
        "end_ms": round(median(values[-tenth:])),
        "min_ms": round(min(values)),
        "p99_ms": round(percentile(values, 0.99)),
        "max_ms": round(max(values)),
    }
