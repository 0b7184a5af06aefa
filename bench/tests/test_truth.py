import json
import unittest

from harness.truth import (Agreement, Mismatch, SeenTurn, ServedTurn, agreements, durations_ns, first_tokens,
                           percentile, read_log, read_times)

MS = 1_000_000


def line(session: str, request_ms: int, sent_ms: list[int], **more: object) -> str:
    return json.dumps({"session": session, "completed": True, "accepted_ns": MS, "request_ns": request_ms * MS,
                       "end_ns": (sent_ms[-1] + 1) * MS, "sent_ns": [ms * MS for ms in sent_ms]} | more)


class Logs(unittest.TestCase):
    def test_served(self) -> None:
        turns = read_log([line("a", 5, [10, 20, 40]), line("b", 6, [16])])
        self.assertEqual(turns["a"], ServedTurn(MS, 5 * MS, 41 * MS, [10 * MS, 20 * MS, 40 * MS]))
        self.assertEqual(turns["a"].gaps_ns, [10 * MS, 20 * MS])
        self.assertEqual(durations_ns(turns), {"ttft": [5 * MS, 10 * MS], "inter_event": [10 * MS, 20 * MS],
                                               "response_time": [11 * MS, 36 * MS]})

    def test_what_is_not_whole(self) -> None:
        for lines in ([line("a", 1, [2], completed=False)], [line("a", 1, [2])] * 2,
                      [line("a", 1, [2], sent_ns_left_out=1)]):
            with self.assertRaises(Mismatch):
                read_log(lines)

    def test_seen(self) -> None:
        self.assertEqual(read_times(["session,turn,sent_ns,first_token_ns\n", "a,2,7,9\n"]), {"a": SeenTurn(2, 7, 9)})
        with self.assertRaises(Mismatch):
            read_times(["session,sent_ns\n"])


class FirstTokens(unittest.TestCase):
    served = read_log([line("a", 5, [10]), line("b", 20, [30])])

    def test_errors_and_their_parts(self) -> None:
        # Sent 3 ms before the server read it, seen 2 ms after the server sent it: 5 ms more than the server's time.
        seen = {"a": SeenTurn(1, 2 * MS, 12 * MS), "b": SeenTurn(2, 19 * MS, 30 * MS)}
        found = first_tokens(self.served, seen)
        self.assertEqual((found.connecting, found.connected), ([5 * MS], [1 * MS]))
        self.assertEqual((found.request, found.answer), ([1 * MS, 3 * MS], [0, 2 * MS]))
        self.assertEqual(found.accepted, [-1 * MS])

    def test_a_turn_that_one_side_lacks(self) -> None:
        with self.assertRaisesRegex(Mismatch, "1 turns"):
            first_tokens(self.served, {"a": SeenTurn(1, 2, 3)})


class Percentiles(unittest.TestCase):
    def test_ranks(self) -> None:
        values = list(range(1, 101))
        self.assertEqual([percentile(values, share) for share in (0, 0.5, 50, 99, 99.5, 100)], [1, 1, 50, 99, 100, 100])
        self.assertEqual(percentile([7], 50), 7)

    def test_agreement(self) -> None:
        self.assertTrue(Agreement("ttft", 50, 1000.9, 1000, 1.0).is_within)
        self.assertFalse(Agreement("ttft", 50, 998.9, 1000, 1.0).is_within)

    def test_of_a_summary(self) -> None:
        reported = {"ttft": {"count": 2, "p50_ms": 5.3, "p90_ms": 10.2, "p95_ms": 10.2, "p99_ms": 11.5}}
        found = agreements(reported, {"ttft": [5 * MS, 10 * MS]}, {"ttft": 0.5})
        self.assertEqual([one.server_ms for one in found], [5, 10, 10, 10])
        self.assertEqual(found[1].allowed_ms, 0.51)
        self.assertEqual([one.is_within for one in found], [True, True, True, False])
        with self.assertRaises(Mismatch):
            agreements(reported, {"ttft": [5 * MS]}, {"ttft": 0.5})


if __name__ == "__main__":
    unittest.main()
