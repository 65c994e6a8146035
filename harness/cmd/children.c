// SPDX-License-Identifier: GPL-2.0-only
/*
 * Child processes and their ends; see children.h.
 */
#include <harness/cmd/children.h>
#include <harness/oracle/sanitizers.h>
#include <harness/target/input.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* The code under test may end a child with any other status. */
#define CHILD_DONE	  100
#define CHILD_INTERRUPTED 101

static volatile sig_atomic_t interrupted;

static void interrupt(int signal)
{
	(void)signal;
	interrupted = 1;
}

bool children_interrupted(void)
{
	return interrupted;
}

void *children_memory(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED) {
		fprintf(stderr, "groupfuzz: out of memory\n");
		exit(2);
	}
	return p;
}

/* What is found is told at the end; as it goes along it is here. */
static int log_to(const char *out)
{
	char *path = input_path("%s/engine.log", out);
	FILE *f = fopen(path, "a");

	if (!f)
		fprintf(stderr, "groupfuzz: %s: %s\n", path, strerror(errno));
	else
		dup2(fileno(f), STDERR_FILENO);
	free(path);
	return f ? 0 : -1;
}

void children_end_with(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* It may have ended before. */
	if (getppid() != parent)
		_exit(2);
}

_Noreturn static void child(const char *out, void (*work)(void))
{
	if (log_to(out))
		_exit(2);
	oops_watch_time();
	work();
	_exit(interrupted ? CHILD_INTERRUPTED : CHILD_DONE);
}

static pid_t start(const char *out, void (*work)(void))
{
	const pid_t parent = getpid();
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		fprintf(stderr, "groupfuzz: fork: %s\n", strerror(errno));
	if (pid)
		return pid;
	children_end_with(parent);
	child(out, work);
}

int children_run(const char *out, void (*work)(void), void (*lost)(int status))
{
	struct sigaction action = { .sa_handler = interrupt };
	int status;
	pid_t pid;

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	do {
		pid = start(out, work);
		if (pid < 0)
			return -1;
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
		if (WIFEXITED(status) && WEXITSTATUS(status) == 2)
			return -1;
		if (WIFEXITED(status) && WEXITSTATUS(status) == CHILD_DONE)
			return 0;
		if (!interrupted)
			lost(status);
	} while (!interrupted);
	return 0;
}
