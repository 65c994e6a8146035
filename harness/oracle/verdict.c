// SPDX-License-Identifier: GPL-2.0-only
/*
 * finding(): turns a broken promise into a verdict and leaves the execution.
 */
#include <finding.h>
#include <harness/oracle/oracle.h>
#include <harness/oracle/sanitizers.h>
#include <linux/compiler.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void (*leave)(void);
static struct verdict *verdict;
static unsigned int without; /* mask, by index into verdict_oracles[] */

void verdict_arm(void (*how)(void), struct verdict *v)
{
	leave = how;
	verdict = v;
	if (v)
		v->bucket[0] = v->message[0] = '\0';
}

bool verdict_armed(void)
{
	return leave;
}

const char *const verdict_oracles[] = {
	"lifetime",  "isolation", "agreement", "model", "linearizable",
	"balance",   "locking",	  "warnings",  "oops",	"address",
	"undefined", "race",	  NULL,
};

/* The bit of the oracle that the first @len characters of @name name, or 0. */
static unsigned int oracle_bit(const char *name, size_t len)
{
	unsigned int i;

	for (i = 0; verdict_oracles[i]; i++)
		if (strlen(verdict_oracles[i]) == len &&
		    !memcmp(verdict_oracles[i], name, len))
			return 1U << i;
	return 0;
}

int verdict_without(const char *oracles)
{
	unsigned int mask = 0, bit;
	size_t len;

	for (; *oracles; oracles += len + (oracles[len] == ',')) {
		len = strcspn(oracles, ",");
		bit = oracle_bit(oracles, len);
		if (!bit)
			return -1;
		mask |= bit;
	}
	without = mask;
	return 0;
}

int verdict_only(const char *oracle)
{
	unsigned int bit = oracle_bit(oracle, strlen(oracle));

	if (!bit)
		return -1;
	without = ~bit;
	return 0;
}

bool finding_wanted(const char *oracle)
{
	return likely(!without) ||
	       !(without & oracle_bit(oracle, strlen(oracle)));
}

/* Letters, digits and "_" stay, runs of anything else become one "-". */
static size_t slug(char *buf, size_t at, size_t len, const char *s, size_t max)
{
	size_t end = at + max < len - 1 ? at + max : len - 1;

	for (; *s && at < end; s++) {
		bool word = (*s >= 'a' && *s <= 'z') || *s == '_' ||
			    (*s >= 'A' && *s <= 'Z') ||
			    (*s >= '0' && *s <= '9');

		if (word)
			buf[at++] = *s;
		else if (at && buf[at - 1] != '-')
			buf[at++] = '-';
	}
	while (at && buf[at - 1] == '-')
		at--;
	return at;
}

void verdict_bucket(char *buf, size_t len, const char *oracle,
		    const char *place, const char *cause)
{
	const char *parts[] = { oracle, place, cause };
	size_t at = 0;
	unsigned int i;

	for (i = 0; i < 3; i++) {
		if (i && at < len - 1)
			buf[at++] = '-';
		at = slug(buf, at, len, parts[i], 40);
	}
	buf[at] = '\0';
}

#ifdef GROUPFUZZ_POSIX
/*
 * The first finding is the process's, and its end: other threads wait for that.
 * A fault while it is told of is not one.
 */
static void only_first(void)
{
	static __thread bool mine;
	static bool any;

	if (mine)
		leave();
	if (__atomic_exchange_n(&any, true, __ATOMIC_ACQ_REL))
		for (;;)
			pause();
	mine = true;
}
#else
static void only_first(void)
{
}
#endif

/* What a sanitizer has seen before is the finding, and this what came of it. */
void finding(const char *oracle, const char *place, const char *cause,
	     const char *fmt, ...)
{
	const struct verdict *first = sanitizers_first();
	char message[sizeof(verdict->message)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	if (!leave) {
		fprintf(stderr, "groupfuzz: outside any execution: %s\n",
			message);
		_exit(2);
	}
	only_first();
	if (first) {
		*verdict = *first;
	} else {
		memcpy(verdict->message, message, sizeof(message));
		snprintf(verdict->oracle, sizeof(verdict->oracle), "%s",
			 oracle);
		if (finding_wanted(oracle))
			verdict_bucket(verdict->bucket, sizeof(verdict->bucket),
				       oracle, place, cause);
		verdict->op = oracle_threads[seam_thread].index;
	}
	leave();
	__builtin_unreachable();
}
