"""The alert rules do what they say, and every query of the dashboard is one that Prometheus understands. Needs promtool."""

import json
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "deploy" / "observability"


def promtool(*arguments):
    return subprocess.run(["promtool", *map(str, arguments)], capture_output=True, text=True, check=False)


@unittest.skipUnless(shutil.which("promtool"), "promtool is not here (Debian: prometheus)")
class PromtoolTest(unittest.TestCase):
    def test_alerts(self):
        for arguments in (["check", "rules", FOLDER / "alerts.yml"], ["test", "rules", FOLDER / "alerts-test.yml"]):
            result = promtool(*arguments)
            self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_dashboard_queries(self):
        panels = json.loads((FOLDER / "dashboard.json").read_text())["panels"]
        queries = [target["expr"] for panel in panels for target in panel.get("targets", [])]
        self.assertGreater(len(queries), 20)
        # Grafana puts its variables in before Prometheus sees a query.
        rules = [{"record": f"panel:{i}", "expr": re.sub(r"\$\w+", ".*", query)} for i, query in enumerate(queries)]
        with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
            # JSON is YAML.
            json.dump({"groups": [{"name": "dashboard", "rules": rules}]}, file)
            file.flush()
            result = promtool("check", "rules", file.name)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)


if __name__ == "__main__":
    unittest.main()
