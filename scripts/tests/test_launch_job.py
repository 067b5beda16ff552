"""deploy/kubernetes/overlays/job-per-stream/launch-job.sh against a kubectl that writes down what it was asked."""

import os
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "deploy" / "kubernetes" / "overlays" / "job-per-stream" / "launch-job.sh"

# A Job is a file; what it holds is what `get` prints behind its name.
KUBECTL = """#!/bin/sh
echo "$*" >>"$STATE/calls"
case $1 in
  get) [ ! -e "$STATE/$3" ] || printf '%s %s' "$3" "$(cat "$STATE/$3")" ;;
  create) cat >"$STATE/created.yaml"; touch "$STATE/$(sed -n 's/^  name: //p' "$STATE/created.yaml")" ;;
  delete) rm "$STATE/$3" ;;
esac
"""


class LaunchJobTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.state = Path(folder.name)
        kubectl = self.state / "kubectl"
        kubectl.write_text(KUBECTL)
        kubectl.chmod(0o755)

    def start(self, path):
        environment = {
            "PATH": f"{self.state}:{os.environ['PATH']}", "STATE": str(self.state), "MTX_PATH": path,
            "WORKER_IMAGE": "registry.example/live/stream-worker:1.2@sha256:abc", "LAUNCH_EVERY_S": "0.05",
        }
        # A session of its own: the sleep of the script must end with it.
        process = subprocess.Popen(["sh", SCRIPT], env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(lambda: process.poll() is None and os.killpg(process.pid, signal.SIGKILL))
        return process

    def calls(self):
        file = self.state / "calls"
        return [line.split()[0] for line in file.read_text().splitlines()] if file.exists() else []

    def until(self, condition, what):
        deadline = time.monotonic() + 20
        while not condition():
            self.assertLess(time.monotonic(), deadline, f"{what}; kubectl was asked: {self.calls()}")
            time.sleep(0.02)

    def job(self):
        names = [file for file in self.state.iterdir() if file.name.startswith("stream-")]
        return names[0] if names else None

    def test_creates_one_job_and_looks_after_it(self):
        self.start("live/Stream_1-x/in")
        self.until(lambda: self.calls().count("get") > 3, "looks again and again")
        self.assertEqual(self.calls().count("create"), 1)
        self.assertRegex(self.job().name, r"^stream-[0-9a-f]{24}$")
        manifest = (self.state / "created.yaml").read_text()
        self.assertIn('stream-worker/stream-id: "Stream_1-x"', manifest)
        self.assertIn('args: [run, --stream-id, "Stream_1-x"]', manifest)
        self.assertIn("image: registry.example/live/stream-worker:1.2@sha256:abc", manifest)
        body = "".join(line for line in manifest.splitlines(True) if not line.lstrip().startswith("#"))
        for placeholder in ("JOB_NAME", "STREAM_ID", "WORKER_IMAGE"):
            self.assertNotIn(placeholder, body)

    def test_replaces_what_ended_while_the_source_is_there(self):
        for condition in ("SuccessCriteriaMet Complete CompletionsReached", "Failed BackoffLimitExceeded"):
            self.start("live/a/in")
            self.until(lambda: self.job() is not None, "creates it")
            before = self.calls().count("create")
            self.job().write_text(condition)
            self.until(lambda: self.calls().count("create") > before, f"replaces what is {condition}")
            self.assertIn("delete", self.calls())

    def test_leaves_what_failed_for_good(self):
        process = self.start("live/a/in")
        self.until(lambda: self.job() is not None, "creates it")
        self.job().write_text("FailureTarget Failed PodFailurePolicy PodFailurePolicy")
        self.assertEqual(process.wait(20), 1)
        self.assertNotIn("delete", self.calls())

    def test_refuses_what_is_no_id(self):
        for path in ("live//in", "live/../in", "live/a b/in", "live/a|b/in", 'live/a"b/in', "", f"live/{'x' * 65}/in"):
            with self.subTest(path):
                self.assertEqual(self.start(path).wait(20), 2)
        self.assertEqual(self.calls(), [])


if __name__ == "__main__":
    unittest.main()
