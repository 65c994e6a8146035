// SPDX-License-Identifier: GPL-2.0-only
/*
 * groupfuzz minimize: take away from a program what its finding does not need,
 * operations, threads, devices, properties, preemptions, until nothing single
 * can be taken away.
 *
 * Each trial runs in a child, since a sanitizer ends the process. Whatever is
 * taken away, the points of a schedule shift: a child that does not find what
 * it should looks for another schedule, with no more preemptions, that does.
 */
#include <harness/cmd/cmd.h>
#include <harness/oracle/sanitizers.h>
#include <harness/world/world.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a child found, and the schedule with which it did. */
struct report {
	char bucket[sizeof(((struct verdict *)0)->bucket)];
	struct program p;
};

static char wanted[sizeof(((struct verdict *)0)->bucket)];
static struct report report; /* in a child: of the run that runs */
static int report_fd;
static unsigned int trials;
static unsigned int runs; /* of a child */

#define MAX_RUNS 5000 /* what a child's search may cost */

_Noreturn static void tell(const struct verdict *v)
{
	const char *at = (const char *)&report;
	size_t left = sizeof(report);
	ssize_t n = 0;

	memcpy(report.bucket, v->bucket, sizeof(report.bucket));
	if (report.p.nr_threads > 1)
		sched_record(&report.p);
	for (; left && (n = write(report_fd, at, left)) > 0; left -= n)
		at += n;
	_exit(left ? 2 : 0);
}

/* Run report.p; does not return if that ends in what is wanted. */
static void run(void)
{
	struct verdict v;

	if (++runs > MAX_RUNS)
		_exit(0);
	if (!world_run(&report.p, &v, NULL) &&
	    (!wanted[0] || !strcmp(v.bucket, wanted)))
		tell(&v);
}

static void set_preemption(unsigned int i, unsigned int point,
			   unsigned int thread)
{
	report.p.preemption[i] = (struct preemption){
		.point = point,
		.thread = thread,
	};
}

/* The same schedule, all of it earlier. */
static void run_shifted(const struct program *p)
{
	unsigned int by, i;

	for (by = 1; by < 64; by++) {
		report.p = *p;
		for (i = 0; i < p->nr_preemptions; i++) {
			if (p->preemption[i].point <= by)
				return;
			report.p.preemption[i].point -= by;
		}
		run();
	}
}

/* All schedules of one preemption, or of that many, from @first on. */
static void run_all(const struct program *p, unsigned int nr, unsigned int done,
		    unsigned int first, unsigned int points)
{
	unsigned int point, thread;

	for (point = first; point < points; point++) {
		for (thread = 0; thread < p->nr_threads; thread++) {
			report.p = *p;
			if (done)
				report.p.preemption[0] = p->preemption[0];
			set_preemption(done, point, thread);
			report.p.nr_preemptions = done + 1;
			if (done + 1 == nr) {
				run();
			} else {
				struct program half = report.p;

				run_all(&half, nr, done + 1, point + 1, points);
			}
		}
	}
}

/* Run @p in this process, which ends with it. */
_Noreturn static void child(const struct program *p)
{
	unsigned int points, nr;

	/* A sanitizer's own words have been read, or will be, elsewhere. */
	if (!freopen("/dev/null", "w", stderr))
		_exit(2);
	report.p = *p;
	run();
	if (!wanted[0] || p->nr_threads == 1 || !p->nr_preemptions)
		_exit(0);
	points = sched_points() + 1;
	run_shifted(p);
	/* More than two would take too long. */
	for (nr = 1; nr <= p->nr_preemptions && nr <= 2; nr++) {
		struct program none = *p;

		memset(none.preemption, 0, sizeof(none.preemption));
		none.nr_preemptions = 0;
		run_all(&none, nr, 0, 0, points);
	}
	_exit(0);
}

/*
 * The bucket that @p ends in, "" for none; @p is then with the schedule that
 * did it. Exits if there are no processes.
 */
static void bucket_of(struct program *p, char *bucket, size_t len)
{
	struct report r;
	size_t got = 0;
	int fd[2], status;
	ssize_t n;
	pid_t pid;

	trials++;
	memset(bucket, 0, len);
	if (pipe(fd) || (pid = fork()) < 0) {
		fprintf(stderr, "groupfuzz: minimize: %s\n", strerror(errno));
		exit(2);
	}
	if (!pid) {
		close(fd[0]);
		report_fd = fd[1];
		child(p);
	}
	close(fd[1]);
	while (got < sizeof(r) &&
	       (n = read(fd[0], (char *)&r + got, sizeof(r) - got)) > 0)
		got += n;
	close(fd[0]);
	waitpid(pid, &status, 0);
	if (got < sizeof(r))
		return;
	memcpy(bucket, r.bucket, len);
	*p = r.p;
}

/* Keep @trial as @p if it still ends in the wanted bucket. */
static bool keep(struct program *p, const struct program *trial)
{
	char bucket[sizeof(wanted)];
	struct program valid;
	uint8_t buf[PROGRAM_MAX_BYTES];
	size_t len = program_encode(trial, buf, sizeof(buf));

	/* Through the decoder, so that only valid programs are kept. */
	program_decode(&valid, buf, len);
	if (!memcmp(&valid, p, sizeof(valid)))
		return false;
	bucket_of(&valid, bucket, sizeof(bucket));
	if (strcmp(bucket, wanted))
		return false;
	*p = valid;
	return true;
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

static bool fewer_ops(struct program *p)
{
	unsigned int nr, first;
	bool any = false;

	for (nr = p->nr_ops / 2 ? p->nr_ops / 2 : 1; nr; nr /= 2) {
		for (first = 0; first + nr <= p->nr_ops;) {
			struct program trial = *p;

			remove_ops(&trial, first, nr);
			if (keep(p, &trial))
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
			if (keep(p, &trial))
				any = true;
			else
				first++;
		}
	}
	return any;
}

/* Operands that named what is gone are taken modulo by the decoder. */
static bool smaller_world(struct program *p)
{
	struct program trial = *p;
	bool any = false;

	trial.world.nr_devices--;
	if (trial.world.nr_devices && keep(p, &trial))
		any = true;
	trial = *p;
	trial.world.nr_groups--;
	if (trial.world.nr_groups && keep(p, &trial))
		any = true;
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
	return keep(p, &trial);
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
		any |= keep(p, &trial);
	}
	return any;
}

static bool simpler_world(struct program *p)
{
	bool any;
	unsigned int n, bit;

	any = simpler(p, offsetof(struct program, world.default_type), 0);
	any |= simpler(p, offsetof(struct program, world.flags), 0);
	for (bit = 1; bit <= WITHOUT_ALL; bit <<= 1)
		any |= simpler(p, offsetof(struct program, world.without),
			       p->world.without & ~bit);
	for (n = 0; n < p->world.nr_devices; n++)
		any |= simpler_device(p, n);
	return any;
}

int cmd_minimize(int argc, char **argv)
{
	struct program p;
	bool any;
	FILE *f;

	if (argc < 2 || argc > 3) {
		fprintf(stderr, "groupfuzz: minimize takes FILE [OUT]\n");
		return 2;
	}
	if (cmd_load(&p, argv[1]))
		return 2;
	world_boot();
	bucket_of(&p, wanted, sizeof(wanted));
	if (!wanted[0]) {
		fprintf(stderr, "%s: no finding to keep\n", argv[1]);
		return 2;
	}
	do {
		any = fewer_preemptions(&p);
		any |= fewer_ops(&p);
		any |= smaller_world(&p);
		any |= simpler_world(&p);
	} while (any);
	f = argc == 3 ? fopen(argv[2], "w") : stdout;
	if (!f || fprintf(f, "# %s\n", wanted) < 0 || program_print(&p, f) ||
	    fflush(f)) {
		fprintf(stderr, "%s: %s\n", argc == 3 ? argv[2] : "stdout",
			strerror(errno));
		return 2;
	}
	fprintf(stderr,
		"%s: %u operations in %u threads, %u preemptions and %u devices after %u trials\n",
		wanted, p.nr_ops, p.nr_threads, p.nr_preemptions,
		p.world.nr_devices, trials);
	return 1;
}
