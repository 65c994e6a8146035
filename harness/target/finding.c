// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keeps findings and runs them again; see finding.h.
 */
#include <harness/target/finding.h>
#include <harness/target/input.h>
#include <harness/world/trace.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define REPLAY "GROUPFUZZ_REPLAY"

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

/* @tmp, which is written, is @name from here on, both in the folder @path. */
static int publish(const char *path, const char *tmp, const char *name)
{
	char *from = input_path("%s/%s", path, tmp);
	char *to = input_path("%s/%s", path, name);
	int err = sync_path(from);

	if (!err)
		err = rename(from, to) ? complain(to) : sync_path(path);
	free(from);
	free(to);
	return err;
}

static void drop_file(const char *path, const char *name)
{
	char *file = input_path("%s/%s", path, name);

	unlink(file);
	free(file);
}

/* The folder of @bucket, the caller's to free. */
static char *folder(const char *dir, const char *bucket)
{
	return input_path("%s/findings/%s", dir, bucket);
}

/* The same, and it is there; NULL after one line of complaint. */
static char *make_folder(const char *dir, const char *bucket)
{
	char *parent = input_path("%s/findings", dir);
	char *path = folder(dir, bucket);

	mkdir(parent, 0777);
	free(parent);
	if (mkdir(path, 0777) && errno != EEXIST) {
		complain(path);
		free(path);
		return NULL;
	}
	/* What an earlier campaign left there is not of this finding. */
	drop_file(path, "minimized.prog");
	drop_file(path, "sanitizer.txt");
	return path;
}

static int write_program(const char *tmp, const struct program *p,
			 const struct verdict *v)
{
	FILE *f = fopen(tmp, "we");
	bool failed;

	if (!f)
		return complain(tmp);
	fprintf(f, "# %s\n# %s\n", v->bucket, v->message);
	program_print(p, f);
	failed = ferror(f);
	return fclose(f) || failed ? complain(tmp) : 0;
}

static int save_program(const char *path, const struct program *p,
			const struct verdict *v)
{
	char *tmp = input_path("%s/program.tmp", path);
	int err = write_program(tmp, p, v);

	free(tmp);
	return err ? err : publish(path, "program.tmp", "program.prog");
}

/* --- executions that end their process --- */

void finding_death(struct verdict *v, int status)
{
	char how[32] = "unknown";

	if (status != -1 && WIFSIGNALED(status))
		snprintf(how, sizeof(how), "SIG%s",
			 sigabbrev_np(WTERMSIG(status)) ?: "RT");
	else if (status != -1)
		snprintf(how, sizeof(how), "exit-%d", WEXITSTATUS(status));
	memset(v, 0, sizeof(*v));
	v->op = -1;
	strcpy(v->oracle, "death");
	snprintf(v->bucket, sizeof(v->bucket), FINDING_DEATH "%s", how);
	snprintf(v->message, sizeof(v->message),
		 "the execution ended its process: %s", how);
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

	prctl(PR_SET_PDEATHSIG, SIGKILL);
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

/* The trace ends where the process did. */
static int write_death(const char *trace, const struct verdict *v)
{
	FILE *f = fopen(trace, "ae");
	bool failed;

	if (!f)
		return complain(trace);
	failed = fprintf(f, "\n%s\nfinding: %s\n", v->message, v->bucket) < 0;
	return fclose(f) || failed ? complain(trace) : 0;
}

/* The bucket of a replay that left its trace in @out and ended with @status. */
static int read_replay(int status, const char *out, char *again, size_t len)
{
	struct verdict v;

	/* It did not run, or could not say what it saw. */
	if (status == -1)
		return complain(out);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 2) {
		fprintf(stderr, "groupfuzz: %s: no trace\n", out);
		return -1;
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == 1) {
		read_bucket(out, again, len);
	} else if (status) {
		finding_death(&v, status);
		snprintf(again, len, "%s", v.bucket);
		return write_death(out, &v);
	}
	return 0;
}

static int replay(const char *path, char *again, size_t len)
{
	char *prog = input_path("%s/program.prog", path);
	char *out = input_path("%s/trace.tmp", path);
	char *err = input_path("%s/sanitizer.tmp", path);
	struct stat st;
	int ret;

	again[0] = '\0';
	ret = read_replay(spawn(prog, out, err), out, again, len);
	if (!ret && (stat(err, &st) || !st.st_size))
		unlink(err);
	else if (!ret)
		ret = publish(path, "sanitizer.tmp", "sanitizer.txt");
	free(prog);
	free(out);
	free(err);
	return ret ? ret : publish(path, "trace.tmp", "trace.txt");
}

int finding_keep(const char *dir, const struct program *p,
		 const struct verdict *v, char *again, size_t len)
{
	char *path = make_folder(dir, v->bucket);
	int ret = -1;

	if (path && !save_program(path, p, v))
		ret = replay(path, again, len);
	free(path);
	return ret;
}

void finding_drop(const char *dir, const char *bucket)
{
	static const char *const names[] = { "program.prog", "minimized.prog",
					     "trace.txt", "sanitizer.txt",
					     "stress.txt" };
	char *path = folder(dir, bucket);
	unsigned int i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		drop_file(path, names[i]);
	rmdir(path);
	free(path);
}

int finding_rename(const char *dir, const char *from, const char *to)
{
	char *old = folder(dir, from), *path = folder(dir, to);
	int ret;

	finding_drop(dir, to);
	ret = rename(old, path) ? complain(path) : 0;
	free(old);
	free(path);
	return ret;
}

/* --- all that there are --- */

/* Whether the first line of @file is "# BUCKET". */
static bool is_headed(const char *file, const char *bucket)
{
	size_t len = strlen(bucket);
	char line[256] = "";
	FILE *f = fopen(file, "re");
	bool is;

	is = f && fgets(line, sizeof(line), f) && !strncmp(line, "# ", 2) &&
	     !strncmp(line + 2, bucket, len) && line[2 + len] == '\n';
	if (f)
		fclose(f);
	return is;
}

void finding_each(const char *dir,
		  void (*found)(const char *bucket, bool unstable))
{
	char *path = input_path("%s/findings", dir), *file;
	DIR *d = opendir(path);
	char again[128];
	struct dirent *e;

	while (d && (e = readdir(d))) {
		file = input_path("%s/%s/program.prog", path, e->d_name);
		if (is_headed(file, e->d_name)) {
			free(file);
			file = input_path("%s/%s/trace.txt", path, e->d_name);
			again[0] = '\0';
			read_bucket(file, again, sizeof(again));
			found(e->d_name, strcmp(again, e->d_name));
		}
		free(file);
	}
	if (d)
		closedir(d);
	free(path);
}
