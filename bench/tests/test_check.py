import json
import pathlib
import subprocess
import tempfile
import unittest
from collections import Counter

from harness.allocations import Allocations, WrongRun, of_loop, per_unit
from harness.callgrind import parse
from harness.instructions import per_call_of, per_turn_of
from harness.thresholds import Limit, Value, judge, number, read, updated

COUNTER = pathlib.Path(__file__).resolve().parents[2] / ".build/bench/allocations.so"

# A main that calls body twice and memchr once; body calls memchr; names given once and then by their numbers.
PROFILE = """\
# callgrind format
cmd:  ./loadtest --path /x?a=1
events: Ir
summary: 135

ob=(1) /opt/loadtest
fl=(1) ???
fn=(1) main
0 10
+3 5
cfn=(2) bodyU_To
calls=2 0
* 100
cob=(2) /lib/libc.so.6
cfi=(2) string.c
cfn=(3) memchr
calls=1 0
0 20

fn=(2)
1 40
cob=(2)
cfn=(3)
calls=4 0
-1 60

ob=(2)
fl=(2)
fn=(3)
0 80
totals: 135
"""


class Callgrind(unittest.TestCase):
    def test_own_instructions_leave_out_the_lines_of_calls(self) -> None:
        profile = parse(PROFILE.splitlines())
        self.assertEqual(profile.own, {("loadtest", "main"): 15, ("loadtest", "bodyU_To"): 40,
                                       ("libc.so.6", "memchr"): 80})
        self.assertEqual(profile.of_objects(("loadtest",)), 55)

    def test_calls_from_everywhere(self) -> None:
        profile = parse(PROFILE.splitlines())
        self.assertEqual(profile.under("^body.*U_To$"), (2, 100))
        self.assertEqual(profile.under("memchr"), (5, 80))
        self.assertEqual(profile.under("nothing"), (0, 0))

    def test_what_is_not_whole_is_refused(self) -> None:
        with self.assertRaisesRegex(ValueError, "not all of it"):
            parse(PROFILE.splitlines()[:-1])
        with self.assertRaisesRegex(ValueError, "the total is 136"):
            parse(PROFILE.replace("totals: 135", "totals: 136").splitlines())
        with self.assertRaisesRegex(ValueError, "not callgrind's"):
            parse(PROFILE.replace("events: Ir", "events: Ir Dr").splitlines())

    def test_differences(self) -> None:
        short = parse(PROFILE.splitlines())
        long = parse(PROFILE.replace("calls=2 0", "calls=6 0").replace("* 100", "* 500").replace("1 40", "1 440")
                     .replace("135", "535").splitlines())
        self.assertEqual(per_turn_of(short, long, 4), 100)
        self.assertEqual(per_call_of(short, long, "body", "body"), 100)
        with self.assertRaises(WrongRun):
            per_call_of(short, short, "body", "body")


class AllocationCounts(unittest.TestCase):
    def test_the_loop_is_where_libev_is(self) -> None:
        threads = [{"libdispatch.so": 3}, {"libev.so.4": 2, "loadtest": 1}, {}]
        self.assertEqual(of_loop(threads), {"libev.so.4": 2, "loadtest": 1})
        with self.assertRaises(WrongRun):
            of_loop(threads[:1])

    def test_ours_and_the_libraries(self) -> None:
        short = Counter({"libcurl.so.4": 100, "libswiftCore.so": 5, "loadtest": 7})
        long = Counter({"libcurl.so.4": 470, "libswiftCore.so": 5, "loadtest": 8, "libssl.so.3": 10})
        self.assertEqual(per_unit(short, long, 10), Allocations(
            ours=0.1, libraries=38, by_object={"libcurl.so.4": 37, "libssl.so.3": 1, "loadtest": 0.1}))


    @unittest.skipUnless(COUNTER.exists(), "make -C bench/floor")
    def test_the_counter_counts_and_harms_nobody(self) -> None:
        with tempfile.NamedTemporaryFile() as account:
            done = subprocess.run(["env", f"LD_PRELOAD={COUNTER}", f"ALLOCATIONS_FILE={account.name}", "sort", "-r"],
                                  input="one\ntwo\n", capture_output=True, text=True, timeout=10, check=True)
            threads = json.load(account)
        self.assertEqual((done.stdout, done.stderr), ("two\none\n", ""))
        self.assertGreater(sum(threads[0].values()), 0)


class Thresholds(unittest.TestCase):
    file = {"a": {"most": 0.001}, "b": {"recorded": 1000, "slack_percent": 4}}

    def test_limits(self) -> None:
        limits = read(self.file)
        self.assertEqual(limits["a"].allowed, 0.001)
        self.assertEqual(limits["b"].allowed, 1040)
        for wrong in ({"most": 1, "recorded": 1}, {}, {"most": 1, "leats": 2}):
            with self.assertRaises(ValueError):
                read({"c": wrong})

    def test_verdicts(self) -> None:
        limit = Limit(recorded=1000, slack_percent=4)
        self.assertTrue(judge(Value("x", 1040), limit).is_passed)
        failed = judge(Value("x", 1041, "look there"), limit)
        self.assertFalse(failed.is_passed)
        self.assertEqual(failed.line,
                         "FAILED   x: 1,041, allowed 1,040 (1,000 recorded, and 4 %)\n         look there")
        self.assertIn("better, record it", judge(Value("x", 899), limit).line)
        self.assertFalse(judge(Value("x", 0.001), Limit(most=0)).is_passed)

    def test_an_update_changes_what_was_recorded_only(self) -> None:
        self.assertEqual(updated(self.file, [Value("a", 5), Value("b", 1234.56)]),
                         {"a": {"most": 0.001}, "b": {"recorded": 1235, "slack_percent": 4}})
        self.assertEqual(updated(self.file, []), self.file)

    def test_numbers(self) -> None:
        self.assertEqual([number(value) for value in (0, 0.00005, 0.001, 1.25, 37.0, 23950.4)],
                         ["0", "0.000050", "0.001", "1.25", "37", "23,950"])


if __name__ == "__main__":
    unittest.main()
