import pathlib
import subprocess
import sys
import tempfile
import unittest

from harness import micro
from harness.programs import Places, not_built
from harness.sections import SECTIONS

BENCH = pathlib.Path(__file__).resolve().parents[1]


class Builds(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def test_what_is_missing_is_told_with_how_it_is_built(self) -> None:
        places = Places(self.folder, self.folder, self.folder / "loadtest", self.folder / "locust")
        built = self.folder / micro.PROGRAM
        built.touch(mode=0o755)
        self.assertEqual(not_built(places, [micro.PROGRAM]), "")
        self.assertEqual(not_built(places, ["loadtest", micro.PROGRAM, "bench-accuracy"]),
                         "not built: swift build -c release --product loadtest"
                         " && swift build -c release --product bench-accuracy")

    def test_every_program_says_so_before_it_measures_anything(self) -> None:
        missing = str(self.folder / "loadtest")
        for command in (["bench", "--quick"], ["bench", "--sections", "micro"], ["check"], ["soak"]):
            with self.subTest(command=command):
                ended = subprocess.run([sys.executable, str(BENCH / command[0]), *command[1:], "--loadtest", missing],
                                       capture_output=True, text=True, timeout=60)
                self.assertNotEqual(ended.returncode, 0)
                self.assertIn("not built: swift build -c release --product ", ended.stderr)
                self.assertEqual(ended.stdout, "")

    def test_a_section_names_all_that_it_plays_with(self) -> None:
        builds = {spec.name: spec.builds for spec in SECTIONS}
        self.assertEqual(builds["accuracy"], ("loadtest", "bench-accuracy"))
        self.assertEqual(builds["micro"], ("bench-micro",))
        self.assertTrue(all("loadtest" in builds[name] for name in ("burst", "crowd", "paced", "memory")))


if __name__ == "__main__":
    unittest.main()
