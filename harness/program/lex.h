/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of the text form share: its fixed words, the state of a parse
 * and the helpers that take words apart. Private to parse.c, parse_op.c,
 * parse_schedule.c, print.c, load.c and lex.c.
 */
#ifndef GROUPFUZZ_LEX_H
#define GROUPFUZZ_LEX_H

#include <string.h>

#include <harness/program/program.h>

#define MAX_WORDS 24
#define MAX_SHOWN 40 /* of a wrong word, in a message */

/* Indexed by enum default_type. */
extern const char *const default_words[];

/* Bit by bit, from the lowest. */
#define NR_WITHOUT_WORDS 6
#define NR_DEVICE_WORDS	 10
#define NR_WORLD_WORDS	 3
extern const char *const without_words[];
extern const char *const device_words[];
extern const char *const world_words[];

/* How a schedule names THREAD_RCU. */
#define RCU_WORD "rcu"

struct word {
	const char *s;
	unsigned int len;
};

struct parser {
	struct program *p;
	const char *name;
	const char *pos, *end; /* what is left of the text */
	size_t line;
	struct word word[MAX_WORDS]; /* of the current line */
	unsigned int nr_words;
	bool have_world;
	unsigned int devices; /* bit N: devN had its line */
	unsigned int threads; /* bit N: thread_names[N] had its line */
	size_t thread_line;
	size_t schedule_line; /* 0: there was none yet */
	char *err;
	size_t errlen;
};

/* --- messages --- */

/* A word as printf's "%.*s" takes it. */
#define SHOW(t) (int)((t)->len < MAX_SHOWN ? (t)->len : MAX_SHOWN), (t)->s

/* Make @s one line of plain text, whatever it quotes. */
void clean_message(char *s);

/* Write "name:line: ..." to the caller's buffer. */
__attribute__((format(printf, 3, 4))) void
report_error(struct parser *ps, size_t line, const char *fmt, ...);

/* Macros, for compilers to see that the value is never 0. */
#define fail_at(ps, line, ...) (report_error(ps, line, __VA_ARGS__), -1)
#define fail(ps, ...)	       fail_at(ps, (ps)->line, __VA_ARGS__)

/* --- words --- */

static inline bool word_is(const struct word *t, const char *s)
{
	/* Most comparisons end here, before any call. */
	if (!t->len || t->s[0] != s[0])
		return false;
	return t->len == strlen(s) && !memcmp(t->s, s, t->len);
}

/* The index of @t in @names, -1 if it is not there. */
int lookup_word(const struct word *t, const char *const *names,
		unsigned int nr);

/*
 * Plain decimal without leading zeroes, as it is printed. A number too large
 * for any use becomes one that every range check then refuses.
 */
bool parse_number(const char *s, unsigned int len, unsigned int *value);

/* A prefix and a number, as in "dev3". */
bool parse_slot(const struct word *t, const char *prefix, unsigned int *value);

/* Divide as "key=value" is divided at '='; false if there is no @sep. */
bool split_word(const struct word *t, char sep, struct word *key,
		struct word *value);

/* These return 0, or -1 after reporting an error about @what. */
int number_between(struct parser *ps, const char *what, const struct word *t,
		   unsigned int min, unsigned int max, uint8_t *out);
int number16_between(struct parser *ps, const char *what, const struct word *t,
		     unsigned int min, unsigned int max, uint16_t *out);
int one_of(struct parser *ps, const char *what, const struct word *t,
	   const char *const *names, unsigned int nr, uint8_t *out);

/* Set the bit of flag @t of the statement @what. */
int set_flag(struct parser *ps, const char *what, const struct word *t,
	     const char *const *names, unsigned int nr, uint16_t *flags);

/* Divide the next line into words, none if it is blank. Returns 0 or -1. */
int next_line(struct parser *ps);

/* --- parse.c: slots that the world may lack --- */

int check_group(struct parser *ps, const struct word *t, unsigned int value);
int check_device(struct parser *ps, const struct word *t, unsigned int value);

/* --- parse_op.c --- */

/* Parse the current line as an operation of the last thread. */
int parse_op(struct parser *ps);

/* --- parse_schedule.c --- */

/* Parse the current line as one that begins, or belongs to, the schedule. */
int parse_schedule(struct parser *ps);
int parse_preemption(struct parser *ps);

/* At the end of the text. */
int finish_schedule(struct parser *ps);

#endif
