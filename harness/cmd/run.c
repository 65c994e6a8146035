// SPDX-License-Identifier: GPL-2.0-only
/*
 * groupfuzz run: replay programs. Nothing runs unless all of them can be read.
 */
#include <harness/cmd/cmd.h>
#include <slab.h>
#include <harness/oracle/sanitizers.h>
#include <harness/world/trace.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct options {
	bool quiet;
	bool messages;
	const char *chrome; /* a file, or NULL */
	int driver; /* index into driver_names[], -1: the program's own */
};

/* Returns the index of the first file, or -1 after one line of complaint. */
static int parse_options(struct options *o, int argc, char **argv)
{
	int i;

	for (i = 1; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
		if (!strcmp(argv[i], "--quiet")) {
			o->quiet = true;
		} else if (!strcmp(argv[i], "--messages")) {
			o->messages = true;
		} else if (!strcmp(argv[i], "--chrome") && i + 1 < argc) {
			o->chrome = argv[++i];
		} else if (!strcmp(argv[i], "--without") && i + 1 < argc) {
			if (!verdict_without(argv[++i]))
				continue;
			fprintf(stderr,
				"groupfuzz: no oracle to leave out: %s\n",
				argv[i]);
			return -1;
		} else if (!strcmp(argv[i], "--driver") && i + 1 < argc) {
			o->driver = driver_find(argv[++i]);
			if (o->driver >= 0)
				continue;
			fprintf(stderr, "groupfuzz: no such driver: %s\n",
				argv[i]);
			return -1;
		} else {
			fprintf(stderr, "groupfuzz: run: bad option: %s\n",
				argv[i]);
			return -1;
		}
	}
	if (i == argc) {
		fprintf(stderr, "groupfuzz: run: no program given\n");
		return -1;
	}
	if (o->chrome && i + 1 < argc) {
		fprintf(stderr, "groupfuzz: run: --chrome takes one program\n");
		return -1;
	}
	return i;
}

/* --- the file for --chrome --- */

static struct {
	FILE *f;
	const char *path;
	char tmp[512];
} json;

static int json_complain(void)
{
	fprintf(stderr, "groupfuzz: %s: %s\n", json.path, strerror(errno));
	return -1;
}

static int json_open(const char *path)
{
	json.path = path;
	snprintf(json.tmp, sizeof(json.tmp), "%s.tmp", path);
	json.f = fopen(json.tmp, "w");
	if (!json.f)
		return json_complain();
	trace_chrome(json.f);
	return 0;
}

/* It has its name when all of it is there. */
static int json_close(void)
{
	if (!json.f)
		return 0;
	if (trace_chrome_end() || fclose(json.f) || rename(json.tmp, json.path))
		return json_complain();
	return 0;
}

static bool run_one(const struct program *p, const char *path,
		    const struct options *o, bool many)
{
	struct verdict v;
	bool clean;

	if (!o->quiet) {
		if (many)
			printf("%s:\n", path);
		return trace_run(p, &v, stdout, o->messages);
	}
	clean = o->chrome ? trace_run(p, &v, NULL, false) :
			    world_run(p, &v, NULL);
	printf("%s: %s\n", path, clean ? "no finding" : v.bucket);
	return clean;
}

int cmd_run(int argc, char **argv)
{
	struct options o = { .driver = -1 };
	int i, first = parse_options(&o, argc, argv);
	struct program *p;
	bool clean = true;

	if (first < 0)
		return 2;
	p = calloc(argc, sizeof(*p));
	if (!p) {
		fprintf(stderr, "groupfuzz: out of memory\n");
		return 2;
	}
	for (i = first; i < argc; i++) {
		if (cmd_load_to_run(&p[i], argv[i]))
			return 2;
		if (o.driver >= 0)
			p[i].world.driver = o.driver;
	}
	if (o.chrome && json_open(o.chrome))
		return 2;
	world_boot();
	slab_remember_stacks();
	for (i = first; i < argc; i++)
		clean &= run_one(&p[i], argv[i], &o, argc - first > 1);
	free(p);
	if (json_close())
		return 2;
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "groupfuzz: cannot write the trace\n");
		return 2;
	}
	return clean ? 0 : 1;
}
