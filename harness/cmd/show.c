// SPDX-License-Identifier: GPL-2.0-only
/*
 * groupfuzz show and encode: between the two forms of a program.
 */
#include <harness/cmd/cmd.h>
#include <harness/sched/sched.h>
#include <harness/target/input.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool cmd_raw;

void cmd_take_options(int *argc, char ***argv)
{
	const char *word = *argc > 1 ? (*argv)[1] : "";

	cmd_raw = !strcmp(word, "--raw");
	if (cmd_raw) {
		++*argv, --*argc;
		word = *argc > 1 ? (*argv)[1] : "";
	}
	if (!strcmp(word, "--"))
		++*argv, --*argc;
}

int cmd_load(struct program *p, const char *path)
{
	char err[256];

	if (!(cmd_raw ? program_load_raw : program_load)(p, path, err,
							 sizeof(err)))
		return 0;
	fprintf(stderr, "%s\n", err);
	return -1;
}

int cmd_load_to_run(struct program *p, const char *path)
{
	unsigned int i;

	if (cmd_load(p, path))
		return -1;
	for (i = 0; i < p->nr_preemptions; i++) {
		if (!p->preemption[i].access || sched_has_accesses())
			continue;
		fprintf(stderr,
			"%s: its schedule counts memory accesses: build with ACCESS=1\n",
			path);
		return -1;
	}
	return 0;
}

int cmd_show(int argc, char **argv)
{
	struct program p;
	int i;

	cmd_take_options(&argc, &argv);
	if (argc < 2) {
		fprintf(stderr, "groupfuzz: show: no program given\n");
		return 2;
	}
	for (i = 1; i < argc; i++) {
		if (cmd_load(&p, argv[i]))
			return 2;
		if (program_print(&p, stdout) || fflush(stdout)) {
			fprintf(stderr, "groupfuzz: cannot write: %s\n",
				strerror(errno));
			return 2;
		}
	}
	return 0;
}

static int encode(const char *from, const char *to)
{
	uint8_t buf[PROGRAM_MAX_BYTES];
	struct program p;
	size_t len;
	FILE *f;

	if (cmd_load(&p, from))
		return 2;
	len = program_encode(&p, buf, sizeof(buf));
	f = fopen(to, "wb");
	if (!f || fwrite(buf, 1, len, f) != len || fclose(f)) {
		fprintf(stderr, "%s: %s\n", to, strerror(errno));
		return 2;
	}
	return 0;
}

static int encode_into(const char *dir, char **files)
{
	int status = 0;
	char *path;

	for (; !status && *files; files++) {
		path = input_path("%s/%s", dir, basename(*files));
		status = encode(*files, path);
		free(path);
	}
	return status;
}

int cmd_encode(int argc, char **argv)
{
	cmd_take_options(&argc, &argv);
	if (argc > 2 && !strcmp(argv[1], "--into"))
		return encode_into(argv[2], argv + 3);
	if (argc == 3)
		return encode(argv[1], argv[2]);
	fprintf(stderr, "groupfuzz: encode takes FILE and OUT\n");
	return 2;
}
