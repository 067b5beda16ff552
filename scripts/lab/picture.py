"""Series over time as a picture: one plot below the other, as SVG or PNG."""

import subprocess
from html import escape

from .sources import FONT

WIDTH, PLOT, LEFT, RIGHT, TOP, BOTTOM = 960, 260, 70, 20, 36, 40
TITLES = {
    "sync": "sound − picture, ms (sound early is negative)",
    "latency": "latency, ms: source frame in to the same frame out",
    "rss": "resident memory, MB",
    "bed": "level of the original at a viewer, dB; 0 is the source's own",
}
INK, GRID, BLUE = "#222222", "#dddddd", "#1f6feb"


def nice(low, high, count=5):
    """Round numbers that cover the range."""
    span = max(high - low, 1e-9)
    step = 10 ** len(str(int(span))) / 1000
    while span / step > count:
        step *= 2 if str(step).lstrip("0.")[0] in "15" else 2.5
    first = int(low // step)
    ticks = [first * step]
    while ticks[-1] < high:
        ticks.append(ticks[-1] + step)
    return ticks


def thinned(points, most=1500):
    """Half an hour has 54,000 pictures: of each stretch only the lowest and the highest are drawn, so that no spike is lost."""
    size = max(1, -(-len(points) * 2 // most))
    if size <= 2:
        return points
    kept = []
    for i in range(0, len(points), size):
        part = points[i:i + size]
        kept += sorted({min(part, key=lambda p: p[1]), max(part, key=lambda p: p[1])})
    return kept


def shapes(series, title):
    """(kind, …) in pixels, which both formats can draw: line, dot, text."""
    drawn = [(name, thinned(points)) for name, points in series.items() if points]
    height = TOP + max(1, len(drawn)) * (PLOT + BOTTOM)
    found = [("text", LEFT, 22, title, 15, "start")]
    if not drawn:
        found.append(("text", LEFT, TOP + 40, "nothing to draw: no flash with a beep near it was found", 13, "start"))
    for index, (name, points) in enumerate(drawn):
        found += plot(points, TITLES.get(name, name), TOP + index * (PLOT + BOTTOM))
    return height, found


def plot(points, title, top):
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    x_ticks = nice(min(xs), max(xs), 10)
    # At least 10 ms of height, or rounding to 1 ms looks like a storm.
    middle, half = (min(ys) + max(ys)) / 2, max((max(ys) - min(ys)) / 2 * 1.1, 5)
    y_ticks = nice(middle - half, middle + half)

    def x_of(x):
        return LEFT + (x - x_ticks[0]) / (x_ticks[-1] - x_ticks[0]) * (WIDTH - LEFT - RIGHT)

    def y_of(y):
        return top + PLOT - (y - y_ticks[0]) / (y_ticks[-1] - y_ticks[0]) * (PLOT - 30)

    for y in y_ticks:
        yield "line", LEFT, y_of(y), WIDTH - RIGHT, y_of(y), INK if y == 0 else GRID
        yield "text", LEFT - 8, y_of(y) + 4, f"{y:g}", 12, "end"
    for x in x_ticks:
        yield "line", x_of(x), top + 30, x_of(x), top + PLOT, GRID
        yield "text", x_of(x), top + PLOT + 18, f"{x:g} s", 12, "middle"
    yield "text", LEFT, top + 20, title, 13, "start"
    places = [(x_of(x), y_of(y)) for x, y in points]
    for (x1, y1), (x2, y2) in zip(places, places[1:]):
        yield "line", x1, y1, x2, y2, BLUE
    if len(places) < 400:
        for x, y in places:
            yield "dot", x, y, BLUE


def svg(series, path, title):
    height, found = shapes(series, title)
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" font-family="sans-serif" fill="{INK}">',
             '<rect width="100%" height="100%" fill="white"/>']
    for kind, *rest in found:
        if kind == "line":
            x1, y1, x2, y2, color = rest
            lines.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{color}"/>')
        elif kind == "dot":
            x, y, color = rest
            lines.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{color}"/>')
        else:
            x, y, text, size, anchor = rest
            lines.append(f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}">{escape(text)}</text>')
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join([*lines, "</svg>", ""]))


def png(series, path, title):
    """Lines are set point by point, text is ffmpeg's: nothing else here writes letters into a picture."""
    height, found = shapes(series, title)
    pixels = bytearray(b"\xff") * (WIDTH * height * 3)
    texts = []
    for kind, *rest in found:
        if kind == "line":
            stroke(pixels, height, *rest)
        elif kind == "dot":
            x, y, color = rest
            for d in (-2, -1, 0, 1, 2):
                stroke(pixels, height, x - 2, y + d, x + 2, y + d, color)
        else:
            texts.append(letters(*rest))
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{height}", "-i", "pipe:0",
                    "-vf", ",".join(texts), "-frames:v", "1", str(path)], input=bytes(pixels), check=True)


def stroke(pixels, height, x1, y1, x2, y2, color):
    ink = bytes.fromhex(color[1:])
    steps = max(1, round(max(abs(x2 - x1), abs(y2 - y1))))
    for i in range(steps + 1):
        x, y = round(x1 + (x2 - x1) * i / steps), round(y1 + (y2 - y1) * i / steps)
        if 0 <= x < WIDTH and 0 <= y < height:
            pixels[(y * WIDTH + x) * 3:(y * WIDTH + x) * 3 + 3] = ink


def letters(x, y, text, size, anchor):
    left = {"start": f"{x:.0f}", "middle": f"{x:.0f}-tw/2", "end": f"{x:.0f}-tw"}[anchor]
    # Three layers read it: the option's quotes, the filter's escapes and drawtext's own.
    quoted = text.replace("\\", "").replace("'", "’").replace(":", "\\:").replace("%", "\\%")
    return f"drawtext=fontfile={FONT}:text='{quoted}':fontsize={size}:fontcolor=0x{INK[1:]}:x={left}:y={y:.0f}-ascent"
