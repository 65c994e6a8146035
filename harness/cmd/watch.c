// SPDX-License-Identifier: GPL-2.0-only
/*
 * groupfuzz turn, groupfuzz died, groupfuzz watch: a turn of a campaign begins; one of
 * its processes has ended; and what it does
 * while it goes on, for those who look: on a terminal one line that changes, else
 * one a minute, and one for each new finding. Whoever watches also notes in the
 * campaign's file that it goes on, so that a turn that was killed counts.
 */
#include <harness/cmd/cmd.h>
#include <harness/target/campaign.h>
#include <harness/target/finding.h>
#include <harness/target/input.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TERMINAL_SECONDS 2
#define LOG_SECONDS	 60

int cmd_turn(int argc, char **argv)
{
	const struct campaign *c;

	if (argc != 3) {
		fprintf(stderr, "groupfuzz: turn takes DIR and WHAT\n");
		return 2;
	}
	c = campaign_turn(argv[1], argv[2]);
	if (!c)
		return 2;
	printf("%lu %u\n", (unsigned long)c->executions, c->turns);
	return 0;
}

int cmd_died(int argc, char **argv)
{
	uint64_t pid, status;

	if (argc != 4 || !input_number(argv[2], INT32_MAX, &pid) ||
	    !input_number(argv[3], 255, &status)) {
		fprintf(stderr,
			"groupfuzz: died takes DIR, a PID and an exit status\n");
		return 2;
	}
	finding_oracles();
	campaign_use(argv[1]);
	/* As a shell has it: 128 + SIGNAL. */
	status = status > 128 ? status - 128 : W_EXITCODE(status, 0);
	return campaign_lost(pid, status) < 0 ? 2 : 0;
}

static struct {
	struct campaign *c;
	const char *dir;
	bool terminal;
	/* As of the last line. */
	double at;
	uint64_t executions;
	unsigned int pairs;
	/* Told of, by index. */
	bool told[CAMPAIGN_MAX_BUCKETS];
} w;

static unsigned int sum(const uint8_t *flags, unsigned int nr)
{
	unsigned int i, n = 0;

	for (i = 0; i < nr; i++)
		n += !!flags[i];
	return n;
}

static bool is_new(const struct campaign_bucket *b)
{
	return b->kept && !b->known && !b->hidden;
}

/* "1:02:03", or "2:03". */
static const char *clock_text(double seconds, char *buf, size_t len)
{
	unsigned long s = seconds > 0 ? seconds : 0;

	if (s < 3600)
		snprintf(buf, len, "%lu:%02lu", s / 60, s % 60);
	else
		snprintf(buf, len, "%lu:%02lu:%02lu", s / 3600, s / 60 % 60,
			 s % 60);
	return buf;
}

static const char *count_text(uint64_t n, char *buf, size_t len)
{
	if (n < 10000000)
		snprintf(buf, len, "%lu", (unsigned long)n);
	else
		snprintf(buf, len, "%.1fM", n / 1e6);
	return buf;
}

/* "3 found, last 0:12 ago" */
static void found_text(double now, char *buf, size_t len)
{
	unsigned int i, n = 0;
	double last = 0;
	char ago[24];

	for (i = 0; i < w.c->nr_buckets; i++) {
		const struct campaign_bucket *b = &w.c->bucket[i];

		if (!is_new(b))
			continue;
		n++;
		if (b->first_seconds > last)
			last = b->first_seconds;
	}
	if (!n)
		snprintf(buf, len, "none found");
	else
		snprintf(buf, len, "%u found, last %s ago", n,
			 clock_text(now - last, ago, sizeof(ago)));
}

/* No longer than the terminal is wide: it is written over. */
static void print_line(const char *line)
{
	struct winsize size = { 0 };
	int width = 0;

	if (!w.terminal) {
		fprintf(stderr, "%s\n", line);
		return;
	}
	if (!ioctl(STDERR_FILENO, TIOCGWINSZ, &size))
		width = size.ws_col;
	if (width < 2)
		width = 80;
	fprintf(stderr, "\r%.*s\033[K", width - 1, line);
}

static void progress(void)
{
	double now = campaign_seconds(w.c, w.c->last), spent = now - w.at;
	unsigned int pairs = sum(w.c->pairs, FEEDBACK_SEEN);
	uint64_t n = w.c->executions;
	char line[256], at[24], count[24], found[64];

	found_text(now, found, sizeof(found));
	snprintf(line, sizeof(line),
		 "%s  %s run, %.0f/s; %u edges, %u pairs (+%u); %s",
		 clock_text(now, at, sizeof(at)),
		 count_text(n, count, sizeof(count)),
		 spent > 0 ? (n - w.executions) / spent : 0,
		 sum(w.c->edges, CAMPAIGN_MAX_EDGES), pairs, pairs - w.pairs,
		 found);
	print_line(line);
	w.at = now;
	w.executions = n;
	w.pairs = pairs;
}

static void tell_findings(bool tell)
{
	unsigned int i;

	for (i = 0; i < w.c->nr_buckets; i++) {
		const struct campaign_bucket *b = &w.c->bucket[i];

		if (w.told[i] || !is_new(b))
			continue;
		w.told[i] = true;
		if (tell)
			fprintf(stderr, "%snew finding: %s/findings/%s%s\n",
				w.terminal ? "\r\033[K" : "", w.dir, b->id,
				b->unstable ? " (unstable)" : "");
	}
}

int cmd_watch(int argc, char **argv)
{
	const struct timespec second = { .tv_sec = 1 };
	unsigned int seconds = 0, every;
	bool over = false;
	sigset_t set;

	if (argc != 2) {
		fprintf(stderr, "groupfuzz: watch takes DIR\n");
		return 2;
	}
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	w.dir = argv[1];
	w.c = campaign_open(w.dir, false);
	if (!w.c)
		return 2;
	w.terminal = isatty(STDERR_FILENO);
	every = w.terminal ? TERMINAL_SECONDS : LOG_SECONDS;
	w.at = campaign_seconds(w.c, w.c->began);
	w.executions = w.c->executions;
	tell_findings(false);
	while (!over) {
		over = sigtimedwait(&set, NULL, &second) == SIGTERM;
		w.c->last = campaign_now();
		tell_findings(true);
		if (over || ++seconds % every == 0)
			progress();
	}
	if (w.terminal)
		fputc('\n', stderr);
	return 0;
}
