// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads and stores of the code under test, in builds with ACCESS=1: what
 * -fsanitize-coverage=trace-loads,trace-stores calls before each.
 */
#include <harness/sched/sched.h>
#include <linux/compiler.h>

#ifdef GROUPFUZZ_ACCESS

/* Not inlined, so that the return address is the access's. */
// clang-format off
#define ACCESS(bytes)							\
	void __sanitizer_cov_load##bytes(void *address);		\
	void __sanitizer_cov_store##bytes(void *address);		\
	noinline void __sanitizer_cov_load##bytes(void *address)	\
	{								\
		sched_access(address, bytes, false,			\
			     (uintptr_t)__builtin_return_address(0));	\
	}								\
	noinline void __sanitizer_cov_store##bytes(void *address)	\
	{								\
		sched_access(address, bytes, true,			\
			     (uintptr_t)__builtin_return_address(0));	\
	}
// clang-format on

ACCESS(1)
ACCESS(2)
ACCESS(4)
ACCESS(8)
ACCESS(16)

#endif
