// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keeps a campaign's counters and findings; see campaign.h.
 */
#include <harness/oracle/sanitizers.h>
#include <harness/target/campaign.h>
#include <harness/world/trace.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct campaign *campaign;
static const char *folder;
static int driver = -1;	  /* index into driver_names[], -1: the program's own */
static int strategy = -1; /* -1: all of turns, one after the other */
static unsigned int depth = 3;
static uint64_t seed = 1;
static const char *until; /* patterns of buckets, NULL: no end */

#ifdef GROUPFUZZ_AFL
/* Here is what afl-fuzz started, before it forks. */
#define ENGINE	   getppid()
#define ENGINE_END SIGTERM
#else
#define ENGINE	   getpid()
#define ENGINE_END SIGUSR1
#endif
static pid_t engine;

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

/* Whether @id has a program in the folder of what is known of the tree. */
static bool is_known(const char *id)
{
	const char *dir = getenv("GROUPFUZZ_KNOWN");
	char path[512];

	if (!dir || !*dir)
		return false;
	snprintf(path, sizeof(path), "%s/%s.prog", dir, id);
	return !access(path, F_OK);
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
			b->known = is_known(id);
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

/* Looked at again when there are twice as many: the next may be what it says. */
static bool is_due(const struct campaign_bucket *b, uint64_t count)
{
	if (b->known)
		return false;
	return count == 1 || (b->hidden && !(count & (count - 1)));
}

/* Count the finding; its bucket if it is to be described, else NULL. */
static struct campaign_bucket *count(const char *id, const char *oracle)
{
	struct campaign_bucket *b = find_bucket(id, oracle);

	if (!b ||
	    !is_due(b, __atomic_add_fetch(&b->count, 1, __ATOMIC_RELAXED)))
		return NULL;
	b->hidden = false;
	b->first_execution = campaign->executions;
	b->first_seconds = now() - campaign->began;
	return b;
}

/* --- running a finding again --- */

#define REPLAY "GROUPFUZZ_REPLAY"

bool campaign_replays(void)
{
	return getenv(REPLAY);
}

/* Here and in the process that runs a finding again. */
static void oracles_init(void)
{
	const char *list = getenv("GROUPFUZZ_WITHOUT");

	if (!list || !verdict_without(list))
		return;
	fprintf(stderr, "groupfuzz: no oracle to leave out: %s\n", list);
	exit(2);
}

int campaign_replay(void)
{
	const char *path = getenv(REPLAY);
	struct program p;
	struct verdict v;
	char err[256];

	oracles_init();
	if (program_load(&p, path, err, sizeof(err))) {
		fprintf(stderr, "%s\n", err);
		return 2;
	}
	return !trace_run(&p, &v, stdout, false);
}

/*
 * The command line that users replay with, or whatever runs here, on what @path
 * names, with its output in two files. Returns its exit status.
 */
static int spawn(char *path, const char *out, const char *err)
{
	const char *program = getenv("GROUPFUZZ_RUN");
	const int flags = O_WRONLY | O_CREAT | O_TRUNC;
	char *argv[] = { "groupfuzz", NULL };
	posix_spawn_file_actions_t files;
	int status = -1;
	pid_t pid;

	setenv(REPLAY, path, 1);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, 1, out, flags, 0666);
	posix_spawn_file_actions_addopen(&files, 2, err, flags, 0666);
	if (!program)
		program = "/proc/self/exe";
	if (!posix_spawn(&pid, program, &files, NULL, argv, environ))
		waitpid(pid, &status, 0);
	posix_spawn_file_actions_destroy(&files);
	unsetenv(REPLAY);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}

/* What the last line of the trace in @path says was found. */
static void read_bucket(const char *path, char *bucket, size_t len)
{
	static const char mark[] = "finding: ";
	char line[1024];
	FILE *f = fopen(path, "r");

	bucket[0] = '\0';
	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, mark, strlen(mark)))
			snprintf(bucket, len, "%.*s",
				 (int)strcspn(line + strlen(mark), "\n"),
				 line + strlen(mark));
	if (f)
		fclose(f);
}

/*
 * Run the program of @bucket in a process that has run nothing else, with a
 * trace; and what it ends in there, in @again, "" if in nothing.
 */
static void replay(const char *bucket, char *again, size_t len)
{
	char path[3][640], tmp[2][660];
	static const char *const names[] = { "program.prog", "trace.txt",
					     "sanitizer.txt" };
	struct stat st;
	unsigned int i;

	for (i = 0; i < 3; i++)
		snprintf(path[i], sizeof(path[i]), "%s/findings/%s/%s", folder,
			 bucket, names[i]);
	for (i = 0; i < 2; i++)
		snprintf(tmp[i], sizeof(tmp[i]), "%s.tmp", path[i + 1]);
	again[0] = '\0';
	if (spawn(path[0], tmp[0], tmp[1]) == 1)
		read_bucket(tmp[0], again, len);
	if (rename(tmp[0], path[1]))
		complain(path[1]);
	if (stat(tmp[1], &st) || !st.st_size)
		unlink(tmp[1]);
	else if (rename(tmp[1], path[2]))
		complain(path[2]);
}

/*
 * Of the races in an execution ThreadSanitizer may miss one or the other, as
 * its memory of accesses is full of those before. In a process of its own a
 * program always ends in the same, and that is its bucket.
 */
static void rename_race(struct campaign_bucket *b, const char *again)
{
	struct campaign_bucket *other = count(again, "race");
	char from[512], to[512];

	b->hidden = true;
	snprintf(from, sizeof(from), "%s/findings/%s", folder, b->id);
	snprintf(to, sizeof(to), "%s/findings/%s", folder, again);
	/* What was there under that name is no less good. */
	if (other && rename(from, to) && errno != ENOTEMPTY && errno != EEXIST)
		complain(to);
}

/* The engine ends of its own accord, as when it has done all its runs. */
static void end_at(const char *bucket)
{
	char list[1024], *word, *rest = list;

	if (!until)
		return;
	snprintf(list, sizeof(list), "%s", until);
	while ((word = strsep(&rest, " ")))
		if (!fnmatch(word, bucket, 0))
			kill(engine, ENGINE_END);
}

/* Keep a new finding if it comes back; what does not is unstable. */
static void describe(const struct program *p, const struct verdict *v,
		     struct campaign_bucket *b)
{
	char again[sizeof(b->id)];

	save_program(p, v->bucket, v->message);
	replay(v->bucket, again, sizeof(again));
	if (!strcmp(again, v->bucket)) {
		end_at(again);
	} else if (!strncmp(again, "race-", 5)) {
		rename_race(b, again);
		end_at(again);
	} else {
		b->unstable = true;
	}
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
	struct verdict v;

	if (driver >= 0)
		p->world.driver = driver;
	/* What a search finds has to be a bug. */
	p->world.flags &= WORLD_CONTRACT;
	if (campaign)
		__atomic_fetch_add(&campaign->executions, 1, __ATOMIC_RELAXED);
	choose_strategy(campaign_executions());
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

struct campaign *campaign_begin(const char *dir)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/campaign", dir);
	unlink(path);
	return campaign_use(dir);
}

/* "pct" or "pct:DEPTH", "mix" or nothing for all of them, and a seed. */
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

	if (campaign_replays())
		exit(campaign_replay());
	oracles_init();
	strategy_init();
	engine = ENGINE;
	until = getenv("GROUPFUZZ_UNTIL");
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
