/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How anything below the harness reports that a promise was broken. Declared
 * here, at the bottom of the house; implemented by harness/oracle/verdict.c.
 */
#ifndef GROUPFUZZ_FINDING_H
#define GROUPFUZZ_FINDING_H

#include <stdbool.h>

/*
 * Whether @oracle has not been left out. Asked where a promise is broken and a
 * kernel would go on; what cannot go on ends the execution whoever is left out.
 */
bool finding_wanted(const char *oracle);

/*
 * Report a finding and leave the execution; does not return. Nothing is reported
 * if @oracle has been left out.
 *
 * @oracle: the promise that was broken, one of the oracles' names
 * @place:  where: a function of the code under test, or an operation
 * @cause:  what, in a few words
 * @fmt:    one line for a human, with values
 *
 * Oracle, place and cause make the finding's bucket, so they must not contain
 * anything that varies between two runs into the same bug: no address, no
 * count, no line number.
 */
_Noreturn __attribute__((format(printf, 4, 5), cold)) void
finding(const char *oracle, const char *place, const char *cause,
	const char *fmt, ...);

/*
 * The name of the function that @pc lies in, from this program's own symbol
 * table, so that it does not depend on a symbolizer. "unknown" if there is
 * none. Static buffer.
 */
const char *symbol_name(unsigned long pc);

#endif
