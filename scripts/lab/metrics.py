"""Reads a worker's /metrics."""

import re
import urllib.error
import urllib.request

LINE = re.compile(r'^([a-zA-Z_:][\w:]*)(?:\{(.*?)\})?\s+(\S+)')
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


def scrape(port):
    """[(name, labels, value)], empty when nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=2) as answer:
            text = answer.read().decode()
    except (OSError, urllib.error.URLError):
        return []
    found = (LINE.match(line) for line in text.splitlines() if not line.startswith("#"))
    return [(m[1], dict(LABEL.findall(m[2] or "")), float(m[3])) for m in found if m]


def value(samples, name, **labels):
    """The sum over all series of that name with those labels; None when there is none."""
    values = [v for n, l, v in samples if n == name and all(l.get(k) == w for k, w in labels.items())]
    return sum(values) if values else None


def by_label(samples, name, label, **labels):
    """The sums over all series with those labels, by the value of one more."""
    found = {}
    for n, l, v in samples:
        if n == name and label in l and all(l.get(k) == w for k, w in labels.items()):
            found[l[label]] = found.get(l[label], 0) + v
    return found
