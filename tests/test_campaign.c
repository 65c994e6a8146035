// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of a campaign's file and of what comes from users: numbers, patterns,
 * folders; and of processes that end while they run a program.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <harness/target/campaign.h>
#include <harness/target/finding.h>
#include <harness/target/input.h>
#include <harness/world/world.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void test_number(void **state)
{
	static const char *const bad[] = {
		"", "-1", "1x", " 1", "+1", "0x1", "99999999999999999999", "256"
	};
	uint64_t n = 0;
	size_t i;

	(void)state;
	assert_true(input_number("08", 255, &n));
	assert_int_equal(n, 8);
	assert_true(input_number("255", 255, &n));
	assert_int_equal(n, 255);
	assert_true(input_number("18446744073709551615", UINT64_MAX, &n));
	assert_true(n == UINT64_MAX);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(input_number(bad[i], 255, &n));
	assert_false(input_number(NULL, 255, &n));
	assert_false(input_number("-", UINT64_MAX, &n));
	assert_false(input_number("18446744073709551616", UINT64_MAX, &n));
}

static void run_in_child(void (*work)(void), int *status)
{
	pid_t pid = fork();

	if (!pid) {
		if (!freopen("/dev/null", "w", stderr))
			_exit(99);
		work();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, status, 0), pid);
}

static void test_until(void **state)
{
	static const struct {
		const char *until;
		int status;
	} t[] = {
		{ "", 0 },  { "race-*", 0 }, { "a b-[cd]*", 0 }, { "[]]", 0 },
		{ "[", 2 }, { "a [b", 2 },   { "[!]", 2 },	 { "[a]-[", 2 },
	};
	size_t i;
	int status;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		setenv("GROUPFUZZ_UNTIL", t[i].until, 1);
		run_in_child(input_check_until, &status);
		assert_int_equal(WEXITSTATUS(status), t[i].status);
	}
	setenv("GROUPFUZZ_UNTIL", "lifetime-* race-[ab]", 1);
	assert_true(input_until("race-b"));
	assert_true(input_until("lifetime-x"));
	assert_false(input_until("race-c"));
	unsetenv("GROUPFUZZ_UNTIL");
}

/* --- a campaign in a folder --- */

static char *folder;

/* Its name is longer than any buffer for it was. */
static int make_folder(void **state)
{
	char name[201], *next;
	int i;

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	folder = strdup("/tmp/groupfuzz-test-XXXXXX");
	assert_non_null(mkdtemp(folder));
	for (i = 0; i < 4; i++) {
		next = input_path("%s/%s", folder, name);
		free(folder);
		folder = next;
		assert_int_equal(mkdir(folder, 0777), 0);
	}
	return 0;
}

static int remove_folder(void **state)
{
	char *command = input_path("rm -rf '%.26s'", folder);

	(void)state;
	assert_int_equal(system(command), 0);
	free(command);
	free(folder);
	return 0;
}

static void parse(struct program *p)
{
	static const char text[] = "world driver=smmuv3 groups=1 devices=1\n"
				   "thread vfio\nclaim g0 alice\n";
	char err[128];

	assert_int_equal(program_parse(p, "test", text, strlen(text), err,
				       sizeof(err)),
			 0);
}

static void assert_kept(const char *bucket)
{
	char *file = input_path("%s/findings/%s/program.prog", folder, bucket);

	assert_int_equal(access(file, R_OK), 0);
	free(file);
}

static const struct verdict found = {
	.oracle = "race",
	.bucket = "race-a-b",
	.message = "a race",
	.op = -1,
};

/* Each kind of damage: another one takes its place, with what the folders have. */
static void test_damage(void **state)
{
	struct campaign *c = campaign_begin(folder);
	char *file = input_path("%s/campaign", folder);
	struct program p;
	int i;

	(void)state;
	parse(&p);
	campaign_report(&p, &found);
	assert_kept("race-a-b");
	for (i = 0; i < 4; i++) {
		if (i == 0)
			c->bucket[0].id[2]++;
		else if (i == 1)
			c->magic++;
		else if (i == 2)
			c->nr_buckets = CAMPAIGN_MAX_BUCKETS + 1;
		else
			assert_int_equal(truncate(file, 1000), 0);
		c = campaign_open(folder, false);
		assert_non_null(c);
		assert_int_equal(c->nr_buckets, 1);
		assert_string_equal(c->bucket[0].id, "race-a-b");
		assert_string_equal(c->bucket[0].oracle, "race");
		assert_string_equal(c->bucket[0].sanitizer, "thread");
		assert_true(c->bucket[0].kept);
	}
	/* A whole file stays. */
	c->executions = 7;
	c = campaign_open(folder, false);
	assert_int_equal(c->executions, 7);
	free(file);
}

/* A turn of another search begins anew, of the same one goes on. */
static void test_turn(void **state)
{
	struct campaign *c = campaign_turn(folder, "this");

	(void)state;
	c->executions = 3;
	c = campaign_turn(folder, "this");
	assert_int_equal(c->executions, 3);
	assert_int_equal(c->turns, 2);
	c->what[0]++;
	c = campaign_turn(folder, "this");
	assert_int_equal(c->nr_buckets, 1);
	c = campaign_turn(folder, "that");
	assert_int_equal(c->nr_buckets, 0);
}

static struct program program;

static void die_in_program(void)
{
	campaign_enter(&program);
	raise(SIGKILL);
}

static void die_after_program(void)
{
	campaign_enter(&program);
	campaign_leave();
	raise(SIGKILL);
}

static void test_death(void **state)
{
	struct campaign *c = campaign_begin(folder);
	int status;

	(void)state;
	parse(&program);
	run_in_child(die_after_program, &status);
	assert_false(campaign_died(status));
	assert_int_equal(c->nr_buckets, 0);
	run_in_child(die_in_program, &status);
	assert_true(campaign_died(status));
	assert_int_equal(c->nr_buckets, 1);
	assert_string_equal(c->bucket[0].id, "death-SIGKILL");
	assert_kept("death-SIGKILL");
	/* It does not come again. */
	assert_true(c->bucket[0].unstable);
}

/* Three in a row that complete nothing are enough; status 2 at once. */
static void test_lost(void **state)
{
	struct campaign *c = campaign_begin(folder);
	int i;

	(void)state;
	c->slot[1].pid = 12345;
	for (i = 0; i < 4; i++) {
		c->slot[1].pid = 12345;
		c->slot[1].done = 1;
		assert_int_equal(campaign_lost(12345, SIGKILL), 0);
	}
	assert_int_equal(campaign_lost(12345, SIGKILL), 0);
	assert_int_equal(campaign_lost(12345, SIGKILL), 0);
	assert_int_equal(campaign_lost(12345, SIGKILL), -1);
	c->idle_deaths = 0;
	assert_int_equal(campaign_lost(12345, W_EXITCODE(2, 0)), -1);
	/* Ctrl-C is no finding. */
	parse(&c->slot[1].program);
	c->slot[1].pid = 12345;
	c->slot[1].running = true;
	assert_int_equal(campaign_lost(12345, SIGINT), 0);
	assert_int_equal(c->nr_buckets, 0);
}

/* A path that is too long is refused before anything is lost. */
static void test_too_long(void **state)
{
	char name[4096];

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_null(campaign_open(name, true));
	assert_null(campaign_open("", true));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_number),	 cmocka_unit_test(test_until),
		cmocka_unit_test(test_damage),	 cmocka_unit_test(test_turn),
		cmocka_unit_test(test_death),	 cmocka_unit_test(test_lost),
		cmocka_unit_test(test_too_long),
	};

	world_boot();
	if (finding_replays())
		return finding_replay();
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
