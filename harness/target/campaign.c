// SPDX-License-Identifier: GPL-2.0-only
/*
 * A campaign's counters, and what is done of a finding; see campaign.h.
 */
#include <harness/oracle/sanitizers.h>
#include <harness/target/campaign.h>
#include <harness/target/finding.h>
#include <harness/target/input.h>
#include <harness/world/world.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

static struct campaign *campaign;
static const char *folder;
static int driver = -1; /* index into driver_names[], -1: the program's own */
static bool own_schedule = true; /* else it is replaced by one of these */
static bool no_schedule;	 /* the empty list */
static uint8_t strategy, depth;
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

static void complain(const char *what)
{
	fprintf(stderr, "groupfuzz: %s: %s\n", what, strerror(errno));
}

/*
 * For what only one process may do at a time. Whoever is killed lets go of it: no
 * other process has this descriptor. Returns -1 after one line of complaint.
 */
static int lock(void)
{
	char *path = campaign_path(folder);
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0 || TEMP_FAILURE_RETRY(flock(fd, LOCK_EX))) {
		complain(path);
		if (fd >= 0)
			close(fd);
		fd = -1;
	}
	free(path);
	return fd;
}

static void unlock(int fd)
{
	if (fd >= 0)
		close(fd);
}

/* --- buckets --- */

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

	if (!b && (b = campaign_add_bucket(campaign, id, oracle, NULL)))
		set_first(b);
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

static void end_at(const char *bucket)
{
	if (engine && input_until(bucket))
		end();
}

/*
 * Of the races in an execution ThreadSanitizer may miss one or the other, as
 * its memory of accesses is full of those before. Why a process ended is not always
 * known. In a process of its own a program always ends in the same, and that is its
 * bucket.
 */
static bool has_other_name(const struct verdict *v, const char *again)
{
	if (!strcmp(again, v->bucket))
		return false;
	return !strncmp(again, "race-", 5) ||
	       (!strcmp(v->oracle, "death") &&
		!strncmp(again, FINDING_DEATH, strlen(FINDING_DEATH)));
}

static void rename_finding(struct campaign_bucket *b, const char *again)
{
	const bool race = !strncmp(again, "race-", 5);
	struct campaign_bucket *other =
		make_bucket(again, race ? "race" : "death");

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
	if (has_other_name(v, again)) {
		rename_finding(b, again);
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

/* --- processes, and how they end --- */

static struct campaign_slot unshared; /* if all slots are taken */
static struct campaign_slot *slot = &unshared;

static bool take_slot(struct campaign_slot *s)
{
	int32_t pid = s->pid, mine = getpid();

	if (pid && (!kill(pid, 0) || errno != ESRCH))
		return false;
	if (!__atomic_compare_exchange_n(&s->pid, &pid, mine, false,
					 __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
		return false;
	s->running = false;
	s->done = 0;
	slot = s;
	return true;
}

static void find_slot(void)
{
	unsigned int i;

	for (i = 0; i < CAMPAIGN_SLOTS; i++)
		if (take_slot(&campaign->slot[i]))
			return;
}

_Static_assert(offsetof(struct program, preemption) +
			       sizeof(((struct program *)0)->preemption) +
			       sizeof(uint32_t) >
		       sizeof(struct program),
	       "a program ends with its preemptions");

/* All of a program but preemptions that it does not have. */
static size_t program_size(const struct program *p)
{
	return offsetof(struct program, preemption) +
	       p->nr_preemptions * sizeof(p->preemption[0]);
}

static uint64_t program_hash(const struct program *p)
{
	const uint8_t *at = (const uint8_t *)p;
	uint64_t hash = 14695981039346656037ULL;
	size_t len = program_size(p);

	while (len--)
		hash = (hash ^ *at++) * 1099511628211ULL;
	return hash;
}

static bool is_deadly(const struct program *p)
{
	uint64_t hash = program_hash(p);
	unsigned int i;

	for (i = 0; i < campaign->nr_deadly; i++)
		if (campaign->deadly[i] == hash)
			return true;
	return false;
}

void campaign_enter(const struct program *p)
{
	memcpy(&slot->program, p, program_size(p));
	__atomic_store_n(&slot->running, true, __ATOMIC_RELEASE);
}

void campaign_leave(void)
{
	__atomic_store_n(&slot->running, false, __ATOMIC_RELEASE);
	slot->done++;
}

/* The process of slot @s ended in the middle of a program. */
static void report_death(struct campaign_slot *s, int status)
{
	struct program p = { 0 };
	struct verdict v;

	memcpy(&p, &s->program, program_size(&s->program));
	s->running = false;
	if (campaign->nr_deadly < CAMPAIGN_DEADLY)
		campaign->deadly[campaign->nr_deadly++] = program_hash(&p);
	finding_death(&v, status);
	campaign_report(&p, &v);
}

bool campaign_died(int status)
{
	if (!slot->running)
		return false;
	report_death(slot, status);
	return true;
}

/* A user or a script asks the process to end: its program is not to blame. */
static bool is_request(int status)
{
	return WIFSIGNALED(status) &&
	       (WTERMSIG(status) == SIGHUP || WTERMSIG(status) == SIGINT ||
		WTERMSIG(status) == SIGTERM || WTERMSIG(status) == ENGINE_END);
}

static struct campaign_slot *slot_of(pid_t pid)
{
	unsigned int i;

	for (i = 0; i < CAMPAIGN_SLOTS; i++)
		if (campaign->slot[i].pid == pid)
			return &campaign->slot[i];
	return NULL;
}

int campaign_lost(pid_t pid, int status)
{
	struct campaign_slot *s = slot_of(pid);
	const bool died = s && s->running && !is_request(status);

	/* The harness's own status: it cannot go on, and has said why. */
	if (WIFEXITED(status) && WEXITSTATUS(status) == 2)
		return -1;
	campaign->idle_deaths = s && s->done ? 0 : campaign->idle_deaths + 1;
	if (died)
		report_death(s, status);
	if (s)
		s->pid = 0;
	if (campaign->idle_deaths < 3)
		return died;
	fprintf(stderr,
		"groupfuzz: the target died three times and ran nothing\n");
	return -1;
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

/* The schedule follows from the program alone, whatever ran before it. */
static void choose_strategy(struct program *p)
{
	if (own_schedule || p->nr_threads == 1)
		return;
	if (strategy != STRATEGY_LIST)
		program_schedule(p, strategy, depth, program_seed(p));
	else if (no_schedule || p->strategy != STRATEGY_LIST)
		program_schedule(p, STRATEGY_LIST, 0, 0);
}

static bool run(const struct program *p, struct verdict *v)
{
	bool clean;

	/* Another child of this fork server, which is not there any more. */
	if (slot->running)
		report_death(slot, -1);
	if (campaign && campaign->nr_deadly && is_deadly(p))
		return true;
	campaign_enter(p);
	clean = world_run(p, v, NULL);
	campaign_leave();
	return clean;
}

void campaign_run(struct program *p)
{
	uint64_t n = count_execution();
	struct verdict v;

	if (driver >= 0)
		p->world.driver = driver;
	/* What a search finds has to be a bug. */
	p->world.flags &= WORLD_CONTRACT;
	choose_strategy(p);
	if (!run(p, &v)) {
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
	char *path = campaign_path(dir);

	unlink(path);
	free(path);
	campaign_use(dir);
	find_slot();
	return campaign;
}

/* The mutator draws what is not replaced. */
static void strategy_init(void)
{
	const char *word = getenv("GROUPFUZZ_STRATEGY");

	if (!word || !*word || !strcmp(word, "mix"))
		return;
	own_schedule = program_draws = false;
	no_schedule = !strcmp(word, "none");
	if (no_schedule ||
	    !strategy_parse(word, strlen(word), &strategy, &depth))
		return;
	fprintf(stderr, "groupfuzz: no such strategy: %s\n", word);
	exit(2);
}

static void last_init(void)
{
	const char *last = getenv("GROUPFUZZ_LAST");

	if (!last || input_number(last, UINT64_MAX, &last_execution))
		return;
	fprintf(stderr, "groupfuzz: GROUPFUZZ_LAST=%s: not a number\n", last);
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
	input_check_until();
	last_init();
	uncounted = getenv("GROUPFUZZ_UNCOUNTED");
	if (name && *name) {
		driver = driver_find(name);
		if (driver < 0) {
			fprintf(stderr, "groupfuzz: no such driver: %s\n",
				name);
			exit(2);
		}
	}
	if (!getenv("GROUPFUZZ_OUT"))
		return;
	campaign_use(getenv("GROUPFUZZ_OUT"));
	find_slot();
}
