/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The fault sweep of groupfuzz run --faults; see faults.c.
 */
#ifndef GROUPFUZZ_FAULTS_H
#define GROUPFUZZ_FAULTS_H

#include <harness/program/program.h>

struct faults_options {
	unsigned int kinds; /* mask of those to sweep, at least one */
	const char *out;    /* the folder of the campaign */
};

/*
 * Sweep the @nr programs @p, which come from files @path, and print for each
 * how many fault points it has and what they find. A fault that a program
 * begins with gives way to the sweep's. Returns the exit status: 0 nothing
 * found, 1 a finding, 2 a run that ended its process and told nothing, or a
 * sweep that did not come to its end.
 */
int faults_run(const struct faults_options *o, const struct program *p,
	       char *const *path, unsigned int nr);

#endif
