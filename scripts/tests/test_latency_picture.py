"""docs/images/latency.svg shows the program's own figures."""

import importlib.util
import unittest
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[1] / "latency_picture.py"


class LatencyPictureTest(unittest.TestCase):
    def test_is_up_to_date(self):
        spec = importlib.util.spec_from_file_location("latency_picture", SCRIPT)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        self.assertEqual(module.PICTURE.read_text(), module.picture(), "run python3 scripts/latency_picture.py and commit the picture")


if __name__ == "__main__":
    unittest.main()
