// SPDX-License-Identifier: GPL-2.0-only
/*
 * The file of a campaign: made, mapped, checked, and rebuilt where it is damaged. See
 * campaign.h.
 */
#include <harness/target/campaign.h>
#include <harness/target/finding.h>
#include <harness/target/input.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

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

char *campaign_path(const char *dir)
{
	return input_path("%s/campaign", dir);
}

/*
 * Files in a finding's folder have longer names than the campaign's file. A path that
 * is too long for the system is refused now, and not when a finding is kept.
 */
static int check_folder(const char *dir)
{
	const size_t longest = sizeof("/findings/") +
			       sizeof(((struct campaign_bucket *)0)->id) +
			       sizeof("/minimized.prog");

	if (!*dir)
		fprintf(stderr, "groupfuzz: a folder without a name\n");
	else if (strlen(dir) + longest > PATH_MAX)
		fprintf(stderr, "groupfuzz: %.40s...: the name is too long\n",
			dir);
	else
		return 0;
	return -1;
}

/* --- the file --- */

static uint32_t checksum(uint32_t sum, const void *data, size_t len)
{
	const uint8_t *at = data;

	while (len--)
		sum = (sum ^ *at++) * 16777619;
	return sum;
}

/* Never 0: a page that was not written is not whole. */
static uint32_t bucket_sum(const struct campaign_bucket *b)
{
	return checksum(2166136261, b->id,
			offsetof(struct campaign_bucket, count) -
				offsetof(struct campaign_bucket, id)) |
	       1;
}

static uint32_t what_sum(const struct campaign *c)
{
	return checksum(2166136261, c->what, sizeof(c->what)) | 1;
}

/*
 * Counters change all the time, and a wrong one does no harm. What names the
 * findings is written once, before nr_buckets, and has checksums.
 */
static bool is_whole(const struct campaign *c)
{
	uint32_t nr = __atomic_load_n(&c->nr_buckets, __ATOMIC_ACQUIRE);
	uint32_t i;

	if (c->magic != CAMPAIGN_MAGIC || nr > CAMPAIGN_MAX_BUCKETS ||
	    (c->turns && c->what_sum != what_sum(c)))
		return false;
	for (i = 0; i < nr; i++)
		if (c->bucket[i].sum != bucket_sum(&c->bucket[i]))
			return false;
	return true;
}

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

/*
 * Returns NULL if it has another size. *@size is the file's, -1 after one line of
 * complaint.
 */
static struct campaign *map_file(const char *path, bool create, off_t *size)
{
	struct campaign *c = MAP_FAILED;
	struct stat st;
	int fd;

	*size = -1;
	fd = open(path, (create ? O_RDWR | O_CREAT : O_RDWR) | O_CLOEXEC, 0666);
	if (fd < 0 || fstat(fd, &st)) {
		complain(path);
		return NULL;
	}
	if (create && !st.st_size)
		st.st_size = make_file(fd, path) ? -1 : (off_t)sizeof(*c);
	if (st.st_size == sizeof(*c)) {
		c = mmap(NULL, sizeof(*c), PROT_READ | PROT_WRITE, MAP_SHARED,
			 fd, 0);
		if (c == MAP_FAILED) {
			complain(path);
			st.st_size = -1;
		}
	}
	close(fd);
	*size = st.st_size;
	return c == MAP_FAILED ? NULL : c;
}

/* --- its buckets --- */

bool campaign_knows(const char *id)
{
	const char *dir = getenv("GROUPFUZZ_KNOWN");
	char *path;
	bool there;

	if (!dir || !*dir)
		return false;
	path = input_path("%s/%s.prog", dir, id);
	there = !access(path, F_OK);
	free(path);
	return there;
}

struct campaign_bucket *campaign_add_bucket(struct campaign *c, const char *id,
					    const char *oracle,
					    const char *sanitizer)
{
	struct campaign_bucket *b = &c->bucket[c->nr_buckets];

	if (c->nr_buckets == CAMPAIGN_MAX_BUCKETS) {
		fprintf(stderr, "groupfuzz: no room for %s\n", id);
		return NULL;
	}
	memset(b, 0, sizeof(*b));
	snprintf(b->id, sizeof(b->id), "%s", id);
	snprintf(b->oracle, sizeof(b->oracle), "%s", oracle);
	snprintf(b->sanitizer, sizeof(b->sanitizer), "%s",
		 sanitizer ?: SANITIZER);
	b->sum = bucket_sum(b);
	b->known = campaign_knows(id);
	__atomic_store_n(&c->nr_buckets, c->nr_buckets + 1, __ATOMIC_RELEASE);
	return b;
}

static struct campaign *rebuilt; /* what add_found() adds to */

/* A finding that only one build sees was found by that build. */
static void add_found(const char *id, bool unstable)
{
	struct campaign_bucket *b;
	char oracle[24];

	snprintf(oracle, sizeof(oracle), "%.*s", (int)strcspn(id, "-"), id);
	b = campaign_add_bucket(rebuilt, id, oracle,
				!strcmp(oracle, "race") ? "thread" :
				!strcmp(oracle, "address") ||
						!strcmp(oracle, "undefined") ?
							  "address" :
							  NULL);
	if (!b)
		return;
	b->count = 1;
	b->kept = true;
	b->unstable = unstable;
}

/* The file @path is damaged: another one takes its place. */
static struct campaign *rebuild(const char *dir, const char *path)
{
	struct campaign *c;
	off_t size;

	if (unlink(path)) {
		complain(path);
		return NULL;
	}
	c = map_file(path, true, &size);
	if (!c)
		return NULL;
	rebuilt = c;
	finding_each(dir, add_found);
	fprintf(stderr,
		"groupfuzz: %s: damaged, or of another version: rebuilt from the folders, findings: %u; the counts are lost\n",
		path, c->nr_buckets);
	return c;
}

static struct campaign *open_file(const char *dir, const char *path,
				  bool create)
{
	off_t size;
	struct campaign *c = map_file(path, create, &size);

	if (size < 0 || (c && is_whole(c)))
		return c;
	if (c)
		munmap(c, sizeof(*c));
	return rebuild(dir, path);
}

struct campaign *campaign_open(const char *dir, bool create)
{
	struct campaign *c;
	char *path;

	if (check_folder(dir))
		return NULL;
	path = campaign_path(dir);
	c = open_file(dir, path, create);
	free(path);
	if (c && !c->began)
		c->began = c->last = campaign_now();
	return c;
}

/* A new campaign begins where there was one of another search. */
static struct campaign *begin_turn(const char *dir, const char *what)
{
	struct campaign *c = campaign_open(dir, true);
	char *path;

	if (!c || c == rebuilt || !strncmp(c->what, what, sizeof(c->what) - 1))
		return c;
	munmap(c, sizeof(*c));
	path = campaign_path(dir);
	unlink(path);
	free(path);
	return campaign_open(dir, true);
}

struct campaign *campaign_turn(const char *dir, const char *what)
{
	struct campaign *c = begin_turn(dir, what);
	uint32_t i;

	if (!c)
		return NULL;
	memset(c->what, 0, sizeof(c->what));
	snprintf(c->what, sizeof(c->what), "%s", what);
	c->what_sum = what_sum(c);
	for (i = 0; i < c->nr_buckets; i++)
		c->bucket[i].known = campaign_knows(c->bucket[i].id);
	memset(c->edges, 0, sizeof(c->edges));
	memset(c->pairs, 0, sizeof(c->pairs));
	/* Processes of this campaign's last turn are gone. */
	memset(c->slot, 0, sizeof(c->slot));
	c->nr_deadly = c->idle_deaths = 0;
	c->turns++;
	c->seconds = campaign_seconds(c, c->last);
	c->began = c->last = campaign_now();
	return c;
}
