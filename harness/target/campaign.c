// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keeps a campaign's counters and findings; see campaign.h.
 */
#include <harness/oracle/sanitizers.h>
#include <harness/target/campaign.h>
#include <harness/world/trace.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static struct campaign *campaign;
static const char *folder;
static int driver = -1; /* index into driver_names[], -1: the program's own */
static enum strategy strategy;
static unsigned int depth = 3;
static uint64_t seed = 1;

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static void complain(const char *what)
{
	fprintf(stderr, "groupfuzz: %s: %s\n", what, strerror(errno));
}

struct campaign *campaign_open(const char *dir, bool create)
{
	struct campaign *c;
	char path[512];
	struct stat st;
	int fd;

	snprintf(path, sizeof(path), "%s/campaign", dir);
	fd = open(path, create ? O_RDWR | O_CREAT : O_RDWR, 0666);
	if (fd < 0 || fstat(fd, &st)) {
		complain(path);
		return NULL;
	}
	/* posix_fallocate() rather than a hole: a full disk is told now. */
	if (create && !st.st_size &&
	    (errno = posix_fallocate(fd, 0, sizeof(*c)))) {
		complain(path);
		close(fd);
		return NULL;
	}
	if (!create && st.st_size != sizeof(*c)) {
		fprintf(stderr, "groupfuzz: %s: not a campaign\n", path);
		close(fd);
		return NULL;
	}
	c = mmap(NULL, sizeof(*c), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (c == MAP_FAILED) {
		complain(path);
		return NULL;
	}
	if (!c->magic && create) {
		c->magic = CAMPAIGN_MAGIC;
		c->began = now();
	}
	if (c->magic != CAMPAIGN_MAGIC) {
		fprintf(stderr, "groupfuzz: %s: not a campaign\n", path);
		munmap(c, sizeof(*c));
		return NULL;
	}
	return c;
}

/* The bucket named @id, made if need be; NULL when all slots are taken. */
static struct campaign_bucket *find_bucket(const char *id, const char *oracle)
{
	unsigned int i;

	for (i = 0; i < CAMPAIGN_MAX_BUCKETS; i++) {
		struct campaign_bucket *b = &campaign->bucket[i];

		if (!b->id[0]) {
			snprintf(b->oracle, sizeof(b->oracle), "%s", oracle);
			snprintf(b->id, sizeof(b->id), "%s", id);
			campaign->nr_buckets = i + 1;
			return b;
		}
		if (!strcmp(b->id, id))
			return b;
	}
	return NULL;
}

/* Open DIR/findings/<bucket>/<name> under a temporary name. */
static FILE *open_file(const char *bucket, const char *name, char *tmp,
		       size_t len)
{
	char dir[512];
	FILE *f;

	snprintf(dir, sizeof(dir), "%s/findings", folder);
	mkdir(dir, 0777);
	snprintf(dir, sizeof(dir), "%s/findings/%s", folder, bucket);
	mkdir(dir, 0777);
	snprintf(tmp, len, "%s/%s.tmp", dir, name);
	f = fopen(tmp, "w");
	if (!f)
		complain(tmp);
	return f;
}

static void close_file(FILE *f, const char *tmp)
{
	char path[640];

	if (!f)
		return;
	if (fflush(f) || fsync(fileno(f)) || fclose(f)) {
		complain(tmp);
		return;
	}
	snprintf(path, sizeof(path), "%.*s", (int)(strlen(tmp) - 4), tmp);
	if (rename(tmp, path))
		complain(path);
}

static void save_program(const struct program *p, const char *bucket,
			 const char *message)
{
	char tmp[640];
	FILE *f = open_file(bucket, "program.prog", tmp, sizeof(tmp));

	if (!f)
		return;
	fprintf(f, "# %s\n# %s\n", bucket, message);
	program_print(p, f);
	close_file(f, tmp);
}

/*
 * Count the finding; true if it is the first of its bucket, which is then
 * described by the caller.
 */
static struct campaign_bucket *count(const char *id, const char *oracle)
{
	struct campaign_bucket *b = find_bucket(id, oracle);

	if (b && !__atomic_fetch_add(&b->count, 1, __ATOMIC_RELAXED)) {
		b->first_execution = campaign->executions;
		b->first_seconds = now() - campaign->began;
		return b;
	}
	return NULL;
}

static void save_text(const char *bucket, const char *text)
{
	char tmp[640];
	FILE *f = open_file(bucket, "sanitizer.txt", tmp, sizeof(tmp));

	if (f)
		fputs(text, f);
	close_file(f, tmp);
}

/* Run a new finding again, with a trace: what does not come back is unstable. */
static void describe(const struct program *p, const struct verdict *v,
		     struct campaign_bucket *b)
{
	struct verdict again;
	char tmp[640];
	FILE *f;

	save_program(p, v->bucket, v->message);
	sched_strategy(STRATEGY_LIST, 0, 0);
	f = open_file(v->bucket, "trace.txt", tmp, sizeof(tmp));
	if (!f)
		return;
	b->unstable = trace_run(p, &again, f, false) ||
		      strcmp(again.bucket, v->bucket);
	close_file(f, tmp);
	/* Which is reported once in a process. */
	if (!strcmp(v->oracle, "undefined"))
		b->unstable = false;
	else if (*sanitizers_text())
		save_text(v->bucket, sanitizers_text());
}

void campaign_report(const struct program *p, const struct verdict *v)
{
	struct campaign_bucket *b;

	if (!campaign) {
		fprintf(stderr, "finding: %s\n%s\n", v->bucket, v->message);
		program_print(p, stderr);
		abort();
	}
	b = count(v->bucket, v->oracle);
	if (!b)
		return;
	fprintf(stderr, "new finding: %s\n", v->bucket);
	describe(p, v, b);
}

static uint64_t campaign_executions(void)
{
	return campaign ? campaign->executions : 0;
}

void campaign_run(struct program *p)
{
	struct verdict v;

	if (driver >= 0)
		p->world.driver = driver;
	if (campaign)
		__atomic_fetch_add(&campaign->executions, 1, __ATOMIC_RELAXED);
	/* Each execution by itself, whatever ran before it. */
	sched_strategy(strategy, depth, seed + campaign_executions());
	if (!world_run(p, &v, NULL)) {
		if (p->nr_threads > 1)
			sched_record(p);
		campaign_report(p, &v);
	}
}

struct campaign *campaign_use(const char *dir)
{
	folder = dir;
	campaign = campaign_open(dir, true);
	if (!campaign)
		exit(2);
	sanitizers_quiet();
	return campaign;
}

/* "pct" or "pct:DEPTH", and a seed. */
static void strategy_init(void)
{
	const char *word = getenv("GROUPFUZZ_STRATEGY");
	const char *number = getenv("GROUPFUZZ_SEED");
	unsigned int i;
	size_t len;

	if (number)
		seed = strtoull(number, NULL, 10);
	if (!word || !*word)
		return;
	len = strcspn(word, ":");
	for (i = 0; i < NR_STRATEGIES; i++) {
		if (strlen(strategy_names[i]) != len ||
		    memcmp(strategy_names[i], word, len))
			continue;
		strategy = i;
		if (word[len])
			depth = strtoul(word + len + 1, NULL, 10);
		return;
	}
	fprintf(stderr, "groupfuzz: no such strategy: %s\n", word);
	exit(2);
}

void campaign_init(void)
{
	const char *name = getenv("GROUPFUZZ_DRIVER");

	strategy_init();
	if (name && *name) {
		driver = driver_find(name);
		if (driver < 0) {
			fprintf(stderr, "groupfuzz: no such driver: %s\n",
				name);
			exit(2);
		}
	}
	if (getenv("GROUPFUZZ_OUT"))
		campaign_use(getenv("GROUPFUZZ_OUT"));
}
