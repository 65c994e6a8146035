// SPDX-License-Identifier: GPL-2.0-only
/*
 * Child processes and their ends; see children.h.
 */
#include <harness/cmd/children.h>
#include <harness/oracle/sanitizers.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHILD_DONE	  0
#define CHILD_INTERRUPTED 3

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
	char path[512];

	snprintf(path, sizeof(path), "%s/engine.log", out);
	if (freopen(path, "a", stderr))
		return 0;
	fprintf(stdout, "groupfuzz: %s: %s\n", path, strerror(errno));
	return -1;
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
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		fprintf(stderr, "groupfuzz: fork: %s\n", strerror(errno));
	else if (!pid)
		child(out, work);
	return pid;
}

int children_run(const char *out, void (*work)(void), void (*lost)(void))
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
			lost();
	} while (!interrupted);
	return 0;
}
