// SPDX-License-Identifier: GPL-2.0-only
/* Fuzz target: programs of one thread. */
#include <harness/target/target.h>

const unsigned int target_threads = 1;
