"""`./dev image-check`: builds both images and runs them as compose.yml and the manifests do: hardened, in 256 MB and half a processor.

Without a Docker that answers, podman builds on a base that debootstrap makes: no registry is needed. The native binary is compiled by an image of
Quarkus' registry; where that cannot be had, --builder names another image with native-image, gcc and a user `quarkus` of uid 1001, or --native
a folder with a binary (`./dev native` makes target/native).
Exit code 1 when something is not as it should be, 3 when something is missing here.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from lab import container, processes, tables
from lab.images import Check
from lab.sources import ROOT

LIMIT_MB = {"native": 200, "jvm": 320}
PAGE = ROOT / "docs" / "images.md"


def options():
    parser = argparse.ArgumentParser(prog="./dev image-check", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=["jvm", "native"], help="one of the two images")
    parser.add_argument("--native", metavar="FOLDER", type=Path, help="stream-worker-runner, made elsewhere; what lies beside it goes along")
    parser.add_argument("--builder", metavar="IMAGE", help="an image that the engine has, for BUILDER of docker/Dockerfile.native")
    parser.add_argument("--jvm", metavar="FOLDER", type=Path, help="a target folder with quarkus-app, instead of a build in the image")
    parser.add_argument("--seconds", type=int, default=20, help="length of the dubbed stream (20)")
    parser.add_argument("--no-build", action="store_true", help="the images that there are")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/images.md")
    return parser.parse_args()


def build(engine, kind, ready, builder):
    """Builds docker/Dockerfile.KIND; (seconds, MB of what lies beside a ready binary)."""
    image, begin = f"stream-worker:{kind}", time.monotonic()
    with tempfile.TemporaryDirectory(prefix="stream-worker-image-") as folder:
        more, beside = [], []
        if builder and kind == "native":
            more = ["--build-arg", f"BUILDER={builder}"]
        if ready:
            stage = Path(folder) / ("code/target" if kind == "native" else "build/target")
            stage.mkdir(parents=True)
            if kind == "native":
                shutil.copy2(ready / "stream-worker-runner", stage)
                beside = [path for path in ready.iterdir() if path.is_dir()]
                # The launcher finds the binary beside itself: no reason to take another one than this tree's.
                shutil.copy2(ROOT / "src/main/launcher/stream-worker", stage)
            else:
                shutil.copytree(ready / "quarkus-app", stage / "quarkus-app", ignore=shutil.ignore_patterns("*.jsa"))
                for name in ("stream-worker", "class-archive"):
                    shutil.copy2(ROOT / "src/main/launcher" / name, stage)
            more = ["--build-context", f"build={folder}"]
            for path in beside:
                more += ["-v", f"{path.resolve()}:/opt/stream-worker/{path.name}:ro"]
        engine.run("build", "-f", f"docker/Dockerfile.{kind}", "-t", image, *more, ".", cwd=ROOT, timeout=3600)
        size = engine.size_mb(image)
        if beside:
            add(engine, image, beside)
    return time.monotonic() - begin, size


def add(engine, image, folders):
    """A ready binary's own libraries, in a layer over the image."""
    with tempfile.TemporaryDirectory(prefix="stream-worker-image-") as context:
        lines = [f"FROM localhost/{image}" if engine.name != "Docker" else f"FROM {image}"]
        for folder in folders:
            shutil.copytree(folder, Path(context) / folder.name)
            lines.append(f"COPY {folder.name} /opt/stream-worker/{folder.name}")
        (Path(context) / "Dockerfile").write_text("\n".join(lines) + "\n")
        engine.run("build", "-t", image, context)


def kinds(chosen):
    return [kind for kind in ("native", "jvm") if chosen.only in (None, kind)]


def main():
    chosen = options()
    try:
        engine = container.Engine()
        print(f"image-check: {engine.name}; base {engine.base()}, {engine.size_mb(container.BASE):.0f} MB", flush=True)
        sizes, rows, wrong = [], [], []
        for kind in kinds(chosen):
            ready = chosen.native if kind == "native" else chosen.jvm
            if kind == "native" and not (ready or chosen.builder or chosen.no_build) and engine.name != "Docker":
                raise container.Missing("--builder IMAGE or --native FOLDER: without Docker no registry has the native compiler's image")
            seconds, size = (0, engine.size_mb(f"stream-worker:{kind}")) if chosen.no_build else build(engine, kind, ready, chosen.builder)
            print(f"image-check: {kind}: {size:.0f} MB (at most {LIMIT_MB[kind]}), built in {seconds:.0f} s", flush=True)
            if size > LIMIT_MB[kind]:
                wrong.append(f"{kind}: {size:.0f} MB, more than {LIMIT_MB[kind]}")
            folder = Path(tempfile.mkdtemp(prefix=f"stream-worker-image-check-{kind}-"))
            folder.chmod(0o755)
            with processes.Children(folder) as children:
                check = Check(engine, kind, children, folder, chosen.seconds)
                sizes.append([kind, f"{size:.0f}", *check.weights(), "built from source" if not ready else "around a ready build"])
                for row in check.all():
                    rows.append([row.what, kind, row.seen, "yes" if row.good else "**no**"])
                    print(f"  {kind:6} {row.what}: {row.seen}{'' if row.good else '   NOT as it should be'}", flush=True)
                    if not row.good:
                        wrong.append(f"{kind}: {row.what}: {row.seen}")
            shutil.rmtree(folder, ignore_errors=True)
    except container.Missing as missing:
        print(f"dev: image-check needs {missing}", file=sys.stderr)
        return 3
    except (RuntimeError, OSError, subprocess.SubprocessError) as problem:
        print(f"image-check: {problem}", file=sys.stderr)
        return 1
    if chosen.write:
        order = {row[0]: at for at, row in reversed(list(enumerate(rows)))}
        rows.sort(key=lambda row: order[row[0]])
        tables.put(PAGE, "sizes", ["Image", "MB", "base", "GStreamer, TLS, libraries", "worker and Java", "How built"], sizes)
        tables.put(PAGE, "inside", ["What was tried", "Image", "What was seen", "As it should be"], rows)
    for line in wrong:
        print(f"image-check: NOT as it should be: {line}", file=sys.stderr)
    print(f"image-check: {len(rows)} rows, {len(wrong)} not as they should be")
    return 1 if wrong else 0


if __name__ == "__main__":
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    sys.exit(main())
