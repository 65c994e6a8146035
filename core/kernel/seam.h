/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The seam: everything in core/kernel that waits, wakes or orders goes through
 * here, and nothing below the harness knows what runs its threads. Declared
 * here, at the bottom of the house; implemented by harness/sched with fibers,
 * and in builds with GROUPFUZZ_POSIX by harness/stress with POSIX threads.
 *
 * A thread of a program has a number below SEAM_THREADS. Whoever sets a world
 * up and takes it down is thread 0 too, since that never runs beside another.
 */
#ifndef GROUPFUZZ_SEAM_H
#define GROUPFUZZ_SEAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef GROUPFUZZ_POSIX
#define SEAM_THREADS 128
#define SEAM_LOCAL   __thread
/* Of an array whose elements are each another thread's to write. */
#define SEAM_APART   __attribute__((aligned(128)))
#else
/* The program's threads, and one that runs RCU callbacks. */
#define SEAM_THREADS 5
#define SEAM_LOCAL
#define SEAM_APART
#endif

/*
 * What threads fight for: in one cache line. A list's head, seen as an element
 * with such a lock, is not where that may be, of which sanitizers complain.
 */
#if defined(GROUPFUZZ_POSIX) && !defined(GROUPFUZZ_ASAN) && \
	!defined(GROUPFUZZ_TSAN)
#define SEAM_LINE __attribute__((aligned(64)))
#else
#define SEAM_LINE
#endif

/* A place in the code, for reports. */
struct site {
	const char *func;
	const char *file;
	unsigned int line;
	const char *call; /* as it stands there, NULL if nobody said */
};

#define HERE_CALL(text)                             \
	({                                          \
		static const struct site __site = { \
			__func__,                   \
			__FILE__,                   \
			__LINE__,                   \
			(text),                     \
		};                                  \
		&__site;                            \
	})
#define HERE HERE_CALL(NULL)

/*
 * What a thread is about to do, or has just done, at a yield point. Whoever
 * begins an operation or takes a lock may have to wait first, and says by
 * seam_touch() when it did it.
 */
enum seam_kind {
	SEAM_OP,     /* begins an operation */
	SEAM_LOCK,   /* takes a lock */
	SEAM_UNLOCK, /* has released one, or left an RCU reader */
	SEAM_ATOMIC, /* an atomic, a reference count, a list with its own lock */
	SEAM_RCU,    /* any other RCU call */
	SEAM_ALLOC,  /* allocates */
	SEAM_FREE,   /* frees */
	SEAM_DRIVER, /* enters the driver, or writes its table */
	SEAM_WAIT,   /* cannot go on */
	SEAM_END,    /* has come to its end */
	NR_SEAM_KINDS
};

/* The number of the thread that runs. */
extern SEAM_LOCAL unsigned int seam_thread;

#ifdef GROUPFUZZ_POSIX
/* Threads run at any time; with this they are also held up now and then. */
extern unsigned int seam_noise;
#define seam_concurrent true
#define seam_yields	seam_noise
#else
/* Whether there is more than one: else nothing here does anything. */
extern bool seam_concurrent;
#define seam_yields seam_concurrent
#endif

void seam_switch(enum seam_kind kind, const void *object,
		 const struct site *site);

/*
 * A yield point: another thread may run before this one goes on. @object is
 * what it is about, an address that the code under test knows it by.
 */
static inline void seam_point(enum seam_kind kind, const void *object,
			      const struct site *site)
{
	if (__builtin_expect(seam_yields, 0))
		seam_switch(kind, object, site);
}

/*
 * From here to seam_leave() nobody else is between these two for @object, which
 * names what is touched. It is short, does not nest, and has no yield point in
 * it: so under fibers it is nothing. What has a lock in the kernel (a klist, a
 * notifier chain, kernfs, an IDA) is minded so.
 */
#ifdef GROUPFUZZ_POSIX
void seam_enter(const void *object);
void seam_leave(const void *object);
#else
static inline void seam_enter(const void *object)
{
	(void)object;
}

static inline void seam_leave(const void *object)
{
	(void)object;
}
#endif

/*
 * Let others run until somebody calls seam_wake() for @object; the caller then
 * looks again whether it can go on. @name says what is waited for. @holders is
 * the mask of the threads that could let it go on, 0 if nobody knows: a cycle
 * among those is a deadlock, as is a machine on which all threads wait. Either
 * is a finding (oracle "locking"). Who waits has done nothing yet. Both calls
 * are made between seam_enter() and seam_leave(), which others may enter while
 * the caller waits.
 */
void seam_wait(const void *object, const char *name, unsigned int holders,
	       const struct site *site);

/* All that wait for @object may look again. Never switches. */
void seam_wake(const void *object);

#ifdef GROUPFUZZ_POSIX
/*
 * What a lock is made of where threads are real: a word that is taken by one
 * writer or by readers, without a system call unless somebody has to wait. All
 * zeroes are a free one.
 */
struct seam_word {
	int state;    /* readers, -1: a writer */
	int sleepers; /* somebody may sleep for it */
};

/* Take @word unless that would mean to wait; whether it did. */
static inline bool seam_word_try(struct seam_word *word, bool shared)
{
	int old = __atomic_load_n(&word->state, __ATOMIC_RELAXED);

	return (shared ? old >= 0 : !old) &&
	       __atomic_compare_exchange_n(&word->state, &old,
					   shared ? old + 1 : -1, false,
					   __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

/*
 * Tell whoever looks for deadlocks that this thread waits for @object, called
 * @name; *@writer is who has it, thread + 1. All NULL: that it does not.
 */
void seam_waits(const void *object, const char *name, const uint8_t *writer,
		const struct site *site);

/* Take @word, which somebody else has, and wait for it. */
void seam_word_wait(struct seam_word *word, bool shared);
void seam_word_wake(struct seam_word *word);

static inline void seam_word_put(struct seam_word *word, bool shared)
{
	/* Before it looks for who sleeps: see seam_word_wait(). */
	int left = __atomic_add_fetch(&word->state, shared ? -1 : 1,
				      __ATOMIC_SEQ_CST);

	if (__builtin_expect(!left && __atomic_load_n(&word->sleepers,
						      __ATOMIC_SEQ_CST),
			     0))
		seam_word_wake(word);
}
#endif

/*
 * What is read as a whole without a lock has a version, which is odd while it
 * changes (Documentation/locking/seqlock.rst). Who changes it does so alone.
 */
#ifdef GROUPFUZZ_POSIX
static inline void seam_change(unsigned int *version)
{
	__atomic_store_n(version, *version + 1, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_RELEASE);
}

static inline void seam_changed(unsigned int *version)
{
	__atomic_store_n(version, *version + 1, __ATOMIC_RELEASE);
}
#else
static inline void seam_change(unsigned int *version)
{
	(void)version;
}

static inline void seam_changed(unsigned int *version)
{
	(void)version;
}
#endif

/* Whether somebody wants to know what threads touch between yield points. */
#ifdef GROUPFUZZ_POSIX
#define seam_watched false
#else
extern bool seam_watched;
#endif
void seam_touched(const void *object, size_t size, bool write);

/*
 * This thread reads or writes @object, and has not said so at a yield point.
 * For whoever tells schedules apart (harness/sched/explore.h): two that differ
 * only in the order of what does not touch are the same. core/kernel is not
 * instrumented, so what it shares between threads has to be said.
 */
static inline void seam_touch(const void *object, bool write)
{
	if (__builtin_expect(seam_watched, 0))
		seam_touched(object, 1, write);
}

/*
 * What ThreadSanitizer cannot see, since core/kernel is not instrumented: all
 * that a thread did before seam_release() of @object happens before what
 * another does after its seam_acquire() of it. What happens before and after
 * all threads has its order from the scheduler.
 */
#ifdef GROUPFUZZ_TSAN
void __tsan_acquire(void *addr);
void __tsan_release(void *addr);
void __tsan_write_range(void *addr, unsigned long size);
#define tsan_only(call)                                   \
	({                                                \
		if (__builtin_expect(seam_concurrent, 0)) \
			call;                             \
	})
#define seam_acquire(object) tsan_only(__tsan_acquire((void *)(object)))
#define seam_release(object) tsan_only(__tsan_release((void *)(object)))
#define tsan_wrote(object, size) \
	tsan_only(__tsan_write_range((void *)(object), size))
#else
#define seam_acquire(object)	 ((void)(object))
#define seam_release(object)	 ((void)(object))
#define tsan_wrote(object, size) ((void)(object), (void)(size))
#endif

/* As seam_touch(), for all of a block of memory, and ThreadSanitizer too. */
static inline void seam_wrote(const void *object, size_t size)
{
	tsan_wrote(object, size);
	if (__builtin_expect(seam_watched, 0))
		seam_touched(object, size, true);
}

#endif
