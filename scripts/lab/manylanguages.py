"""What a further language of a stream costs, beside a further stream: the figures of many.py for both."""

from . import many

# Any tags will do: the service that answers is an echo.
TAGS = ("es", "fr", "de", "it", "pt", "nl", "pl", "sv", "da", "fi", "cs", "el", "hu", "ro", "bg", "hr")


def measure(count, seconds, folder):
    """Figures of one stream in 1, 2 and `count` languages, and of `count` streams in one language each, in one `serve` after another."""
    found = []
    for streams, languages in ((1, 1), (1, 2), (1, count), (count, 1)):
        inner = folder / f"languages-{streams}-{languages}"
        inner.mkdir()
        inner.chmod(0o755)
        found.append(many.measure(streams, seconds, "in-process", inner, tags(languages)))
    return found


def tags(count):
    """So many different languages; beyond the known ones, private subtags make more."""
    return tuple(TAGS[i] if i < len(TAGS) else f"es-x-{i}" for i in range(count))


def further(found):
    """(CPU s a minute, MB) of one more language, from the run with one language to the run with most."""
    first, most = found[0], found[2]
    more = most["languages"] - first["languages"]
    return tuple(round((most[key] - first[key]) / more, 2) for key in ("cpu_s_per_min", "rss_mb"))


def table(found):
    yield f"{'dubbed by one process':28}{'CPU s/min':>11}{'RSS MB':>9}{'longest stall ms':>18}{'dubbed':>8}{'fallbacks':>11}"
    for figures in found:
        name = f"{figures['streams']} stream{'s' if figures['streams'] > 1 else ''}, {figures['languages']} language{'s' if figures['languages'] > 1 else ''}"
        yield (f"{name:28}{figures['cpu_s_per_min']:>11}{figures['rss_mb']:>9}{figures['longest_stall_ms']:>18}{figures['dubbed']:>8}"
               f"{figures['fallbacks']:>11}")
    cpu, rss = further(found)
    yield f"A further language: {cpu} CPU s a minute and {rss} MB. All figures are of the whole process."
