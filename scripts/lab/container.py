"""A container engine (Docker where it answers, else podman in a store of its own), a base image, and containers hardened as in compose.yml."""

import json
import os
import re
import resource
import shutil
import subprocess
from pathlib import Path

BASE = "docker.io/library/debian:bookworm-slim"
MIRROR = "http://deb.debian.org/debian"
# As docker/compose.yml and the manifests run it.
HARDENED = ["--read-only", "--cap-drop=all", "--security-opt", "no-new-privileges", "--network", "host"]
TMP = "/tmp:exec,nosuid,nodev,mode=1777,size=64m"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "stream-worker" / "images"


class Missing(Exception):
    """What this machine lacks."""


class Engine:
    """Docker or podman: `docker` and `podman` understand the same command lines here."""

    def __init__(self):
        if self.docker_answers():
            self.command, self.env, self.name = ["docker"], {}, "Docker"
            return
        for program, package in (("podman", "podman"), ("runc", "runc"), ("debootstrap", "debootstrap")):
            if not shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin:/sbin"):
                raise Missing(f"a Docker that answers, or podman, runc and debootstrap (Debian: apt-get install {package})")
        if os.geteuid():
            raise Missing("root, for podman with limits and debootstrap")
        CACHE.mkdir(parents=True, exist_ok=True)
        # runc: crun up to 1.8 refuses a machine with cgroup v1 and v2 side by side. Limits: podman asks for 1048576 files, which a machine
        # without CAP_SYS_RESOURCE cannot give.
        files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        configuration = CACHE / "containers.conf"
        configuration.write_text(f'[containers]\ndefault_ulimits = ["nofile={files}:{files}", "nproc=20000:20000"]\n'
                                 '[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n')
        self.env = {"CONTAINERS_CONF": str(configuration)}
        # A store of its own: nobody else's images are seen or changed.
        self.command = ["podman", "--root", str(CACHE / "store"), "--runroot", "/run/stream-worker-podman"]
        self.name = "podman " + subprocess.run(["podman", "--version"], capture_output=True, text=True).stdout.split()[-1]

    @staticmethod
    def docker_answers():
        # A program of that name may be podman's, or a stub of the machine: only an answer counts.
        try:
            found = subprocess.run(["docker", "info", "--format", "{{.ServerVersion}}"], capture_output=True, text=True, timeout=10)
        except (OSError, subprocess.TimeoutExpired):
            return False
        return found.returncode == 0 and bool(re.match(r"\d+\.", found.stdout.strip()))

    def run(self, *arguments, check=True, timeout=600, **more):
        """The result of one command; its output is kept."""
        # conmon leaves a file `oom` where it was started, when a container ran out of memory.
        more.setdefault("cwd", CACHE if CACHE.exists() else None)
        done = subprocess.run([*self.command, *arguments], capture_output=True, text=True, env={**os.environ, **self.env}, timeout=timeout, **more)
        if check and done.returncode:
            raise RuntimeError(f"{self.name}: {' '.join(arguments[:3])} … ended with {done.returncode}: {(done.stderr or done.stdout)[-1500:]}")
        return done

    def has(self, image):
        return self.run("image", "inspect", image, check=False).returncode == 0

    def size_mb(self, image):
        return int(self.run("image", "inspect", "-f", "{{.Size}}", image).stdout) / 1e6

    def state(self, container):
        return json.loads(self.run("inspect", "-f", "{{json .State}}", container).stdout)

    def base(self):
        """Debian's slim image: from the registry where one answers, else made by debootstrap of the same packages."""
        if self.has(BASE):
            return "there already"
        if self.name == "Docker" and self.run("pull", "-q", BASE, check=False).returncode == 0:
            return "from the registry"
        root = CACHE / "base"
        shutil.rmtree(root, ignore_errors=True)
        made = subprocess.run(["debootstrap", "--variant=minbase", "bookworm", str(root), MIRROR], capture_output=True, text=True)
        if made.returncode:
            raise RuntimeError(f"debootstrap failed: {made.stdout[-800:]}")
        slim(root)
        tar = subprocess.Popen(["tar", "-C", str(root), "-c", "."], stdout=subprocess.PIPE)
        subprocess.run([*self.command, "import", "-q", "-c", 'CMD ["bash"]', "-", BASE] if self.name != "Docker" else ["docker", "import", "-", BASE],
                       stdin=tar.stdout, check=True, capture_output=True, env={**os.environ, **self.env})
        if tar.wait():
            raise RuntimeError("tar of the base failed")
        shutil.rmtree(root)
        return "made by debootstrap"


def slim(root):
    """As Debian's slim image is: no documentation, no package lists, and the folders of manual pages that OpenJDK's alternatives link into."""
    for gone in (root / "var/cache/apt/archives").glob("*.deb"):
        gone.unlink()
    for folder in ("var/lib/apt/lists", "usr/share/doc", "usr/share/man", "usr/share/info", "usr/share/locale"):
        shutil.rmtree(root / folder, ignore_errors=True)
        (root / folder).mkdir(parents=True)
    for section in range(1, 10):
        (root / f"usr/share/man/man{section}").mkdir()
    (root / "etc/dpkg/dpkg.cfg.d/docker").write_text("".join(f"path-exclude /usr/share/{name}/*\n" for name in ("doc", "man", "locale", "info")))
    (root / "etc/apt/sources.list").write_text(
        f"deb {MIRROR} bookworm main\ndeb {MIRROR} bookworm-updates main\ndeb {MIRROR}-security bookworm-security main\n")
    trusted(root / "usr/local/share/ca-certificates")


def trusted(folder):
    """What this machine trusts beside Debian's list, such as a proxy in front of Maven Central: without it the build reaches no repository."""
    def certificates(file):
        return re.findall(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", Path(file).read_text(errors="replace"), re.S)

    known = {"".join(c.split()) for file in Path("/usr/share/ca-certificates/mozilla").glob("*.crt") for c in certificates(file)}
    folder.mkdir(parents=True, exist_ok=True)
    bundle = Path("/etc/ssl/certs/ca-certificates.crt")
    for number, text in enumerate(c for c in certificates(bundle) if "".join(c.split()) not in known) if bundle.exists() else ():
        (folder / f"host-{number}.crt").write_text(text + "\n")
