// SPDX-License-Identifier: GPL-2.0-only
/*
 * Numbers, paths and patterns as they come from users; see input.h.
 */
#include <harness/target/input.h>
#include <fnmatch.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool input_number(const char *text, uint64_t max, uint64_t *number)
{
	uint64_t n = 0;

	if (!text || !*text)
		return false;
	for (; *text; text++) {
		if (*text < '0' || *text > '9' ||
		    __builtin_mul_overflow(n, 10, &n) ||
		    __builtin_add_overflow(n, (uint64_t)(*text - '0'), &n))
			return false;
	}
	if (n > max)
		return false;
	*number = n;
	return true;
}

char *input_path(const char *format, ...)
{
	va_list ap;
	char *path;
	int len;

	va_start(ap, format);
	len = vasprintf(&path, format, ap);
	va_end(ap);
	if (len < 0) {
		fprintf(stderr, "groupfuzz: out of memory\n");
		exit(2);
	}
	return path;
}

/* --- patterns --- */

/* The next word of *@list, the caller's to free; NULL at its end. */
static char *next_word(const char **list)
{
	const char *word = *list + strspn(*list, " ");

	*list = word + strcspn(word, " ");
	return *list == word ? NULL :
			       input_path("%.*s", (int)(*list - word), word);
}

bool input_until(const char *bucket)
{
	const char *rest = getenv("GROUPFUZZ_UNTIL") ?: "";
	bool matches = false;
	char *word;

	while (!matches && (word = next_word(&rest))) {
		matches = !fnmatch(word, bucket, 0);
		free(word);
	}
	return matches;
}

/* fnmatch() takes a bracket that is not closed for itself. No bucket has one. */
static bool is_pattern(const char *word)
{
	const char *open;

	while ((open = strchr(word, '['))) {
		word = strchr(open + 1 + (open[1] == '!' || open[1] == '^') + 1,
			      ']');
		if (!word)
			return false;
	}
	return true;
}

void input_check_until(void)
{
	const char *rest = getenv("GROUPFUZZ_UNTIL") ?: "";
	char *word;

	for (; (word = next_word(&rest)); free(word)) {
		if (is_pattern(word))
			continue;
		fprintf(stderr, "groupfuzz: UNTIL=%s: not a pattern\n", word);
		exit(2);
	}
}
