# SPDX-License-Identifier: GPL-2.0-only
#
# The front door: "make help" lists it. What a target needs is set up by the
# target; what was built before is not built again.

TREE	?= 6.1
TIME	?= 60
# A campaign without end takes all of them in turn.
SAN	?= $(if $(filter 0,$(TIME)),address thread none,address)
ENGINE	?= $(if $(filter 0,$(TIME)),libfuzzer afl,libfuzzer)
TARGET	?= threads
RUNS	?= 0
JOBS	?= 1
BOUND	?= 2
THREADS	?= 4
SEED	?= 1
OUT	?= build/out
CORPUS	?= corpus/seeds
# What is known of a tree as it is; a changed one may well end in a bucket of
# the same name.
KNOWN	?= $(if $(fixed)$(bug),,$(wildcard ci/known/$(stock)))
# Set by the caller only: DRIVER, BUG, FIXED, PROG, CHROME, STRATEGY, ACCESS,
# UNTIL, QUICK, TURN, FAULTS, REATTACH, PATCH, BASE, HEAD, TREES, GOOD, BAD

MAKEFLAGS += --no-print-directory
comma	:= ,
# An interrupted compiler leaves no object behind that looks done.
.DELETE_ON_ERROR:

ifneq ($(if $(strip $(SAN)),$(filter-out address thread none coverage,$(SAN)),none),)
$(error SAN=$(SAN): must be address, thread or none)
endif
ifneq ($(if $(strip $(ENGINE)),$(filter-out libfuzzer afl,$(ENGINE)),none),)
$(error ENGINE=$(ENGINE): must be libfuzzer or afl)
endif
ifneq ($(if $(filter-out 1,$(words $(SAN))),$(filter-out fuzz,$(MAKECMDGOALS))),)
$(error SAN=$(SAN): "make fuzz" alone takes more than one)
endif

# --- where things are built ------------------------------------------------

# What is changed makes a tree of its own; BUG=file.cocci counts by the file's
# name. A bug is in iommu.c, or in the mock driver that the patch names.
fixed	:= $(if $(FIXED),+fixed$(if $(filter-out 1,$(FIXED)),-$(FIXED)))
bug	:= $(if $(BUG),+$(basename $(notdir $(BUG))))
cocci	:= $(if $(filter %.cocci,$(BUG)),$(BUG),tests/bugs/$(BUG).cocci)
mock	:= $(if $(BUG),$(shell sed -n 's,^// file: \(drivers-mock/.*\),\1,p' '$(cocci)' 2>/dev/null))
stock	:= $(shell core/extract --name '$(TREE)' 2>/dev/null)
name	:= $(stock)$(fixed)$(bug)
core	:= build/core/$(name)
# A campaign with several sanitizers makes each of them by itself.
build	:= $(firstword $(SAN))$(if $(ACCESS),-access)
O	:= build/$(name)/$(build)
# What is not made from a changed file is shared, by trees with the same headers.
headers-of := $(file <build/core/$(stock)/.headers)
S	:= build/$(if $(headers-of),headers-$(headers-of),$(stock))/$(build)

CC	:= $(or $(shell command -v clang-19),clang)
LLVM	:= $(dir $(shell readlink -f '$(CC)' 2>/dev/null))
export PATH := $(LLVM):$(PATH)

# --- how they are built ----------------------------------------------------

# The kernel's dialect: signed overflow wraps, types may be punned. And nothing is
# to be relocated: 4 % fewer instructions.
CFLAGS	:= -std=gnu11 -O2 -g -fno-strict-aliasing -fwrapv -fno-omit-frame-pointer -fno-pie
WARN	:= -Wall -Wextra -Werror
CPPFLAGS = -D_GNU_SOURCE -I. $(defs-$(SAN)) $(if $(ACCESS),-DGROUPFUZZ_ACCESS)
headers	= $(1) $(1)/include $(1)/drivers/iommu
shims	= -Icore/kernel -Icore -Icore/include -include linux/kconfig.h
# A finding is named after a function of the core or a driver: inlined only
# where that is asked for, and not as it suits the compiler.
named	:= -finline-hint-functions
# The tree's headers are not ours to warn about, but are measured in the core.
KERNEL	= $(shims) $(addprefix -isystem ,$(call headers,build/core/$(stock)))
PEEK	= $(shims) $(addprefix -I,$(call headers,$(core)))

# Small functions in many files: an execution is a quarter faster as one unit.
lto	:= $(if $(shell command -v ld.lld-19),-flto=thin)
# What one changed tree links is mostly what the last one did: eight times sooner.
ld	:= -no-pie $(if $(lto),-fuse-ld=lld-19 -Wl$(comma)--thinlto-cache-dir=build/lto)
# A NULL pointer is an oops (oracle/oops.c); no finding ends the process.
san-address := -fsanitize=address,undefined -fno-sanitize=null \
	-fsanitize-recover=address,undefined
san-thread := -fsanitize=thread
# The scheduler is not, and tells the sanitizers what happens; to the thread
# sanitizer only what is under test has threads.
defs-address := -DGROUPFUZZ_ASAN
defs-thread := -DGROUPFUZZ_TSAN
# Of frames of these the code under test is lent the page that sysfs reads into,
# and no more: they need not come from a heap to be seen in use after return. And
# what is undefined in the harness is not what is looked for. A fifth faster.
frames	:= -fsanitize-address-use-after-return=never
mocks-address := $(san-address) $(frames)
harness-address := -fsanitize=address -fsanitize-recover=address $(frames)
san-none :=
san-coverage :=
sanflags := $(san-$(SAN)) $(lto)
mocks	:= $(or $(mocks-$(SAN)),$(san-$(SAN))) $(lto)
harness	:= $(harness-$(SAN)) $(lto)
# Only what is measured is instrumented: the core.
# Into a file that children share, so that what is killed is counted too (%c).
cov-coverage := -fprofile-instr-generate -fcoverage-mapping
relocate-coverage := -mllvm -runtime-counter-relocation
# What is under test tells of each load and store: more yield points.
access	:= $(if $(ACCESS),-fsanitize-coverage=edge$(comma)trace-loads$(comma)trace-stores)
# Without comparisons: the mutator makes programs, it does not guess bytes.
fuzz	:= -fsanitize-coverage=inline-8bit-counters,pc-table

program	:= $(wildcard harness/program/*.c)
kernel	:= $(wildcard core/kernel/*.c drivers-mock/*.c harness/oracle/*.c \
	     harness/world/*.c harness/sched/*.c) harness/target/campaign.c \
	     harness/target/finding.c
engine	:= harness/target/libfuzzer.c
library	:= $(program:%.c=$S/%.o) $(kernel:%.c=$S/%.o) $S/harness/sched/switch.o
library	:= $(patsubst $S/$(mock:.c=.o),$O/$(mock:.c=.o),$(library))
cmd	:= $(patsubst %.c,$S/%.o,$(wildcard harness/cmd/*.c))

$O/core/peek.o: core/peek.c Makefile
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(CPPFLAGS) $(named) $(PEEK) $(sanflags) $(access) $(cov-$(SAN)) $(relocate-$(SAN)) -MD -MP -c -o $@ $<

$O/core/peek-fuzz.o: core/peek.c Makefile
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(CPPFLAGS) $(named) $(PEEK) $(sanflags) $(access) $(fuzz) -MD -MP -c -o $@ $<

$S/harness/program/%.o: harness/program/%.c Makefile
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(WARN) $(CPPFLAGS) $(harness) -MD -MP -c -o $@ $<

mockcc	= $(CC) $(CFLAGS) $(named) $(WARN) $(CPPFLAGS) $(KERNEL) $(mocks) $(access) -MD -MP

$S/drivers-mock/%.o: drivers-mock/%.c Makefile
	@mkdir -p $(@D)
	$(mockcc) -c -o $@ $<

ifneq ($(mock),)
$O/$(mock:.c=.o): $(core)/$(mock) Makefile
	@mkdir -p $(@D)
	$(mockcc) -c -o $@ $<

$O/afl/$(mock:.c=.o): $(core)/$(mock) Makefile
	@mkdir -p $(@D)
	$(aflcc) $(KERNEL) -c -o $@ $<
endif

$S/harness/sched/%.o: harness/sched/%.c Makefile
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(WARN) $(CPPFLAGS) $(KERNEL) $(lto) -MD -MP -c -o $@ $<

$S/harness/sched/%.o: harness/sched/%.S Makefile
	@mkdir -p $(@D)
	$(CC) -c -o $@ $<

# These call the code under test, by the pointers that it gives them.
calls-address := -fsanitize=function -fsanitize-recover=function
$S/core/kernel/%.o: harness += $(calls-$(SAN))

$S/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(WARN) $(CPPFLAGS) $(KERNEL) $(harness) -MD -MP -c -o $@ $<

$O/groupfuzz: $(cmd) $(library) $O/core/peek.o
	$(CC) $(sanflags) $(ld) $(cov-$(SAN)) -o $@ $^

# With real threads: what the seam hides is there a second time.
posix	:= $(program) $(filter-out core/kernel/rcu.c core/kernel/slab.c,$(wildcard core/kernel/*.c)) \
	   $(wildcard drivers-mock/*.c) \
	   $(filter-out harness/oracle/history.c harness/oracle/isolation.c,$(wildcard harness/oracle/*.c)) \
	   $(addprefix harness/world/,build.c contract.c devices.c exec.c) $(wildcard harness/stress/*.c)
posix	:= $(posix:%.c=$S/posix/%.o)
posix	:= $(patsubst $S/posix/$(mock:.c=.o),$O/posix/$(mock:.c=.o),$(posix))
threads	:= -DGROUPFUZZ_POSIX -pthread

$O/posix/core/peek.o: core/peek.c Makefile
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(CPPFLAGS) $(threads) $(named) $(PEEK) $(sanflags) -MD -MP -c -o $@ $<

$S/posix/drivers-mock/%.o: drivers-mock/%.c Makefile
	@mkdir -p $(@D)
	$(mockcc) $(threads) -c -o $@ $<

ifneq ($(mock),)
$O/posix/$(mock:.c=.o): $(core)/$(mock) Makefile
	@mkdir -p $(@D)
	$(mockcc) $(threads) -c -o $@ $<
endif

$S/posix/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(WARN) $(CPPFLAGS) $(threads) $(KERNEL) $(harness) -MD -MP -c -o $@ $<

$O/groupfuzz-stress: $(posix) $O/posix/core/peek.o
	$(CC) $(sanflags) $(ld) -pthread -o $@ $^ -lurcu-qsbr -lurcu-cds -lurcu-common

$O/bench/stress: $S/posix/tests/bench/stress.o $(filter-out %/stress/main.o,$(posix)) $O/posix/core/peek.o
	@mkdir -p $(@D)
	$(CC) $(sanflags) $(ld) -pthread -o $@ $^ -lurcu-qsbr -lurcu-cds -lurcu-common

$O/fuzz_%: $S/harness/target/fuzz_%.o $(engine:%.c=$S/%.o) $(library) $O/core/peek-fuzz.o
	$(CC) $(sanflags) $(ld) -fsanitize=fuzzer -o $@ $^

# The benchmark's targets: the engine alone, and one program over and over.
$O/bench/fuzz_empty: tests/bench/fuzz_empty.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(sanflags) $(ld) -fsanitize=fuzzer -o $@ $<

$O/tests/test_%: $S/tests/test_%.o $(library) $O/core/peek.o
	@mkdir -p $(@D)
	$(CC) $(sanflags) $(ld) $(cov-$(SAN)) -o $@ $^ -lcmocka

$O/bench/fuzz_fixed: $S/tests/bench/fuzz_fixed.o $(library) $O/core/peek-fuzz.o
	@mkdir -p $(@D)
	$(CC) $(sanflags) $(ld) -fsanitize=fuzzer -o $@ $^

$O/bench/schedules $O/bench/linearizable: $O/bench/%: $S/tests/bench/%.o $(library) $O/core/peek.o
	@mkdir -p $(@D)
	$(CC) $(sanflags) $(ld) -o $@ $^

# Its headers are not ours to warn about.
build/bench/relacy: tests/bench/relacy.cc
	@mkdir -p $(@D)
	$(CC) -x c++ -O2 -w -o $@ $< -lstdc++

-include $(shell find $(sort $O $S) -name '*.d' 2>/dev/null)

# AFL++ brings a compiler of its own, made for clang 14: whatever "clang" is, the
# rest has to be compiled by that one too.
afl/san-address := $(san-address)
afl	:= $(program) $(kernel) $(engine) harness/target/fuzz_$(TARGET).c
afl/clang = $(or $(shell afl-clang-fast --version 2>/dev/null | sed -n 's/^InstalledDir: //p'),/usr/bin)/clang
aflcc	= $(afl/clang) $(CFLAGS) $(named) $(CPPFLAGS) -DGROUPFUZZ_AFL $(afl/san-$(SAN)) -MD -MP

$O/afl/core/peek.o: core/peek.c Makefile
	@mkdir -p $(@D)
	AFL_QUIET=1 AFL_LLVM_INSTRUMENT=PCGUARD afl-clang-fast $(CFLAGS) $(CPPFLAGS) $(named) $(PEEK) $(afl/san-$(SAN)) -MD -MP -c -o $@ $<

$O/afl/harness/program/%.o: harness/program/%.c Makefile
	@mkdir -p $(@D)
	$(aflcc) -c -o $@ $<

$O/afl/harness/sched/%.o: harness/sched/%.c Makefile
	@mkdir -p $(@D)
	$(afl/clang) $(CFLAGS) $(CPPFLAGS) -DGROUPFUZZ_AFL $(KERNEL) -MD -MP -c -o $@ $<

$O/afl/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(aflcc) $(KERNEL) -c -o $@ $<

$O/afl/fuzz_$(TARGET): $(afl:%.c=$O/afl/%.o) $S/harness/sched/switch.o $O/afl/core/peek.o
	AFL_QUIET=1 afl-clang-fast $(afl/san-$(SAN)) -no-pie -fsanitize=fuzzer -o $@ $^

build/afl_mutator_%.so: harness/target/afl_mutator.c harness/target/fuzz_%.c $(program)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(CPPFLAGS) -shared -fPIC -o $@ $^

# --- setting up ------------------------------------------------------------

.PHONY: setup core changed
setup:
	@ci/setup '$(TREE)'

# The tree's files; with FIXED and BUG a copy of them, in which one or the other
# is changed.
core: setup
	@core/extract '$(TREE)'
	@$(if $(fixed)$(bug),$(MAKE) -s changed)

ifneq ($(fixed)$(bug),)
# Known bugs are mended, and then the bug is put back.
mended	:= build/core/$(stock)$(fixed)

changed: $(core)/drivers/iommu/iommu.c $(mock:%=$(core)/%)
	@cd build/core/$(stock) && find . -type f ! -name iommu.c \
		-exec cp -u --parents -t '$(CURDIR)/$(core)' {} +

ifneq ($(fixed),)
$(mended)/drivers/iommu/iommu.c: build/core/$(stock)/drivers/iommu/iommu.c \
		ci/known/fix $(wildcard ci/known/fixes/*) tests/bugs/apply
	@mkdir -p $(@D)
	@ci/known/fix '$(FIXED)' $< $@
endif

ifneq ($(bug),)
$(core)/drivers/iommu/iommu.c: $(mended)/drivers/iommu/iommu.c \
		tests/bugs/apply $(wildcard $(cocci))
	@mkdir -p $(@D)
	@$(if $(mock),cp $< $@,tests/bugs/apply '$(BUG)' $< $@) || exit 2
endif

ifneq ($(mock),)
$(core)/$(mock): $(mock) tests/bugs/apply $(cocci)
	@mkdir -p $(@D)
	@tests/bugs/apply '$(BUG)' $< $@ || exit 2
endif
endif

# --- the front door --------------------------------------------------------

.DEFAULT_GOAL := help
.PHONY: help build fuzz fuzzers run explore stress minimize coverage bisect export gate check bugs lint bench clean

help:
	@echo 'make fuzz               set up what is missing, fuzz for TIME seconds, print a summary'
	@echo '  JOBS=n                n processes at once, on one corpus'
	@echo '  TIME=0                without end, until Ctrl-C: each engine with each sanitizer'
	@echo '                        has a turn of TURN seconds (300); or those of'
	@echo "                        ENGINE='libfuzzer afl' SAN='address thread none'"
	@echo 'make check              set up what is missing, run every test'
	@echo 'make run PROG=file      replay one program, print its trace and verdict'
	@echo '  TREES="6.1 /path"     and which of these trees show it'
	@echo '  CHROME=file.json      and write it as Chrome trace events, for ui.perfetto.dev'
	@echo '  FAULTS=all            run it once for each fault that it can meet instead;'
	@echo '                        or one kind: alloc, attach, domain, probe, pasid, sysfs'
	@echo '  REATTACH=1            drivers may fail to attach what they had attached before'
	@echo 'make stress             THREADS (4) real threads for TIME seconds, or RUNS rounds'
	@echo 'make minimize PROG=file print the smallest program with the same finding'
	@echo 'make explore PROG=file  run it under all schedules of up to BOUND preemptions (2)'
	@echo 'make coverage           what the corpus reaches of iommu.c: a table, HTML, lcov;'
	@echo '                        or PROG=file, or the programs of CORPUS=dir'
	@echo 'make bugs               put each bug of tests/bugs in, print which oracle speaks of it;'
	@echo '                        BUG=name: of that one; JOBS=n: n at a time (all processors);'
	@echo '                        SEEDS=3: and how soon it is found'
	@echo 'make export PROG=file   its calls as a C file, for a debugger'
	@echo 'make gate PATCH=file    what a patch changes: new findings, removed ones'
	@echo '     or BASE=rev HEAD=rev, of a git tree; 300 seconds in all'
	@echo 'make bisect PROG=file   the commit from GOOD to BAD of a git tree that brought it'
	@echo 'make lint               formatting, warnings of three compilers, shellcheck'
	@echo 'make bench              speed, side by side with what it is compared to'
	@echo 'make build              the command line and the fuzz targets, build/TREE/SAN/'
	@echo 'make clean              back to a clean checkout'
	@echo
	@echo 'TREE=6.1 (default), 6.12 or a path to a kernel tree or archive'
	@echo 'SAN=address (default, with undefined), thread, none'
	@echo 'ENGINE=libfuzzer (default) or afl; CORPUS=dir or none; DRIVER=smmuv3, ...'
	@echo 'BUG=name (tests/bugs) or file.cocci: put a bug into the copy of the core'
	@echo 'FIXED=1: mend known bugs (ci/known/fixes) in it first; FIXED=NAME,... some of them'
	@echo 'KNOWN=dir (ci/known/TREE) or none: findings to be passed over'
	@echo 'TARGET=threads (default) or sequence, programs of one thread'
	@echo 'STRATEGY=mix (default: each in turn), list (the fuzzed schedules), random, pct, pct:DEPTH,'
	@echo '         pos, none'
	@echo 'ACCESS=1: threads may also be switched at each load and store'
	@echo 'UNTIL=bucket: a campaign, or stress, ends when it has found that; a pattern, or several'
	@echo 'QUICK=1: only search: nothing is minimised, and lines are not counted'
	@echo 'TIME=seconds RUNS=executions SEED=number OUT=dir'

build: core
	@$(MAKE) $O/groupfuzz $O/fuzz_$(TARGET)

fuzz: core
	@for san in $(SAN); do $(MAKE) -s fuzzers SAN=$$san || exit; done
	@$(if $(QUICK),,$(MAKE) -s build/$(name)/coverage$(if $(ACCESS),-access)/groupfuzz SAN=coverage)
	@TREE='$(TREE)' NAME='$(name)' SAN='$(SAN)' ENGINE='$(ENGINE)' TARGET='$(TARGET)' \
	 TIME='$(TIME)' RUNS='$(RUNS)' SEED='$(SEED)' OUT='$(OUT)' CORPUS='$(CORPUS)' \
	 DRIVER='$(DRIVER)' BUG='$(BUG)' FIXED='$(FIXED)' KNOWN='$(filter-out none,$(KNOWN))' \
	 STRATEGY='$(STRATEGY)' ACCESS='$(ACCESS)' UNTIL='$(UNTIL)' JOBS='$(JOBS)' \
	 TURN='$(TURN)' QUICK='$(QUICK)' BUILD='build/$(name)' harness/cmd/fuzz

# All that a campaign with this sanitizer takes.
afl-engine := $(if $(filter afl,$(ENGINE)),$(filter-out thread,$(SAN)))
fuzzers: $O/groupfuzz $O/fuzz_$(TARGET) \
	$(if $(afl-engine),build/afl_mutator_$(TARGET).so $O/afl/fuzz_$(TARGET))

ifeq ($(TREES),)
run: core
ifeq ($(PROG),)
	@echo 'make run: PROG=file.prog is missing' >&2; exit 2
endif
	@$(MAKE) -s $O/groupfuzz
	@$(if $(FAULTS),mkdir -p '$(OUT)')
	@$O/groupfuzz run $(if $(DRIVER),--driver '$(DRIVER)') $(if $(CHROME),--chrome '$(CHROME)') \
		$(if $(REATTACH),--reattach-may-fail) \
		$(if $(FAULTS),--faults '$(FAULTS)' --out '$(OUT)') '$(PROG)'
else
run:
ifeq ($(PROG),)
	@echo 'make run: PROG=file.prog is missing' >&2; exit 2
endif
	@ci/setup $(TREES)
	@ci/trees '$(PROG)' '$(SAN)' $(TREES)
endif

# As a C file, for a debugger.
export: core
ifeq ($(PROG),)
	@echo 'make export: PROG=file.prog is missing' >&2; exit 2
endif
ifneq ($(mock),)
	@echo 'make export: BUG=$(BUG) is in a mock driver' >&2; exit 2
endif
	@$(MAKE) -s $O/groupfuzz
	@mkdir -p '$(OUT)'
	@$O/groupfuzz export '$(PROG)' '$(OUT)/$(basename $(notdir $(PROG))).c' '$(core)'
	@echo '$(OUT)/$(basename $(notdir $(PROG))).c'

# From GOOD to BAD, with the program as the test.
bisect:
	@ci/setup
	@TREE='$(TREE)' PROG='$(PROG)' GOOD='$(GOOD)' BAD='$(BAD)' SAN='$(SAN)' \
	 OUT='$(OUT)' ci/bisect

# Which schedules are equivalent only shows where accesses do; with ACCESS=1
# threads are switched there too.
explore: core
ifeq ($(PROG),)
	@echo 'make explore: PROG=file.prog is missing' >&2; exit 2
endif
	@$(MAKE) -s build/$(name)/$(SAN)-access/groupfuzz ACCESS=1
	@mkdir -p '$(OUT)'
	@build/$(name)/$(SAN)-access/groupfuzz explore --bound '$(BOUND)' \
		$(if $(ACCESS),--accesses) '$(PROG)' '$(OUT)'

stress: core
ifneq ($(ACCESS),)
	@echo 'make stress: ACCESS=$(ACCESS): real threads are switched anywhere' >&2; exit 2
endif
	@$(MAKE) -s $O/groupfuzz $O/groupfuzz-stress
	@mkdir -p '$(OUT)'
	@GROUPFUZZ_KNOWN='$(filter-out none,$(KNOWN))' GROUPFUZZ_UNTIL='$(UNTIL)' \
		$O/groupfuzz stress --seconds '$(TIME)' \
		--rounds '$(RUNS)' --threads '$(THREADS)' --seed '$(SEED)' \
		$(if $(DRIVER),--driver '$(DRIVER)') '$(OUT)' \
		tree='$(TREE)' sanitizer='$(SAN)' engine=threads target=stress seed='$(SEED)' \
		bug='$(BUG)' fixed='$(FIXED)' known='$(filter-out none,$(KNOWN))'

minimize: core
ifeq ($(PROG),)
	@echo 'make minimize: PROG=file.prog is missing' >&2; exit 2
endif
	@$(MAKE) -s $O/groupfuzz
	@$O/groupfuzz minimize '$(PROG)'

# Of the committed corpus, all of it, if the caller names no other.
coverage: core
	@$(MAKE) -s build/$(name)/coverage/groupfuzz SAN=coverage
	@NAME='$(name)' OUT='$(OUT)' PROG='$(PROG)' \
	 CORPUS='$(if $(filter file,$(origin CORPUS)),,$(CORPUS))' harness/cmd/coverage
# Whoever does not say gets five minutes.
gate:
	@ci/setup '$(TREE)'
	@TREE='$(TREE)' PATCH='$(PATCH)' BASE='$(BASE)' HEAD='$(HEAD)' \
	 TIME='$(if $(filter file,$(origin TIME)),300,$(TIME))' \
	 RUNS='$(RUNS)' SEED='$(SEED)' OUT='$(OUT)' ci/gate

# Whatever is built with: the program layer by itself, always with sanitizers.
build/tests/test_program: tests/test_program.c $(program) $(wildcard harness/program/*.h)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(WARN) $(CPPFLAGS) -fsanitize=address,undefined \
		-fno-sanitize-recover=undefined -no-pie -o $@ $(filter %.c,$^) -lcmocka

check:
	@ci/setup 6.1 6.12
	@tests/run

# Which oracle speaks of which bug; and how soon each strategy finds those that
# take several threads, with the median of SEEDS.
bugs:
	@ci/setup 6.1 6.12
	@RUNS='$(filter-out 0,$(RUNS))' SEED='$(SEED)' OUT='$(OUT)' \
	 JOBS='$(if $(filter file,$(origin JOBS)),,$(JOBS))' tests/bugs/matrix $(BUG)
	@$(if $(SEEDS),echo; RUNS='$(filter-out 0,$(RUNS))' SEEDS='$(SEEDS)' tests/bugs/strategies)

lint:
	@ci/setup 6.1 6.12
	@core/extract 6.1
	@core/extract 6.12
	@ci/lint build/core/6.1 build/core/6.12

# Then how soon each strategy finds each concurrent bug.
bench: core
	@ci/setup --bench
	@for san in none address thread; do \
		$(MAKE) -s SAN=$$san build/$(name)/$$san/bench/schedules || exit; done
	@for san in none address; do \
		$(MAKE) -s SAN=$$san build/$(name)/$$san/bench/fuzz_empty \
			build/$(name)/$$san/bench/fuzz_fixed || exit; done
	@$(MAKE) -s SAN=none build/$(name)/none/bench/linearizable
	@$(MAKE) -s build/bench/relacy
	@tests/bench/run $(addprefix build/$(name)/,none address thread)
	@for san in none thread; do \
		$(MAKE) -s SAN=$$san build/$(name)/$$san/bench/stress && \
		printf '\nreal threads, sanitizer %s\n' $$san && \
		build/$(name)/$$san/bench/stress 200 || exit; done
	@echo
	@tests/bugs/strategies

clean:
	rm -rf build
