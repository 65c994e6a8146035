// SPDX-License-Identifier: GPL-2.0-only
/*
 * Changes to the threads of a program: which there are, what each does, and
 * mixtures of two programs. The operations of a thread are contiguous and
 * follow those of the thread before it; the schedule is told whenever numbers
 * of threads change.
 */
#include <string.h>

#include <harness/program/mutate.h>

/* --- structure --- */

unsigned int thread_of(const struct program *p, unsigned int pos)
{
	unsigned int t = 0;

	while (t + 1 < p->nr_threads &&
	       pos >= p->thread[t].first + p->thread[t].nr)
		t++;
	return t;
}

void insert_op(struct program *p, unsigned int t, unsigned int pos,
	       struct op op)
{
	if (p->nr_ops == MAX_OPS)
		return;
	memmove(&p->op[pos + 1], &p->op[pos], (p->nr_ops - pos) * sizeof(op));
	p->op[pos] = op;
	p->nr_ops++;
	p->thread[t].nr++;
	while (++t < p->nr_threads)
		p->thread[t].first++;
}

/* Take operation @pos out of thread @t, which may be empty then. */
static struct op remove_op(struct program *p, unsigned int t, unsigned int pos)
{
	const struct op op = p->op[pos];

	p->nr_ops--;
	memmove(&p->op[pos], &p->op[pos + 1],
		(p->nr_ops - pos) * sizeof(p->op[0]));
	memset(&p->op[p->nr_ops], 0, sizeof(p->op[0]));
	p->thread[t].nr--;
	while (++t < p->nr_threads)
		p->thread[t].first--;
	return op;
}

/* An empty thread is not valid unless it is the only one. */
static void drop_if_empty(struct program *p, unsigned int t)
{
	uint8_t to[MAX_THREADS];
	unsigned int i;

	if (p->thread[t].nr || p->nr_threads == 1)
		return;
	p->nr_threads--;
	memmove(&p->thread[t], &p->thread[t + 1],
		(p->nr_threads - t) * sizeof(p->thread[0]));
	memset(&p->thread[p->nr_threads], 0, sizeof(p->thread[0]));
	for (i = 0; i < MAX_THREADS; i++)
		to[i] = i > t ? i - 1 : i;
	to[t] = THREAD_GONE;
	program_renumber(p, to);
}

void delete_op(struct program *p, unsigned int pos)
{
	const unsigned int t = thread_of(p, pos);

	remove_op(p, t, pos);
	drop_if_empty(p, t);
}

static bool has_name(const struct program *p, unsigned int name)
{
	unsigned int i;

	for (i = 0; i < p->nr_threads; i++)
		if (p->thread[i].name == name)
			return true;
	return false;
}

void open_thread(struct program *p, unsigned int t, uint64_t *state)
{
	unsigned int i, name = below(state, NR_THREAD_NAMES);
	struct thread *th = &p->thread[t];
	uint8_t to[MAX_THREADS];

	while (has_name(p, name))
		name = (name + 1) % NR_THREAD_NAMES;
	memmove(th + 1, th, (p->nr_threads - t) * sizeof(*th));
	th->name = name;
	th->first = t ? th[-1].first + th[-1].nr : 0;
	th->nr = 0;
	p->nr_threads++;
	for (i = 0; i < MAX_THREADS; i++)
		to[i] = i < t ? i : i + 1;
	program_renumber(p, to);
}

/* --- changes to threads --- */

/* Any thread but @t. */
static unsigned int other_thread(const struct program *p, unsigned int t,
				 uint64_t *state)
{
	return (t + 1 + below(state, p->nr_threads - 1)) % p->nr_threads;
}

/*
 * Move the @nr operations of thread @t from its @i-th on into thread @u, in
 * front of what was its @j-th. If they were all that it had, it is gone.
 */
static void move_ops(struct program *p, unsigned int t, unsigned int i,
		     unsigned int nr, unsigned int u, unsigned int j)
{
	while (nr--) {
		struct op op = remove_op(p, t, p->thread[t].first + i);

		insert_op(p, u, p->thread[u].first + j++, op);
	}
	drop_if_empty(p, t);
}

/* What follows an operation becomes a thread of its own. */
static void split_thread(struct program *p, unsigned int t, uint64_t *state)
{
	const unsigned int nr = p->thread[t].nr;
	unsigned int keep;

	if (nr < 2)
		return;
	keep = 1 + below(state, nr - 1);
	/* Its operations are where they belong already. */
	p->thread[t].nr = keep;
	open_thread(p, t + 1, state);
	p->thread[t + 1].nr = nr - keep;
}

static void move_one(struct program *p, unsigned int t, uint64_t *state)
{
	const unsigned int u = other_thread(p, t, state);

	move_ops(p, t, below(state, p->thread[t].nr), 1, u,
		 below(state, p->thread[u].nr + 1));
}

static void move_tail(struct program *p, unsigned int t, uint64_t *state)
{
	const unsigned int u = other_thread(p, t, state);
	const unsigned int i = below(state, p->thread[t].nr);

	move_ops(p, t, i, p->thread[t].nr - i, u,
		 below(state, p->thread[u].nr + 1));
}

static void join_threads(struct program *p, unsigned int t, uint64_t *state)
{
	const unsigned int u = other_thread(p, t, state);

	move_ops(p, t, 0, p->thread[t].nr, u, p->thread[u].nr);
}

static void delete_thread(struct program *p, unsigned int t)
{
	while (p->thread[t].nr)
		remove_op(p, t, p->thread[t].first);
	drop_if_empty(p, t);
}

/* Who is first in the list begins, and comes first when another one waits. */
static void swap_threads(struct program *p, unsigned int t, uint64_t *state)
{
	const unsigned int u = other_thread(p, t, state);
	const struct program old = *p;
	uint8_t to[MAX_THREADS] = { 0, 1, 2, 3 };
	unsigned int i, next = 0;

	to[t] = u;
	to[u] = t;
	for (i = 0; i < p->nr_threads; i++) {
		const struct thread *from = &old.thread[to[i]];

		memcpy(&p->op[next], &old.op[from->first],
		       from->nr * sizeof(p->op[0]));
		p->thread[i] = *from;
		p->thread[i].first = next;
		next += from->nr;
	}
	program_renumber(p, to);
}

_Static_assert(MAX_THREADS == 4, "swap_threads() lists them");

/* A new thread, from what there is or with operations of its own. */
static void more_threads(struct program *p, unsigned int t, uint64_t *state)
{
	if (p->nr_ops == MAX_OPS || one_in(state, 2))
		split_thread(p, t, state);
	else
		add_thread(p, state);
}

void change_threads(struct program *p, unsigned int max_threads,
		    uint64_t *state)
{
	const unsigned int t = below(state, p->nr_threads);
	const bool more = p->nr_threads < max_threads;

	if (more && (p->nr_threads == 1 || one_in(state, 4))) {
		more_threads(p, t, state);
		return;
	}
	switch (below(state, 8)) {
	case 0:
		join_threads(p, t, state);
		break;
	case 1:
		delete_thread(p, t);
		break;
	case 2:
	case 3:
		swap_threads(p, t, state);
		break;
	case 4:
	case 5:
		move_tail(p, t, state);
		break;
	default:
		move_one(p, t, state);
		break;
	}
}

/* --- two programs --- */

/* The place in @a's thread for operations of another: not at its start. */
static unsigned int cut_of(const struct thread *t, uint64_t *state)
{
	return t->nr ? t->first + 1 + below(state, t->nr) : t->first;
}

/* Drop a thread's operations from @pos on, or the last to make room. */
static void make_room(struct program *p, unsigned int t, unsigned int pos,
		      bool cut)
{
	const struct thread *th = &p->thread[t];

	while (th->first + th->nr > pos && (cut || p->nr_ops == MAX_OPS))
		delete_op(p, th->first + th->nr - 1);
}

/* Insert @nr operations of @from, from @i on, at @pos of thread @t. */
static void copy_ops(struct program *p, unsigned int t, unsigned int pos,
		     const struct program *from, unsigned int i,
		     unsigned int nr)
{
	for (; nr--; i++, pos++) {
		struct op op = from->op[i];

		fit_op(&p->world, &op);
		insert_op(p, t, pos, op);
	}
}

/*
 * A part of one of @from's threads, @src, goes into one of @p's, either in
 * between or in the place of what followed.
 */
static void cross_ops(struct program *p, const struct program *from,
		      const struct thread *src, uint64_t *state)
{
	const unsigned int t = below(state, p->nr_threads);
	const unsigned int pos = cut_of(&p->thread[t], state);
	unsigned int i;

	make_room(p, t, pos, one_in(state, 2));
	if (!src->nr)
		return;
	i = below(state, src->nr);
	copy_ops(p, t, pos, from, src->first + i,
		 1 + below(state, src->nr - i));
}

/* A whole thread of @from goes in beside those of @p, as the last one. */
static void cross_thread(struct program *p, const struct program *from,
			 const struct thread *src, uint64_t *state)
{
	const unsigned int t = p->nr_threads;

	open_thread(p, t, state);
	if (!has_name(p, src->name))
		p->thread[t].name = src->name;
	copy_ops(p, t, p->nr_ops, from, src->first, src->nr);
}

void program_cross(struct program *p, const struct program *a,
		   const struct program *b, unsigned int max_threads,
		   uint64_t *state)
{
	const struct program from = *b; /* @p may be @b */
	const struct thread *src;
	bool beside;

	*p = *a;
	src = &from.thread[below(state, from.nr_threads)];
	beside = p->nr_threads < max_threads && p->nr_ops && src->nr &&
		 p->nr_ops < MAX_OPS && one_in(state, 2);
	if (beside)
		cross_thread(p, &from, src, state);
	else
		cross_ops(p, &from, src, state);
	if (max_threads == 1 || p->nr_threads == 1)
		return;
	if (one_in(state, 2))
		cross_schedule(p, &from, state);
	change_strategy(p, state);
}
