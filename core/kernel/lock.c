// SPDX-License-Identifier: GPL-2.0-only
/*
 * Locks, and what is wrong with how they are used: see lock.h.
 */
#include <lock.h>
#include <finding.h>
#include <linux/compiler.h>
#include <stdio.h>
#include <string.h>

#define MAX_HELD    16
#define MAX_CLASSES 32

struct held {
	const struct lock *lock;
	enum lock_mode mode;
	const struct site *site;
	unsigned int class;
};

/* What a thread holds. */
static struct thread_locks {
	struct held held[MAX_HELD];
	unsigned int nr;
	unsigned int atomic; /* spinlocks and RCU readers */
#ifdef GROUPFUZZ_POSIX
	unsigned long taken; /* locks so far */
#endif
} SEAM_APART threads[SEAM_THREADS];

void (*lock_watcher)(const struct lock *lock, const struct site *site,
		     bool taken);

/* --- the order of classes --- */

/* Classes live as long as the process: their names are in its own image. */
static const char *class_name[MAX_CLASSES];
static unsigned int nr_classes;

/* edge[a] has bit b if b was taken under a in this execution, and where. */
static uint32_t edge[MAX_CLASSES];
static struct {
	const struct site *outer, *inner;
} edge_site[MAX_CLASSES][MAX_CLASSES];

/* -1 if no lock of that name has been taken. Entries are added, and stay. */
static noinline int find_class(const char *name)
{
	const unsigned int nr = __atomic_load_n(&nr_classes, __ATOMIC_ACQUIRE);
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (class_name[i] == name)
			return i;
	/* Two units may have the same name at two addresses. */
	for (i = 0; i < nr; i++)
		if (!strcmp(class_name[i], name))
			return i;
	return -1;
}

static __cold int add_class(const char *name)
{
	int class;

	seam_enter(class_name);
	class = find_class(name);
	if (class < 0) {
		if (unlikely(nr_classes == MAX_CLASSES))
			finding("locking", name, "classes",
				"more than %u classes of locks", MAX_CLASSES);
		class = nr_classes;
		class_name[class] = name;
		__atomic_store_n(&nr_classes, class + 1, __ATOMIC_RELEASE);
	}
	seam_leave(class_name);
	return class;
}

/* Of a new lock it is looked up, without a lock that all threads would share. */
static unsigned int class_of(struct lock *lock)
{
	int class;

	if (likely(lock->class < nr_classes &&
		   class_name[lock->class] == lock->name))
		return lock->class;
	class = find_class(lock->name);
	if (unlikely(class < 0))
		class = add_class(lock->name);
	lock->class = class;
	return class;
}

/* The first step on a way from @from to @to, -1 if there is none. */
static int next_on_path(unsigned int from, unsigned int to)
{
	uint32_t seen = 1U << from, todo = edge[from], reach;
	unsigned int first, c;

	for (first = 0; first < nr_classes; first++) {
		if (!(todo & 1U << first))
			continue;
		for (reach = 1U << first, c = 0; reach;) {
			c = __builtin_ctz(reach);
			reach &= reach - 1;
			if (c == to)
				return first;
			seen |= 1U << c;
			reach |= edge[c] & ~seen;
		}
	}
	return -1;
}

/* Names do not vary between runs into the same inversion, nor does their order. */
_Noreturn __cold static void inversion(const struct held *outer,
				       unsigned int class, const char *name,
				       const struct site *site)
{
	char text[512], cause[96];
	const char *a = class_name[outer->class], *b = name;
	unsigned int c = class;
	size_t n;

	n = snprintf(
		text, sizeof(text),
		"%s (%s() line %u) is held while %s() line %u takes %s; but", a,
		outer->site->func, outer->site->line, site->func, site->line,
		b);
	while (c != outer->class && n < sizeof(text)) {
		unsigned int next = next_on_path(c, outer->class);

		n += snprintf(
			text + n, sizeof(text) - n,
			" %s (%s() line %u) was held while %s() line %u took %s;",
			class_name[c], edge_site[c][next].outer->func,
			edge_site[c][next].outer->line,
			edge_site[c][next].inner->func,
			edge_site[c][next].inner->line, class_name[next]);
		c = next;
	}
	snprintf(cause, sizeof(cause), "%s-%s", strcmp(a, b) < 0 ? a : b,
		 strcmp(a, b) < 0 ? b : a);
	finding("locking", "order", cause, "%s", text);
}

static void check_order(struct thread_locks *t, unsigned int class,
			const char *name, const struct site *site)
{
	unsigned int i;

	for (i = 0; i < t->nr; i++) {
		const struct held *h = &t->held[i];

		if (likely(edge[h->class] & 1U << class) || h->class == class)
			continue;
		seam_enter(edge);
		if (unlikely(next_on_path(class, h->class) >= 0)) {
			if (finding_wanted("locking"))
				inversion(h, class, name, site);
			seam_leave(edge);
			continue;
		}
		edge_site[h->class][class].outer = h->site;
		edge_site[h->class][class].inner = site;
		edge[h->class] |= 1U << class;
		seam_leave(edge);
	}
}

/* --- locks --- */

void lock_init(struct lock *lock, const char *name)
{
	*lock = (struct lock){ .name = name };
}

#ifndef GROUPFUZZ_POSIX

static bool taken(const struct lock *lock, enum lock_mode mode)
{
	return lock->writer || (mode != LOCK_READ && lock->readers);
}

/*
 * The threads that whoever wants @lock waits for. Of a lock that was freed, a
 * number too large: it has been reported, and is not to be undefined too.
 */
static __always_inline unsigned int holders(const struct lock *lock)
{
	return lock->readers |
	       (lock->writer ? 1U << (lock->writer - 1) % 32 : 0);
}

static __always_inline bool held_by_me(const struct lock *lock)
{
	return holders(lock) & 1U << seam_thread;
}

/* Take @lock if nobody has it. */
static __always_inline bool get(struct lock *lock, enum lock_mode mode)
{
	if (taken(lock, mode))
		return false;
	if (mode == LOCK_READ)
		lock->readers |= 1U << seam_thread;
	else
		lock->writer = seam_thread + 1;
	return true;
}

static void put(struct lock *lock, enum lock_mode mode)
{
	if (mode == LOCK_READ)
		lock->readers &= ~(1U << seam_thread);
	else
		lock->writer = 0;
	if (seam_concurrent)
		seam_wake(lock);
}

/* Whether it is taken then; else somebody else may have been faster. */
static bool wait_for(struct lock *lock, enum lock_mode mode,
		     const struct site *site)
{
	(void)mode;
	seam_wait(lock, lock->name, holders(lock), site);
	return false;
}

#else

static int find_held(const struct lock *lock);

static __always_inline bool held_by_me(const struct lock *lock)
{
	return find_held(lock) >= 0;
}

static __always_inline bool get(struct lock *lock, enum lock_mode mode)
{
	if (!seam_word_try(&lock->word, mode == LOCK_READ))
		return false;
	if (mode != LOCK_READ)
		lock->writer = seam_thread + 1;
	return true;
}

static void put(struct lock *lock, enum lock_mode mode)
{
	if (mode != LOCK_READ)
		lock->writer = 0;
	seam_word_put(&lock->word, mode == LOCK_READ);
}

/* Who waits for it is seen by whoever looks for deadlocks. */
static bool wait_for(struct lock *lock, enum lock_mode mode,
		     const struct site *site)
{
	seam_waits(lock, lock->name, &lock->writer, site);
	seam_word_wait(&lock->word, mode == LOCK_READ);
	seam_waits(NULL, NULL, NULL, NULL);
	if (mode != LOCK_READ)
		lock->writer = seam_thread + 1;
	return true;
}

#endif

static void check_recursion(const struct lock *lock, const struct site *site)
{
	if (unlikely(held_by_me(lock)))
		finding("locking", site->func, "recursion",
			"%s() takes %s, which %s() holds already: deadlock",
			site->func, lock->name, lock->where->func);
}

/* This thread has got @lock. */
static void take(struct lock *lock, enum lock_mode mode,
		 const struct site *site)
{
	struct thread_locks *t = &threads[seam_thread];
	struct held *h = &t->held[t->nr];

	if (unlikely(t->nr == MAX_HELD))
		finding("locking", site->func, "depth",
			"%s() takes %s as lock number %u", site->func,
			lock->name, t->nr + 1);
	h->lock = lock;
	h->mode = mode;
	h->site = site;
	h->class = class_of(lock);
	if (t->nr)
		check_order(t, h->class, lock->name, site);
	t->nr++;
	t->atomic += mode == LOCK_SPIN;
	lock->where = site;
#ifdef GROUPFUZZ_POSIX
	t->taken++;
#endif
	seam_touch(lock, true);
	seam_acquire(lock);
	if (unlikely(lock_watcher))
		lock_watcher(lock, site, true);
}

void lock_acquire(struct lock *lock, enum lock_mode mode,
		  const struct site *site)
{
	if (mode != LOCK_SPIN)
		lock_might_sleep(lock->name, site);
	seam_point(SEAM_LOCK, lock, site);
	check_recursion(lock, site);
	while (unlikely(!get(lock, mode)))
		if (wait_for(lock, mode, site))
			break;
	take(lock, mode, site);
}

bool lock_try(struct lock *lock, enum lock_mode mode, const struct site *site)
{
	seam_point(SEAM_LOCK, lock, site);
	if (held_by_me(lock) || !get(lock, mode)) {
		seam_touch(lock, false);
		return false;
	}
	take(lock, mode, site);
	return true;
}

/* Where @lock is in what this thread holds, -1 if it is not. */
static int find_held(const struct lock *lock)
{
	const struct thread_locks *t = &threads[seam_thread];
	int i = t->nr;

	/* Locks are mostly released in the reverse order. */
	while (i-- > 0)
		if (t->held[i].lock == lock)
			break;
	return i;
}

void lock_release(struct lock *lock, enum lock_mode mode,
		  const struct site *site)
{
	struct thread_locks *t = &threads[seam_thread];
	int i = find_held(lock);

	if (unlikely(i < 0)) {
		if (finding_wanted("locking"))
			finding("locking", site->func, "not-held",
				"%s() releases %s, which it does not hold",
				site->func, lock->name);
		return;
	}
	seam_release(lock);
	put(lock, mode);
	t->atomic -= mode == LOCK_SPIN;
	t->nr--;
	for (; i < (int)t->nr; i++)
		t->held[i] = t->held[i + 1];
	if (unlikely(lock_watcher))
		lock_watcher(lock, site, false);
	seam_point(SEAM_UNLOCK, lock, site);
}

void lock_assert_held(const struct lock *lock, const char *expr,
		      const struct site *site)
{
	if (unlikely(!held_by_me(lock)) && finding_wanted("warnings"))
		finding("warnings", site->func, "lockdep_assert_held",
			"lockdep_assert_held(%s) in %s()", expr, site->func);
}

void lock_assert_not_held(const struct lock *lock, const char *expr,
			  const struct site *site)
{
	if (unlikely(held_by_me(lock)) && finding_wanted("warnings"))
		finding("warnings", site->func, "lockdep_assert_not_held",
			"lockdep_assert_not_held(%s) in %s()", expr,
			site->func);
}

void lock_atomic_begin(void)
{
	threads[seam_thread].atomic++;
}

void lock_atomic_end(void)
{
	threads[seam_thread].atomic--;
}

void lock_might_sleep(const char *what, const struct site *site)
{
	const struct thread_locks *t = &threads[seam_thread];

	if (likely(!t->atomic) || !finding_wanted("locking"))
		return;
	finding("locking", site->func, "sleeps-in-atomic",
		"%s() may sleep in %s, under %s", site->func, what,
		t->nr ? t->held[t->nr - 1].lock->name : "rcu_read_lock()");
}

bool lock_mine(const struct lock *lock)
{
	return held_by_me(lock);
}

#ifdef GROUPFUZZ_POSIX
unsigned long lock_taken(unsigned int thread)
{
	return threads[thread].taken;
}
#endif

const char *lock_held(void)
{
	const struct thread_locks *t = &threads[seam_thread];

	return t->nr ? t->held[t->nr - 1].lock->name : NULL;
}

void lock_reset(void)
{
	unsigned int i;

	for (i = 0; i < SEAM_THREADS; i++)
		threads[i].nr = threads[i].atomic = 0;
	memset(edge, 0, nr_classes * sizeof(edge[0]));
}
