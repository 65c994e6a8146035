/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How anything below the harness reports that a promise was broken. Declared
 * here, at the bottom of the house; implemented by harness/oracle/verdict.c.
 */
#ifndef GROUPFUZZ_FINDING_H
#define GROUPFUZZ_FINDING_H

/*
 * Report a finding and leave the execution; does not return.
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
