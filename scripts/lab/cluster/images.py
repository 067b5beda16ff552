"""The images that the cluster runs, saved as files before it is there."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from .. import container
from ..sources import ROOT

WORKER = "docker.io/library/stream-worker:native"
# As the overlay names it; here it is a base with the binary of MEDIAMTX_BIN and what the hook script needs.
MEDIAMTX = "docker.io/bluenviron/mediamtx:1.20.1-ffmpeg"
PAUSE = "localhost/pause:1"


def save(engine, folder, image):
    if not engine.has(image):
        raise container.Missing(f"the image {image}: ./dev image-check makes it")
    engine.base()
    engine.run("tag", image, WORKER)
    media_server(engine)
    pause(engine)
    for name, image in (("worker", WORKER), ("mediamtx", MEDIAMTX), ("pause", PAUSE)):
        engine.run("save", "-o", str(folder / f"{name}.tar"), image)


def media_server(engine):
    program = os.environ.get("MEDIAMTX_BIN") or shutil.which("mediamtx")
    with tempfile.TemporaryDirectory(prefix="stream-worker-image-") as context:
        shutil.copy2(program, Path(context) / "mediamtx")
        (Path(context) / "Dockerfile").write_text(
            f"FROM {container.BASE}\nRUN apt-get update -qq && apt-get install -y -qq --no-install-recommends curl && rm -rf /var/lib/apt/lists/*\n"
            'COPY --chmod=755 mediamtx /mediamtx\nENTRYPOINT ["/mediamtx"]\n')
        engine.run("build", "-t", MEDIAMTX, context)


def pause(engine):
    with tempfile.TemporaryDirectory(prefix="stream-worker-image-") as context:
        subprocess.run(["gcc", "-static", "-O2", "-o", f"{context}/pause", str(ROOT / "scripts/cluster/pause.c")], check=True, capture_output=True)
        (Path(context) / "Dockerfile").write_text('FROM scratch\nCOPY pause /pause\nENTRYPOINT ["/pause"]\n')
        engine.run("build", "-t", PAUSE, context)


def remove_groups():
    """The kubelet's control groups outlive its namespaces; they are empty then."""
    for top in Path("/sys/fs/cgroup").glob("**/kubepods"):
        for folder in sorted((each for each in top.rglob("*") if each.is_dir()), key=lambda each: -len(each.parts)):
            try:
                folder.rmdir()
            except OSError:
                pass
        try:
            top.rmdir()
        except OSError:
            pass
