# SPDX-License-Identifier: GPL-2.0-only
"""The verbs: do_VERB(call) returns an exit status, or becomes the program that does
the work."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time

import variables as variables_module
from build import Builder, Compiler, Tree, set_up
from errors import Failed, UsageError

# Trees that the tests, the bug bank and lint take.
TESTED = ("6.1", "6.12")


class Call:
    """One call of a verb: its variables, its options, further words."""

    def __init__(self, variables, options, words):
        self.variables, self.words = variables, words
        self.began = time.time()
        self.jobs = len(os.sched_getaffinity(0))
        self.quiet = False
        for option in options:
            if option == "-s":
                self.quiet = True
            elif option.startswith("-j") and option[2:].isdigit() and int(option[2:]):
                self.jobs = int(option[2:])
            elif option != "-j":
                raise UsageError(f"{option}: no such option")

    def get(self, name):
        return self.variables.get(name)

    def given(self, name):
        return self.variables.given(name)

    def words_not_taken(self):
        """For verbs that take variables only."""
        if self.words:
            raise UsageError(f"{self.words[0]}: takes VAR=VALUE only")

    def program(self):
        """PROG of a verb that takes one program."""
        self.words_not_taken()
        return self.variables.need("PROG", "PROG=file.prog")

    def sanitizer(self, *more):
        """SAN of a verb that takes one."""
        san = self.get("SAN")
        if " " in san or san not in (*variables_module.SANITIZERS, *more):
            raise UsageError(f"SAN={san}: must be address, thread or none")
        return san

    def builder(self, *groups):
        """Set up the machine for the tree and for @groups of ci/setup, make a
        builder."""
        if self.given("BUG") or self.given("FIXED"):
            groups = (*groups, "bugs")
        set_up(groups, (self.get("TREE"),))
        return Builder(
            Compiler(self.given("CC")), self.jobs, self.quiet, self.given("V")
        )

    def tree(self):
        """The tree under test, with its known fixes and its bug."""
        return Tree(self.get("TREE"), self.given("BUG"), self.given("FIXED"))

    def built(self, san, files, access=""):
        """Build @files of the tree. Returns the tree, and make's environment."""
        builder = self.builder()
        tree = self.tree()
        builder.prepare(tree)
        builder.build(tree, san, files, access)
        return tree, builder.compiler.environment()

    def make_out(self):
        """The folder OUT."""
        out = self.get("OUT")
        try:
            os.makedirs(out, exist_ok=True)
        except OSError as error:
            raise UsageError(f"OUT={out}: cannot be written") from error
        return out

    def known(self, tree):
        """The folder of known findings. A changed tree may end in a bucket of the
        same name for another reason."""
        known = self.given("KNOWN")
        if known == "none":
            return ""
        if known:
            if not os.path.isdir(known):
                raise UsageError(f"KNOWN={known}: no such folder")
            return known
        folder = f"ci/known/{tree.stock}"
        return folder if tree.name == tree.stock and os.path.isdir(folder) else ""


def become(command, env):
    """The tool ends here: @command has its process, and so its exit status. Python
    ignores two signals, and @command would inherit that."""
    for name in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(name, signal.SIG_DFL)
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        os.execvpe(command[0], command, env)
    except OSError as error:
        raise UsageError(f"{command[0]}: {error.strerror}") from error


def option(name, value):
    """A long option and its value, or nothing."""
    return [name, value] if value else []


def script_environment(env, call, **more):
    """What scripts read: all variables that have a value."""
    names = variables_module.VARIABLES
    for name in names:
        env.pop(name, None)
    values = {name: call.get(name) for name in names if name != "CC"}
    if call.given("CC"):
        values["CC"] = call.given("CC")
    values.update(more)
    env.update({name: value for name, value in values.items() if value})
    return env


# --- building ----------------------------------------------------------------


def do_build(call):
    """Build the command line and a fuzz target, or the files that are named."""
    files = call.words or ["groupfuzz", "fuzz_" + call.get("TARGET")]
    for file in files:
        if not re.fullmatch(r"\w[\w./+-]*", file, re.ASCII):
            raise UsageError(f"{file}: no such file to build")
    builder = call.builder(*(["afl"] if any("afl" in f for f in files) else []))
    tree = call.tree()
    builder.prepare(tree)
    for san in call.get("SAN").split():
        builder.build(tree, san, files, call.given("ACCESS"))


def do_core(call):
    """Extract a tree, with its known fixes and its bug."""
    call.words_not_taken()
    call.builder().prepare(call.tree())


def do_clean(call):
    """Back to a clean checkout."""
    call.words_not_taken()
    shutil.rmtree("build", ignore_errors=True)


def do_help(_call):
    """Print what there is."""
    with open("harness/tool/help.txt", encoding="utf-8") as file:
        print(file.read(), end="")


# --- fuzzing -----------------------------------------------------------------


def do_fuzz(call):
    """A campaign: harness/cmd/fuzz."""
    call.words_not_taken()
    access, target = call.given("ACCESS"), call.get("TARGET")
    with_afl = "afl" in call.variables.words("ENGINE")
    builder = call.builder(*(["afl"] if with_afl else []))
    tree = call.tree()
    known = call.known(tree)
    builder.prepare(tree)
    for san in call.variables.words("SAN"):
        files = ["groupfuzz", "fuzz_" + target]
        if with_afl and san != "thread":
            files += ["afl/fuzz_" + target, f"build/afl_mutator_{target}.so"]
        builder.build(tree, san, files, access)
    if not call.given("QUICK"):
        builder.build(tree, "coverage", ["groupfuzz"], access)
    env = script_environment(
        builder.compiler.environment(),
        call,
        NAME=tree.name,
        BUILD=f"build/{tree.name}",
        KNOWN=known,
    )
    become(["harness/cmd/fuzz"], env)


def do_stress(call):
    """Real threads."""
    call.words_not_taken()
    if call.given("ACCESS"):
        raise UsageError("ACCESS=1: real threads are preempted anywhere")
    san = call.sanitizer()
    tree, env = call.built(san, ["groupfuzz", "groupfuzz-stress"])
    known = call.known(tree)
    out = call.make_out()
    env["GROUPFUZZ_KNOWN"] = known
    env["GROUPFUZZ_UNTIL"] = call.given("UNTIL")
    words = {
        "tree": call.get("TREE"), "sanitizer": san, "engine": "threads",
        "target": "stress", "seed": call.get("SEED"), "bug": call.given("BUG"),
        "fixed": call.given("FIXED"), "known": known,
    }  # fmt: skip
    become(
        [
            f"{tree.folder(san)}/groupfuzz", "stress",
            "--seconds", call.get("TIME"), "--rounds", call.get("RUNS"),
            "--threads", call.get("THREADS"), "--seed", call.get("SEED"),
            *option("--driver", call.given("DRIVER")),
            out, *(f"{key}={value}" for key, value in words.items()),
        ],
        env,
    )  # fmt: skip


# --- one program -------------------------------------------------------------


def do_run(call):
    """Replay a program, on one tree or on several."""
    program = call.program()
    san = call.sanitizer("coverage")
    if call.given("TREES"):
        trees = call.variables.words("TREES")
        if not trees:
            raise UsageError("TREES= is empty")
        set_up((), trees)
        env = Compiler(call.given("CC")).environment()
        become(["ci/trees", program, san, *trees], script_environment(env, call))
    tree, env = call.built(san, ["groupfuzz"])
    faults = []
    if call.given("FAULTS"):
        faults = ["--faults", call.given("FAULTS"), "--out", call.make_out()]
    become(
        [
            f"{tree.folder(san)}/groupfuzz", "run",
            *option("--driver", call.given("DRIVER")),
            *option("--chrome", call.given("CHROME")),
            *(["--reattach-may-fail"] if call.given("REATTACH") else []),
            *faults, program,
        ],
        env,
    )  # fmt: skip


def do_minimize(call):
    """Print the smallest program with the same finding."""
    program = call.program()
    san = call.sanitizer()
    tree, env = call.built(san, ["groupfuzz"])
    become([f"{tree.folder(san)}/groupfuzz", "minimize", program], env)


def do_explore(call):
    """All schedules of a program. Which are equivalent shows only in a build with
    yield points at accesses; ACCESS=1 preempts there too."""
    program = call.program()
    san = call.sanitizer()
    tree, env = call.built(san, ["groupfuzz"], access="1")
    become(
        [
            f"{tree.folder(san, '1')}/groupfuzz", "explore",
            "--bound", call.get("BOUND"),
            *(["--accesses"] if call.given("ACCESS") else []),
            program, call.make_out(),
        ],
        env,
    )  # fmt: skip


def do_export(call):
    """A program's calls as a C file."""
    program = call.program()
    san = call.sanitizer()
    tree = call.tree()
    if tree.mock:
        raise UsageError(f"BUG={call.given('BUG')} is in a mock driver")
    tree, env = call.built(san, ["groupfuzz"])
    base = os.path.basename(program)
    base = base[: base.rindex(".")] if "." in base[1:] else base
    file = os.path.join(call.make_out(), base + ".c")
    binary = f"{tree.folder(san)}/groupfuzz"
    done = subprocess.run(
        [binary, "export", program, file, tree.core], env=env, check=False
    )
    if done.returncode:
        raise Failed(done.returncode if done.returncode in (1, 2) else 2)
    print(file)


def do_coverage(call):
    """What programs reach of iommu.c."""
    call.words_not_taken()
    tree, env = call.built("coverage", ["groupfuzz"])
    env = script_environment(env, call, NAME=tree.name)
    # The committed corpus, all of it, unless the user names a folder.
    env["CORPUS"] = call.given("CORPUS")
    become(["harness/cmd/coverage"], env)


# --- changes -----------------------------------------------------------------


def do_gate(call):
    """What a patch changes."""
    call.words_not_taken()
    seconds = call.given("TIME") or "300"
    set_up(("gate",), (call.get("TREE"),))
    env = script_environment(
        Compiler(call.given("CC")).environment(), call, TIME=seconds
    )
    env["GROUPFUZZ_DEADLINE"] = str(int(call.began) + int(seconds))
    become(["ci/gate"], env)


def do_bisect(call):
    """The commit that brought a finding."""
    call.words_not_taken()
    san = call.sanitizer()
    set_up((), ())
    env = Compiler(call.given("CC")).environment()
    become(["ci/bisect"], script_environment(env, call, SAN=san))


# --- the project itself ------------------------------------------------------


def project_environment(call):
    """For scripts that start verbs of their own: without the variables of this one."""
    env = Compiler(call.given("CC")).environment()
    for name in variables_module.VARIABLES:
        env.pop(name, None)
    return env


def do_check(call):
    """Every test, or those that match the words."""
    set_up(("check",), TESTED)
    become(["tests/run", *call.words], project_environment(call))


def do_soak(call):
    """The tests that take longer than a commit can wait."""
    set_up(("check",), TESTED)
    become(["tests/run", "--soak", *call.words], project_environment(call))


def do_bugs(call):
    """The bug bank."""
    call.words_not_taken()
    set_up(("bugs",), TESTED)
    env = project_environment(call)
    env.update(SEED=call.get("SEED"), OUT=call.get("OUT"), JOBS=call.given("JOBS"))
    env["RUNS"] = "" if call.get("RUNS") == "0" else call.get("RUNS")
    bugs = call.given("BUG").split()
    status = subprocess.run(["tests/bugs/matrix", *bugs], env=env, check=False).returncode
    if status or not call.given("SEEDS"):
        return status
    print(flush=True)
    env["SEEDS"] = call.given("SEEDS")
    become(["tests/bugs/strategies"], env)


def do_lint(call):
    """Formatting, warnings, scripts."""
    call.words_not_taken()
    set_up(("check",), TESTED)
    for tree in TESTED:
        Tree(tree).extract()
    become(
        ["ci/lint", *(f"build/core/{tree}" for tree in TESTED)],
        project_environment(call),
    )


def do_bench(call):
    """Speed beside that of others, and how soon each strategy finds each bug."""
    call.words_not_taken()
    set_up(("bench", "bugs"), TESTED)
    builder = call.builder()
    tree = call.tree()
    builder.prepare(tree)
    engine = ["bench/fuzz_empty", "bench/fuzz_fixed"]
    files = {
        "none": ["bench/schedules", "bench/linearizable", "bench/stress", *engine],
        "address": ["bench/schedules", *engine],
        "thread": ["bench/schedules", "bench/stress"],
    }
    for san, names in files.items():
        builder.build(tree, san, names)
    builder.build(tree, "none", ["build/bench/relacy"])
    env = project_environment(call)
    commands = [["tests/bench/run", *(tree.folder(san) for san in files)]]
    commands += [[f"{tree.folder(san)}/bench/stress", "200"] for san in ("none", "thread")]
    for command in commands:
        if command[0].endswith("/stress"):
            print(f"\nreal threads, {command[0].split('/')[2]}", flush=True)
        if subprocess.run(command, env=env, check=False).returncode:
            raise Failed(2)
    print(flush=True)
    become(["tests/bugs/strategies"], env)
