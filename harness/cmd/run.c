// SPDX-License-Identifier: GPL-2.0-only
/*
 * groupfuzz run: replay programs, or sweep their faults. Nothing runs unless all
 * of them can be read.
 */
#include <harness/cmd/children.h>
#include <harness/cmd/cmd.h>
#include <harness/cmd/faults.h>
#include <slab.h>
#include <harness/oracle/sanitizers.h>
#include <harness/target/finding.h>
#include <harness/target/input.h>
#include <harness/world/trace.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct options {
	bool quiet;
	bool apart;
	bool messages;
	bool reattach;
	const char *chrome;  /* a file, or NULL */
	const char *without; /* oracles, or for --only those left; or NULL */
	int driver; /* index into driver_names[], -1: the program's own */
	struct faults_options faults; /* no kinds: replay */
};

static int complain(const char *what, const char *value)
{
	fprintf(stderr, "groupfuzz: %s: %s\n", what, value);
	return -1;
}

static int parse_faults(struct options *o, const char *word)
{
	unsigned int i;

	if (!strcmp(word, "all"))
		o->faults.kinds = (1U << NR_FAULTS) - 1;
	for (i = 0; i < NR_FAULTS; i++)
		if (!strcmp(word, fault_names[i]))
			o->faults.kinds = 1U << i;
	return o->faults.kinds ? 0 : complain("no such fault", word);
}

static int parse_driver(struct options *o, const char *word)
{
	o->driver = driver_find(word);
	return o->driver < 0 ? complain("no such driver", word) : 0;
}

static bool parse_flag(struct options *o, const char *name)
{
	if (!strcmp(name, "--quiet"))
		return o->quiet = true;
	if (!strcmp(name, "--apart"))
		return o->apart = true;
	if (!strcmp(name, "--messages"))
		return o->messages = true;
	if (!strcmp(name, "--raw"))
		return cmd_raw = true;
	if (!strcmp(name, "--reattach-may-fail"))
		return o->reattach = true;
	return false;
}

/* Returns 0, or -1 after one line of complaint. */
static int parse_value(struct options *o, const char *name, const char *value)
{
	if (value && !strcmp(name, "--chrome")) {
		o->chrome = value;
		return 0;
	}
	if (value && !strcmp(name, "--out")) {
		o->faults.out = value;
		return 0;
	}
	if (value && !strcmp(name, "--without")) {
		o->without = value;
		return verdict_without(value) ?
			       complain("no oracle to leave out", value) :
			       0;
	}
	if (value && !strcmp(name, "--only")) {
		o->without = value;
		return verdict_only(value) ? complain("no oracle", value) : 0;
	}
	if (value && !strcmp(name, "--driver"))
		return parse_driver(o, value);
	if (value && !strcmp(name, "--faults"))
		return parse_faults(o, value);
	return complain("run: bad option", name);
}

/* Options that have no meaning together, or with so many programs. */
static int check_options(const struct options *o, int nr)
{
	const char *wrong = NULL;

	if (!nr)
		wrong = "no program given";
	else if (o->chrome && nr > 1)
		wrong = "--chrome takes one program";
	else if (o->faults.kinds && (o->quiet || o->messages || o->chrome))
		wrong = "--faults prints no trace";
	else if (o->faults.kinds && o->without)
		wrong = "--faults leaves no oracle out: a program cannot say so";
	else if (o->faults.kinds && !o->faults.out)
		wrong = "--faults takes --out DIR";
	else if (!o->faults.kinds && o->faults.out)
		wrong = "--out is for --faults";
	return wrong ? complain("run", wrong) : 0;
}

/* Returns the index of the first file, or -1 after one line of complaint. */
static int parse_options(struct options *o, int argc, char **argv)
{
	int i;

	for (i = 1; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
		if (!strcmp(argv[i], "--")) {
			i++;
			break;
		}
		if (parse_flag(o, argv[i]))
			continue;
		if (parse_value(o, argv[i], argv[i + 1]))
			return -1;
		i++;
	}
	return check_options(o, argc - i) ? -1 : i;
}

/* --- the file for --chrome --- */

static struct {
	FILE *f;
	const char *path;
	char *tmp;
} json;

static int json_complain(void)
{
	fprintf(stderr, "groupfuzz: %s: %s\n", json.path, strerror(errno));
	return -1;
}

static int json_open(const char *path)
{
	json.path = path;
	json.tmp = input_path("%s.tmp", path);
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

/* How the process ended is the finding of the program that it ran. */
static void print_death(const char *path, const struct options *o, int status)
{
	struct verdict v;

	finding_death(&v, status);
	if (o->quiet)
		printf("%s: %s\n", path, v.bucket);
	else
		printf("\n%s\nfinding: %s\n", v.message, v.bucket);
}

/* A child could not run its program: that is the status of all. */
static bool without_verdict;

/* A child's status of its own; what is under test may end it with any other. */
#define CHILD_CLEAN   100
#define CHILD_FINDING 101

/* In a process that has run no other program, and whose end is a finding. */
static bool run_apart(const struct program *p, const char *path,
		      const struct options *o, bool many)
{
	const pid_t parent = getpid();
	int status;
	pid_t pid;

	fflush(stdout);
	/* Without threads: what fork() does for their locks takes the longest. */
	pid = _Fork();
	if (!pid) {
		bool clean;

		children_end_with(parent);
		oops_watch_time();
		clean = run_one(p, path, o, many);
		_exit(fflush(stdout) ? 2 : clean ? CHILD_CLEAN : CHILD_FINDING);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0) {
		fprintf(stderr, "groupfuzz: fork: %s\n", strerror(errno));
		exit(2);
	}
	/* It has said why; the others still have their say. */
	if (WIFEXITED(status) && WEXITSTATUS(status) == 2) {
		printf("%s: no verdict\n", path);
		without_verdict = true;
		return true;
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == CHILD_CLEAN)
		return true;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != CHILD_FINDING)
		print_death(path, o, status);
	return false;
}

/* Whether @path is a program that is known to end its process. */
static bool is_death(const char *path)
{
	static const char head[] = "# " FINDING_DEATH;
	char line[sizeof(head)] = "";
	struct stat st;
	FILE *f = NULL;
	bool is;

	/* A pipe has been read. */
	if (!stat(path, &st) && S_ISREG(st.st_mode))
		f = fopen(path, "r");
	is = f && fgets(line, sizeof(line), f) && !strcmp(line, head);
	if (f)
		fclose(f);
	return is;
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
		if (o.reattach)
			p[i].world.flags |= WORLD_REATTACH;
	}
	if (o.chrome && json_open(o.chrome))
		return 2;
	world_boot();
	slab_remember_stacks();
	if (o.faults.kinds)
		return faults_run(&o.faults, p + first, argv + first,
				  argc - first);
	for (i = first; i < argc; i++)
		clean &= o.apart || is_death(argv[i]) ?
				 run_apart(&p[i], argv[i], &o,
					   argc - first > 1) :
				 run_one(&p[i], argv[i], &o, argc - first > 1);
	free(p);
	if (json_close())
		return 2;
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "groupfuzz: cannot write the trace\n");
		return 2;
	}
	if (without_verdict)
		return 2;
	return clean ? 0 : 1;
}
