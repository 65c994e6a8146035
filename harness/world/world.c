// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs a program: its world is built, its operations are carried out, the world
 * is taken down, and the oracles are asked on the way. What one operation does
 * is in exec.c.
 */
#include <drivers-mock/mock.h>
#include <fault.h>
#include <lock.h>
#include <peek.h>
#include <rcu.h>
#include <slab.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <harness/oracle/history.h>
#include <harness/oracle/sanitizers.h>
#include <harness/sched/feedback.h>
#include <harness/world/devices.h>
#include <harness/world/world.h>
#include <setjmp.h>
#include <stdlib.h>

static struct model model;
static const struct program *program;
static const struct observer *observer;

static void build(struct model *m)
{
	if (m->world->flags & WORLD_EARLY)
		world_register(m);
	world_add_devices(m);
	if (!(m->world->flags & WORLD_EARLY))
		world_register(m);
	world_settle(m);
}

static void tear_down(struct model *m)
{
	world_give_back(m);
	world_remove_devices(m);
	world_unregister();
}

/* Back to the state after boot, whatever an abandoned execution left. */
static void reset(const struct program *p)
{
	const struct world_desc *w = &p->world;

	fault_reset();
	lock_reset();
	rcu_reset();
	sanitizers_reset();
	history_reset();
	call_reset();
	slab_reset();
	core_restore();
	core_set_default(w->default_type == DEFAULT_IDENTITY,
			 w->default_type == DEFAULT_DMA);
	bus_reset(&platform_bus_type);
	bus_reset(&pci_bus_type);
	mock_reset(w->driver, w->without);
	model_init(&model, w);
	world_describe(&model);
	oracle_model = &model;
}

static bool scheduled; /* the threads run, on stacks of their own */
static bool looking;

/*
 * Nobody else runs while an oracle looks, and that it asks the core is no access
 * of a thread.
 */
static void look(bool begin)
{
	looking = begin;
	seam_concurrent = scheduled && !begin;
	sanitizers_alone(begin);
}

/* What only holds when no call is in flight. */
static void check_at_rest(void)
{
	look(true);
	agreement_check(&model);
	isolation_check_direct(&model);
	look(false);
}

static void set_place(const char *place, const struct op *op, int index)
{
	struct oracle_thread *self = &oracle_threads[seam_thread];

	self->place = place;
	self->op = op;
	self->index = index;
}

/* Which operation met which state, for engines that look for new ones. */
static void note_state(const struct op *op, long ret)
{
	uint32_t hash = op->code * 4 + (ret < 0) * 2 + call_in_flight();
	unsigned int n;

	for (n = 0; n < model.world->nr_groups; n++) {
		const struct model_group *g = &model.group[n];

		hash = hash * 31 + (g->owner ? 1 : 0) * 16 +
		       (g->attached != MODEL_NONE) * 8 +
		       (g->nr_pasids > 0) * 4 + (g->users < 3 ? g->users : 3);
	}
	feedback(hash);
}

/* Carry out @op, which the contract allows. */
static long call(const struct op *op, int index)
{
	long ret;

	call_begin();
	fault_begin();
	history_call(op, index);
	ret = op_execute(&model, op);
	locking_check();
	sanitizers_check();
	call_end();
	history_return(ret, fault_fired());
	note_state(op, ret);
	return ret;
}

static void run_op(const struct op *op, int index)
{
	const char *skip;
	long ret = 0;

	set_place(op_info[op->code].word, NULL, index);
	seam_point(SEAM_OP, &model, HERE);
	call_wait(&model, op);
	skip = contract_forbids(&model, op);
	if (observer && observer->before)
		observer->before(&model, op);
	if (skip) {
		call_cancel();
	} else {
		oracle_threads[seam_thread].op = op;
		ret = call(op, index);
	}
	if (observer && observer->op)
		observer->op(&model, op, ret, skip);
	if (!skip && !call_in_flight())
		check_at_rest();
	seam_touch(&model, true);
}

static void run_thread(unsigned int t)
{
	const struct thread *thread = &program->thread[t];
	unsigned int i;

	for (i = thread->first; i < (unsigned int)thread->first + thread->nr;
	     i++)
		run_op(&program->op[i], i);
	set_place("end", NULL, -1);
}

static jmp_buf env;

/* Where a finding goes. */
static void leave(void)
{
	if (looking)
		look(false);
	if (scheduled)
		sched_leave();
	longjmp(env, 1);
}

/* A single thread needs no stack of its own. */
static bool run_threads(void)
{
	bool ended;

	if (program->nr_threads == 1) {
		run_thread(0);
		return true;
	}
	scheduled = true;
	ended = sched_run(program, program->nr_threads, run_thread);
	scheduled = false;
	return ended;
}

static bool run(const struct program *p, struct verdict *v,
		const struct observer *o)
{
	unsigned int n;

	program = p;
	observer = o;
	if (unlikely(!oops_execution++))
		oops_catch();
	reset(p);
	verdict_arm(leave, v);
	for (n = 0; n < SEAM_THREADS; n++)
		oracle_threads[n] = (struct oracle_thread){
			.place = n == THREAD_RCU ? "rcu" : "setup",
			.index = -1,
		};
	if (setjmp(env)) {
		verdict_arm(NULL, NULL);
		return false;
	}
	/* What sets the world up is under test, too. */
	if (p->fault.nth)
		fault_arm_any(p->fault.kind, p->fault.nth);
	build(&model);
	history_begin(&model);
	locking_check();
	check_at_rest();
	sanitizers_check();
	if (observer && observer->begin)
		observer->begin(&model);
	if (!run_threads()) {
		verdict_arm(NULL, NULL);
		return false;
	}
	set_place("teardown", NULL, -1);
	/* Whoever gives back what he has cannot do with a failure. */
	fault_disarm();
	tear_down(&model);
	locking_check();
	balance_check();
	sanitizers_check();
	verdict_arm(NULL, NULL);
	return true;
}

bool world_run(const struct program *p, struct verdict *v,
	       const struct observer *o)
{
	bool clean;

	sanitizers_alone(true);
	/* What ended in something that is left out says no more than the end. */
	clean = run(p, v, o) || !v->bucket[0];
	sanitizers_alone(false);
	return clean;
}

static bool has_iommu;

/* Without a default domain a core may do without the device. */
static void note_iommu(const struct model *m)
{
	has_iommu = (m->dev[0].dev && m->dev[0].dev->iommu_group) ||
		    !mock_offers(IOMMU_DOMAIN_DMA);
}

/* A finding is the core's answer, so the device was not passed over. */
void world_refuse_hollow(void)
{
	static const struct observer look_once = { .begin = note_iommu };
	struct program p = {
		.world = { .nr_groups = 1, .nr_devices = 1 },
		.nr_threads = 1,
	};
	struct verdict v;
	unsigned int i;

	for (i = 0; i < NR_DRIVERS; i++) {
		has_iommu = false;
		p.world.driver = i;
		if (!world_run(&p, &v, &look_once) || has_iommu)
			continue;
		fprintf(stderr,
			"groupfuzz: this tree cannot be driven: no device of %s gets an IOMMU\n",
			driver_names[i]);
		exit(2);
	}
	/* libFuzzer has yet to install its handlers: see oops_catch(). */
	oops_release();
	oops_execution = 0;
}
