# SPDX-License-Identifier: GPL-2.0-only
#
# Build rules: one binary for each tree, sanitizer and kind of threads. The tool
# (harness/tool/build.py) extracts the tree and then runs this file; users call the
# verbs of the Makefile.
#
# Set by the tool, from names that it has made safe for make and the shell:
#	STOCK	the tree, as build/core/STOCK
#	NAME	the same, or the tree with known fixes (+fixed) or a bug (+BUG)
#	SAN	address, thread, none or coverage
#	ACCESS	1: yield points at loads and stores too
#	O	folder of what depends on iommu.c
#	S	folder of what does not; trees with identical headers share it
#	COCCI	the semantic patch of the bug, a file below build/core/NAME
#	MOCK	the mock driver that the bug is in, if it is not in iommu.c
#	FIXED	1 or names of known fixes
# And in the environment, since a user may write anything there: GROUPFUZZ_CC.

MAKEFLAGS += --no-print-directory --no-builtin-rules
SHELL	:= /bin/bash
comma	:= ,
core	:= build/core/$(NAME)
stock	:= build/core/$(STOCK)

# An interrupted compiler leaves no object behind that looks done.
.DELETE_ON_ERROR:
.SUFFIXES:
# A file that only pattern rules name is kept too: a fuzz target needs AFL++'s mutator
# when it runs, and the next target needs the same objects.
.SECONDARY:

# say KIND: the line that the tool counts for its progress display.
say	= @echo "  $(1)$(2)"
compiler := $$GROUPFUZZ_CC
Q	:= $(if $(V),,@)

# --- flags -----------------------------------------------------------------

# The kernel's dialect: signed overflow wraps, types may be punned. Without
# relocation an execution takes 4 % fewer instructions.
CFLAGS	:= -std=gnu11 -O2 -g -fno-strict-aliasing -fwrapv -fno-omit-frame-pointer -fno-pie
WARN	:= -Wall -Wextra -Werror
CPPFLAGS := -D_GNU_SOURCE -I. $(if $(ACCESS),-DGROUPFUZZ_ACCESS)
headers	= $(1) $(1)/include $(1)/drivers/iommu
shims	:= -Icore/kernel -Icore -Icore/include -include linux/kconfig.h
# Findings are named after functions of the core or a driver, so the compiler
# inlines only functions that ask for it.
named	:= -finline-hint-functions
# The tree's headers are system headers, whose warnings are not ours, except in
# iommu.c, where coverage measures them.
KERNEL	:= $(shims) $(addprefix -isystem ,$(call headers,$(stock)))
PEEK	:= $(shims) $(addprefix -I,$(call headers,$(core)))

# Link-time optimisation makes an execution 25 % faster. The linker has to be the
# compiler's own: it reads the compiler's intermediate code. Its cache makes the
# link of a changed tree eight times faster.
lto	:= $(if $(LTO),-flto=thin)
ld	:= -no-pie $(if $(lto),-fuse-ld=lld -Wl$(comma)--thinlto-cache-dir=build/lto)
# A NULL pointer is an oops (oracle/oops.c), and no finding ends the process.
san-address := -fsanitize=address,undefined -fno-sanitize=null \
	-fsanitize-recover=address,undefined
san-thread := -fsanitize=thread
# The scheduler itself is not instrumented. It tells the sanitizers about fibers
# and locks. ThreadSanitizer watches only the code under test.
defs-address := -DGROUPFUZZ_ASAN
defs-thread := -DGROUPFUZZ_TSAN
CPPFLAGS += $(defs-$(SAN))
# The sysfs page is the only stack buffer that the core sees, so the sanitizer's
# fake stack is off here: 20 % faster. Undefined behaviour is only looked for in
# the code under test.
frames	:= -fsanitize-address-use-after-return=never
mocks-address := $(san-address) $(frames)
harness-address := -fsanitize=address -fsanitize-recover=address $(frames)
sanflags := $(san-$(SAN)) $(lto)
mocks	:= $(or $(mocks-$(SAN)),$(san-$(SAN))) $(lto)
harness	:= $(harness-$(SAN)) $(lto)
# Coverage instruments the core alone. With relocated counters (%c) the counts of
# a killed process are kept.
cov-coverage := -fprofile-instr-generate -fcoverage-mapping
relocate-coverage := -mllvm -runtime-counter-relocation
access	:= $(if $(ACCESS),-fsanitize-coverage=edge$(comma)trace-loads$(comma)trace-stores)
# No comparison tracing: the mutator builds programs and does not guess bytes.
fuzz	:= -fsanitize-coverage=inline-8bit-counters,pc-table

# The tool rewrites these when the compiler changes. A switch of compilers then
# rebuilds instead of mixing objects.
shared-deps := mk/build.mk $S/.compiler
own-deps := mk/build.mk $O/.compiler

# --- objects ---------------------------------------------------------------

program	:= $(wildcard harness/program/*.c)
kernel	:= $(wildcard core/kernel/*.c drivers-mock/*.c harness/oracle/*.c \
	     harness/world/*.c harness/sched/*.c) \
	     $(addprefix harness/target/,campaign.c campaign_file.c finding.c input.c)
engine	:= harness/target/libfuzzer.c
library	:= $(program:%.c=$S/%.o) $(kernel:%.c=$S/%.o) $S/harness/sched/switch.o
library	:= $(patsubst $S/$(MOCK:.c=.o),$O/$(MOCK:.c=.o),$(library))
cmd	:= $(patsubst %.c,$S/%.o,$(wildcard harness/cmd/*.c))

# compile FLAGS: one object from $<.
define compile
$(call say,CC      ,$@)
@mkdir -p $(@D)
$(Q)$(compiler) $(CFLAGS) $(CPPFLAGS) $(1) -MD -MP -c -o $@ $<
endef
# link FLAGS LIBRARIES: $@ from its objects.
define link
$(call say,LD      ,$@)
@mkdir -p $(@D)
$(Q)$(compiler) $(sanflags) $(ld) $(1) -o $@ $(filter %.o,$^) $(2)
endef

mockflags := $(named) $(WARN) $(KERNEL) $(mocks) $(access)

$O/core/peek.o: core/peek.c $(own-deps)
	$(call compile,$(named) $(PEEK) $(sanflags) $(access) $(cov-$(SAN)) $(relocate-$(SAN)))

$O/core/peek-fuzz.o: core/peek.c $(own-deps)
	$(call compile,$(named) $(PEEK) $(sanflags) $(access) $(fuzz))

$S/harness/program/%.o: harness/program/%.c $(shared-deps)
	$(call compile,$(WARN) $(harness))

$S/drivers-mock/%.o: drivers-mock/%.c $(shared-deps)
	$(call compile,$(mockflags))

$S/harness/sched/%.o: harness/sched/%.c $(shared-deps)
	$(call compile,$(WARN) $(KERNEL) $(lto))

$S/harness/sched/%.o: harness/sched/%.S $(shared-deps)
	$(call say,AS      ,$@)
	@mkdir -p $(@D)
	$(Q)$(compiler) -c -o $@ $<

# These files call the code under test through pointers that it registered.
calls-address := -fsanitize=function -fsanitize-recover=function
$S/core/kernel/%.o: harness += $(calls-$(SAN))

$S/%.o: %.c $(shared-deps)
	$(call compile,$(WARN) $(KERNEL) $(harness))

# --- deterministic threads -------------------------------------------------

$O/groupfuzz: $(cmd) $(library) $O/core/peek.o
	$(call link,$(cov-$(SAN)))

$O/fuzz_%: $S/harness/target/fuzz_%.o $(engine:%.c=$S/%.o) $(library) $O/core/peek-fuzz.o
	$(call link,-fsanitize=fuzzer)

$O/tests/test_%: $S/tests/test_%.o $(library) $O/core/peek.o
	$(call link,$(cov-$(SAN)),-lcmocka)

# --- real threads: a second implementation of the same interface -----------

posix	:= $(program) $(filter-out core/kernel/rcu.c core/kernel/slab.c,$(wildcard core/kernel/*.c)) \
	   $(wildcard drivers-mock/*.c) \
	   $(filter-out harness/oracle/history.c harness/oracle/isolation.c,$(wildcard harness/oracle/*.c)) \
	   $(addprefix harness/world/,build.c contract.c devices.c exec.c) $(wildcard harness/stress/*.c)
posix	:= $(posix:%.c=$S/posix/%.o)
posix	:= $(patsubst $S/posix/$(MOCK:.c=.o),$O/posix/$(MOCK:.c=.o),$(posix))
threads	:= -DGROUPFUZZ_POSIX -pthread
urcu	:= -lurcu-qsbr -lurcu-cds -lurcu-common

$O/posix/core/peek.o: core/peek.c $(own-deps)
	$(call compile,$(threads) $(named) $(PEEK) $(sanflags))

$S/posix/drivers-mock/%.o: drivers-mock/%.c $(shared-deps)
	$(call compile,$(mockflags) $(threads))

$S/posix/%.o: %.c $(shared-deps)
	$(call compile,$(WARN) $(threads) $(KERNEL) $(harness))

$O/groupfuzz-stress: $(posix) $O/posix/core/peek.o
	$(call link,-pthread,$(urcu))

$O/bench/stress: $S/posix/tests/bench/stress.o $(filter-out %/stress/main.o,$(posix)) $O/posix/core/peek.o
	$(call link,-pthread,$(urcu))

# --- benchmark: the engine alone, and one program repeated -----------------

$O/bench/fuzz_empty: $S/tests/bench/fuzz_empty.o
	$(call link,-fsanitize=fuzzer)

$O/bench/fuzz_fixed: $S/tests/bench/fuzz_fixed.o $(library) $O/core/peek-fuzz.o
	$(call link,-fsanitize=fuzzer)

$O/bench/schedules $O/bench/linearizable: $O/bench/%: $S/tests/bench/%.o $(library) $O/core/peek.o
	$(call link)

build/bench/relacy: tests/bench/relacy.cc mk/build.mk
	$(call say,CXX     ,$@)
	@mkdir -p $(@D)
	$(Q)$(compiler) -x c++ -O2 -w -o $@ $< -lstdc++

# --- AFL++: a compiler of its own, built for clang 14 ----------------------

afl/san-address := $(san-address)
afl	:= $(program) $(kernel) $(engine)
afl/clang = $(or $(shell afl-clang-fast --version 2>/dev/null | sed -n 's/^InstalledDir: //p'),/usr/bin)/clang
aflflags = $(named) $(CPPFLAGS) -DGROUPFUZZ_AFL $(afl/san-$(SAN)) -MD -MP

define compile-afl
$(call say,CC/AFL  ,$@)
@mkdir -p $(@D)
$(Q)$(afl/clang) $(CFLAGS) $(aflflags) $(1) -c -o $@ $<
endef

$O/afl/core/peek.o: core/peek.c mk/build.mk
	$(call say,CC/AFL  ,$@)
	@mkdir -p $(@D)
	$(Q)AFL_QUIET=1 AFL_LLVM_INSTRUMENT=PCGUARD afl-clang-fast $(CFLAGS) $(CPPFLAGS) $(named) \
		$(PEEK) $(afl/san-$(SAN)) -MD -MP -c -o $@ $<

$O/afl/harness/program/%.o: harness/program/%.c mk/build.mk
	$(call compile-afl)

$O/afl/%.o: %.c mk/build.mk
	$(call compile-afl,$(KERNEL))

# The scheduler is not instrumented here either.
$O/afl/harness/sched/%.o: afl/san-$(SAN) :=

$O/afl/fuzz_%: $(afl:%.c=$O/afl/%.o) $O/afl/harness/target/fuzz_%.o $S/harness/sched/switch.o \
		$O/afl/core/peek.o build/afl_mutator_%.so
	$(call say,LD/AFL  ,$@)
	$(Q)AFL_QUIET=1 afl-clang-fast $(afl/san-$(SAN)) -no-pie -fsanitize=fuzzer -o $@ $(filter %.o,$^)

build/afl_mutator_%.so: harness/target/afl_mutator.c harness/target/fuzz_%.c $(program) mk/build.mk
	$(call say,LD      ,$@)
	@mkdir -p $(@D)
	$(Q)$(compiler) $(CFLAGS) $(CPPFLAGS) -shared -fPIC -o $@ $(filter %.c,$^)

# --- unit tests of the program layer, always with sanitizers ---------------

build/tests/test_program: tests/test_program.c $(program) $(wildcard harness/program/*.h) mk/build.mk
	$(call say,LD      ,$@)
	@mkdir -p $(@D)
	$(Q)$(compiler) $(CFLAGS) $(WARN) -D_GNU_SOURCE -I. -fsanitize=address,undefined \
		-fno-sanitize-recover=undefined -no-pie -o $@ $(filter %.c,$^) -lcmocka

# --- the changed tree: known fixes first, then the bug ---------------------

.PHONY: changed
changed:

ifneq ($(NAME),$(STOCK))
mended	:= build/core/$(STOCK)$(FIXED_SUFFIX)

changed: $(core)/drivers/iommu/iommu.c $(MOCK:%=$(core)/%)
	@cd $(stock) && find . -type f ! -name iommu.c -exec cp -u --parents -t '$(CURDIR)/$(core)' {} +

ifneq ($(FIXED),)
$(mended)/drivers/iommu/iommu.c: $(stock)/drivers/iommu/iommu.c \
		ci/known/fix $(wildcard ci/known/fixes/*) tests/bugs/apply
	@mkdir -p $(@D)
	@ci/known/fix '$(FIXED)' $< $@
endif

ifneq ($(COCCI),)
$(core)/drivers/iommu/iommu.c: $(mended)/drivers/iommu/iommu.c tests/bugs/apply $(COCCI)
	@mkdir -p $(@D)
	@$(if $(MOCK),cp $< $@,tests/bugs/apply $(COCCI) $< $@) || exit 2
endif

ifneq ($(MOCK),)
$(core)/$(MOCK): $(MOCK) tests/bugs/apply $(COCCI)
	@mkdir -p $(@D)
	@tests/bugs/apply $(COCCI) $< $@ || exit 2

$O/$(MOCK:.c=.o): $(core)/$(MOCK) $(own-deps)
	$(call compile,$(mockflags))

$O/posix/$(MOCK:.c=.o): $(core)/$(MOCK) $(own-deps)
	$(call compile,$(mockflags) $(threads))

$O/afl/$(MOCK:.c=.o): $(core)/$(MOCK) mk/build.mk
	$(call compile-afl,$(KERNEL))
endif
endif

-include $(shell find $(sort $O $S) -name '*.d' 2>/dev/null)
