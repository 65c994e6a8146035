// SPDX-License-Identifier: GPL-2.0-only
/*
 * A campaign's counters, and what is done of a finding; see campaign.h.
 */
#include <harness/oracle/sanitizers.h>
#include <harness/target/campaign.h>
#include <harness/target/finding.h>
#include <harness/world/world.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static struct campaign *campaign;
static const char *folder;
static int driver = -1;	  /* index into driver_names[], -1: the program's own */
static int strategy = -1; /* -1: all of turns, one after the other */
static unsigned int depth = 3;
static uint64_t seed = 1;
static uint64_t last_execution; /* 0: no end */
static bool uncounted;

#ifdef GROUPFUZZ_AFL
/* Here is what afl-fuzz started, before it forks. */
#define ENGINE	   getppid()
#define ENGINE_END SIGTERM
#else
#define ENGINE	   getpid()
#define ENGINE_END SIGUSR1
#endif
static pid_t engine;

#if defined(GROUPFUZZ_ASAN)
#define SANITIZER "address"
#elif defined(GROUPFUZZ_TSAN)
#define SANITIZER "thread"
#else
#define SANITIZER "none"
#endif

double campaign_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

double campaign_seconds(const struct campaign *c, double now)
{
	return c->seconds + (now > c->began ? now - c->began : 0);
}

static void complain(const char *what)
{
	fprintf(stderr, "groupfuzz: %s: %s\n", what, strerror(errno));
}

static void campaign_path(char *path, size_t len, const char *dir)
{
	snprintf(path, len, "%s/campaign", dir);
}

/* --- the file --- */

/*
 * Its size and magic are set last and first looked at: one that was not finished
 * is none. posix_fallocate() rather than a hole: a full disk is told now.
 */
static int make_file(int fd, const char *path)
{
	const uint32_t magic = CAMPAIGN_MAGIC;

	errno = posix_fallocate(fd, 0, sizeof(struct campaign));
	if (errno || pwrite(fd, &magic, sizeof(magic), 0) != sizeof(magic)) {
		complain(path);
		return -1;
	}
	return 0;
}

struct campaign *campaign_open(const char *dir, bool create)
{
	struct campaign *c;
	char path[512];
	struct stat st;
	int fd;

	campaign_path(path, sizeof(path), dir);
	fd = open(path, (create ? O_RDWR | O_CREAT : O_RDWR) | O_CLOEXEC, 0666);
	if (fd < 0 || fstat(fd, &st)) {
		complain(path);
		return NULL;
	}
	if (create && !st.st_size) {
		if (make_file(fd, path)) {
			close(fd);
			return NULL;
		}
		st.st_size = sizeof(*c);
	}
	c = st.st_size == sizeof(*c) ?
		    mmap(NULL, sizeof(*c), PROT_READ | PROT_WRITE, MAP_SHARED,
			 fd, 0) :
		    NULL;
	close(fd);
	if (c == MAP_FAILED) {
		complain(path);
		return NULL;
	}
	if (!c || c->magic != CAMPAIGN_MAGIC) {
		fprintf(stderr, "groupfuzz: %s: not a campaign\n", path);
		return NULL;
	}
	if (!c->began)
		c->began = c->last = campaign_now();
	return c;
}

/*
 * For what only one process may do at a time. Whoever is killed lets go of it: no
 * other process has this descriptor. Returns -1 after one line of complaint.
 */
static int lock(void)
{
	char path[512];
	int fd;

	campaign_path(path, sizeof(path), folder);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd >= 0 && !TEMP_FAILURE_RETRY(flock(fd, LOCK_EX)))
		return fd;
	complain(path);
	if (fd >= 0)
		close(fd);
	return -1;
}

static void unlock(int fd)
{
	if (fd >= 0)
		close(fd);
}

/* --- buckets --- */

/* Whether @id has a program in the folder of what is known of the tree. */
bool campaign_knows(const char *id)
{
	const char *dir = getenv("GROUPFUZZ_KNOWN");
	char path[512];

	if (!dir || !*dir)
		return false;
	snprintf(path, sizeof(path), "%s/%s.prog", dir, id);
	return !access(path, F_OK);
}

static struct campaign_bucket *find_bucket(const char *id)
{
	uint32_t nr = __atomic_load_n(&campaign->nr_buckets, __ATOMIC_ACQUIRE);
	uint32_t i;

	for (i = 0; i < nr; i++)
		if (!strcmp(campaign->bucket[i].id, id))
			return &campaign->bucket[i];
	return NULL;
}

static void set_first(struct campaign_bucket *b)
{
	b->first_execution = campaign->executions;
	b->first_seconds = campaign_seconds(campaign, campaign_now());
}

/* The bucket named @id, made if need be; NULL when all slots are taken. */
static struct campaign_bucket *make_bucket(const char *id, const char *oracle)
{
	struct campaign_bucket *b = find_bucket(id);

	if (b)
		return b;
	if (campaign->nr_buckets == CAMPAIGN_MAX_BUCKETS) {
		fprintf(stderr, "groupfuzz: no room for %s\n", id);
		return NULL;
	}
	b = &campaign->bucket[campaign->nr_buckets];
	memset(b, 0, sizeof(*b));
	snprintf(b->id, sizeof(b->id), "%s", id);
	snprintf(b->oracle, sizeof(b->oracle), "%s", oracle);
	snprintf(b->sanitizer, sizeof(b->sanitizer), "%s", SANITIZER);
	b->known = campaign_knows(id);
	set_first(b);
	__atomic_store_n(&campaign->nr_buckets, campaign->nr_buckets + 1,
			 __ATOMIC_RELEASE);
	return b;
}

/*
 * Whether it has still to be kept. What could not be, because a disk is full, is
 * tried again when there are twice as many, and in the next turn; what goes by
 * another name may be what it says when there are twice as many.
 */
static bool is_due(const struct campaign_bucket *b, uint64_t count)
{
	bool twice = !(count & (count - 1));

	if (b->known)
		return false;
	if (!b->kept)
		return twice || b->tried != campaign->turns;
	return b->hidden && twice;
}

/* The engine ends of its own accord, as when it has done all its runs. */
static void end(void)
{
	kill(engine, ENGINE_END);
}

bool campaign_until(const char *bucket)
{
	const char *until = getenv("GROUPFUZZ_UNTIL");
	char list[1024], *word, *rest = list;

	snprintf(list, sizeof(list), "%s", until ? until : "");
	while ((word = strsep(&rest, " ")))
		if (!fnmatch(word, bucket, 0))
			return true;
	return false;
}

static void end_at(const char *bucket)
{
	if (engine && campaign_until(bucket))
		end();
}

/*
 * Of the races in an execution ThreadSanitizer may miss one or the other, as
 * its memory of accesses is full of those before. In a process of its own a
 * program always ends in the same, and that is its bucket.
 */
static void rename_race(struct campaign_bucket *b, const char *again)
{
	struct campaign_bucket *other = make_bucket(again, "race");

	if (!other)
		return;
	__atomic_fetch_add(&other->count, 1, __ATOMIC_RELAXED);
	if (other->kept && !other->hidden)
		finding_drop(folder, b->id);
	else if (finding_rename(folder, b->id, again))
		return;
	other->hidden = false;
	other->kept = true;
	b->hidden = true;
	b->kept = true;
	end_at(again);
}

/* Keep a new finding if it comes back; what does not is unstable. */
static void keep(const struct program *p, const struct verdict *v,
		 struct campaign_bucket *b)
{
	char again[sizeof(b->id)];

	if (b->hidden) {
		b->kept = b->hidden = false;
		set_first(b);
	}
	b->tried = campaign->turns;
	if (finding_keep(folder, p, v, again, sizeof(again)))
		return;
	if (strcmp(again, v->bucket) && !strncmp(again, "race-", 5)) {
		rename_race(b, again);
		return;
	}
	b->unstable = strcmp(again, v->bucket);
	b->kept = true;
	fprintf(stderr, "new finding: %s\n", v->bucket);
	if (!b->unstable)
		end_at(again);
}

/*
 * Count @v; its bucket, NULL if there is no room. @fd is the lock, taken if the
 * bucket is new, else -1.
 */
static struct campaign_bucket *count(const struct verdict *v, uint64_t *nr,
				     int *fd)
{
	struct campaign_bucket *b = find_bucket(v->bucket);

	*fd = -1;
	if (!b && (*fd = lock()) >= 0)
		b = make_bucket(v->bucket, v->oracle);
	if (b)
		*nr = __atomic_add_fetch(&b->count, 1, __ATOMIC_RELAXED);
	return b;
}

void campaign_report(const struct program *p, const struct verdict *v)
{
	struct campaign_bucket *b;
	uint64_t nr = 0;
	int fd;

	if (!campaign) {
		fprintf(stderr, "finding: %s\n%s\n", v->bucket, v->message);
		program_print(p, stderr);
		oops_release();
		abort();
	}
	b = count(v, &nr, &fd);
	if (b && is_due(b, nr) && fd < 0)
		fd = lock();
	/* Another one may have kept it meanwhile. */
	if (b && is_due(b, nr) && fd >= 0)
		keep(p, v, b);
	unlock(fd);
}

void campaign_count(const struct verdict *v)
{
	uint64_t nr;
	int fd;

	count(v, &nr, &fd);
	unlock(fd);
}

/* --- executions --- */

/*
 * What is reached, for those who watch, is not gathered in each of them. Edges
 * have to be seen while they are there: few are reached only once.
 */
#define EDGES_EVERY 31 /* odd: in all strategies */
#define PAIRS_EVERY 1023

static void gather(uint64_t n)
{
	unsigned int i;

	if (n % EDGES_EVERY == 0)
		feedback_edges(campaign->edges, CAMPAIGN_MAX_EDGES);
	if (n % PAIRS_EVERY == 0)
		for (i = 0; i < FEEDBACK_SEEN; i++)
			campaign->pairs[i] |= feedback_seen[i];
}

/* Returns the number of this one, in the campaign if it counts. */
static uint64_t count_execution(void)
{
	static uint64_t own;

	if (!campaign || uncounted)
		return ++own;
	return __atomic_add_fetch(&campaign->executions, 1, __ATOMIC_RELAXED);
}

/* Each finds some bugs late. NONE is what LIST does without a schedule. */
static const enum strategy turns[] = {
	STRATEGY_LIST,
	STRATEGY_RANDOM,
	STRATEGY_PCT,
	STRATEGY_POS,
};

/* For execution @n, which is by itself, whatever ran before it. */
static void choose_strategy(uint64_t n)
{
	const unsigned int nr = sizeof(turns) / sizeof(turns[0]);

	sched_strategy(strategy < 0 ? turns[n % nr] : (enum strategy)strategy,
		       depth, seed + n);
}

void campaign_run(struct program *p)
{
	uint64_t n = count_execution();
	struct verdict v;

	if (driver >= 0)
		p->world.driver = driver;
	/* What a search finds has to be a bug. */
	p->world.flags &= WORLD_CONTRACT;
	choose_strategy(n);
	if (!world_run(p, &v, NULL)) {
		if (p->nr_threads > 1)
			sched_record(p);
		campaign_report(p, &v);
	}
	if (!campaign || uncounted)
		return;
	gather(n);
	if (n == last_execution)
		end();
}

/* --- beginnings --- */

struct campaign *campaign_use(const char *dir)
{
	folder = dir;
	campaign = campaign_open(dir, true);
	if (!campaign)
		exit(2);
	sanitizers_quiet();
	return campaign;
}

struct campaign *campaign_begin(const char *dir)
{
	char path[512];

	campaign_path(path, sizeof(path), dir);
	unlink(path);
	return campaign_use(dir);
}

/* Whether the file of @dir is of a search for @what, and whole. */
static bool is_of(const char *dir, const char *what)
{
	char there[sizeof(campaign->what)] = "", path[512];
	uint32_t magic = 0;
	struct stat st;
	FILE *f;

	campaign_path(path, sizeof(path), dir);
	f = fopen(path, "re");
	if (!f)
		return false;
	if (fstat(fileno(f), &st) || st.st_size != sizeof(*campaign) ||
	    fread(&magic, sizeof(magic), 1, f) != 1 ||
	    fseek(f, offsetof(struct campaign, what), SEEK_SET) ||
	    fread(there, sizeof(there), 1, f) != 1)
		magic = 0;
	fclose(f);
	return magic == CAMPAIGN_MAGIC && !strncmp(there, what, sizeof(there));
}

struct campaign *campaign_turn(const char *dir, const char *what)
{
	struct campaign *c;
	char path[512];
	uint32_t i;

	campaign_path(path, sizeof(path), dir);
	if (!is_of(dir, what))
		unlink(path);
	c = campaign_open(dir, true);
	if (!c)
		return NULL;
	snprintf(c->what, sizeof(c->what), "%s", what);
	for (i = 0; i < c->nr_buckets; i++)
		c->bucket[i].known = campaign_knows(c->bucket[i].id);
	memset(c->edges, 0, sizeof(c->edges));
	memset(c->pairs, 0, sizeof(c->pairs));
	c->turns++;
	c->seconds = campaign_seconds(c, c->last);
	c->began = c->last = campaign_now();
	return c;
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
	if (!word || !*word || !strcmp(word, "mix"))
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

	if (finding_replays())
		exit(finding_replay());
	if (getenv("GROUPFUZZ_CANARY"))
		exit(world_canary() ? 0 : 2);
	finding_oracles();
	strategy_init();
	engine = ENGINE;
	if (getenv("GROUPFUZZ_LAST"))
		last_execution = strtoull(getenv("GROUPFUZZ_LAST"), NULL, 10);
	uncounted = getenv("GROUPFUZZ_UNCOUNTED");
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
