# SPDX-License-Identifier: GPL-2.0-only
#
# The front door: verbs only. "make help" lists them. The tool (harness/tool) reads
# the variables, sets up what is missing and does the work; it can be called without
# make: "python3 harness/tool fuzz TIME=20" keeps the exit status, which make turns
# from 1 into 2. Build rules are in mk/build.mk.

verbs	:= build fuzz run explore stress minimize coverage bisect export gate check \
	   soak bugs lint bench core clean
variables := TREE TREES SAN ENGINE TARGET TIME TURN RUNS SEED SEEDS JOBS THREADS BOUND \
	   OUT CORPUS KNOWN PROG PATCH BASE HEAD GOOD BAD CHROME DRIVER BUG FIXED \
	   STRATEGY FAULTS UNTIL ACCESS QUICK REATTACH SANDBOX V CC

# A value is data: it goes to the tool in the environment, as the user wrote it, and
# neither make nor a shell expands it.
given	:= $(foreach v,$(variables),$(if $(filter-out undefined default,$(origin $v)),$v))
$(foreach v,$(given),$(eval override $v := $$(value $v)))
export $(given)
MAKEOVERRIDES :=
MAKEFLAGS += --no-print-directory

.DEFAULT_GOAL := help
.PHONY: help $(verbs)

help:
	@cat harness/tool/help.txt

# Python itself is one of the things that a fresh machine lacks.
$(verbs):
	@command -v python3 >/dev/null || ci/setup && exec python3 harness/tool $@
