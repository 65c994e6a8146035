/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The verbs of the command line. Each takes its own name as argv[0] and
 * returns the process's exit status.
 */
#ifndef GROUPFUZZ_CMD_H
#define GROUPFUZZ_CMD_H

#include <harness/program/program.h>

int cmd_run(int argc, char **argv);
int cmd_show(int argc, char **argv);
int cmd_encode(int argc, char **argv);
int cmd_explore(int argc, char **argv);
int cmd_minimize(int argc, char **argv);
int cmd_turn(int argc, char **argv);
int cmd_watch(int argc, char **argv);
int cmd_died(int argc, char **argv);
int cmd_export(int argc, char **argv);
int cmd_stress(int argc, char **argv);
int cmd_summary(int argc, char **argv);
int cmd_states(int argc, char **argv);
int cmd_canary(int argc, char **argv);

/*
 * For verbs whose only options are "--raw" and "--", which ends them: take these
 * off the words behind the verb. After "--raw" cmd_load() takes any bytes.
 */
void cmd_take_options(int *argc, char ***argv);
extern bool cmd_raw;

/* Load a program, or print the one-line reason and return -1. */
int cmd_load(struct program *p, const char *path);

/* The same, and refuse what this build cannot run as it is written. */
int cmd_load_to_run(struct program *p, const char *path);

#endif
