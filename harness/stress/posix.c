// SPDX-License-Identifier: GPL-2.0-only
/*
 * The seam (core/kernel/seam.h) with POSIX threads. Where a fiber would yield
 * nothing is done, unless pauses are asked for; who has to wait sleeps in a
 * futex, after a while in which it spins, as a kernel mutex does while its owner
 * runs: sections are short, and a system call costs as much as twenty of them.
 *
 * Not instrumented: what ThreadSanitizer has to know is said at the seam.
 */
#include <harness/stress/actor.h>
#include <finding.h>
#include <linux/compiler.h>
#include <linux/futex.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

__thread unsigned int seam_thread;
unsigned int seam_noise;

#define SPIN 512 /* pauses, the last time that it looks */

static inline void relax(void)
{
#if defined(__x86_64__)
	__builtin_ia32_pause();
#else
	__asm__ __volatile__("yield");
#endif
}

void futex_sleep(const void *word, unsigned int value)
{
	rcu_sleep_begin();
	syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
	rcu_sleep_end();
}

static void futex_wake(const void *word, int nr)
{
	syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, nr, NULL, NULL, 0);
}

void futex_rouse(const void *word)
{
	futex_wake(word, 1 << 16);
}

/* --- pauses --- */

static __thread uint64_t noise;

void noise_seed(uint64_t seed)
{
	noise = seed;
}

/*
 * One in so many yield points holds its thread up: for a moment, so that the
 * others on other processors get ahead, or until they have run on this one.
 */
void seam_switch(enum seam_kind kind, const void *object,
		 const struct site *site)
{
	uint32_t r = rnd(&noise);
	unsigned int i;

	(void)kind;
	(void)object;
	(void)site;
	if (r % seam_noise)
		return;
	if (r >> 28 == 0) {
		sched_yield();
		return;
	}
	for (i = r >> 20 & 0xff; i; i--)
		relax();
}

/* --- locks --- */

static bool is_free(const struct seam_word *word, bool shared)
{
	int state = __atomic_load_n(&word->state, __ATOMIC_RELAXED);

	return shared ? state >= 0 : !state;
}

/*
 * Each look takes the word's cache line away from whoever has the lock, and costs
 * him more than the pauses cost whoever waits.
 */
static bool spin(const struct seam_word *word, bool shared)
{
	unsigned int i, pause;

	for (pause = 32; pause <= SPIN; pause *= 2) {
		for (i = 0; i < pause; i++)
			relax();
		if (is_free(word, shared))
			return true;
	}
	return false;
}

/*
 * Who wakes one says that there are no others any more, so that it does not do so
 * again and again while that one is on its way; which says so again when it has
 * the word, since there may be others.
 */
void seam_word_wait(struct seam_word *word, bool shared)
{
	bool slept = false;
	int state;

	do {
		if (spin(word, shared))
			continue;
		/* Before it looks whether it has to: see seam_word_put(). */
		__atomic_store_n(&word->sleepers, 1, __ATOMIC_SEQ_CST);
		state = __atomic_load_n(&word->state, __ATOMIC_SEQ_CST);
		if (shared ? state < 0 : state)
			futex_sleep(&word->sleepers, 1);
		slept = true;
	} while (!seam_word_try(word, shared));
	if (slept)
		__atomic_store_n(&word->sleepers, 1, __ATOMIC_SEQ_CST);
}

void seam_word_wake(struct seam_word *word)
{
	if (__atomic_exchange_n(&word->sleepers, 0, __ATOMIC_SEQ_CST))
		futex_wake(&word->sleepers, 1);
}

/* --- sections --- */

static struct section {
	struct seam_word word;
	unsigned int asleep; /* those that wait in it, and have left it */
	unsigned int woken;  /* how often */
} SEAM_APART sections[64];

static __thread struct section *inside;

static struct {
	unsigned long nr;
} SEAM_APART entered[SEAM_THREADS];

unsigned long sections_entered(unsigned int thread)
{
	return entered[thread].nr;
}

static struct section *section_of(const void *object)
{
	return &sections[((uintptr_t)object * 0x9e3779b97f4a7c15ULL) >> 58];
}

static void section_lock(struct section *s)
{
	if (unlikely(!seam_word_try(&s->word, false)))
		seam_word_wait(&s->word, false);
	inside = s;
}

static void section_unlock(struct section *s)
{
	inside = NULL;
	seam_word_put(&s->word, false);
}

void seam_enter(const void *object)
{
	struct section *s = section_of(object);

	section_lock(s);
	entered[seam_thread].nr++;
	seam_acquire(s);
}

void seam_leave(const void *object)
{
	struct section *s = section_of(object);

	seam_release(s);
	section_unlock(s);
}

/* --- who waits for whom --- */

static struct waiting {
	const void *object; /* NULL: it does not wait */
	const char *name;
	const uint8_t *writer; /* thread + 1 */
	unsigned int holders;  /* a mask, if writer is NULL */
	const struct site *site;
} SEAM_APART waiting[SEAM_THREADS];

void seam_waits(const void *object, const char *name, const uint8_t *writer,
		const struct site *site)
{
	struct waiting *w = &waiting[seam_thread];

	w->name = name;
	w->writer = writer;
	w->site = site;
	w->holders = 0;
	__atomic_store_n(&w->object, object, __ATOMIC_RELEASE);
}

void seam_wait(const void *object, const char *name, unsigned int holders,
	       const struct site *site)
{
	struct section *s = inside;
	unsigned int woken = s->woken;

	seam_waits(object, name, NULL, site);
	waiting[seam_thread].holders = holders;
	s->asleep++;
	section_unlock(s);
	futex_sleep(&s->woken, woken);
	section_lock(s);
	s->asleep--;
	seam_waits(NULL, NULL, NULL, NULL);
}

void seam_wake(const void *object)
{
	(void)object;
	if (likely(!inside->asleep))
		return;
	__atomic_fetch_add(&inside->woken, 1, __ATOMIC_RELEASE);
	futex_rouse(&inside->woken);
}

/* Who keeps thread @t waiting, -1 if it does not wait, or nobody knows. */
static int waits_for(unsigned int t)
{
	const struct waiting *w = &waiting[t];

	if (!__atomic_load_n(&w->object, __ATOMIC_ACQUIRE))
		return -1;
	if (w->writer)
		return (int)__atomic_load_n(w->writer, __ATOMIC_RELAXED) - 1;
	return w->holders ? __builtin_ctz(w->holders) : -1;
}

/* The cycle that @t is in, if it is in one, by the names of what is waited for. */
static void look_from(unsigned int first)
{
	const char *low = NULL, *high = NULL;
	char text[200], cause[96];
	size_t n = 0;
	unsigned int steps;
	int t = first;

	for (steps = 0; steps < SEAM_THREADS; steps++) {
		const struct waiting *w = &waiting[t];
		int next = waits_for(t);

		if (next < 0 || next >= SEAM_THREADS || !w->name || !w->site)
			return;
		if (!low || strcmp(w->name, low) < 0)
			low = w->name;
		if (!high || strcmp(w->name, high) > 0)
			high = w->name;
		if (n < sizeof(text))
			n += snprintf(text + n, sizeof(text) - n,
				      "%sthread %d in %s() waits for %s",
				      n ? "; " : "", t, w->site->func, w->name);
		t = next;
		if (t != (int)first)
			continue;
		snprintf(cause, sizeof(cause), "%s-%s", low, high);
		finding_window = &shared->live[first / MAX_THREADS];
		finding("locking", "deadlock", cause, "%s", text);
	}
}

void deadlock_look(void)
{
	char text[200] = "";
	unsigned int t;
	size_t n = 0;

	for (t = 0; t < SEAM_THREADS; t++)
		look_from(t);
	for (t = 0; t < SEAM_THREADS && n < sizeof(text); t++)
		if (__atomic_load_n(&waiting[t].object, __ATOMIC_ACQUIRE))
			n += snprintf(text + n, sizeof(text) - n,
				      "; thread %u waits for %s", t,
				      waiting[t].name);
	finding_window = &shared->live[0];
	finding("locking", "stress", "hang", "no thread gets anywhere%s", text);
}

/* --- barriers --- */

void barrier_wait(struct barrier *b, void (*last)(void *arg), void *arg)
{
	unsigned int generation =
		__atomic_load_n(&b->generation, __ATOMIC_ACQUIRE);
	unsigned int i;

	seam_release(b);
	if (__atomic_add_fetch(&b->here, 1, __ATOMIC_ACQ_REL) == b->nr) {
		seam_acquire(b);
		last(arg);
		seam_release(b);
		b->here = 0;
		__atomic_store_n(&b->generation, generation + 1,
				 __ATOMIC_RELEASE);
		futex_rouse(&b->generation);
		return;
	}
	for (i = 0; i < 200; i++) {
		if (__atomic_load_n(&b->generation, __ATOMIC_ACQUIRE) !=
		    generation)
			break;
		relax();
	}
	while (__atomic_load_n(&b->generation, __ATOMIC_ACQUIRE) == generation)
		futex_sleep(&b->generation, generation);
	seam_acquire(b);
}
