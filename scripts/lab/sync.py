"""Flash against beep: how far the sound is from the picture, and whether that changes."""

from statistics import mean, median


def pairs(flashes, beeps, within_s=0.4):
    """(time of the flash in s, beep − flash in ms: sound early is negative). Each flash takes the nearest beep; none near, none taken."""
    found, at = [], 0
    for flash in flashes:
        while at + 1 < len(beeps) and abs(beeps[at + 1] - flash) <= abs(beeps[at] - flash):
            at += 1
        if at < len(beeps) and abs(beeps[at] - flash) <= within_s:
            found.append((flash, (beeps[at] - flash) * 1000))
    return found


def slope(points):
    """Least squares, ms of delta for each second."""
    if len(points) < 2:
        return 0.0
    x0, y0 = mean(x for x, _ in points), mean(y for _, y in points)
    spread = sum((x - x0) ** 2 for x, _ in points)
    return sum((x - x0) * (y - y0) for x, y in points) / spread if spread else 0.0


def summary(points):
    """Start, middle and end are medians of five, so that one late onset does not stand for a place."""
    if not points:
        return None
    deltas = [d for _, d in points]
    middle = max(0, len(deltas) // 2 - 2)
    return {
        "events": len(points),
        "start_ms": round(median(deltas[:5]), 1),
        "middle_ms": round(median(deltas[middle:middle + 5]), 1),
        "end_ms": round(median(deltas[-5:]), 1),
        "mean_ms": round(mean(deltas), 1),
        "min_ms": round(min(deltas), 1),
        "max_ms": round(max(deltas), 1),
        "drift_ms_per_min": round(slope(points) * 60, 2),
    }
