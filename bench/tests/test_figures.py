import unittest

from harness.figures import (Counted, Spread, Status, paired_ratios, ratio_text, read_hey, read_status, read_summary,
                             read_wrk, rounded, spread, what_is_wrong)
from harness.programs import START_UP, Workload, conversation_length
from harness.report import Table, as_markdown, as_text


class Ratios(unittest.TestCase):
    def test_are_taken_within_a_round(self) -> None:
        # The machine is twice as slow in round 2; the ratio of the medians would be 3.
        values, base = {1: 20.0, 2: 60.0, 3: 24.0}, {1: 10.0, 2: 20.0, 3: 8.0}
        self.assertEqual(paired_ratios(values, base), Spread(median=3.0, low=2.0, high=3.0, count=3))

    def test_leave_out_rounds_that_one_lacks(self) -> None:
        self.assertEqual(paired_ratios({1: 20.0, 3: 30.0}, {2: 10.0, 3: 10.0}), Spread(3.0, 3.0, 3.0, 1))
        self.assertIsNone(paired_ratios({1: 20.0}, {}))

    def test_text(self) -> None:
        self.assertEqual(ratio_text(Spread(1.05, 0.981, 1.2, 3)), "1.05 (0.98..1.20)")
        self.assertEqual(ratio_text(Spread(1.05, 1.05, 1.05, 1)), "1.05")
        self.assertEqual(ratio_text(None), "—")

    def test_spread_of_nothing(self) -> None:
        self.assertIsNone(spread([]))

    def test_three_digits(self) -> None:
        self.assertEqual([rounded(value) for value in (0.1234, 9.994, 9.996, 99.94, 99.96, 12345.6, None)],
                         ["0.12", "9.99", "10.0", "99.9", "100", "12,346", "—"])


class OtherTools(unittest.TestCase):
    def test_wrk(self) -> None:
        text = "  1 threads and 20 connections\n  30000 requests in 2.00s, 20MB read\n"
        self.assertEqual(read_wrk(text), Counted(30000, None, 0))
        bad = text + "  Socket errors: connect 1, read 2, write 0, timeout 3\n  Non-2xx or 3xx responses: 10\n"
        self.assertEqual(read_wrk(bad), Counted(30000, None, 16))
        with self.assertRaises(ValueError):
            read_wrk("unable to connect")

    def test_hey(self) -> None:
        text = "Status code distribution:\n  [200]\t90 responses\n  [500]\t3 responses\n\n"
        self.assertEqual(read_hey(text), Counted(90, None, 3))
        bad = text + 'Error distribution:\n  [7]\tPost "http://[::1]": EOF\n'
        self.assertEqual(read_hey(bad), Counted(90, None, 10))

    def test_summary(self) -> None:
        summary = {"turns": {"started": 10, "completed": 9, "failed": 1, "cancelled": 0}, "events": {"total": 180}}
        self.assertEqual(read_summary(summary), Counted(9, 180, 1))

    def test_status(self) -> None:
        text = ("Active connections: 2 \nserver accepts handled requests\n 14 14 31 \n"
                "Reading: 0 Writing: 1 Waiting: 1 \n")
        self.assertEqual(read_status(text), Status(active=2, accepted=14, requests=31))


class Truth(unittest.TestCase):
    def test_a_right_run(self) -> None:
        self.assertEqual(what_is_wrong(Counted(10, 200, 0), 10, 20, served=10), "")
        # The time decided, and two turns were still running at its end.
        self.assertEqual(what_is_wrong(Counted(10, None, 0), None, 20, served=12), "")

    def test_wrong_ones(self) -> None:
        self.assertEqual(what_is_wrong(Counted(9, 180, 1), 10, 20, 10), "1 errors")
        self.assertEqual(what_is_wrong(Counted(9, 180, 0), 10, 20, 9), "9 of 10 turns")
        self.assertEqual(what_is_wrong(Counted(10, 199, 0), 10, 20, 10), "199 events, not 200")
        self.assertEqual(what_is_wrong(Counted(10, 200, 0), 10, 20, 11), "the server saw 11 requests, not 10")
        self.assertEqual(what_is_wrong(Counted(10, None, 0), None, 20, 9), "the server saw 9 requests, not 10")
        self.assertEqual(what_is_wrong(Counted(0, None, 0), None, 20, 0), "no turns")


class Workloads(unittest.TestCase):
    def test_every_user_has_a_conversation(self) -> None:
        for users, turns, length in [(100, 30_000, 12), (1000, 3000, 3), (15_000, 90_000, 6), (1000, 1000, 1),
                                     (19_000, 95_000, 5), (7, 13, 1)]:
            self.assertEqual(conversation_length(Workload(users, turns)), length)
        self.assertEqual(conversation_length(START_UP), 1)

    def test_paths(self) -> None:
        self.assertEqual(Workload(1, 1).path_prefix, "/stream/assistant/")
        paced = Workload(10, 20, events_per_turn=6, interval_ms=500)
        self.assertEqual(paced.path_prefix + paced.query, "/paced/stream/assistant/?events=6&interval_ms=500")
        self.assertEqual(paced.least_s, 6)
        self.assertEqual(Workload(10, 20, delay_ms=250).least_s, 0.5)


class Tables(unittest.TestCase):
    table = Table("A", ["name", "value"], [["one", "1.0"], ["fifteen", "15"]])

    def test_text(self) -> None:
        self.assertEqual(as_text(self.table), "A\n\nname     value\n-------  -----\none        1.0\nfifteen     15")

    def test_markdown(self) -> None:
        self.assertEqual(as_markdown(self.table).splitlines()[2:5],
                         ["| name | value |", "| --- | ---: |", "| one | 1.0 |"])


if __name__ == "__main__":
    unittest.main()
