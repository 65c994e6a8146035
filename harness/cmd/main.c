// SPDX-License-Identifier: GPL-2.0-only
/*
 * groupfuzz, the command line: one verb, its options, its files. Exit status: 0
 * nothing found, 1 a finding, 2 bad usage or input, with one line that says
 * what and where.
 */
#include <harness/cmd/cmd.h>
#include <harness/target/finding.h>
#include <harness/world/world.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *usage;
} verbs[] = {
	{ "run", cmd_run,
	  "run [--quiet] [--apart] [--messages] [--without ORACLE,... | --only ORACLE]\n"
	  "\t[--driver NAME] [--reattach-may-fail] [--chrome JSON] [--raw] FILE...\n"
	  "\treplay programs, print their traces and verdicts; with --raw any bytes\n"
	  "\tare a program, as for a fuzz target" },
	{ "run", cmd_run,
	  "run --faults all|KIND --out OUT [--driver NAME]\n"
	  "\t[--reattach-may-fail] FILE...\n"
	  "\trun programs once for each fault, print what that finds" },
	{ "explore", cmd_explore,
	  "explore [--bound N] [--accesses] [--all] FILE OUT\n"
	  "\trun a program under all schedules of up to N (2) preemptions" },
	{ "minimize", cmd_minimize,
	  "minimize FILE [OUT]\n\ttake away what the finding does not need" },
	{ "show", cmd_show,
	  "show [--raw] FILE...\n\tprint programs, text or binary, in their text form" },
	{ "encode", cmd_encode,
	  "encode [--raw] FILE OUT\n\twrite a program in its binary form" },
	{ "encode", cmd_encode,
	  "encode --into DIR FILE...\n\tor several, each by its own name" },
	{ "states", cmd_states,
	  "states OUT FILE...\n\ttell which operations met which states of a group" },
	{ "turn", cmd_turn,
	  "turn DIR WHAT\n\tbegin a turn of a campaign that searches WHAT" },
	{ "died", cmd_died,
	  "died DIR PID STATUS\n\tfile how a process of a campaign ended, STATUS as a shell has it;\n\tstatus 2: start no other one" },
	{ "watch", cmd_watch,
	  "watch DIR\n\tprint what a campaign does, until SIGTERM" },
	{ "export", cmd_export,
	  "export FILE OUT CORE\n\twrite the calls of a program as a C file, for the core in CORE" },
	{ "stress", cmd_stress,
	  "stress [--seconds N] [--rounds N] [--threads N] [--seed N] [--driver NAME]\n"
	  "\tOUT [KEY=VALUE...]\n\tlet real threads call, keep what that finds" },
	{ "summary", cmd_summary,
	  "summary DIR [KEY=VALUE...]\n\tprint what a campaign found, and write DIR/summary.json" },
	{ "canary", cmd_canary,
	  "canary\n\tcheck that this build reports defects that it has to report" },
	{ "summary", cmd_summary,
	  "summary --executions DIR\n\tprint how many there were" },
};

#define NR_VERBS (sizeof(verbs) / sizeof(verbs[0]))

static int usage(FILE *f)
{
	unsigned int i;

	for (i = 0; i < NR_VERBS; i++)
		fprintf(f, "groupfuzz %s\n", verbs[i].usage);
	return 2;
}

/* A verb that could not print has failed. */
static int finish(int status)
{
	if (!fflush(stdout) && !ferror(stdout))
		return status;
	if (status < 2)
		fprintf(stderr, "groupfuzz: cannot write: %s\n",
			strerror(errno));
	return 2;
}

int main(int argc, char **argv)
{
	unsigned int i;

	if (finding_replays()) {
		world_boot();
		return finding_replay();
	}
	if (argc == 2 &&
	    (!strcmp(argv[1], "--help") || !strcmp(argv[1], "help")))
		return usage(stdout), 0;
	if (argc < 2)
		return usage(stderr);
	for (i = 0; i < NR_VERBS; i++)
		if (!strcmp(argv[1], verbs[i].name))
			return finish(verbs[i].run(argc - 1, argv + 1));
	fprintf(stderr, "groupfuzz: no such command: %s\n", argv[1]);
	return 2;
}
