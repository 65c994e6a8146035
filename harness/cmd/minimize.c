// SPDX-License-Identifier: GPL-2.0-only
/*
 * groupfuzz minimize: take away from a program what its finding does not need,
 * preemptions, threads, operations, devices, properties, until nothing single
 * can be taken away. What is left ends in the finding with fewer preemptions
 * first, and fewer of all else then. How a trial is made is in trial.c.
 */
#include <harness/cmd/cmd.h>
#include <harness/cmd/trial.h>
#include <harness/world/world.h>
#include <errno.h>
#include <string.h>

static char wanted[TRIAL_BUCKET];
static bool thorough;

/*
 * Keep @trial as @p if it still ends in the wanted bucket, with at most @max
 * preemptions.
 */
static bool keep(struct program *p, const struct program *trial,
		 unsigned int max)
{
	struct program valid;
	uint8_t buf[PROGRAM_MAX_BYTES];
	size_t len = program_encode(trial, buf, sizeof(buf));

	/* Through the decoder, so that only valid programs are kept. */
	program_decode(&valid, buf, len);
	if (!memcmp(&valid, p, sizeof(valid)) ||
	    !trial_search(&valid, wanted, max, thorough))
		return false;
	*p = valid;
	return true;
}

/* The same, with no more preemptions than there are. */
static bool keep_ops(struct program *p, const struct program *trial)
{
	return keep(p, trial, p->nr_preemptions);
}

/* Take @nr operations from @first on away; threads that are left empty go. */
static void remove_ops(struct program *p, unsigned int first, unsigned int nr)
{
	uint8_t now[MAX_THREADS] = { 0 };
	unsigned int i, to = 0;

	memmove(&p->op[first], &p->op[first + nr],
		(p->nr_ops - first - nr) * sizeof(p->op[0]));
	p->nr_ops -= nr;
	memset(&p->op[p->nr_ops], 0, nr * sizeof(p->op[0]));
	for (i = 0; i < p->nr_threads; i++) {
		struct thread *t = &p->thread[i];
		unsigned int end = t->first + t->nr;
		unsigned int from = t->first > first ? t->first : first;
		unsigned int upto = end < first + nr ? end : first + nr;

		if (upto > from)
			t->nr -= upto - from;
		if (t->first > first)
			t->first -= from - first < nr ? from - first : nr;
	}
	for (i = 0; i < p->nr_threads; i++) {
		now[i] = p->thread[i].nr ? to : THREAD_GONE;
		if (p->thread[i].nr)
			p->thread[to++] = p->thread[i];
	}
	if (!to)
		to = 1;
	memset(&p->thread[to], 0, (MAX_THREADS - to) * sizeof(p->thread[0]));
	p->nr_threads = to;
	program_renumber(p, now);
}

static bool fewer_threads(struct program *p)
{
	unsigned int t = 0;
	bool any = false;

	while (p->nr_threads > 1 && t < p->nr_threads) {
		struct program trial = *p;

		remove_ops(&trial, p->thread[t].first, p->thread[t].nr);
		if (keep_ops(p, &trial))
			any = true;
		else
			t++;
	}
	return any;
}

static bool fewer_ops(struct program *p)
{
	unsigned int nr, first;
	bool any = false;

	for (nr = p->nr_ops / 2 ? p->nr_ops / 2 : 1; nr; nr /= 2) {
		for (first = 0; first + nr <= p->nr_ops;) {
			struct program trial = *p;

			remove_ops(&trial, first, nr);
			if (keep_ops(p, &trial))
				any = true;
			else
				first++;
		}
	}
	return any;
}

/* Half of them, a quarter, each. */
static bool fewer_preemptions(struct program *p)
{
	unsigned int nr, first, i;
	bool any = false;

	for (nr = p->nr_preemptions; nr; nr /= 2) {
		for (first = 0; first + nr <= p->nr_preemptions;) {
			struct program trial = *p;

			for (i = 0; i < nr; i++)
				program_unpreempt(&trial, first);
			if (keep(p, &trial, trial.nr_preemptions))
				any = true;
			else
				first++;
		}
	}
	return any;
}

/* Thread @t becomes the first, and the others follow in their order. */
static void move_first(struct program *p, unsigned int t)
{
	const struct program old = *p;
	uint8_t to[MAX_THREADS] = { 0 };
	unsigned int i, nr = 0;

	for (i = 0; i < p->nr_threads; i++) {
		unsigned int from = i == 0 ? t : i <= t ? i - 1 : i;

		to[from] = i;
		p->thread[i] = old.thread[from];
		p->thread[i].first = nr;
		memcpy(&p->op[nr], &old.op[old.thread[from].first],
		       old.thread[from].nr * sizeof(p->op[0]));
		nr += old.thread[from].nr;
	}
	program_renumber(p, to);
}

/* Who runs first needs no preemption to do so. */
static bool other_order(struct program *p)
{
	unsigned int t, i;

	for (t = 1; t < p->nr_threads; t++) {
		for (i = 0; i < p->nr_preemptions && i < 2; i++) {
			struct program trial = *p;

			move_first(&trial, t);
			program_unpreempt(&trial, i);
			if (keep(p, &trial, trial.nr_preemptions))
				return true;
		}
	}
	return false;
}

/* Points in place of memory accesses: the one before, or the one after. */
static bool fewer_accesses(struct program *p)
{
	unsigned int i, n;
	bool any = false;

	for (i = 0; i < p->nr_preemptions; i++) {
		for (n = 0; n < 2; n++) {
			struct preemption new = p->preemption[i];
			struct program trial = *p;

			if (!new.access)
				break;
			new.access = 0;
			new.point += n;
			program_unpreempt(&trial, i);
			/* There may be one already, and that may do. */
			program_preempt(&trial, &new);
			any |= keep(p, &trial, trial.nr_preemptions);
			if (i >= p->nr_preemptions)
				return any;
		}
	}
	return any;
}

/* Operations on @n go, and what is called by a higher number has one less. */
static void remove_operand(struct program *p, enum arg_kind kind,
			   unsigned int n)
{
	unsigned int i, j;

	for (i = p->nr_ops; i-- > 0;) {
		const struct op_info *info = &op_info[p->op[i].code];
		bool gone = false;

		for (j = 0; j < info->nr_args; j++) {
			if (info->arg[j] != kind)
				continue;
			gone |= p->op[i].arg[j] == n;
			p->op[i].arg[j] -= p->op[i].arg[j] > n;
		}
		if (gone)
			remove_ops(p, i, 1);
	}
}

static void remove_group(struct program *p, unsigned int n)
{
	struct world_desc *w = &p->world;
	unsigned int i;

	remove_operand(p, ARG_GROUP, n);
	for (i = 0; i < w->nr_devices; i++)
		w->dev[i].group -= w->dev[i].group > n;
	w->nr_groups--;
}

/* Take device @n away, and its group if that was the only one in it. */
static void remove_device(struct program *p, unsigned int n)
{
	struct world_desc *w = &p->world;
	const unsigned int group = w->dev[n].group;
	unsigned int i;

	remove_operand(p, ARG_DEV, n);
	w->nr_devices--;
	memmove(&w->dev[n], &w->dev[n + 1],
		(w->nr_devices - n) * sizeof(w->dev[0]));
	memset(&w->dev[w->nr_devices], 0, sizeof(w->dev[0]));
	for (i = 0; i < w->nr_devices; i++)
		if (w->dev[i].group == group)
			return;
	remove_group(p, group);
}

/* With one less, operands are taken modulo what is left by the decoder. */
static bool smaller_world(struct program *p)
{
	struct program trial = *p;
	bool any = false;
	unsigned int n;

	trial.world.nr_devices--;
	if (trial.world.nr_devices && keep_ops(p, &trial))
		any = true;
	trial = *p;
	trial.world.nr_groups--;
	if (trial.world.nr_groups && keep_ops(p, &trial))
		any = true;
	for (n = p->world.nr_devices; n-- > 0 && p->world.nr_devices > 1;) {
		trial = *p;
		remove_device(&trial, n);
		any |= keep_ops(p, &trial);
	}
	return any;
}

/* Set the byte or word at @field of a copy to @value, and see. */
static bool simpler(struct program *p, size_t offset, uint8_t value)
{
	struct program trial = *p;
	uint8_t *field = (uint8_t *)&trial + offset;

	if (*field == value)
		return false;
	*field = value;
	return keep_ops(p, &trial);
}

static bool simpler_device(struct program *p, unsigned int n)
{
	size_t base = offsetof(struct program, world.dev[n]);
	struct program trial;
	unsigned int bit;
	bool any;

	any = simpler(p, base + offsetof(struct device_desc, group),
		      default_group(&p->world, n));
	any |= simpler(p, base + offsetof(struct device_desc, pasids), 0);
	for (bit = 1; bit <= DEVICE_ALL; bit <<= 1) {
		if (!(p->world.dev[n].flags & bit))
			continue;
		trial = *p;
		trial.world.dev[n].flags &= ~bit;
		any |= keep_ops(p, &trial);
	}
	return any;
}

static bool without_fault(struct program *p)
{
	struct program trial = *p;

	memset(&trial.fault, 0, sizeof(trial.fault));
	return keep_ops(p, &trial);
}

static bool simpler_world(struct program *p)
{
	bool any;
	unsigned int n, bit;

	any = simpler(p, offsetof(struct program, world.default_type), 0);
	any |= simpler(p, offsetof(struct program, world.flags), 0);
	any |= without_fault(p);
	for (bit = 1; bit <= WITHOUT_ALL; bit <<= 1)
		any |= simpler(p, offsetof(struct program, world.without),
			       p->world.without & ~bit);
	for (n = 0; n < p->world.nr_devices; n++)
		any |= simpler_device(p, n);
	return any;
}

/* Until nothing single can be taken away. */
static void take_away(struct program *p)
{
	bool any;

	do {
		any = fewer_preemptions(p);
		any |= other_order(p);
		any |= fewer_threads(p);
		any |= fewer_ops(p);
		any |= smaller_world(p);
		any |= simpler_world(p);
		any |= fewer_accesses(p);
	} while (any);
}

/* The program, and as comments what it is for and how it comes to that. */
static int print(const struct program *p, FILE *f)
{
	if (fprintf(f, "# %s\n", wanted) < 0 || program_print(p, f))
		return -1;
	if (p->nr_threads == 1)
		return fflush(f);
	return fputs("#\n", f) < 0 ? -1 : trial_trace(p, f);
}

int cmd_minimize(int argc, char **argv)
{
	struct program p;
	FILE *f;

	cmd_take_options(&argc, &argv);
	if (argc < 2 || argc > 3) {
		fprintf(stderr, "groupfuzz: minimize takes FILE [OUT]\n");
		return 2;
	}
	if (cmd_load_to_run(&p, argv[1]))
		return 2;
	world_boot();
	if (!trial_run(&p, wanted)) {
		fprintf(stderr, "%s: no finding to keep\n", argv[1]);
		return 2;
	}
	/* Most of it goes without much of a search for another schedule. */
	take_away(&p);
	thorough = true;
	take_away(&p);
	f = argc == 3 ? fopen(argv[2], "w") : stdout;
	if (!f || print(&p, f) || (f != stdout && fclose(f))) {
		fprintf(stderr, "%s: %s\n", argc == 3 ? argv[2] : "stdout",
			strerror(errno));
		return 2;
	}
	fprintf(stderr,
		"%s: %u operations in %u threads, %u preemptions and %u devices after %u trials\n",
		wanted, p.nr_ops, p.nr_threads, p.nr_preemptions,
		p.world.nr_devices, trial_count());
	return 1;
}
