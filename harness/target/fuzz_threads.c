// SPDX-License-Identifier: GPL-2.0-only
/* Fuzz target: programs of up to four threads, and their schedules. */
#include <harness/program/program.h>
#include <harness/target/target.h>

const unsigned int target_threads = MAX_THREADS;
