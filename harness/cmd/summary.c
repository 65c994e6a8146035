// SPDX-License-Identifier: GPL-2.0-only
/*
 * groupfuzz summary: what a campaign did and found, for a terminal and as
 * DIR/summary.json. Words that only the caller knows (tree, sanitizer, seed,
 * coverage, ...) come as KEY=VALUE arguments and go into the JSON as they are:
 * numbers as numbers, the rest as strings.
 */
#include <harness/cmd/cmd.h>
#include <harness/target/campaign.h>
#include <harness/target/input.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct summary {
	const struct campaign *c;
	const char *dir;
	double seconds; /* of all turns */
	int nr_words;
	char **words; /* KEY=VALUE */
};

static const char *word(const struct summary *s, const char *key)
{
	size_t len = strlen(key);
	int i;

	for (i = 0; i < s->nr_words; i++)
		if (!strncmp(s->words[i], key, len) && s->words[i][len] == '=')
			return s->words[i] + len + 1;
	return "";
}

static void json_string(FILE *f, const char *text)
{
	fputc('"', f);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fprintf(f, "\\%c", *text);
		else if ((unsigned char)*text < 0x20)
			fprintf(f, "\\u%04x", *text);
		else
			fputc(*text, f);
	}
	fputc('"', f);
}

/* A member that is a number if the caller gave one, else null. */
static void json_number(FILE *f, const char *key, const char *value)
{
	char *end;

	strtod(value, &end);
	fprintf(f, "\"%s\": %s", key, *value && !*end ? value : "null");
}

static double rate(const struct summary *s)
{
	return s->seconds > 0 ? s->c->executions / s->seconds : 0;
}

static void json_bucket(FILE *f, const struct campaign_bucket *b,
			const struct summary *s)
{
	char *path;

	fputs("    {\"id\": ", f);
	json_string(f, b->id);
	fputs(", \"oracle\": ", f);
	json_string(f, b->oracle);
	fprintf(f,
		", \"sanitizer\": \"%s\", \"known\": %s, \"unstable\": %s, "
		"\"kept\": %s, \"count\": %lu, \"first_execution\": %lu, \"first_seconds\": %.3f, "
		"\"program\": ",
		b->sanitizer, b->known ? "true" : "false",
		b->unstable ? "true" : "false", b->kept ? "true" : "false",
		(unsigned long)b->count, (unsigned long)b->first_execution,
		b->first_seconds);
	path = b->known ?
		       input_path("%s/%s.prog", word(s, "known"), b->id) :
		       input_path("%s/findings/%s/program.prog", s->dir, b->id);
	json_string(f, path);
	free(path);
	fputc('}', f);
}

static void write_json(FILE *f, const struct summary *s)
{
	static const char *const strings[] = {
		"tree",
		"sanitizer",
		"engine",
		"target",
	};
	bool any = false;
	unsigned int i;

	fputs("{\n", f);
	for (i = 0; i < sizeof(strings) / sizeof(strings[0]); i++) {
		fprintf(f, "  \"%s\": ", strings[i]);
		json_string(f, word(s, strings[i]));
		fputs(",\n", f);
	}
	fputs("  ", f);
	json_number(f, "seed", word(s, "seed"));
	fputs(",\n  ", f);
	json_number(f, "jobs", word(s, "jobs"));
	fprintf(f,
		",\n  \"turns\": %u,\n  \"executions\": %lu,\n"
		"  \"seconds\": %.3f,\n"
		"  \"executions_per_second\": %.0f,\n  \"coverage\": {",
		s->c->turns, (unsigned long)s->c->executions, s->seconds,
		rate(s));
	json_number(f, "lines_hit", word(s, "lines_hit"));
	fputs(", ", f);
	json_number(f, "lines_total", word(s, "lines_total"));
	fputs("},\n  \"buckets\": [", f);
	for (i = 0; i < s->c->nr_buckets; i++) {
		if (s->c->bucket[i].hidden)
			continue;
		fprintf(f, "%s\n", any ? "," : "");
		json_bucket(f, &s->c->bucket[i], s);
		any = true;
	}
	fputs(any ? "\n  ]\n}\n" : "]\n}\n", f);
}

/* Which of a finding's programs to look at first. */
static const char *best_program(const struct summary *s, const char *bucket)
{
	char *path =
		input_path("%s/findings/%s/minimized.prog", s->dir, bucket);
	bool minimized = !access(path, R_OK);

	free(path);
	return minimized ? "minimized.prog" : "program.prog";
}

static void print_finding(const struct summary *s,
			  const struct campaign_bucket *b)
{
	printf("finding %s%s: %lu times, first in execution %lu (%.2f s)\n",
	       b->id, b->unstable ? " (unstable)" : "", (unsigned long)b->count,
	       (unsigned long)b->first_execution, b->first_seconds);
	if (!b->kept) {
		printf("\tnot kept yet, see %s/engine.log\n", s->dir);
		return;
	}
	printf("\tmake run TREE=%s", word(s, "tree"));
	if (strcmp(b->sanitizer, "address"))
		printf(" SAN=%s", b->sanitizer);
	if (*word(s, "fixed"))
		printf(" FIXED=%s", word(s, "fixed"));
	if (*word(s, "bug"))
		printf(" BUG=%s", word(s, "bug"));
	printf(" PROG=%s/findings/%s/%s\n", s->dir, b->id,
	       best_program(s, b->id));
}

/* Returns how many findings there are that are not known. */
static unsigned int print_text(const struct summary *s)
{
	unsigned int i, known = 0, new = 0;
	uint64_t times = 0;

	printf("tree %s, sanitizer %s, engine %s, target %s, seed %s\n",
	       word(s, "tree"), word(s, "sanitizer"), word(s, "engine"),
	       word(s, "target"), word(s, "seed"));
	printf("%lu executions in %.1f s: %.0f per second",
	       (unsigned long)s->c->executions, s->seconds, rate(s));
	if (s->c->turns > 1)
		printf(", in %u turns", s->c->turns);
	putchar('\n');
	if (*word(s, "lines_total"))
		printf("coverage of iommu.c: %s of %s lines\n",
		       word(s, "lines_hit"), word(s, "lines_total"));
	for (i = 0; i < s->c->nr_buckets; i++) {
		const struct campaign_bucket *b = &s->c->bucket[i];

		if (b->hidden)
			continue;
		if (b->known) {
			known++;
			times += b->count;
			continue;
		}
		new ++;
		print_finding(s, b);
	}
	if (known)
		printf("%u known findings, %lu times (%s)\n", known,
		       (unsigned long)times, word(s, "known"));
	if (!new)
		printf("no %sfinding\n", known ? "new " : "");
	return new;
}

static int save_json(const struct summary *s)
{
	char *tmp = input_path("%s/summary.json.tmp", s->dir);
	char *path = input_path("%s/summary.json", s->dir);
	FILE *f = fopen(tmp, "w");
	int err = -1;

	if (f) {
		write_json(f, s);
		if (!fflush(f) && !fsync(fileno(f)) && !fclose(f) &&
		    !rename(tmp, path))
			err = 0;
	}
	if (err)
		fprintf(stderr, "groupfuzz: %s: %s\n", path, strerror(errno));
	free(tmp);
	free(path);
	return err;
}

int cmd_summary(int argc, char **argv)
{
	bool executions = argc > 1 && !strcmp(argv[1], "--executions");
	struct summary s = { 0 };
	unsigned int new;
	int err;

	argv += executions;
	argc -= executions;
	if (argc < 2) {
		fprintf(stderr, "groupfuzz: summary: no folder given\n");
		return 2;
	}
	s.dir = argv[1];
	s.words = argv + 2;
	s.nr_words = argc - 2;
	s.c = campaign_open(s.dir, false);
	if (!s.c)
		return 2;
	if (executions) {
		printf("%lu\n", (unsigned long)s.c->executions);
		return 0;
	}
	s.seconds = campaign_seconds(s.c, s.c->last);
	/* Where it cannot be written it is needed most. */
	err = save_json(&s);
	new = print_text(&s);
	if (err)
		return 2;
	return new ? 1 : 0;
}
