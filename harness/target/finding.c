// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keeps findings and runs them again; see finding.h.
 */
#include <harness/target/finding.h>
#include <harness/world/trace.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define REPLAY	 "GROUPFUZZ_REPLAY"
#define MAX_PATH 640

static int complain(const char *what)
{
	fprintf(stderr, "groupfuzz: %s: %s\n", what, strerror(errno));
	return -1;
}

static int sync_path(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int err = fd < 0 || fsync(fd);

	if (fd >= 0)
		close(fd);
	return err ? complain(path) : 0;
}

/* The folder of @bucket, in @path. */
static void folder(char *path, const char *dir, const char *bucket)
{
	snprintf(path, MAX_PATH, "%s/findings/%s", dir, bucket);
}

/* @tmp, which is written, is @name from here on, both in the folder @path. */
static int publish(const char *path, const char *tmp, const char *name)
{
	char from[MAX_PATH + 32], to[MAX_PATH + 32];

	snprintf(from, sizeof(from), "%s/%s", path, tmp);
	snprintf(to, sizeof(to), "%s/%s", path, name);
	if (sync_path(from))
		return -1;
	return rename(from, to) ? complain(to) : sync_path(path);
}

static void drop_file(const char *path, const char *name)
{
	char file[MAX_PATH + 32];

	snprintf(file, sizeof(file), "%s/%s", path, name);
	unlink(file);
}

static int make_folder(char *path, const char *dir, const char *bucket)
{
	snprintf(path, MAX_PATH, "%s/findings", dir);
	mkdir(path, 0777);
	folder(path, dir, bucket);
	if (mkdir(path, 0777) && errno != EEXIST)
		return complain(path);
	/* What an earlier campaign left there is not of this finding. */
	drop_file(path, "minimized.prog");
	drop_file(path, "sanitizer.txt");
	return 0;
}

static int save_program(const char *path, const struct program *p,
			const struct verdict *v)
{
	char tmp[MAX_PATH + 32];
	bool failed;
	FILE *f;

	snprintf(tmp, sizeof(tmp), "%s/program.tmp", path);
	f = fopen(tmp, "we");
	if (!f)
		return complain(tmp);
	fprintf(f, "# %s\n# %s\n", v->bucket, v->message);
	program_print(p, f);
	failed = ferror(f);
	if (fclose(f) || failed)
		return complain(tmp);
	return publish(path, "program.tmp", "program.prog");
}

/* --- running it again --- */

bool finding_replays(void)
{
	return getenv(REPLAY);
}

void finding_oracles(void)
{
	const char *list = getenv("GROUPFUZZ_WITHOUT");

	if (!list || !verdict_without(list))
		return;
	fprintf(stderr, "groupfuzz: no oracle to leave out: %s\n", list);
	exit(2);
}

int finding_replay(void)
{
	const char *path = getenv(REPLAY);
	struct program p;
	struct verdict v;
	char err[256];
	bool clean;

	finding_oracles();
	if (program_load(&p, path, err, sizeof(err))) {
		fprintf(stderr, "%s\n", err);
		return 2;
	}
	clean = trace_run(&p, &v, stdout, false);
	if (fflush(stdout) || ferror(stdout)) {
		complain("trace");
		return 2;
	}
	return !clean;
}

/*
 * The command line that users replay with, or whatever runs here, on program
 * @file, with its output in two files. Returns its exit status, as of waitpid(),
 * or -1.
 */
static int spawn(const char *file, const char *out, const char *err)
{
	const char *program = getenv("GROUPFUZZ_RUN");
	const int flags = O_WRONLY | O_CREAT | O_TRUNC;
	char *argv[] = { "groupfuzz", NULL };
	posix_spawn_file_actions_t files;
	int status = -1;
	pid_t pid;

	setenv(REPLAY, file, 1);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, 1, out, flags, 0666);
	posix_spawn_file_actions_addopen(&files, 2, err, flags, 0666);
	if (!program)
		program = "/proc/self/exe";
	errno = posix_spawn(&pid, program, &files, NULL, argv, environ);
	if (!errno && waitpid(pid, &status, 0) != pid)
		status = -1;
	posix_spawn_file_actions_destroy(&files);
	unsetenv(REPLAY);
	return status;
}

/* What the last line of the trace in @path says was found. */
static void read_bucket(const char *path, char *bucket, size_t len)
{
	static const char mark[] = "finding: ";
	char line[1024];
	FILE *f = fopen(path, "re");

	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, mark, strlen(mark)))
			snprintf(bucket, len, "%.*s",
				 (int)strcspn(line + strlen(mark), "\n"),
				 line + strlen(mark));
	if (f)
		fclose(f);
}

static int replay(const char *path, char *again, size_t len)
{
	char file[3][MAX_PATH + 32];
	static const char *const names[] = { "program.prog", "trace.tmp",
					     "sanitizer.tmp" };
	struct stat st;
	unsigned int i;
	int status;

	for (i = 0; i < 3; i++)
		snprintf(file[i], sizeof(file[i]), "%s/%s", path, names[i]);
	again[0] = '\0';
	status = spawn(file[0], file[1], file[2]);
	/* It did not run, or could not say what it saw. */
	if (status == -1)
		return complain(file[1]);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 2) {
		fprintf(stderr, "groupfuzz: %s: no trace\n", file[1]);
		return -1;
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == 1)
		read_bucket(file[1], again, len);
	if (stat(file[2], &st) || !st.st_size)
		unlink(file[2]);
	else if (publish(path, "sanitizer.tmp", "sanitizer.txt"))
		return -1;
	return publish(path, "trace.tmp", "trace.txt");
}

int finding_keep(const char *dir, const struct program *p,
		 const struct verdict *v, char *again, size_t len)
{
	char path[MAX_PATH];

	if (make_folder(path, dir, v->bucket) || save_program(path, p, v))
		return -1;
	return replay(path, again, len);
}

void finding_drop(const char *dir, const char *bucket)
{
	static const char *const names[] = { "program.prog", "minimized.prog",
					     "trace.txt", "sanitizer.txt",
					     "stress.txt" };
	char path[MAX_PATH];
	unsigned int i;

	folder(path, dir, bucket);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		drop_file(path, names[i]);
	rmdir(path);
}

int finding_rename(const char *dir, const char *from, const char *to)
{
	char old[MAX_PATH], path[MAX_PATH];

	finding_drop(dir, to);
	folder(old, dir, from);
	folder(path, dir, to);
	return rename(old, path) ? complain(path) : 0;
}
