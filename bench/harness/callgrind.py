"""What callgrind writes: no I/O. The format is in the Valgrind manual, "Callgrind Format Specification"."""

import os
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

# (object, function), by the object's base name.
Function = tuple[str, str]

# "(12) name" gives a number a name, "(12)" means it again; a name of its own stands for itself.
COMPRESSED = re.compile(r"\((\d+)\)(?: (.*))?$")


@dataclass
class Profile:
    """The instructions of one run."""

    # In the function itself, without what it calls.
    own: Counter[Function] = field(default_factory=Counter)
    # Of all calls of a function, whoever called: how many, and the instructions with all that is called within.
    calls: Counter[Function] = field(default_factory=Counter)
    within: Counter[Function] = field(default_factory=Counter)

    def of_objects(self, prefixes: tuple[str, ...]) -> int:
        """The instructions of the code in objects with such names."""
        return sum(count for (object_, _), count in self.own.items() if object_.startswith(prefixes))

    def under(self, pattern: str) -> tuple[int, int]:
        """How often the functions of a name were called, and the instructions of these calls with all they called.

        Functions that match must not call each other: these calls would be counted twice.
        """
        matching = [function for function in self.calls if re.search(pattern, function[1])]
        return sum(self.calls[one] for one in matching), sum(self.within[one] for one in matching)


def parse(lines: Iterable[str]) -> Profile:
    """Raises ValueError for what is no profile of instructions."""
    profile, names = Profile(), {}
    object_ = function = callee_object = callee = ""
    is_call, has_events, total = False, False, None

    def name(kind: str, text: str) -> str:
        found = COMPRESSED.match(text)
        if not found:
            return text
        if found[2] is not None:
            names[kind, found[1]] = found[2]
        return names[kind, found[1]]

    for line in lines:
        key, equals, value = line.rstrip("\n").partition("=")
        if not equals:
            if key.startswith("events:"):
                has_events = key.split()[1:] == ["Ir"]
            elif key.startswith("totals:"):
                total = int(key.split()[1])
            elif is_call:
                # The line after "calls=" is what the call took: in the callee, not here.
                profile.within[callee_object or object_, callee] += int(key.split()[-1])
                is_call, callee_object = False, ""
            elif key[:1].isdigit() or key[:1] in ("+", "-", "*") and key[1:2]:
                profile.own[object_, function] += int(key.split()[-1])
        elif key == "ob":
            object_ = os.path.basename(name("ob", value))
        elif key == "fn":
            function = name("fn", value)
        elif key == "cob":
            callee_object = os.path.basename(name("ob", value))
        elif key == "cfn":
            callee = name("fn", value)
        elif key == "calls":
            profile.calls[callee_object or object_, callee] += int(value.split()[0])
            is_call = True
    if not has_events or total is None:
        raise ValueError("not callgrind's count of instructions, or not all of it")
    if (found := sum(profile.own.values())) != total:
        raise ValueError(f"the functions' instructions are {found:,}, the total is {total:,}: not read rightly")
    return profile
