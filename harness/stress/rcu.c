// SPDX-License-Identifier: GPL-2.0-only
/*
 * RCU with real threads: liburcu, its flavour "memb". Measured on two processors
 * (liburcu 0.13, a reader beside a thread that asks for one grace period after
 * the other): a reader costs 3 to 5 ns with memb, 2 with qsbr, 3 with bp, 180 to
 * 260 with mb; grace periods are 60,000 to 150,000 a second with memb and qsbr,
 * 40,000 with bp. A thread of qsbr has to say again and again that it reads
 * nothing, and before and after each wait for a lock: for 2 ns that is too much
 * to ask, and forgotten once it is memory that grows. All threads are known
 * here, so that they need not register by themselves, as with bp.
 *
 * call_rcu() costs 400 ns with the block that it frees, most of that because a
 * thread of its own frees what another one allocates: the two wait for the C
 * library's lock. So what is freed is collected by each thread, goes by the
 * batch, and comes back to be freed where it was allocated.
 *
 * liburcu is not instrumented: ThreadSanitizer is told what comes before what.
 */
#include <harness/stress/actor.h>
#include <lock.h>
#include <stdlib.h>
/* The same name, and the same two members, as the kernel's. */
#define rcu_head urcu_head
#define _LGPL_SOURCE
#include <urcu/urcu-memb.h>
#include <urcu/wfstack.h>
#undef rcu_head

#define BATCH 60

struct batch {
	struct urcu_head head;
	struct cds_wfs_node node;
	unsigned int thread, nr;
	struct {
		void *p;
		void (*free)(void *p);
	} item[BATCH];
};

static __thread struct batch *collected;
/* Batches whose grace period is over, by the thread that they come from. */
static struct cds_wfs_stack done[SEAM_THREADS];
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
	urcu_memb_read_lock();
	lock_atomic_begin();
}

void rcu_read_unlock_at(const struct site *site)
{
	lock_atomic_end();
	seam_release(&grace);
	urcu_memb_read_unlock();
	seam_point(SEAM_UNLOCK, &grace, site);
}

void synchronize_rcu_at(const struct site *site)
{
	lock_might_sleep("synchronize_rcu()", site);
	urcu_memb_synchronize_rcu();
	seam_acquire(&grace);
}

/* The callback is the caller's own, run by liburcu's thread. */
void call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head))
{
	seam_point(SEAM_RCU, head, HERE);
	seam_release(&grace);
	urcu_memb_call_rcu((struct urcu_head *)head,
			   (void (*)(struct urcu_head *))func);
}

/* It goes back to the thread that it comes from, which takes it from there. */
static void give_back(struct urcu_head *head)
{
	struct batch *b = caa_container_of(head, struct batch, head);

	cds_wfs_push(&done[b->thread], &b->node);
}

/* Free what is done; the emptied batches but for one, which is returned. */
static struct batch *reap(void)
{
	struct cds_wfs_head *all = __cds_wfs_pop_all(&done[seam_thread]);
	struct cds_wfs_node *node, *next;
	struct batch *empty = NULL;
	unsigned int i;

	if (!all)
		return NULL;
	seam_acquire(&grace);
	cds_wfs_for_each_blocking_safe(all, node, next)
	{
		struct batch *b = caa_container_of(node, struct batch, node);

		for (i = 0; i < b->nr; i++)
			b->item[i].free(b->item[i].p);
		free(empty);
		empty = b;
	}
	return empty;
}

void rcu_flush(void)
{
	if (!collected)
		return;
	seam_release(&grace);
	urcu_memb_call_rcu(&collected->head, give_back);
	collected = NULL;
}

static struct batch *new_batch(void)
{
	struct batch *b = reap();

	if (!b)
		b = malloc(sizeof(*b));
	if (!b)
		abort();
	cds_wfs_node_init(&b->node);
	b->thread = seam_thread;
	b->nr = 0;
	return b;
}

void rcu_free_later(void *p, void (*how)(void *p))
{
	if (!collected)
		collected = new_batch();
	collected->item[collected->nr].p = p;
	collected->item[collected->nr++].free = how;
	if (collected->nr == BATCH)
		rcu_flush();
}

void rcu_wait(void)
{
	rcu_flush();
	urcu_memb_barrier();
	free(reap());
}

void rcu_thread_begin(void)
{
	cds_wfs_init(&done[seam_thread]);
	urcu_memb_register_thread();
}

void rcu_thread_end(void)
{
	rcu_flush();
	urcu_memb_unregister_thread();
}
