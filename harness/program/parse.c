// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parsing the text form of a program, for people: findings, regression tests
 * and bug reports. It takes hostile input and says precisely what is wrong
 * with it. Here are the statements; operations are in parse_op.c, schedules in
 * parse_schedule.c.
 *
 * It is not on the fuzzer's hot path; that is binary.c. Whether a program
 * makes sense is for those who run it: a text is accepted if each operand
 * names something that its world has.
 */
#include <string.h>

#include <harness/program/lex.h>

/* --- slots that the world may lack --- */

static int count_error(struct parser *ps, const struct word *t, unsigned int nr,
		       const char *what)
{
	return fail(ps, "%.*s: this world has only %u %s%s", SHOW(t), nr, what,
		    nr == 1 ? "" : "s");
}

int check_group(struct parser *ps, const struct word *t, unsigned int value)
{
	const unsigned int nr = ps->p->world.nr_groups;

	return value < nr ? 0 : count_error(ps, t, nr, "group");
}

int check_device(struct parser *ps, const struct word *t, unsigned int value)
{
	const unsigned int nr = ps->p->world.nr_devices;

	return value < nr ? 0 : count_error(ps, t, nr, "device");
}

/* --- world --- */

enum world_key {
	KEY_DRIVER,
	KEY_GROUPS,
	KEY_DEVICES,
	KEY_DEFAULT,
	KEY_WITHOUT,
	NR_KEYS
};

static const char *const world_keys[NR_KEYS] = {
	"driver", "groups", "devices", "default", "without",
};

static int parse_without(struct parser *ps, const struct word *list)
{
	const char *const end = list->s + list->len;
	struct word t = { .s = list->s };
	uint16_t bits = 0;

	for (;;) {
		const char *comma = memchr(t.s, ',', end - t.s);

		t.len = (comma ? comma : end) - t.s;
		if (set_flag(ps, "without", &t, without_words, NR_WITHOUT_WORDS,
			     &bits))
			return -1;
		if (!comma)
			break;
		t.s = comma + 1;
	}
	ps->p->world.without = bits;
	return 0;
}

static int parse_world_value(struct parser *ps, enum world_key key,
			     const struct word *value)
{
	struct world_desc *w = &ps->p->world;

	switch (key) {
	case KEY_DRIVER:
		return one_of(ps, "driver", value, driver_names, NR_DRIVERS,
			      &w->driver);
	case KEY_GROUPS:
		return number_between(ps, "groups", value, 1, MAX_GROUPS,
				      &w->nr_groups);
	case KEY_DEVICES:
		return number_between(ps, "devices", value, 1, MAX_DEVICES,
				      &w->nr_devices);
	case KEY_DEFAULT:
		return one_of(ps, "default", value, default_words, NR_DEFAULTS,
			      &w->default_type);
	default:
		return parse_without(ps, value);
	}
}

static int parse_world_word(struct parser *ps, const struct word *t,
			    unsigned int *seen, uint16_t *flags)
{
	struct word key, value;
	int k;

	if (!split_word(t, '=', &key, &value))
		return set_flag(ps, "world", t, world_words, NR_WORLD_WORDS,
				flags);
	k = lookup_word(&key, world_keys, NR_KEYS);
	if (k < 0)
		return fail(ps, "world: unknown key `%.*s`", SHOW(&key));
	if (*seen & 1U << k)
		return fail(ps, "world: repeated key `%.*s`", SHOW(&key));
	*seen |= 1U << k;
	return parse_world_value(ps, k, &value);
}

static int finish_world(struct parser *ps, unsigned int seen)
{
	struct world_desc *w = &ps->p->world;
	unsigned int i;

	for (i = KEY_DRIVER; i <= KEY_DEVICES; i++)
		if (!(seen & 1U << i))
			return fail(ps, "world: `%s=` is missing",
				    world_keys[i]);
	if (w->nr_devices < w->nr_groups)
		return fail(ps, "world: fewer devices (%u) than groups (%u)",
			    w->nr_devices, w->nr_groups);
	for (i = 0; i < w->nr_devices; i++)
		w->dev[i].group = default_group(w, i);
	ps->have_world = true;
	return 0;
}

static int parse_world(struct parser *ps)
{
	unsigned int i, seen = 0;
	uint16_t flags = 0;

	if (ps->have_world)
		return fail(ps, "repeated `world`");
	for (i = 1; i < ps->nr_words; i++)
		if (parse_world_word(ps, &ps->word[i], &seen, &flags))
			return -1;
	ps->p->world.flags = flags;
	return finish_world(ps, seen);
}

/* --- device --- */

#define SEEN_GROUP  1
#define SEEN_PASIDS 2

static int parse_pasids(struct parser *ps, const struct word *key,
			const struct word *value, struct device_desc *dev,
			unsigned int *seen)
{
	if (!word_is(key, "pasids"))
		return fail(ps, "device: unknown key `%.*s`", SHOW(key));
	if (*seen & SEEN_PASIDS)
		return fail(ps, "device: repeated key `pasids`");
	*seen |= SEEN_PASIDS;
	return number_between(ps, "pasids", value, 0, MAX_PASID + 1,
			      &dev->pasids);
}

static int parse_device_word(struct parser *ps, const struct word *t,
			     struct device_desc *dev, unsigned int *seen)
{
	struct word key, value;
	unsigned int group;

	if (split_word(t, '=', &key, &value))
		return parse_pasids(ps, &key, &value, dev, seen);
	if (!parse_slot(t, "g", &group))
		return set_flag(ps, "device", t, device_words, NR_DEVICE_WORDS,
				&dev->flags);
	if (*seen & SEEN_GROUP)
		return fail(ps, "device: a second group `%.*s`", SHOW(t));
	*seen |= SEEN_GROUP;
	if (check_group(ps, t, group))
		return -1;
	dev->group = group;
	return 0;
}

/* Which device a line is about; they come in order, before the threads. */
static int device_of_line(struct parser *ps, unsigned int *dev)
{
	const struct word *t = &ps->word[1];

	if (ps->threads)
		return fail(ps, "`device` after the first thread");
	if (ps->p->fault.nth)
		return fail(ps, "`device` after `fault`");
	if (ps->nr_words < 2)
		return fail(ps, "device: which device?");
	if (!parse_slot(t, "dev", dev))
		return fail(ps, "device: expected a device, got `%.*s`",
			    SHOW(t));
	if (check_device(ps, t, *dev))
		return -1;
	if (ps->devices & 1U << *dev)
		return fail(ps, "device: repeated `%.*s`", SHOW(t));
	if (ps->devices >> *dev)
		return fail(ps, "device: %.*s is out of order", SHOW(t));
	ps->devices |= 1U << *dev;
	return 0;
}

static int parse_device(struct parser *ps)
{
	unsigned int i, dev, seen = 0;

	if (device_of_line(ps, &dev))
		return -1;
	for (i = 2; i < ps->nr_words; i++)
		if (parse_device_word(ps, &ps->word[i], &ps->p->world.dev[dev],
				      &seen))
			return -1;
	return 0;
}

/* --- the first fault --- */

/* Before the threads, and after all devices: else it is an operation. */
static int parse_first_fault(struct parser *ps)
{
	struct first_fault *fault = &ps->p->fault;

	if (fault->nth)
		return fail(ps, "fault: there is one before the first thread");
	if (ps->nr_words != 3)
		return fail(ps, "fault: expected a fault and a number");
	if (one_of(ps, "fault", &ps->word[1], fault_names, NR_FAULTS,
		   &fault->kind))
		return -1;
	return number16_between(ps, "fault", &ps->word[2], 1, MAX_NTH,
				&fault->nth);
}

/* --- thread --- */

/*
 * The binary form has no empty threads, except that a program without any
 * operation has one thread. Dropping others silently would surprise.
 */
static int finish_thread(struct parser *ps, bool only)
{
	const struct program *p = ps->p;
	const struct thread *t;

	if (!p->nr_threads)
		return 0;
	t = &p->thread[p->nr_threads - 1];
	if (t->nr || only)
		return 0;
	return fail_at(ps, ps->thread_line, "thread %s has no operation",
		       thread_names[t->name]);
}

static int check_thread(struct parser *ps, uint8_t *name)
{
	if (ps->nr_words < 2)
		return fail(ps, "thread: a name is missing");
	if (one_of(ps, "thread name", &ps->word[1], thread_names,
		   NR_THREAD_NAMES, name))
		return -1;
	if (ps->nr_words > 2)
		return fail(ps, "thread: unexpected `%.*s` after the name",
			    SHOW(&ps->word[2]));
	if (ps->threads & 1U << *name)
		return fail(ps, "thread: repeated `%s`", thread_names[*name]);
	if (ps->p->nr_threads == MAX_THREADS)
		return fail(ps, "too many threads (%u at most)", MAX_THREADS);
	return 0;
}

static int parse_thread(struct parser *ps)
{
	struct program *p = ps->p;
	struct thread *t;
	uint8_t name;

	if (check_thread(ps, &name) || finish_thread(ps, false))
		return -1;
	t = &p->thread[p->nr_threads++];
	t->name = name;
	t->first = p->nr_ops;
	ps->threads |= 1U << name;
	ps->thread_line = ps->line;
	return 0;
}

/* --- lines --- */

static int parse_statement(struct parser *ps)
{
	const struct word *t = &ps->word[0];

	if (word_is(t, "world"))
		return parse_world(ps);
	if (!ps->have_world)
		return fail(ps, "expected `world` first, got `%.*s`", SHOW(t));
	if (ps->schedule_line)
		return parse_preemption(ps);
	if (word_is(t, "device"))
		return parse_device(ps);
	if (word_is(t, "thread"))
		return parse_thread(ps);
	if (word_is(t, "schedule"))
		return parse_schedule(ps);
	if (word_is(t, "fault") && !ps->threads)
		return parse_first_fault(ps);
	return parse_op(ps);
}

static int parse_line(struct parser *ps)
{
	if (next_line(ps))
		return -1;
	return ps->nr_words ? parse_statement(ps) : 0;
}

int program_parse(struct program *p, const char *name, const char *text,
		  size_t len, char *err, size_t errlen)
{
	struct parser ps = {
		.p = p,
		.name = name,
		.err = err,
		.errlen = errlen,
		.pos = text,
		.end = len ? text + len : text,
	};

	memset(p, 0, sizeof(*p));
	while (ps.pos < ps.end)
		if (parse_line(&ps))
			return -1;
	if (!ps.have_world)
		return fail_at(&ps, ps.line ? ps.line : 1,
			       "`world` is missing");
	if (finish_thread(&ps, p->nr_threads == 1) || finish_schedule(&ps))
		return -1;
	if (!p->nr_threads)
		p->nr_threads = 1;
	return 0;
}
