"""What a stranger types: commands, their help, how they end, and what they show to others on the machine."""

import configparser
import os
import re
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from lab import processes, sources


class Help(unittest.TestCase):
    def test_a_question_installs_and_builds_nothing(self):
        # Nothing can be installed or built with this PATH: what tried would fail.
        with tempfile.TemporaryDirectory() as folder:
            for program in ("bash", "python3", "sed", "cat", "dirname", "uname"):
                Path(folder, program).symlink_to(subprocess.run(["which", program], capture_output=True, text=True, check=True).stdout.strip())
            for command in ("demo", "measure", "source", "spoken-words", "spoken-load", "test", "native", "docs", "api-fuzz", "kube-check", "setup"):
                with self.subTest(command):
                    asked = subprocess.run([Path(folder, "bash"), ROOT / "dev", command, "--help"], env={"PATH": folder}, capture_output=True, text=True)
                    self.assertEqual((asked.returncode, asked.stderr), (0, ""))
                    self.assertRegex(asked.stdout, rf"\./dev {command}|^  {command} |usage: \./dev COMMAND")


class Ended(unittest.TestCase):
    def test_signals_are_afterwards_what_they_were(self):
        before = [signal.getsignal(number) for number in processes.ENDING]
        with tempfile.TemporaryDirectory() as folder:
            with processes.Children(folder) as children:
                sleeper = children.start("sleeper", ["sleep", "60"])
                self.assertEqual([signal.getsignal(number) for number in processes.ENDING], [processes.interrupted] * 3)
        self.assertIsNotNone(sleeper.returncode)
        self.assertEqual([signal.getsignal(number) for number in processes.ENDING], before)


    def test_half_a_source_is_nowhere(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "of", "source.flv")
            with self.assertRaises(KeyboardInterrupt), sources.whole(path) as aside:
                aside.write_text("half")
                raise KeyboardInterrupt
            self.assertEqual(list(path.parent.iterdir()), [])
            with sources.whole(path) as aside:
                aside.write_text("whole")
            self.assertEqual([each.name for each in path.parent.iterdir()], ["source.flv"])


class Asked(unittest.TestCase):
    def test_this_machine_is_asked_without_a_proxy(self):
        asks = "from lab import clients; import socket, urllib.request; s = socket.create_server(('127.0.0.1', 0));" \
               "clients.each(s, lambda c: (c.recv(9999), c.sendall(b'HTTP/1.0 200 OK\\r\\n\\r\\nhere'), c.close()));" \
               "print(urllib.request.urlopen(f'http://127.0.0.1:{s.getsockname()[1]}/', timeout=5).read())"
        env = {**os.environ, "http_proxy": "http://127.0.0.1:1", "no_proxy": ""}
        asked = subprocess.run([sys.executable, "-c", asks], cwd=ROOT / "scripts", env=env, capture_output=True, text=True)
        self.assertEqual(asked.stdout, "b'here'\n", asked.stderr)


class Shown(unittest.TestCase):
    def test_a_container_gets_secrets_by_the_environment_alone(self):
        with tempfile.TemporaryDirectory() as folder:
            engine = Path(folder, "engine")
            engine.write_text('#!/bin/sh\necho "$*"\necho "key $WORKER_STS_API_KEY"\n')
            engine.chmod(0o755)
            env = {**os.environ, "IMAGE": "x", "ENGINE": str(engine), "WORKER_STS_API_KEY": "two\nlines", "MEDIAMTX_PASS": "hidden"}
            arguments, *rest = subprocess.run([ROOT / "scripts" / "container-worker", "run"], env=env, capture_output=True, text=True, check=True).stdout.splitlines()
        self.assertRegex(arguments, r"-e MEDIAMTX_PASS .*-e WORKER_STS_API_KEY x run$")
        self.assertNotIn("hidden", arguments)
        self.assertEqual(rest, ["key two", "lines"])


class Unit(unittest.TestCase):
    def test_crashes_do_not_end_the_unit_for_ever(self):
        unit = configparser.ConfigParser(strict=False)
        unit.read_string(re.search(r"```ini\n(.*?)```", (ROOT / "docs" / "operations.md").read_text(), re.DOTALL)[1])
        # The defaults: five starts within 10 s are the last ones, and a start each 100 ms.
        self.assertEqual(unit["Unit"]["StartLimitIntervalSec"], "0")
        self.assertNotIn(unit["Service"]["RestartSec"], ("0", "0s"))


if __name__ == "__main__":
    unittest.main()
