// SPDX-License-Identifier: GPL-2.0-only
/*
 * Read-copy update; see rcu.h. A grace period is over when each thread that was
 * in a reader at its beginning has left it once (Documentation/RCU). Without
 * other threads a callback runs as soon as no reader is left.
 */
#include <linux/rcupdate.h>
#include <linux/kernel.h>
#include <lock.h>
#include <rcu.h>

static unsigned int nesting[SEAM_THREADS];
static unsigned long left[SEAM_THREADS]; /* how often it left a reader */
static struct rcu_head *queue, **queue_end = &queue;

static void begin(struct rcu_head *head)
{
	unsigned int t;

	head->readers = 0;
	for (t = 0; t < SEAM_THREADS; t++) {
		head->seen[t] = left[t];
		if (nesting[t])
			head->readers |= 1U << t;
	}
}

/* The readers that @head still waits for. */
static unsigned int waits_for(const struct rcu_head *head)
{
	unsigned int t, mask = 0;

	for (t = 0; t < SEAM_THREADS; t++)
		if (head->readers & 1U << t && left[t] == head->seen[t])
			mask |= 1U << t;
	return mask;
}

void rcu_read_lock_at(const struct site *site)
{
	seam_point(SEAM_RCU, &nesting, site);
	nesting[seam_thread]++;
	lock_atomic_begin();
}

void rcu_read_unlock_at(const struct site *site)
{
	lock_atomic_end();
	seam_release(&nesting);
	if (!--nesting[seam_thread]) {
		left[seam_thread]++;
		seam_wake(&nesting);
	}
	if (seam_concurrent)
		seam_switch(SEAM_UNLOCK, &nesting, site);
	else
		rcu_run();
}

void synchronize_rcu_at(const struct site *site)
{
	struct rcu_head head;

	lock_might_sleep("synchronize_rcu()", site);
	seam_point(SEAM_RCU, &nesting, site);
	begin(&head);
	while (waits_for(&head))
		seam_wait(&nesting, "synchronize_rcu()", waits_for(&head),
			  site);
	seam_touch(&nesting, true);
	seam_acquire(&nesting);
}

void call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head))
{
	seam_point(SEAM_RCU, head, HERE);
	head->func = func;
	head->next = NULL;
	begin(head);
	seam_touch(&nesting, true);
	seam_release(&nesting);
	*queue_end = head;
	queue_end = &head->next;
	if (!seam_concurrent)
		rcu_run();
}

/* They begin in order, so that the first is over before the next. */
bool rcu_ready(void)
{
	return queue && !waits_for(queue);
}

bool rcu_pending(void)
{
	return queue;
}

void rcu_run(void)
{
	while (rcu_ready()) {
		struct rcu_head *head = queue;

		queue = head->next;
		if (!queue)
			queue_end = &queue;
		seam_touch(&nesting, true);
		seam_acquire(&nesting);
		head->func(head);
	}
}

void rcu_reset(void)
{
	memset(nesting, 0, sizeof(nesting));
	memset(left, 0, sizeof(left));
	queue = NULL;
	queue_end = &queue;
}
