// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parsing an operation of the text form. Operations share words, so which one
 * is meant is resolved by the kinds and the number of its operands.
 */
#include <string.h>

#include <harness/program/lex.h>

_Static_assert(NR_OPS <= 64, "a set of operations is an uint64_t");

static const char *const kind_text[] = {
	[ARG_GROUP] = "a group", [ARG_DEV] = "a device",
	[ARG_DOM] = "a domain",	 [ARG_OWNER] = "an owner",
	[ARG_PASID] = "a PASID", [ARG_PAGE] = "a page",
	[ARG_COUNT] = "a count", [ARG_TYPE] = "a type",
	[ARG_FAULT] = "a fault",
};

/* Whether @t is spelled like a @kind, and which, in range or not. */
static bool parse_arg(const struct word *t, enum arg_kind kind,
		      unsigned int *value)
{
	int i;

	switch (kind) {
	case ARG_GROUP:
		return parse_slot(t, "g", value);
	case ARG_DEV:
		return parse_slot(t, "dev", value);
	case ARG_DOM:
		return parse_slot(t, "d", value);
	case ARG_PASID:
	case ARG_PAGE:
	case ARG_COUNT:
		return parse_number(t->s, t->len, value);
	case ARG_OWNER:
		i = lookup_word(t, owner_names, MAX_OWNERS);
		break;
	case ARG_TYPE:
		i = lookup_word(t, type_words, NR_TYPES);
		break;
	case ARG_FAULT:
		i = lookup_word(t, fault_names, NR_FAULTS);
		break;
	default:
		return false;
	}
	*value = i;
	return i >= 0;
}

/* Operand @i of operation @code as written: the result is not among them. */
static enum arg_kind written_arg(unsigned int code, unsigned int i)
{
	const struct op_info *info = &op_info[code];

	i += info->result;
	return i < info->nr_args ? info->arg[i] : ARG_NONE;
}

static unsigned int nr_written(unsigned int code)
{
	return op_info[code].nr_args - op_info[code].result;
}

/* The operations spelled @t, as a set of codes. */
static uint64_t ops_named(const struct word *t)
{
	uint64_t set = 0;
	unsigned int code;

	for (code = 0; code < NR_OPS; code++)
		if (word_is(t, op_info[code].word))
			set |= 1ULL << code;
	return set;
}

/*
 * "a group or a device": what the operations in @set take as operand @i, empty
 * if they have none.
 */
static void describe(uint64_t set, unsigned int i, char *buf, size_t len)
{
	unsigned int code, kinds = 0;

	buf[0] = '\0';
	for (code = 0; code < NR_OPS; code++) {
		const enum arg_kind kind = written_arg(code, i);
		const size_t used = strlen(buf);

		if (!(set & 1ULL << code) || !kind || kinds & 1U << kind)
			continue;
		snprintf(buf + used, len - used, "%s%s", kinds ? " or " : "",
			 kind_text[kind]);
		kinds |= 1U << kind;
	}
}

static int kind_error(struct parser *ps, uint64_t set, unsigned int i,
		      const struct word *op, const struct word *got)
{
	char expected[128];

	describe(set, i, expected, sizeof(expected));
	if (!got)
		return fail(ps, "%.*s: operand %u is missing: expected %s",
			    SHOW(op), i + 1, expected);
	if (!*expected)
		return fail(ps, "%.*s: unexpected `%.*s` after the operands",
			    SHOW(op), SHOW(got));
	return fail(ps, "%.*s: operand %u: expected %s, got `%.*s`", SHOW(op),
		    i + 1, expected, SHOW(got));
}

/* Those of @set that take a word like @t as their operand @i. */
static uint64_t ops_taking(uint64_t set, unsigned int i, const struct word *t)
{
	uint64_t taking = 0;
	unsigned int code, value;

	for (code = 0; code < NR_OPS; code++)
		if (set & 1ULL << code &&
		    parse_arg(t, written_arg(code, i), &value))
			taking |= 1ULL << code;
	return taking;
}

/*
 * Which operation words @w[0..nr) are. Words are shared, so the set of those
 * that may be meant is narrowed operand by operand and then by their number.
 * Returns the code, or -1.
 */
static int resolve_op(struct parser *ps, const struct word *w, unsigned int nr)
{
	uint64_t set = ops_named(w), next;
	unsigned int i, code;

	if (!set)
		return fail(ps, "unknown word `%.*s`", SHOW(w));
	for (i = 0; i + 1 < nr; i++, set = next) {
		next = ops_taking(set, i, &w[i + 1]);
		if (!next)
			return kind_error(ps, set, i, w, &w[i + 1]);
	}
	for (code = 0; code < NR_OPS; code++)
		if (set & 1ULL << code && nr_written(code) == nr - 1)
			return code;
	return kind_error(ps, set, nr - 1, w, NULL);
}

static int check_domain(struct parser *ps, const struct word *t,
			unsigned int value)
{
	if (value < MAX_DOMAINS)
		return 0;
	return fail(ps, "%.*s: domains are d0 to d%u", SHOW(t),
		    MAX_DOMAINS - 1);
}

static int number_error(struct parser *ps, const struct word *op,
			unsigned int i, const struct word *t,
			enum arg_kind kind)
{
	unsigned int first, nr;

	arg_range(&ps->p->world, kind, &first, &nr);
	return fail(ps, "%.*s: operand %u: %.*s is out of range (%u to %u)",
		    SHOW(op), i + 1, SHOW(t), first, first + nr - 1);
}

/* Store the value of @t, whose kind is right, if it is within its range. */
static int set_arg(struct parser *ps, const struct word *op, unsigned int i,
		   const struct word *t, enum arg_kind kind, uint8_t *out)
{
	unsigned int first, nr, value = 0;
	int ret = 0;

	parse_arg(t, kind, &value);
	arg_range(&ps->p->world, kind, &first, &nr);
	if (kind == ARG_GROUP)
		ret = check_group(ps, t, value);
	else if (kind == ARG_DEV)
		ret = check_device(ps, t, value);
	else if (kind == ARG_DOM)
		ret = check_domain(ps, t, value);
	else if (value - first >= nr)
		ret = number_error(ps, op, i, t, kind);
	*out = value;
	return ret;
}

/* The "dN =" before an operation that assigns a domain. */
static int parse_result(struct parser *ps, unsigned int code, bool given,
			const struct word *w, struct op *op)
{
	if (given && !op_info[code].result)
		return fail(ps, "%s: has no result to assign",
			    op_info[code].word);
	if (!given && op_info[code].result)
		return fail(ps, "%s: the result is missing: dN = %s ...",
			    op_info[code].word, op_info[code].word);
	if (!given)
		return 0;
	return set_arg(ps, w, 0, w, ARG_DOM, &op->arg[0]);
}

static int check_room(struct parser *ps)
{
	if (!ps->p->nr_threads)
		return fail(ps, "an operation before the first `thread`");
	if (ps->p->nr_ops == MAX_OPS)
		return fail(ps, "too many operations (%u at most)", MAX_OPS);
	return 0;
}

static struct op *add_op(struct program *p, unsigned int code)
{
	struct op *op = &p->op[p->nr_ops++];

	p->thread[p->nr_threads - 1].nr++;
	op->code = code;
	return op;
}

/* Operation @w[0..nr), without the result, which is in ps->word[0]. */
static int parse_call(struct parser *ps, const struct word *w, unsigned int nr,
		      bool given)
{
	const int code = resolve_op(ps, w, nr);
	struct op *op;
	unsigned int i;

	if (code < 0 || check_room(ps))
		return -1;
	op = add_op(ps->p, code);
	if (parse_result(ps, code, given, &ps->word[0], op))
		return -1;
	for (i = 0; i + 1 < nr; i++)
		if (set_arg(ps, w, i, &w[i + 1], written_arg(code, i),
			    &op->arg[i + op_info[code].result]))
			return -1;
	return 0;
}

int parse_op(struct parser *ps)
{
	const bool given = ps->nr_words > 1 && word_is(&ps->word[1], "=");
	unsigned int slot;

	if (!given)
		return parse_call(ps, ps->word, ps->nr_words, false);
	if (!parse_slot(&ps->word[0], "d", &slot))
		return fail(ps, "expected a domain before `=`, got `%.*s`",
			    SHOW(&ps->word[0]));
	if (ps->nr_words < 3)
		return fail(ps, "an operation is missing after `=`");
	return parse_call(ps, ps->word + 2, ps->nr_words - 2, true);
}
