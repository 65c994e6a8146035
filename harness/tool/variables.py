# SPDX-License-Identifier: GPL-2.0-only
"""The variables of the front door: names, defaults and what each may hold.

They come from the environment (make exports them) and from VAR=VALUE arguments. A
value is data: it reaches programs as an argument or in the environment, never as
text of a shell or of make.
"""

import os
import re

from errors import UsageError

SANITIZERS = ("address", "thread", "none")
ENGINES = ("libfuzzer", "afl")
STRATEGIES = ("mix", "none", "list", "random", "pct", "pos")

# Limits of what reads them: libFuzzer's seed has 32 bits, seconds are an int.
MAX_SECONDS = 10**9 - 1
MAX_COUNT = 10**15
MAX_SEED = 2**32 - 1
MAX_JOBS = 4096


def number(low, high):
    """A check for a decimal number from @low to @high; leading zeroes are decimal."""

    def check(name, value):
        if not re.fullmatch("[0-9]+", value, re.ASCII):
            raise UsageError(f"{name}={value}: not a number")
        digits = value.lstrip("0") or "0"
        if len(digits) > 18 or int(digits) > high:
            raise UsageError(f"{name}={value}: must be at most {high}")
        if int(digits) < low:
            raise UsageError(f"{name}={value}: must be at least {low}")
        return digits

    return check


def one_of(*words):
    """A check for one of @words."""

    def check(name, value):
        if value not in words:
            raise UsageError(f"{name}={value}: must be {alternatives(words)}")
        return value

    return check


def several_of(*words):
    """A check for a list of @words with spaces between them."""

    def check(name, value):
        chosen = value.split()
        for word in chosen:
            if word not in words:
                raise UsageError(f"{name}={value}: must be {alternatives(words)}")
        return " ".join(chosen)

    return check


def alternatives(words):
    """"a, b or c"."""
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def flag(name, value):
    """1 or 0; "" for 0."""
    if value not in ("", "0", "1"):
        raise UsageError(f"{name}={value}: must be 1 or 0")
    return value.replace("0", "")


def strategy(name, value):
    """A scheduling strategy, of which pct may have a depth."""
    word, colon, depth = value.partition(":")
    if word not in STRATEGIES or colon and word != "pct":
        raise UsageError(
            f"{name}={value}: must be {alternatives(STRATEGIES)}, or pct:DEPTH"
        )
    if colon:
        number(1, 64)(name, depth)
    return value


def patterns(name, value):
    """Shell patterns of buckets. A bracket that is never closed matches nothing."""
    for word in value.split():
        plain = re.sub(r"\\.", "", word)
        if re.search(r"\[(?!!?\]?[^]]*\])", plain) or plain.endswith("\\"):
            raise UsageError(f"{name}={value}: not a pattern")
    return value


def target(name, value):
    """A fuzz target: one of harness/target/fuzz_NAME.c."""
    names = sorted(
        file[len("fuzz_") : -len(".c")]
        for file in os.listdir("harness/target")
        if re.fullmatch(r"fuzz_\w+\.c", file)
    )
    return one_of(*names)(name, value)


def fixes(name, value):
    """1 for all known fixes, or names of some, with commas between them."""
    if not re.fullmatch(r"[A-Za-z0-9._-]+(,[A-Za-z0-9._-]+)*", value, re.ASCII):
        raise UsageError(f"{name}={value}: must be 1 or names of fixes")
    return value


# Where the user is. The tool itself works in the project's folder.
invoked_in = os.getcwd()


def path(_name, value):
    """A file or folder; "-" and "none" stay. One that begins with "-" must not look
    like an option."""
    if value in ("-", "none"):
        return value
    if not os.path.isabs(value) and invoked_in != os.getcwd():
        return os.path.join(invoked_in, value)
    return "./" + value if value.startswith("-") else value


def tree(name, value):
    """A version, or a path."""
    return path(name, value) if "/" in value else value


def bug(name, value):
    """A name in tests/bugs, or a semantic patch."""
    return path(name, value) if value.endswith(".cocci") else value


def word(name, value):
    """A name, which the program that takes it looks up."""
    if not value.isprintable():
        raise UsageError(f"{name}={value}: not a name")
    return value


def text(_name, value):
    """Anything; the program that takes it judges it."""
    return value


class Variable:
    """One variable: its check, and whether "" stands for not given."""

    def __init__(self, check, may_be_empty=False):
        self.check = check
        self.may_be_empty = may_be_empty


VARIABLES = {
    "TREE": Variable(tree),
    "TREES": Variable(text),
    "SAN": Variable(several_of(*SANITIZERS, "coverage")),
    "ENGINE": Variable(several_of(*ENGINES)),
    "TARGET": Variable(target),
    "TIME": Variable(number(0, MAX_SECONDS)),
    "TURN": Variable(number(1, MAX_SECONDS)),
    "RUNS": Variable(number(0, MAX_COUNT)),
    "SEED": Variable(number(0, MAX_SEED)),
    "SEEDS": Variable(number(1, 1000), may_be_empty=True),
    "JOBS": Variable(number(1, MAX_JOBS)),
    "THREADS": Variable(number(1, 64)),
    "BOUND": Variable(number(0, 1000)),
    "OUT": Variable(path),
    "CORPUS": Variable(path),
    "KNOWN": Variable(path, may_be_empty=True),
    "PROG": Variable(path),
    "PATCH": Variable(path),
    "BASE": Variable(text),
    "HEAD": Variable(text),
    "GOOD": Variable(text),
    "BAD": Variable(text),
    "CHROME": Variable(path, may_be_empty=True),
    "DRIVER": Variable(word, may_be_empty=True),
    "BUG": Variable(bug, may_be_empty=True),
    "FIXED": Variable(fixes, may_be_empty=True),
    "STRATEGY": Variable(strategy, may_be_empty=True),
    "FAULTS": Variable(word, may_be_empty=True),
    "UNTIL": Variable(patterns, may_be_empty=True),
    "ACCESS": Variable(flag, may_be_empty=True),
    "QUICK": Variable(flag, may_be_empty=True),
    "REATTACH": Variable(flag, may_be_empty=True),
    "SANDBOX": Variable(one_of("0", "1"), may_be_empty=True),
    "V": Variable(flag, may_be_empty=True),
    "CC": Variable(text, may_be_empty=True),
}

DEFAULTS = {
    "TREE": "6.12",
    "TARGET": "threads",
    "TIME": "60",
    "RUNS": "0",
    "JOBS": "1",
    "BOUND": "2",
    "THREADS": "4",
    "SEED": "1",
    "OUT": "build/out",
    "CORPUS": "corpus/seeds",
}


class Variables:
    """The values of one call. get() knows defaults, given() does not."""

    def __init__(self, environment, arguments=()):
        raw = {name: environment[name] for name in VARIABLES if name in environment}
        for argument in arguments:
            name, equals, value = argument.partition("=")
            if not equals or name not in VARIABLES:
                raise UsageError(f"{argument}: not a variable")
            raw[name] = value
        self.values = {}
        for name, value in raw.items():
            if value != "":
                self.values[name] = VARIABLES[name].check(name, value)
            elif not VARIABLES[name].may_be_empty:
                raise UsageError(f"{name}= is empty")

    def given(self, name):
        """What the user gave, or ""."""
        return self.values.get(name, "")

    def get(self, name):
        """What the user gave, or the default, or ""."""
        return self.values.get(name, self._default(name))

    def words(self, name):
        """get() as a list."""
        return self.get(name).split()

    def need(self, name, form):
        """What the user has to give; @form says how."""
        if not self.given(name):
            raise UsageError(f"{form} is missing")
        return self.given(name)

    def _default(self, name):
        # A campaign without end takes turns with all of them.
        endless = self.values.get("TIME") == "0"
        if name == "SAN":
            return " ".join(SANITIZERS) if endless else "address"
        if name == "ENGINE":
            return " ".join(ENGINES) if endless else "libfuzzer"
        return DEFAULTS.get(name, "")
