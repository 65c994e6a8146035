/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Numbers, paths and patterns as they come from users: parsed strictly, and of any
 * length.
 */
#ifndef GROUPFUZZ_INPUT_H
#define GROUPFUZZ_INPUT_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Whether @text is a decimal number of at most @max, digits and nothing else; then
 * it is in *@number. "08" is 8.
 */
bool input_number(const char *text, uint64_t max, uint64_t *number);

/* A formatted path, the caller's to free. Exits with status 2 without memory. */
char *input_path(const char *format, ...)
	__attribute__((format(printf, 1, 2), warn_unused_result));

/*
 * Whether bucket @id matches one of the patterns (fnmatch(3)) in GROUPFUZZ_UNTIL,
 * spaces between: a search ends when it has found that. The check exits with status 2
 * and one line if a pattern is none.
 */
bool input_until(const char *id);
void input_check_until(void);

#endif
