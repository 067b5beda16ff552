"""The console of `serve` for a stream in a Job, and for the same stream in the process of `serve`: both show the same."""

import base64
import shutil

from .. import browser
from ..sources import ROOT
from .node import SECRET
from .scene import Scene

STREAM = "news"
PICTURE = ROOT / "target" / "cluster-check-console.png"
PAGE_PICTURE = ROOT / "docs" / "images" / "console-job.png"
CARD = f"document.getElementById('stream-{STREAM}').closest('article')"
# Everything that the console says of a stream that is on air, and how it looks when it is known.
KNOWN = {
    "state": f"{CARD}.querySelector('.state').textContent === 'live'",
    "segments": f"{CARD}.querySelectorAll('.strip .mark.dubbed').length >= 4",
    "captions": f"{CARD}.querySelectorAll('.captions li').length >= 3",
    "round trip": f"/^\\d/.test({CARD}.querySelector('.rtt .value').textContent)",
    "breaker": f"{CARD}.querySelector('.breaker dd').textContent === 'closed'",
    "A/V delta": f"/ ms$/.test({CARD}.querySelector('.delta dd').textContent)",
    "latency": f"/ s$/.test({CARD}.querySelector('.latency dd').textContent)",
    "STS": f"{CARD}.querySelector('.sts dd').textContent === 'Ready'",
    "counts": f"/dubbed$/.test({CARD}.querySelector('.counts dd').textContent)",
}


def look(node, page):
    """(what is known and what is not, the texts, the picture of the stream's card)."""
    page.open(f"http://{node.services()[node.service]}:8080/")
    page.eval(f"sessionStorage.setItem('stream-worker-secret', '{SECRET}')")
    page.open(f"http://{node.services()[node.service]}:8080/")
    page.wait(f"document.getElementById('stream-{STREAM}')", 30)
    missing = []
    for name, expression in KNOWN.items():
        try:
            page.wait(expression, 30)
        except RuntimeError:
            missing.append(name)
    page.eval(f"{CARD}.id = 'card'")
    figures = page.eval(f"[...{CARD}.querySelector('dl').querySelectorAll(':scope > div:not([hidden])')].map(d => d.querySelector('dt').textContent + ' ' + "
                        "(d.querySelector('.value') || d.querySelector('dd')).textContent.trim()).join(', ')")
    return missing, figures, page.picture("#card")


def on_air(node):
    """The stream as the console of this cluster shows it; and how many Jobs the stream has."""
    with Scene(node, STREAM, 90) as scene:
        scene.on_air()
        with browser.Browser(620, 800) as page:
            jobs = [job for job in node.items("jobs") if job["metadata"].get("annotations", {}).get("stream-worker/stream-id") == STREAM]
            return (*look(node, page), len(jobs))


def together(pictures):
    """One picture of several, each under its title."""
    columns = "".join(f'<figure><figcaption>{title}</figcaption><img src="data:image/png;base64,{base64.b64encode(png).decode()}"></figure>'
                      for title, png in pictures)
    with browser.Browser(1300, 800) as page:
        page.show("<style>body{margin:0;background:#0b0e13;color:#e6edf3;font:17px sans-serif}main{display:flex;gap:16px;padding:16px;width:max-content}"
                  f"figure{{margin:0}}figcaption{{padding:0 0 10px}}img{{display:block}}</style><main>{columns}</main>")
        page.wait("[...document.images].every(i => i.complete && i.naturalWidth)", 10)
        return page.picture("main")


def console(node):
    """Both ways to run the same stream, one after the other: one `serve` runs all its streams in the same way."""
    from .rows import overlay
    in_job = on_air(node)
    node.kubectl("delete", "deployment", "stream-worker", "--ignore-not-found")
    overlay(node, "single")
    in_process = on_air(node)
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_bytes(together([("a stream in a Job (WORKER_SPAWN=kubernetes)", in_job[2]), ("the same stream in the process of serve", in_process[2])]))
    good = not in_job[0] and not in_process[0] and in_job[3] == 1 and in_process[3] == 0
    lacks = [f"{where} lacks {', '.join(found[0])}" for where, found in (("the Job's", in_job), ("the process's", in_process)) if found[0]]
    return ("the console of `serve`: the stream in a Job, and the same stream in the process of `serve`", "–",
            f"{in_job[3]} Job: {in_job[1]}; in the process, {in_process[3]} Jobs: {in_process[1]}" + (f"; {'; '.join(lacks)}" if lacks else "; state, segments, captions and figures are there in both"), good)


def publish():
    """The picture of the last run becomes the page's."""
    if PICTURE.exists():
        shutil.copy2(PICTURE, PAGE_PICTURE)
