# SPDX-License-Identifier: GPL-2.0-only
"""Sets up the machine, extracts a tree and builds from it.

Everything that mk/build.mk gets is a name made here of letters, digits and a few
signs, whatever the user's tree, bug or compiler is called.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import threading

from errors import Failed, UsageError

MAKEFILE = "mk/build.mk"


def write_if_changed(path, text):
    """Keep the file's time if it has @text already: make compares times."""
    try:
        with open(path, encoding="utf-8") as file:
            if file.read() == text:
                return
    except OSError:
        pass
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        temporary = f"{path}.{os.getpid()}.tmp"
        with open(temporary, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(temporary, path)
    except OSError as error:
        raise UsageError(f"{error.filename}: {error.strerror}") from error


def run_quietly(*command, **options):
    """Run a script that says by itself what is wrong. Returns its output."""
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False, **options)
    if done.returncode:
        raise Failed(2)
    return done.stdout.decode(errors="surrogateescape").rstrip("\n")


# --- the machine -------------------------------------------------------------


def set_up(groups, trees):
    """Install what is missing for @groups and @trees (ci/setup). Once it has
    succeeded it is not asked again until the package database or the script changes."""
    arguments = [word for group in groups for word in ("--with", group)] + list(trees)
    stamp = "build/.set-up"
    if machine_state(arguments) in read_lines(stamp):
        return
    if subprocess.run(["ci/setup", *arguments], check=False).returncode:
        raise Failed(2)
    try:
        os.makedirs("build", exist_ok=True)
        with open(stamp, "a", encoding="utf-8") as file:
            file.write(machine_state(arguments) + "\n")
    except OSError as error:
        raise UsageError(f"{stamp}: {error.strerror}") from error


def machine_state(arguments):
    """A line that changes when ci/setup may come to another answer."""
    times = []
    for file in ("ci/setup", "/var/lib/dpkg/status"):
        try:
            times.append(str(os.stat(file).st_mtime_ns))
        except OSError:
            times.append("-")
    return hashlib.sha256(repr((arguments, times)).encode()).hexdigest()


def read_lines(path):
    """The lines of a file that need not be there."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.read().split("\n")
    except OSError:
        return []


class Compiler:
    """clang: the user's CC, or the newest that this project is tested with. To be
    made after set_up(), which may install it."""

    def __init__(self, given):
        self.command = given or shutil.which("clang-19") or "clang"
        words = self.command.split()
        found = shutil.which(words[-1]) if words else None
        if not found:
            raise UsageError(f"CC={self.command}: no such compiler")
        done = subprocess.run(
            [*words, "--version"], capture_output=True, check=False
        )
        version = done.stdout.decode(errors="replace")
        if done.returncode or "clang" not in version:
            raise UsageError(f"CC={self.command}: not clang")
        # llvm-cov and the others have to be of the compiler's version.
        self.folder = os.path.dirname(os.path.realpath(found))
        self.has_lld = os.access(os.path.join(self.folder, "ld.lld"), os.X_OK)
        self.identity = f"{self.command}\n{version}lto {self.has_lld}\n"

    def environment(self):
        """For make and for what calls llvm-cov, llvm-profdata, llvm-symbolizer."""
        env = dict(os.environ, GROUPFUZZ_CC=self.command)
        env["PATH"] = self.folder + os.pathsep + env.get("PATH", "")
        for name in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES"):
            env.pop(name, None)
        return env


# --- the tree ----------------------------------------------------------------


class Tree:
    """A kernel tree, extracted to build/core/STOCK, and its changed copy."""

    def __init__(self, tree, bug="", fixed=""):
        self.tree = tree
        self.stock = run_quietly("core/extract", "--name", tree)
        self.fixed = fixed
        self.fixed_suffix = fixed and ("+fixed" if fixed == "1" else f"+fixed-{fixed}")
        self.cocci = bug and find_bug(bug)
        self.mock = self.cocci and mock_of(self.cocci)
        self.bug_suffix = self.cocci and "+" + bug_name(self.cocci)
        self.name = self.stock + self.fixed_suffix + self.bug_suffix
        self.core = "build/core/" + self.name

    def folder(self, san, access=""):
        """Where the binaries of this tree are."""
        return f"build/{self.name}/{kind(san, access)}"

    def shared_folder(self, san, access=""):
        """Where the objects are that do not depend on iommu.c. Coverage instruments
        nothing else, so they are those of no sanitizer."""
        san = "none" if san == "coverage" else san
        try:
            with open(f"build/core/{self.stock}/.headers", encoding="ascii") as file:
                stock = "headers-" + file.read().strip()
        except OSError:
            stock = self.stock
        return f"build/{stock}/{kind(san, access)}"

    def semantic_patch(self):
        """The copy of the bug's patch that make sees. Its name is safe."""
        if not self.cocci:
            return ""
        return f"{self.core}/{re.sub('[^A-Za-z0-9._-]', '_', bug_base(self.cocci))}.cocci"

    def extract(self):
        """Take the files out of the tree."""
        run_quietly("core/extract", self.tree)
        if self.cocci:
            with open(self.cocci, encoding="utf-8", errors="surrogateescape") as file:
                write_if_changed(self.semantic_patch(), file.read())


def kind(san, access):
    """The name of a folder below build/TREE."""
    return san + ("-access" if access else "")


def find_bug(bug):
    """The semantic patch that BUG names."""
    file = bug if bug.endswith(".cocci") else f"tests/bugs/{bug}.cocci"
    if not os.path.isfile(file):
        raise UsageError(f"BUG={bug}: no such bug")
    return file


def bug_base(cocci):
    return os.path.basename(cocci)[: -len(".cocci")]


def bug_name(cocci):
    """What a build folder is called after: two files never share a name."""
    base = bug_base(cocci)
    if os.path.dirname(cocci) == "tests/bugs" and re.fullmatch("[A-Za-z0-9._-]+", base):
        return base
    path = os.path.realpath(cocci).encode(errors="surrogateescape")
    safe = re.sub("[^A-Za-z0-9._-]", "_", base)
    return f"{safe}-{hashlib.sha256(path).hexdigest()[:8]}"


def mock_of(cocci):
    """The mock driver that a semantic patch says it is for, or ""."""
    with open(cocci, encoding="utf-8", errors="replace") as file:
        found = re.search(r"^// file: (drivers-mock/.*)$", file.read(), re.MULTILINE)
    if not found:
        return ""
    if not re.fullmatch(r"drivers-mock/\w+\.c", found[1], re.ASCII) or not os.path.isfile(found[1]):
        raise UsageError(f"{cocci}: no such file: {found[1]}")
    return found[1]


# --- make --------------------------------------------------------------------


class Progress:
    """How far a build is: one changing line on a terminal, else a line at its
    beginning and one for each quarter."""

    def __init__(self, what, total, quiet):
        self.what, self.total, self.quiet = what, total, quiet
        self.done = self.shown = 0
        self.terminal = sys.stderr.isatty()
        if total and not quiet and not self.terminal:
            self.say(f"build: {what}: {total} files\n")

    def say(self, words):
        sys.stderr.write(words)
        sys.stderr.flush()

    def step(self, line):
        """One file is being built: @line is "  CC      path"."""
        self.done += 1
        if self.quiet:
            return
        if self.terminal:
            file = re.sub(r"build/[^/]+/[^/]+/", "", line)
            words = f"build: {self.what}: {self.done} of {self.total}{file}"
            width = shutil.get_terminal_size().columns - 1
            self.say(f"\r\033[K{words[:width]}")
        elif self.done * 4 // max(self.total, 1) > self.shown:
            self.shown = self.done * 4 // max(self.total, 1)
            self.say(f"build: {self.what}: {self.done} of {self.total}\n")

    def end(self):
        if self.terminal and self.done and not self.quiet:
            self.say("\r\033[K")


class Builder:
    """Builds files of trees with one compiler."""

    def __init__(self, compiler, jobs, quiet, verbose):
        self.compiler, self.jobs = compiler, jobs
        self.quiet, self.verbose = quiet, verbose

    def prepare(self, tree):
        """Extract @tree, with its fixes and its bug."""
        tree.extract()
        if tree.name != tree.stock:
            self._make(tree, "none", "", ["changed"], count=False)

    def build(self, tree, san, files, access=""):
        """Build @files of @tree: names relative to its folder, or paths in build/.
        prepare() has to come first."""
        own = tree.folder(san, access)
        shared = tree.shared_folder(san, access)
        for folder in (own, shared):
            write_if_changed(f"{folder}/.compiler", self.compiler.identity)
        targets = [f if f.startswith("build/") else f"{own}/{f}" for f in files]
        self._make(tree, san, access, targets, count=True)

    def _command(self, tree, san, access, targets):
        return [
            "make", "-f", MAKEFILE, f"-j{self.jobs}",
            f"STOCK={tree.stock}", f"NAME={tree.name}",
            f"FIXED={tree.fixed}", f"FIXED_SUFFIX={tree.fixed_suffix}",
            f"COCCI={tree.semantic_patch()}", f"MOCK={tree.mock}",
            f"SAN={san}", f"ACCESS={access}",
            f"O={tree.folder(san, access)}", f"S={tree.shared_folder(san, access)}",
            f"LTO={'1' if self.compiler.has_lld else ''}",
            f"V={self.verbose}", *targets,
        ]  # fmt: skip

    def _make(self, tree, san, access, targets, count):
        command = self._command(tree, san, access, targets)
        env = self.compiler.environment()
        # None if all is up to date, or if it cannot be built, which make will say.
        counted = count and not self.quiet
        total = count_steps([*command, "-n"], env) if counted else 0
        progress = Progress(f"{tree.name} {kind(san, access)}", total, self.quiet)
        with subprocess.Popen(
            command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as make:
            words = drain(make, progress, self.verbose)
        progress.end()
        if make.returncode:
            sys.stderr.write(compiler_words(words))
            raise Failed(2)


def count_steps(command, env):
    """How many files a make would build: it prints its recipes, one line of which
    stands for a file."""
    done = subprocess.run(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False
    )
    return sum(line.startswith(b'echo "  ') for line in done.stdout.splitlines())


def drain(make, progress, verbose):
    """Follow a make until it ends. Returns what it printed to stderr."""
    words = []
    reader = threading.Thread(target=lambda: words.append(make.stderr.read()))
    reader.start()
    for raw in make.stdout:
        line = raw.decode(errors="replace").rstrip("\n")
        if line.startswith("  "):
            progress.step(line)
        elif verbose:
            print(line, file=sys.stderr)
    reader.join()
    return b"".join(words).decode(errors="replace")


def compiler_words(words):
    """What make's commands said, without make's own lines if there is more."""
    lines = words.splitlines(keepends=True)
    others = [line for line in lines if not line.startswith("make")]
    return "".join(others or lines[-1:])
