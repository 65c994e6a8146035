// SPDX-License-Identifier: GPL-2.0-only
/*
 * groupfuzz minimize: take away from a program what its finding does not need,
 * operations, devices, properties, until nothing single can be taken away.
 *
 * Each trial runs in a child, since a sanitizer ends the process.
 */
#include <harness/cmd/cmd.h>
#include <harness/oracle/sanitizers.h>
#include <harness/world/world.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char wanted[sizeof(((struct verdict *)0)->bucket)];
static int report_fd;
static unsigned int trials;

static void tell(const struct verdict *v)
{
	ssize_t n = write(report_fd, v->bucket, sizeof(v->bucket));

	_exit(n == sizeof(v->bucket) ? 0 : 2);
}

static void sanitizer_report(const struct verdict *v, const char *text)
{
	(void)text;
	tell(v);
}

/* Run @p in this process, which ends with it. */
_Noreturn static void child(const struct program *p)
{
	struct verdict v;

	/* A sanitizer's own words have been read, or will be, elsewhere. */
	if (!freopen("/dev/null", "w", stderr))
		_exit(2);
	sanitizers_watch(sanitizer_report);
	if (!world_run(p, &v, NULL))
		tell(&v);
	_exit(0);
}

/* The bucket that @p ends in, "" for none. Exits if there are no processes. */
static void bucket_of(const struct program *p, char *bucket, size_t len)
{
	int fd[2], status;
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
	if (read(fd[0], bucket, len) < 0)
		bucket[0] = '\0';
	close(fd[0]);
	waitpid(pid, &status, 0);
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
	for (i = 0; i < p->nr_threads; i++)
		if (p->thread[i].nr)
			p->thread[to++] = p->thread[i];
	if (!to)
		to = 1;
	memset(&p->thread[to], 0, (MAX_THREADS - to) * sizeof(p->thread[0]));
	p->nr_threads = to;
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
		any = fewer_ops(&p);
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
	fprintf(stderr, "%s: %u operations and %u devices after %u trials\n",
		wanted, p.nr_ops, p.world.nr_devices, trials);
	return 1;
}
