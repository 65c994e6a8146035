// SPDX-License-Identifier: GPL-2.0-only
/*
 * The lexical part of the text form: its fixed words, error messages, numbers
 * and slots, and the division of hostile input into lines and words.
 */
#include <stdarg.h>
#include <string.h>

#include <harness/program/lex.h>

#define MAX_LINE   511
#define MAX_NUMBER 99999 /* more than any number can be */

_Static_assert(MAX_NUMBER > MAX_POINT && MAX_NUMBER > MAX_NTH,
	       "numbers that cannot be told apart");

const char *const default_words[NR_DEFAULTS] = {
	[DEFAULT_DMA_FQ] = "dma-fq",
	[DEFAULT_DMA] = "dma",
	[DEFAULT_IDENTITY] = "identity",
};

const char *const without_words[] = {
	"blocked", "identity", "release", "resv", "pasid", "dma",
};

const char *const device_words[] = {
	"direct",    "relaxable", "msi",     "deferred", "finalize",
	"untrusted", "identity",  "noiommu", "absent",	 "platform",
};

const char *const world_words[] = { "early", "locked", "reattach-may-fail" };

#define CHECK_WORDS(words, nr, all)                                  \
	_Static_assert(sizeof(words) == (nr) * sizeof((words)[0]) && \
			       (1 << (nr)) - 1 == (all),             \
		       #words)

CHECK_WORDS(without_words, NR_WITHOUT_WORDS, WITHOUT_ALL);
CHECK_WORDS(device_words, NR_DEVICE_WORDS, DEVICE_ALL);
CHECK_WORDS(world_words, NR_WORLD_WORDS, WORLD_ALL);

/* --- messages --- */

/* A message is one line of plain text whatever the file is called. */
void clean_message(char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			*s = '?';
}

void report_error(struct parser *ps, size_t line, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (!ps->errlen)
		return;
	n = snprintf(ps->err, ps->errlen, "%s:%zu: ", ps->name, line);
	if (n >= 0 && (size_t)n < ps->errlen) {
		va_start(ap, fmt);
		vsnprintf(ps->err + n, ps->errlen - n, fmt, ap);
		va_end(ap);
	}
	clean_message(ps->err);
}

/* --- words --- */

int lookup_word(const struct word *t, const char *const *names, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (word_is(t, names[i]))
			return i;
	return -1;
}

bool parse_number(const char *s, unsigned int len, unsigned int *value)
{
	unsigned int i, v = 0;

	if (!len || (len > 1 && s[0] == '0'))
		return false;
	for (i = 0; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
		v = v * 10 + (s[i] - '0');
		if (v > MAX_NUMBER)
			v = MAX_NUMBER;
	}
	*value = v;
	return true;
}

bool parse_slot(const struct word *t, const char *prefix, unsigned int *value)
{
	const size_t n = strlen(prefix);

	return t->len > n && !memcmp(t->s, prefix, n) &&
	       parse_number(t->s + n, t->len - n, value);
}

bool split_word(const struct word *t, char sep, struct word *key,
		struct word *value)
{
	const char *at = memchr(t->s, sep, t->len);

	if (!at)
		return false;
	key->s = t->s;
	key->len = at - t->s;
	value->s = at + 1;
	value->len = t->len - key->len - 1;
	return true;
}

static int check_number(struct parser *ps, const char *what,
			const struct word *t, unsigned int min,
			unsigned int max, unsigned int *value)
{
	if (!parse_number(t->s, t->len, value))
		return fail(ps, "%s: expected a number, got `%.*s`", what,
			    SHOW(t));
	if (*value < min || *value > max)
		return fail(ps, "%s: %.*s is out of range (%u to %u)", what,
			    SHOW(t), min, max);
	return 0;
}

int number_between(struct parser *ps, const char *what, const struct word *t,
		   unsigned int min, unsigned int max, uint8_t *out)
{
	unsigned int value;

	if (check_number(ps, what, t, min, max, &value))
		return -1;
	*out = value;
	return 0;
}

int number16_between(struct parser *ps, const char *what, const struct word *t,
		     unsigned int min, unsigned int max, uint16_t *out)
{
	unsigned int value;

	if (check_number(ps, what, t, min, max, &value))
		return -1;
	*out = value;
	return 0;
}

int one_of(struct parser *ps, const char *what, const struct word *t,
	   const char *const *names, unsigned int nr, uint8_t *out)
{
	const int i = lookup_word(t, names, nr);

	if (i < 0)
		return fail(ps, "unknown %s `%.*s`", what, SHOW(t));
	*out = i;
	return 0;
}

int set_flag(struct parser *ps, const char *what, const struct word *t,
	     const char *const *names, unsigned int nr, uint16_t *flags)
{
	const int bit = lookup_word(t, names, nr);

	if (bit < 0)
		return fail(ps, "%s: unknown word `%.*s`", what, SHOW(t));
	if (*flags & 1 << bit)
		return fail(ps, "%s: repeated `%.*s`", what, SHOW(t));
	*flags |= 1 << bit;
	return 0;
}

/* --- lines --- */

/* The next line's length; one that is too long or not text is an error. */
static int check_line(struct parser *ps, size_t *len)
{
	const size_t left = ps->end - ps->pos;
	size_t i;

	for (i = 0; i < left && ps->pos[i] != '\n'; i++) {
		const unsigned char c = ps->pos[i];

		if (i == MAX_LINE)
			return fail(ps, "longer than %u characters", MAX_LINE);
		if ((c < ' ' && c != '\t') || c > '~')
			return fail(ps, "byte 0x%02x is not plain text", c);
	}
	*len = i;
	return 0;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Divide @len characters into words, up to a comment. */
static int split_line(struct parser *ps, const char *s, size_t len)
{
	const char *const hash = memchr(s, '#', len);
	const char *const end = hash ? hash : s + len;

	ps->nr_words = 0;
	for (;;) {
		struct word *t = &ps->word[ps->nr_words];
		const char *start;

		while (s < end && is_blank(*s))
			s++;
		if (s == end)
			return 0;
		if (ps->nr_words == MAX_WORDS)
			return fail(ps, "more than %u words", MAX_WORDS);
		start = s;
		while (s < end && !is_blank(*s))
			s++;
		t->s = start;
		t->len = s - start;
		ps->nr_words++;
	}
}

int next_line(struct parser *ps)
{
	const char *s = ps->pos;
	size_t len;

	ps->line++;
	if (check_line(ps, &len))
		return -1;
	ps->pos += len;
	if (ps->pos < ps->end)
		ps->pos++; /* the newline */
	return split_line(ps, s, len);
}
