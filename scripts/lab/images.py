"""What an image of the worker has to do in a hardened container; each question is one row."""

import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from . import container, processes, server, sources, tls, viewer, worker
from .reader import Reader

LIMITS = ["--memory", "256m", "--cpus", "0.5"]
LABEL = "stream-worker-check=yes"
ROOT = Path(__file__).resolve().parents[2]
# SIGTERM (143) at the end of a serve or run that was told to end.
TERMINATED = 143
KILLED = 137


@dataclass
class Row:
    what: str
    seen: str
    good: bool


class Check:
    def __init__(self, engine, kind, children, folder, seconds):
        self.engine, self.kind, self.children, self.folder, self.seconds = engine, kind, children, folder, seconds
        self.image = f"stream-worker:{kind}"

    def weights(self):
        """MB: base, libraries and plugins, the worker and its Java."""
        base = self.engine.size_mb(container.BASE)
        own = int(self.inside("du", "-sm", "/opt/stream-worker").split()[0])
        return f"{base:.0f}", f"{max(0, self.engine.size_mb(self.image) - base - own):.0f}", f"{own}"

    def inside(self, program, *arguments):
        return self.engine.run("run", "--rm", "--entrypoint", program, self.image, *arguments).stdout

    def all(self):
        try:
            for question in (self.left_in_tmp, self.owner, self.check, self.check_with_copied_tmp, self.no_exec, self.no_tmp, self.serves,
                             self.dubs, self.drains, self.no_memory):
                yield question()
            yield from self.encrypted()
        finally:
            left = self.engine.run("ps", "-aq", "--filter", f"label={LABEL}", check=False).stdout.split()
            if left:
                self.engine.run("rm", "-f", *left, check=False)

    def left_in_tmp(self):
        left = self.inside("find", "/tmp", "-mindepth", "1").split()
        return Row("`/tmp` of the image is empty", "empty" if not left else f"{len(left)} files, such as {left[0]}", not left)

    def owner(self):
        found = self.inside("sh", "-c", "find / -xdev -user 10001 2>/dev/null; true").split()
        return Row("files that the worker's user owns", ", ".join(found), found == ["/var/lib/stream-worker/segments"])

    def hardened(self, *more, tmp=container.TMP):
        return ["run", "--label", LABEL, *container.HARDENED, *LIMITS, *(["--tmpfs", tmp] if tmp else []), *more]

    def check(self, tmp=container.TMP, what="`check`, read-only root, no capabilities"):
        done = self.engine.run(*self.hardened("--rm", tmp=tmp), self.image, "check", check=False)
        found = len(re.findall(r"^\s*(?:ok|✓|found)", done.stdout, re.M))
        text = f"exit code {done.returncode}" + (f", {found} parts found" if found else "") + (f": {last(done)}" if done.returncode else "")
        return Row(what, text, done.returncode == 0)

    def check_with_copied_tmp(self):
        """podman copies the image's /tmp into the tmpfs, Docker does not: both have to work."""
        if self.engine.name == "Docker":
            return Row("`check`, a tmpfs into which the engine copies the image's `/tmp`", "not asked: Docker copies nothing", True)
        return self.check(container.TMP + ",notmpcopyup", "`check`, a tmpfs into which nothing is copied")

    def no_exec(self):
        done = self.engine.run(*self.hardened("--rm", tmp="/tmp:noexec,mode=1777,size=64m"), self.image, "check", check=False)
        return Row("`/tmp` with `noexec`", f"exit code {done.returncode}: {last(done)}", done.returncode != 0 and "noexec" in done.stdout + done.stderr)

    def no_tmp(self):
        done = self.engine.run(*self.hardened("--rm", tmp=None), "--tmpfs", "/var/tmp", "--read-only-tmpfs=false", self.image, "check", check=False) \
            if self.engine.name != "Docker" else self.engine.run(*self.hardened("--rm", tmp=None), self.image, "check", check=False)
        text = done.stdout + done.stderr
        return Row("no writable `/tmp`", f"exit code {done.returncode}: {last(done)}", done.returncode != 0 and "/tmp" in text and "\tat " not in text)

    def start(self, *arguments, limits=(), env=None):
        ports = dict(zip(("http", "metrics"), processes.free_ports(2)))
        given = {"WORKER_HTTP_HOST": "127.0.0.1", "WORKER_HTTP_PORT": ports["http"], "WORKER_METRICS_PORT": ports["metrics"],
                 "WORKER_HOOK_SECRET": "image-check", **(env or {})}
        return self.engine.run(*self.hardened("-d", *limits), *[word for name, value in given.items() for word in ("-e", f"{name}={value}")],
                               self.image, *arguments).stdout.strip(), ports

    def serves(self):
        begin = time.monotonic()
        name, ports = self.start("serve", env={"WORKER_STS_MODE": "passthrough"})
        ready = await_answer(f"http://127.0.0.1:{ports['metrics']}/health/ready", begin + 60)
        seconds = time.monotonic() - begin
        status = worker_status(self.engine.state(name)["Pid"])
        rss = int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1000
        capabilities, uid = re.search(r"CapEff:\s+(\w+)", status)[1], re.search(r"Uid:\s+(\d+)", status)[1]
        stopped = time.monotonic()
        self.engine.run("stop", "-t", "45", name, timeout=90)
        code = self.engine.state(name)["ExitCode"]
        self.engine.run("rm", name)
        good = ready and uid == "10001" and int(capabilities, 16) == 0 and code == TERMINATED
        return Row("`serve`, health, SIGTERM", f"ready after {seconds:.1f} s, uid {uid}, capabilities {int(capabilities, 16)}, {rss:.0f} MB RSS idle;"
                   f" ended {time.monotonic() - stopped:.1f} s after SIGTERM with exit code {code}", good)

    def command(self):
        """The environment in which scripts of this project run the image as the worker."""
        return {"IMAGE": self.image, "ENGINE": " ".join(self.engine.command), **self.engine.env, "OPTIONS": " ".join(LIMITS),
                "WORKER_COMMAND": str(ROOT / "scripts" / "container-worker")}

    def dubs(self):
        """`./dev demo` with the image in place of the build; its own verdict counts."""
        facts = self.folder / "demo.json"
        done = subprocess.run([sys.executable, str(ROOT / "scripts" / "demo.py"), "--seconds", str(self.seconds), "--json", str(facts)],
                              capture_output=True, text=True, env={**os.environ, **self.command()}, timeout=400)
        if not facts.exists():
            return Row("a dubbed stream", last(done), False)
        found = json.loads(facts.read_text())
        output = found["output"] or {}
        sync = (output.get("sync") or {}).get("mean_ms")
        return Row("a dubbed stream", f"{found['segments']['dubbed']} segments dubbed, fallback {sum(found['fallback'].values()):g}, every picture the source's: "
                   f"{'yes' if output.get('identity', {}).get('video', {}).get('identical') else 'no'}, sound − picture {sync} ms, exit code {found['exit_code']}"
                   + ("" if not found["failures"] else f"; {'; '.join(found['failures'])}"), not found["failures"])

    def drains(self):
        """SIGTERM while a stream is on air: what the worker holds is aired, and then it ends."""
        with_media = server.Server(self.children, self.folder, ["drain"])
        _, sts = worker.echo(self.children, "--voice", "same")
        readers = {end: Reader(with_media.url("drain", end), self.folder / f"drain-{end}.flv") for end in ("in", "out")}
        publisher = worker.publish(self.children, sources.path_of("plain", 60), with_media.url("drain", "in"))
        readers["in"].start()
        if not readers["in"].await_packets(15):
            raise RuntimeError("the source did not come through the server")
        name, _ = self.start("run", "--stream-id", "drain", env={
            "MEDIAMTX_HOST": "127.0.0.1", "MEDIAMTX_RTMP_PORT": with_media.rtmp, "MEDIAMTX_APP_PATH": "live",
            "WORKER_STS_MODE": "enabled", "WORKER_STS_SERVICE_URL": sts})
        readers["out"].start()
        if not readers["out"].await_packets(60):
            log = self.engine.run("logs", name, check=False)
            return Row("SIGTERM while on air", f"nothing came out: {last(log)}", False)
        wait(lambda: span_s(readers["out"].packets) >= 4, 30)
        heard = len(readers["in"].packets)
        begin = time.monotonic()
        self.engine.run("kill", "-s", "TERM", name)
        wait(lambda: not self.engine.state(name)["Running"], 60)
        seconds, code = time.monotonic() - begin, self.engine.state(name)["ExitCode"]
        for reader in readers.values():
            reader.stop()
        self.children.stop(publisher)
        self.engine.run("rm", "-f", name)
        known = {p.digest: p.dts_ms for p in readers["in"].packets[:heard] if p.track == "video"}
        aired = {p.digest for p in readers["out"].packets if p.track == "video"}
        told = max(known.values(), default=0)
        last_aired = max((stamp for digest, stamp in known.items() if digest in aired), default=0)
        return Row("SIGTERM while on air", f"ended after {seconds:.1f} s with exit code {code}; the last picture aired is {told - last_aired} ms older than "
                   "the newest one at the signal", code == TERMINATED and told - last_aired < 7_000)

    def no_memory(self):
        """What fills the memory of the container has the kernel end the largest process in it, which is the worker; the engine says so."""
        limit = {"native": "64m", "jvm": "96m"}[self.kind]
        name, ports = self.start("serve", limits=["--memory", limit, "--memory-swap", limit], env={"WORKER_STS_MODE": "passthrough"})
        try:
            await_answer(f"http://127.0.0.1:{ports['metrics']}/health/live", time.monotonic() + 60)
            self.engine.run("exec", name, "dd", "if=/dev/zero", "of=/tmp/full", "bs=1M", "count=62", check=False)
            wait(lambda: not self.engine.state(name)["Running"], 30)
            state = self.engine.state(name)
        finally:
            self.engine.run("rm", "-f", name, check=False)
        return Row(f"{limit.rstrip('m')} MB of memory, filled by a file in `/tmp`", "still running" if state["Running"] else f"exit code {state['ExitCode']}",
                   not state["Running"] and state["ExitCode"] == KILLED)

    def encrypted(self):
        """rtmps, in and out: a server whose authority was made a moment ago, and three containers that trust it, or do not."""
        folder = self.folder / "tls"
        folder.mkdir()
        folder.chmod(0o755)
        with_media = server.Server(self.children, folder, ["named", "system", "stranger"])
        front = tls.Tls(folder, with_media.rtmp)
        # What `update-ca-certificates` makes of an authority that is added to an image.
        bundle = folder / "ca-certificates.crt"
        bundle.write_text(self.inside("cat", "/etc/ssl/certs/ca-certificates.crt") + front.authority.read_text())
        bundle.chmod(0o644)
        try:
            yield self.secured("`rtmps` in and out, its authority in `MEDIAMTX_CA_FILE`", "named", with_media, front,
                               ["-v", f"{front.authority}:/authority.crt:ro", "-e", "MEDIAMTX_CA_FILE=/authority.crt"])
            yield self.secured("`rtmps` in and out, its authority in the system's store", "system", with_media, front,
                               ["-v", f"{bundle}:/etc/ssl/certs/ca-certificates.crt:ro"])
            name = self.secure_run("stranger", front, [])
            wait(lambda: not self.engine.state(name)["Running"], 40)
            state, log = self.engine.state(name), self.engine.run("logs", name)
            self.engine.run("rm", "-f", name)
            said = re.search(r"no TLS connection: [^\"]*", log.stdout + log.stderr)
            yield Row("`rtmps` of an authority that nobody trusts", f"exit code {state['ExitCode']}: {said[0] if said else last(log)}",
                      not state["Running"] and state["ExitCode"] not in (0, KILLED) and bool(said) and "MEDIAMTX_CA_FILE" in said[0])
        finally:
            front.close()

    def secure_run(self, stream, front, options):
        return self.start("run", "--stream-id", stream, limits=options, env={
            "MEDIAMTX_HOST": "127.0.0.1", "MEDIAMTX_RTMP_PORT": front.port, "MEDIAMTX_RTMP_TLS": "on", "MEDIAMTX_APP_PATH": "live",
            "WORKER_STS_MODE": "passthrough", "WORKER_SOURCE_GRACE_MS": "5000"})[0]

    def secured(self, what, stream, with_media, front, options):
        """Ten seconds of a stream through the TLS of both sides, and the end of its source."""
        source, output = (viewer.Viewer(with_media.url(stream, end)) for end in ("in", "out"))
        publisher = worker.publish(self.children, sources.path_of("plain", 20), with_media.url(stream, "in"))
        name = None
        try:
            if not source.await_packets(15):
                raise RuntimeError("the source did not come through the server")
            before = front.secured
            name = self.secure_run(stream, front, options)
            if not output.await_packets(30):
                return Row(what, f"nothing came out: {last(self.engine.run('logs', name, check=False))}", False)
            wait(lambda: span_s(output.packets) >= 10, 30)
            lost, twice = viewer.missed(source.packets, output.packets)
            count, connections = len(viewer.pictures(output.packets)), front.secured - before
            self.children.stop(publisher)
            wait(lambda: not self.engine.state(name)["Running"], 40)
            state = self.engine.state(name)
            return Row(what, f"{count} pictures, {lost} lost, {connections} connections by TLS; the source ends: exit code {state['ExitCode']}",
                       count >= 240 and lost == 0 and twice == 0 and connections >= 2 and not state["Running"] and state["ExitCode"] == 0)
        finally:
            self.children.stop(publisher)
            for each in (source, output):
                each.stop()
            if name:
                self.engine.run("rm", "-f", name, check=False)


def worker_status(pid):
    """/proc/…/status of the worker: tini is the container's first process, the worker its child."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return Path(f"/proc/{children[0] if children else pid}/status").read_text()


def span_s(packets):
    return (packets[-1].dts_ms - packets[0].dts_ms) / 1000 if packets else 0


def wait(true, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.1)
    return False


def await_answer(url, end):
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                return answer.status == 200
        except OSError:
            time.sleep(0.05)
    return False


def last(done, length=160):
    """The last line that a program said."""
    lines = [line.strip() for line in (done.stderr + "\n" + done.stdout).splitlines() if line.strip()]
    errors = [line for line in lines if "noexec" in line or "/tmp" in line] or lines
    text = errors[-1] if errors else "no word"
    try:
        text = json.loads(text).get("message", text)
    except ValueError:
        pass
    return text[:length]
