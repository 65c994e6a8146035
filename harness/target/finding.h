/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is kept of a finding, in a folder of its bucket: program.prog, and from a
 * process that has run nothing else, trace.txt and, if a sanitizer had something
 * to say, sanitizer.txt; minimized.prog, and of real threads stress.txt, are put
 * beside them by those who make them. Files are written to a temporary name,
 * synced, and renamed: whatever has a name is whole.
 */
#ifndef GROUPFUZZ_TARGET_FINDING_H
#define GROUPFUZZ_TARGET_FINDING_H

#include <harness/oracle/oracle.h>
#include <harness/program/program.h>

/*
 * Keep the finding @v of @p in @dir/findings, in place of an earlier campaign's;
 * and what it ends in when it is run again, in @again (@len bytes), "" if in
 * nothing. Returns 0, or -1 after one line of complaint; then files may be
 * missing, and none is torn. Only one process at a time may be at it.
 */
int finding_keep(const char *dir, const struct program *p,
		 const struct verdict *v, char *again, size_t len);

/*
 * What is kept in bucket @from is of bucket @to, in place of what is there.
 * Returns 0, or -1 after one line of complaint.
 */
int finding_rename(const char *dir, const char *from, const char *to);

/* What is kept in @bucket is of none. */
void finding_drop(const char *dir, const char *bucket);

/*
 * The finding @v: an execution has ended its process, and no oracle has said why.
 * @status is what waitpid() says of it, -1 if that is not known. Its bucket begins
 * with FINDING_DEATH.
 */
#define FINDING_DEATH "death-"
void finding_death(struct verdict *v, int status);

/*
 * Rebuild what a campaign knows of its findings from their folders: @found is
 * called for each that is whole, @unstable if it did not come back when run again.
 */
void finding_each(const char *dir,
		  void (*found)(const char *bucket, bool unstable));

/*
 * Leave out the oracles that GROUPFUZZ_WITHOUT lists, here and in the process in
 * which a finding is run again. Exits with status 2 and one line if there is no
 * such oracle.
 */
void finding_oracles(void);

/*
 * Whether this is the process in which one is run again; and if so, once the
 * world is booted: run the program, print its trace, return the exit status.
 */
bool finding_replays(void);
int finding_replay(void);

#endif
