// SPDX-License-Identifier: GPL-2.0-only
/*
 * RCU with real threads: liburcu, its flavour "qsbr". A reader costs nothing: a
 * thread says once in a while, here after each call, that it reads nothing, and
 * is not asked while it sleeps, of which there is one place (futex_sleep()). With
 * "memb", 3 to 5 ns a reader, a grace period interrupts each processor on which
 * a thread runs, and it is them that it costs: in a virtual machine with two, a
 * life (tests/bench/stress.c) took 0.9 us by itself and 2.3 beside another one,
 * with a grace period in 128 of them; with qsbr it hardly matters how many there
 * are. "mb" is 180 to 260 ns a reader, and "bp" memb that registers threads by
 * itself.
 *
 * What liburcu's call_rcu() is given it keeps for 10 ms or more, in which two
 * threads free more than a cache holds: each block is far away when its memory
 * is used again, and a life takes 1.4 us. So what threads free themselves, page
 * tables first of all, each of them collects, waits for a grace period between
 * two calls, and frees where it was allocated. The core's call_rcu() is liburcu's.
 *
 * liburcu is not instrumented: ThreadSanitizer is told what comes before what.
 */
#include <harness/stress/actor.h>
#include <lock.h>
#include <stdlib.h>
/* The same name, and the same two members, as the kernel's. */
#define rcu_head urcu_head
#define _LGPL_SOURCE
#include <urcu/urcu-qsbr.h>
#undef rcu_head

/* What a thread frees when a grace period is over; so many are worth one. */
#define MANY 512

static __thread struct {
	struct {
		void *p;
		void (*free)(void *p);
	} *item;
	unsigned int nr, room;
} collected;

static __thread bool known;	      /* to liburcu, by this file */
static __thread unsigned int reading; /* how deep */
static char grace;

/* Declared in linux/rcupdate.h, which does not go with liburcu's. */
struct rcu_head;
void rcu_read_lock_at(const struct site *site);
void rcu_read_unlock_at(const struct site *site);
void synchronize_rcu_at(const struct site *site);
void call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head));

void rcu_read_lock_at(const struct site *site)
{
	seam_point(SEAM_RCU, &grace, site);
	reading++;
	lock_atomic_begin();
}

void rcu_read_unlock_at(const struct site *site)
{
	lock_atomic_end();
	seam_release(&grace);
	reading--;
	seam_point(SEAM_UNLOCK, &grace, site);
}

void synchronize_rcu_at(const struct site *site)
{
	lock_might_sleep("synchronize_rcu()", site);
	urcu_qsbr_synchronize_rcu();
	seam_acquire(&grace);
}

/* The callback is the caller's own, run by liburcu's thread. */
void call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head))
{
	seam_point(SEAM_RCU, head, HERE);
	seam_release(&grace);
	urcu_qsbr_call_rcu((struct urcu_head *)head,
			   (void (*)(struct urcu_head *))func);
}

void rcu_free_later(void *p, void (*how)(void *p))
{
	if (collected.nr == collected.room) {
		collected.room = collected.room ? 2 * collected.room : 2 * MANY;
		collected.item = reallocarray(collected.item, collected.room,
					      sizeof(*collected.item));
		if (!collected.item)
			stress_fail("no memory");
	}
	collected.item[collected.nr].p = p;
	collected.item[collected.nr++].free = how;
}

void rcu_flush(void)
{
	unsigned int i;

	if (!collected.nr)
		return;
	urcu_qsbr_synchronize_rcu();
	seam_acquire(&grace);
	for (i = 0; i < collected.nr; i++)
		collected.item[i].free(collected.item[i].p);
	collected.nr = 0;
}

void rcu_between_calls(void)
{
	urcu_qsbr_quiescent_state();
	if (unlikely(collected.nr >= MANY))
		rcu_flush();
}

/* A reader that sleeps, for a spinlock, stays one. */
void rcu_sleep_begin(void)
{
	if (known && !reading)
		urcu_qsbr_thread_offline();
}

void rcu_sleep_end(void)
{
	if (known && !reading)
		urcu_qsbr_thread_online();
}

void rcu_wait(void)
{
	rcu_flush();
	urcu_qsbr_barrier();
}

void rcu_thread_begin(void)
{
	urcu_qsbr_register_thread();
	known = true;
}

void rcu_thread_end(void)
{
	rcu_flush();
	free(collected.item);
	collected.item = NULL;
	collected.room = 0;
	urcu_qsbr_unregister_thread();
	known = false;
}
