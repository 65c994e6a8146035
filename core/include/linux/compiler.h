/* SPDX-License-Identifier: GPL-2.0-only */
/* Attributes, and the marked accesses READ_ONCE() and WRITE_ONCE(). */
#ifndef _SHIM_LINUX_COMPILER_H
#define _SHIM_LINUX_COMPILER_H

#define __init
#define __exit
#define __read_mostly
#define __rcu
#define __user
#define __iomem
#define __must_check   __attribute__((warn_unused_result))
#define __maybe_unused __attribute__((unused))
#undef __always_inline
#define __always_inline inline __attribute__((always_inline))
#define noinline	__attribute__((noinline))
#define __cold		__attribute__((cold))
#define __printf(a, b)	__attribute__((format(printf, a, b)))
#define __packed	__attribute__((packed))
#define __aligned(x)	__attribute__((aligned(x)))
#define __counted_by(m)
/* Annotations of locks, for sparse and clang's context analysis. */
#define __context_unsafe(comment)
#define __must_hold(l)
#define __acquires(l)
#define __releases(l)
#define __guarded_by(l)
#define fallthrough		 __attribute__((fallthrough))

#define likely(x)		 __builtin_expect(!!(x), 1)
#define unlikely(x)		 __builtin_expect(!!(x), 0)
#define barrier()		 __asm__ __volatile__("" : : : "memory")
#define static_assert(expr, ...) _Static_assert(expr, "" __VA_ARGS__)

/* Marked accesses are no race with each other: to ThreadSanitizer, atomics. */
#ifdef GROUPFUZZ_TSAN
#define READ_ONCE(x)	 __atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, v) __atomic_store_n(&(x), v, __ATOMIC_RELAXED)
void __tsan_ignore_thread_begin(void);
void __tsan_ignore_thread_end(void);
#define data_race(expr)                       \
	({                                    \
		__tsan_ignore_thread_begin(); \
		__auto_type __v = (expr);     \
		__tsan_ignore_thread_end();   \
		__v;                          \
	})
#else
#define READ_ONCE(x)	 (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, v) (*(volatile __typeof__(x) *)&(x) = (v))
#define data_race(expr)	 (expr)
#endif

#define __stringify_1(x...) #x
#define __stringify(x...)   __stringify_1(x)

#endif
