import math
import unittest

from harness.slope import slope


class Slopes(unittest.TestCase):
    def test_a_line(self) -> None:
        # 30 KB a minute, exactly; what came before a third of it does not count.
        samples = [(float(second), 9000 if second < 20 else 1000 + second / 2) for second in range(60)]
        found = slope(samples)
        self.assertAlmostEqual(found.per_minute, 30)
        self.assertAlmostEqual(found.standard_error, 0)
        self.assertEqual((found.first, found.last, found.count), (1010, 1029.5, 40))
        self.assertTrue(found.is_flat(31))
        self.assertFalse(found.is_flat(30 - 1e-6))

    def test_a_fall_is_not_flat(self) -> None:
        self.assertFalse(slope([(second, -second) for second in range(9)]).is_flat(50))

    def test_standard_error(self) -> None:
        # Residuals ±1 around a level, at 0 to 3 minutes: as the formula has it.
        samples = [(0, 7), (0, 7), (0, 1), (60, -1), (120, -1), (180, 1)]
        found = slope(samples)
        self.assertAlmostEqual(found.per_minute, 0)
        self.assertAlmostEqual(found.standard_error, math.sqrt(4 / 2 / 5))
        self.assertEqual(found.text("KB"), "+0.0 ± 0.6 KB/min")

    def test_too_few(self) -> None:
        self.assertIsNone(slope([(0, 1), (1, 1)]))
        self.assertIsNone(slope([(1, 1)] * 9))


if __name__ == "__main__":
    unittest.main()
