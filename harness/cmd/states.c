// SPDX-License-Identifier: GPL-2.0-only
/*
 * groupfuzz states: which operations of programs met which states of a group,
 * out of those that can. Both are what the specification says (spec.h): a state
 * that it can be brought to by operations that the contract allows, and an
 * operation that it then allows too. States that differ only in which device or
 * domain it is are one, and so are two devices and more.
 */
#include <harness/cmd/children.h>
#include <harness/cmd/cmd.h>
#include <harness/oracle/history.h>
#include <harness/target/input.h>
#include <harness/world/world.h>
#include <linux/device.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* --- states that are one --- */

/* Fields of a state as far as they count, and how many values each has. */
enum field { OWNER, USERS, DOMAIN, MEMBERS, BOUND, HANDLE, PASIDS, NR_FIELDS };
static const unsigned int nr_values[NR_FIELDS] = { 3, 3, 3, 3, 2, 2, 2 };
#define NR_KINDS (3 * 3 * 3 * 3 * 2 * 2 * 2)

static unsigned int some(unsigned int n)
{
	return n < 2 ? n : 2;
}

static void fields_of(const struct spec *s, unsigned int *value)
{
	value[OWNER] = !s->owner ? 0 : s->owner < SPEC_DEVICE_OWNER(0) ? 1 : 2;
	value[USERS] = some(s->users);
	value[DOMAIN] = some(s->domain);
	value[MEMBERS] = some(__builtin_popcount(s->members));
	value[BOUND] = (s->bound & s->members) != 0;
	value[HANDLE] = s->pasids & 1;
	value[PASIDS] = s->pasids >> 1 != 0;
}

static unsigned int kind_of(const struct spec *s)
{
	unsigned int value[NR_FIELDS], i, kind = 0;

	fields_of(s, value);
	for (i = 0; i < NR_FIELDS; i++)
		kind = kind * nr_values[i] + value[i];
	return kind;
}

static void print_kind(unsigned int kind, FILE *f)
{
	static const char *const words[NR_FIELDS][3] = {
		[OWNER] = { "no owner", "a group's owner", "devices' owner" },
		[USERS] = { "no user", "a user", "users" },
		[DOMAIN] = { "on default", "on blocking", "on a caller's" },
		[MEMBERS] = { "no device", "a device", "devices" },
		[BOUND] = { "", "a driver" },
		[HANDLE] = { "", "a handle" },
		[PASIDS] = { "", "a PASID" },
	};
	unsigned int value[NR_FIELDS], i;
	const char *sep = "";

	for (i = NR_FIELDS; i--; kind /= nr_values[i])
		value[i] = kind % nr_values[i];
	for (i = 0; i < NR_FIELDS; i++) {
		if (!*words[i][value[i]])
			continue;
		fprintf(f, "%s%s", sep, words[i][value[i]]);
		sep = ", ";
	}
}

/* Whether @op is about a group, and which. */
static bool about_group(const struct spec_world *w, const struct op *op,
			unsigned int *group)
{
	/* A walk over the bus is about all of them. */
	if (op->code == OP_REGISTER)
		return false;
	*group = spec_object(w, op);
	return *group < MAX_GROUPS;
}

/* --- those that can be --- */

/* Enough for two devices, and one more that comes or goes beside them. */
#define DEVICES	   3
#define MAX_STATES (1 << 16)

static bool possible[NR_KINDS][NR_OPS];
static uint64_t table[2 * MAX_STATES]; /* of what was put into the queue */
static struct spec queue[MAX_STATES];
static unsigned int nr_queue;

/* A state's last byte is zero, so it has room for a mark. */
static void enqueue(const struct spec *s)
{
	const uint64_t key = s->word | 1ULL << 63;
	unsigned int at = key * 0x9e3779b97f4a7c15ULL >> 40;

	for (at %= 2 * MAX_STATES; table[at]; at = (at + 1) % (2 * MAX_STATES))
		if (table[at] == key)
			return;
	if (nr_queue == MAX_STATES) {
		fprintf(stderr, "groupfuzz: states: too many of them\n");
		exit(2);
	}
	table[at] = key;
	queue[nr_queue++] = *s;
}

/* Slots hold something; nobody looks what. */
static char placeholder;

static void know_group(struct model *m, const struct spec *s)
{
	struct model_group *g = &m->group[0];
	unsigned int pasid;

	g->owner = s->owner;
	g->users = s->users;
	if (s->domain >= SPEC_CALLERS)
		g->attached = s->domain - SPEC_CALLERS;
	for (pasid = 0; pasid <= MAX_PASID; pasid++) {
		if (!(s->pasids >> pasid & 1))
			continue;
		g->pasid[pasid] = 0;
		g->nr_pasids += pasid > 0;
	}
}

/*
 * What callers know in state @s. A device that is in no group is on its bus
 * without one, or @absent.
 */
static void know(struct model *m, const struct spec *s, bool absent)
{
	static const struct world_desc desc = { .nr_groups = 1,
						.nr_devices = DEVICES };
	static struct device devices[DEVICES];
	unsigned int n, claims = s->owner < SPEC_DEVICE_OWNER(0) ? 0 : s->users;

	model_init(m, &desc);
	know_group(m, s);
	m->dom[0].domain = (struct iommu_domain *)&placeholder;
	for (n = 0; n < DEVICES; n++) {
		struct model_device *d = &m->dev[n];
		const bool member = s->members >> n & 1;

		d->bound = s->bound >> n & 1;
		if (!member && !d->bound && absent)
			continue;
		d->dev = &devices[n];
		d->dev->iommu_group =
			member ? (struct iommu_group *)&placeholder : NULL;
		d->settled = true;
		d->counted = d->bound && member;
		d->claimed = member && claims;
		claims -= d->claimed;
	}
}

static void try_op(const struct spec_world *w, const struct model *m,
		   const struct spec *s, const struct op *op)
{
	struct spec_result r;
	struct spec after = *s;
	unsigned int group;

	if (!about_group(w, op, &group) || contract_forbids(m, op))
		return;
	possible[kind_of(s)][op->code] = true;
	r = spec_expect(w, s, op);
	if (!r.refused && spec_apply(w, &after, op, r.any ? 0 : r.value, false))
		enqueue(&after);
}

/* Domain 0, PASID 1, owner 0: of what there are more of, one will do. */
static void try_operands(const struct spec_world *w, const struct model *m,
			 const struct spec *s, unsigned int code)
{
	const struct op_info *info = &op_info[code];
	struct op op = { .code = code };
	unsigned int n, i;

	for (n = 0; n < DEVICES; n++) {
		for (i = 0; i < info->nr_args; i++)
			op.arg[i] = info->arg[i] == ARG_DEV   ? n :
				    info->arg[i] == ARG_PASID ? 1 :
								0;
		try_op(w, m, s, &op);
	}
}

static void enumerate(void)
{
	struct spec_world w = {
		.tree = spec_tree(),
		.pasids = { MAX_PASID, MAX_PASID, MAX_PASID },
		.offered = SPEC_ANY_TYPE,
		.pasid = true,
	};
	const struct spec nothing = { .word = 0 };
	unsigned int i, absent, code;
	struct model m;

	enqueue(&nothing);
	for (i = 0; i < nr_queue; i++) {
		const struct spec s = queue[i];

		for (absent = 0; absent < 2; absent++) {
			know(&m, &s, absent);
			for (code = 0; code < NR_OPS; code++)
				try_operands(&w, &m, &s, code);
		}
	}
}

/* --- those that were --- */

/* Shared with children. */
static struct {
	int next; /* program */
	bool seen[NR_KINDS][NR_OPS];
} *shared;

static struct program *programs;
static int nr_programs;
static struct spec_world world;
static int met[SEAM_THREADS]; /* the kind that an operation met, or -1 */

static void begin(const struct model *m)
{
	spec_describe(&world, m);
}

/* With another call in flight, nobody knows which state it meets. */
static void before(const struct model *m, const struct op *op)
{
	struct spec_states *states;
	unsigned int group;

	(void)m;
	met[seam_thread] = -1;
	if (call_in_flight() || !about_group(&world, op, &group))
		return;
	states = history_states(group);
	/* Nor is a domain that a driver attached itself one of a caller's. */
	if (states->nr == 1 &&
	    states->state[0].domain < SPEC_SLOT(MODEL_FINALIZE))
		met[seam_thread] = kind_of(&states->state[0]);
}

static void after(const struct model *m, const struct op *op, long ret,
		  const char *skip)
{
	(void)m;
	(void)ret;
	if (!skip && met[seam_thread] >= 0)
		shared->seen[met[seam_thread]][op->code] = true;
}

static void work(void)
{
	static const struct observer observer = { before, after, begin };
	struct verdict v;

	while (shared->next < nr_programs && !children_interrupted()) {
		world_run(&programs[shared->next], &v, &observer);
		shared->next++;
	}
}

static void lost(int status)
{
	(void)status;
	shared->next++;
}

/* --- the comparison --- */

/* Returns 0, or 1 if something was met that cannot be. */
static int compare(FILE *f)
{
	unsigned int kind, code, nr_seen = 0, nr_possible = 0, wrong = 0;

	for (kind = 0; kind < NR_KINDS; kind++) {
		for (code = 0; code < NR_OPS; code++) {
			const bool seen = shared->seen[kind][code];

			nr_possible += possible[kind][code];
			nr_seen += seen;
			wrong += seen && !possible[kind][code];
			if (seen == possible[kind][code])
				continue;
			fprintf(f, seen ? "impossible: " : "not met: ");
			fprintf(f, "%s in: ", op_info[code].word);
			print_kind(kind, f);
			fputc('\n', f);
		}
	}
	printf("%u of %u pairs of a group's state and an operation were met\n",
	       nr_seen - wrong, nr_possible);
	if (wrong)
		printf("%u pairs were met that the specification does not have\n",
		       wrong);
	return wrong != 0;
}

int cmd_states(int argc, char **argv)
{
	const char *out;
	int i, ret;
	char *path;
	FILE *f;

	cmd_take_options(&argc, &argv);
	out = argc > 2 ? argv[1] : NULL;
	if (!out) {
		fprintf(stderr, "groupfuzz: states takes OUT FILE...\n");
		return 2;
	}
	nr_programs = argc - 2;
	programs = calloc(nr_programs, sizeof(*programs));
	shared = children_memory(sizeof(*shared));
	for (i = 0; i < nr_programs; i++)
		if (!programs || cmd_load_to_run(&programs[i], argv[2 + i]))
			return 2;
	path = input_path("%s/states.txt", out);
	f = fopen(path, "w");
	if (!f) {
		fprintf(stderr, "groupfuzz: %s: %s\n", path, strerror(errno));
		return 2;
	}
	world_boot();
	if (children_run(out, work, lost))
		return 2;
	enumerate();
	ret = compare(f);
	if (fclose(f)) {
		fprintf(stderr, "groupfuzz: %s: %s\n", path, strerror(errno));
		return 2;
	}
	return ret;
}
