"""`python3 scripts/latency_picture.py`: writes docs/images/latency.svg, where the seconds of a segment go. The figures are read from the program."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "images" / "latency.svg"
JAVA = ROOT / "src" / "main" / "java" / "io" / "livedub"

LEFT, TOP, WIDTH = 150, 70, 960
ROW = 34
MOST_S = 19
SCALE = (WIDTH - LEFT - 20) / MOST_S


def constant(file, name):
    """Seconds of a Java constant: Duration.ofMillis or Duration.ofSeconds."""
    found = re.search(rf"\b{name} = Duration\.of(Millis|Seconds)\((\d+)\)", (JAVA / file).read_text())
    if not found:
        raise SystemExit(f"latency_picture: no {name} in {file}")
    return int(found.group(2)) / (1000 if found.group(1) == "Millis" else 1)


def default(variable):
    """The default of a variable, from the generated reference."""
    text = (ROOT / "docs" / "configuration.md").read_text()
    found = re.search(rf"^\| `{variable}` \| `(\d+)(\w*)` \|", text, re.MULTILINE)
    if not found:
        raise SystemExit(f"latency_picture: no {variable} in docs/configuration.md")
    number = int(found.group(1))
    return number / 1e9 if variable.endswith("_NS") else float(number)


def picture():
    segment = default("WORKER_SEGMENT_DURATION")
    offset = default("WORKER_AV_OFFSET_NS")
    fit = constant("dub/Dubber.java", "FIT_MARGIN")
    handover = constant("dub/Dubber.java", "HANDOVER_MARGIN")
    lead = constant("stream/chain/AiringStage.java", "LEAD")
    air = segment + offset
    rows = [
        ("source", 0, segment, "#9aa0a6", f"the segment comes in: {segment:g} s"),
        ("STS", segment, air - fit, "#0b57d0", f"speech to speech has {offset - fit:g} s from here"),
        ("fit", air - fit, air - handover, "#b06000", f"decode, fit, encode: until {handover * 1000:.0f} ms before it airs"),
        ("push", air - lead, air, "#6a1b9a", f"its first frames are pushed {lead * 1000:.0f} ms ahead"),
        ("on air", air, air + segment, "#188038", f"it airs: latency {air:g} s"),
    ]
    height = TOP + ROW * len(rows) + 50
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="13" role="img">',
        "<title>Where the seconds of a segment go</title>",
        '<rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="20" y="28" font-size="15">One segment with the defaults: {segment:g} s to fill it, {offset:g} s of offset</text>',
        f'<text x="20" y="48" fill="#444">seconds since its first frame was at the source</text>',
    ]
    for second in range(0, MOST_S + 1):
        x = LEFT + second * SCALE
        out.append(f'<line x1="{x:.1f}" y1="{TOP - 6}" x2="{x:.1f}" y2="{height - 30}" stroke="{"#c8c8c8" if second % 6 == 0 else "#eee"}"/>')
        if second % 2 == 0:
            out.append(f'<text x="{x:.1f}" y="{height - 14}" text-anchor="middle" fill="#444">{second}</text>')
    for index, (name, start, end, colour, about) in enumerate(rows):
        y = TOP + index * ROW
        x, width = LEFT + start * SCALE, (end - start) * SCALE
        out.append(f'<text x="20" y="{y + 17}">{name}</text>')
        out.append(f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="24" rx="3" fill="{colour}"/>')
        # What is narrow is said before it.
        if width > 190:
            out.append(f'<text x="{x + 8:.1f}" y="{y + 17}" fill="#fff">{about}</text>')
        else:
            out.append(f'<text x="{x - 8:.1f}" y="{y + 17}" text-anchor="end">{about}</text>')
    out.append("</svg>\n")
    return "\n".join(out)


if __name__ == "__main__":
    PICTURE.write_text(picture())
    print(f"wrote {PICTURE.relative_to(ROOT)}", file=sys.stderr)
