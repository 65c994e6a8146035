// SPDX-License-Identifier: GPL-2.0-only
/*
 * Builds a program's world through the core's own probe path, runs the
 * operations, tears the world down as its owners would, and asks the oracles
 * on the way. What one operation does is in exec.c.
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
static struct mock_firmware firmware[MAX_DEVICES];

void world_boot(void)
{
	int ret = core_boot();

	if (ret) {
		fprintf(stderr, "groupfuzz: the core does not boot: %s\n",
			errno_name(ret));
		exit(2);
	}
	slab_boot_done();
	oops_init();
	sanitizers_init();
}

/* What a property of firmware, "pasid-num-bits", can say; and without it none. */
static uint8_t platform_pasids(const struct device_desc *d)
{
	if (d->flags & DEVICE_NOIOMMU || !device_pasid_bits(d->pasids))
		return 0;
	return 1 << device_pasid_bits(d->pasids);
}

/*
 * What holds for a group holds for its devices: the first one decides on the
 * bus and whether there is an IOMMU, since otherwise they would not be one
 * group. And a domain from probe_finalize needs the group for itself.
 */
static void describe_devices(struct model *m)
{
	const uint16_t shared = DEVICE_PLATFORM | DEVICE_NOIOMMU;
	const struct world_desc *w = m->world;
	int first[MAX_GROUPS] = { -1, -1, -1, -1 };
	unsigned int n, nr[MAX_GROUPS] = { 0 };
	uint16_t trusted = DEVICE_ALL;

	for (n = 0; n < w->nr_devices; n++) {
		struct device_desc *d = &m->dev[n].desc;

		*d = w->dev[n];
		nr[d->group]++;
		if (first[d->group] < 0)
			first[d->group] = n;
		else
			d->flags = (d->flags & ~shared) |
				   (w->dev[first[d->group]].flags & shared);
		if (d->flags & DEVICE_NOIOMMU)
			d->flags |= DEVICE_PLATFORM;
		if (d->flags & DEVICE_PLATFORM)
			d->pasids = platform_pasids(d);
		firmware[n].sid = n;
		firmware[n].desc = d;
	}
	for (n = 0; n < w->nr_devices; n++) {
		if (nr[m->dev[n].desc.group] > 1)
			m->dev[n].desc.flags &= ~DEVICE_FINALIZE;
		/* "No ARM32 using systems will set untrusted, it cannot work." */
		if (m->dev[n].desc.flags & DEVICE_FINALIZE)
			trusted = ~DEVICE_UNTRUSTED;
		m->direct |= m->dev[n].desc.flags & DEVICE_DIRECT &&
			     !(w->without & WITHOUT_RESV);
	}
	for (n = 0; n < w->nr_devices; n++)
		m->dev[n].desc.flags &= trusted;
}

/* The group that a caller made for another device that is in group @n. */
static struct iommu_group *made_group(const struct model *m, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < m->world->nr_devices; i++)
		if (m->dev[i].dev && m->dev[i].desc.group == n &&
		    m->dev[i].dev->iommu_group)
			return m->dev[i].dev->iommu_group;
	return NULL;
}

/* vfio_noiommu_group_alloc(): a caller without an IOMMU makes a group. */
static void make_group(struct model *m, unsigned int n)
{
	struct iommu_group *group = made_group(m, m->dev[n].desc.group);
	bool first = !group;

	if (first)
		group = iommu_group_alloc();
	if (IS_ERR(group))
		return;
	if (!first || !iommu_group_set_name(group, "vfio-noiommu"))
		iommu_group_add_device(group, m->dev[n].dev);
	/* From here on its devices hold the group. */
	if (first)
		iommu_group_put(group);
}

/* The device is on its bus; whatever its IOMMU needs has been registered. */
void world_settle_device(struct model *m, unsigned int n)
{
	struct model_device *d = &m->dev[n];

	if (d->dev->iommu_group)
		return;
	if (d->desc.flags & DEVICE_NOIOMMU)
		make_group(m, n);
	else if (mock_driver->fwspec && mock_instance[0].registered)
		device_configure(d->dev);
}

int world_add_device(struct model *m, unsigned int n)
{
	struct device *dev = device_make(&firmware[n]);
	struct model_walk *w;
	int ret;

	if (!dev)
		return -ENOMEM;
	m->dev[n].dev = dev;
	for (w = m->walk; w < m->walk + SEAM_THREADS; w++)
		w->joining |= w->begun << n;
	ret = device_add(dev);
	if (ret) {
		m->dev[n].dev = NULL;
		put_device(dev);
		return ret;
	}
	world_settle_device(m, n);
	return 0;
}

/* What arm_iommu_detach_device() does when the driver unbinds. */
static void finalize_undo(struct model *m, unsigned int n)
{
	const struct op op = { OP_DETACH_DEV, { MODEL_FINALIZE + n, n } };
	struct model_domain *own = &m->dom[MODEL_FINALIZE + n];
	const unsigned int invoked = history_now();

	if (!own->domain)
		return;
	iommu_detach_device(own->domain, m->dev[n].dev);
	history_part(&op, 0, false, invoked);
	m->group[m->dev[n].desc.group].attached = MODEL_NONE;
	iommu_domain_free(own->domain);
	own->domain = NULL;
}

void world_remove_device(struct model *m, unsigned int n)
{
	struct model_device *d = &m->dev[n];
	struct device *dev = d->dev;

	d->settled = false;
	d->leaving = true;
	finalize_undo(m, n);
	if (d->desc.flags & DEVICE_NOIOMMU)
		iommu_group_remove_device(dev);
	device_del(dev);
	d->dev = NULL;
	d->leaving = false;
	put_device(dev);
}

/* IOMMU drivers bind as others do: the driver core holds their device. */
static void register_driver(struct model *m)
{
	bool locked = m->world->flags & WORLD_LOCKED;

	if (locked)
		device_lock(&mock_instance[0].dev);
	mock_register(0);
	if (locked)
		device_unlock(&mock_instance[0].dev);
}

static void build(struct model *m)
{
	bool early = m->world->flags & WORLD_EARLY;
	unsigned int n;

	if (early)
		register_driver(m);
	for (n = 0; n < m->world->nr_devices; n++) {
		struct model_device *d = &m->dev[n];

		if (d->desc.flags & DEVICE_ABSENT)
			continue;
		d->dev = device_make(&firmware[n]);
		/* Its bus had no memory for it. */
		if (!d->dev)
			continue;
		device_add(d->dev);
		if (early)
			world_settle_device(m, n);
	}
	if (early)
		return;
	register_driver(m);
	for (n = 0; n < m->world->nr_devices; n++)
		if (m->dev[n].dev)
			world_settle_device(m, n);
}

static void tear_down_group(struct model *m, unsigned int n)
{
	struct model_group *g = &m->group[n];
	struct op op = { .arg = { 0 } };
	unsigned int i, pasid;

	for (pasid = 1; pasid <= MAX_PASID && g->nr_pasids; pasid++) {
		if (g->pasid[pasid] == MODEL_NONE)
			continue;
		op.code = OP_DETACH_PASID;
		op.arg[0] = g->pasid[pasid];
		op.arg[2] = pasid;
		for (i = 0; i < m->world->nr_devices; i++)
			if (model_iommu(m, i) && m->dev[i].desc.group == n)
				op.arg[1] = i;
		op_execute(m, &op);
	}
	if (g->attached != MODEL_NONE && g->attached < MODEL_FINALIZE) {
		op.code = g->pasid[0] != MODEL_NONE ? OP_DETACH_HANDLE :
						      OP_DETACH;
		op.arg[0] = g->attached;
		op.arg[1] = n;
		op_execute(m, &op);
	}
	if (g->owner && g->owner < SPEC_DEVICE_OWNER(0)) {
		op.code = OP_RELEASE;
		op.arg[0] = n;
		op_execute(m, &op);
	}
}

/* Everybody gives back what he has, in an order that the contract allows. */
static void tear_down(struct model *m)
{
	struct op op = { .arg = { 0 } };
	unsigned int n;

	for (n = 0; n < m->world->nr_groups; n++)
		tear_down_group(m, n);
	for (n = 0; n < m->world->nr_devices; n++) {
		struct model_device *d = &m->dev[n];

		op.arg[0] = n;
		op.code = d->claimed ? OP_RELEASE_DEV : OP_UNUSE;
		if (d->claimed || d->bound)
			op_execute(m, &op);
	}
	for (n = 0; n < MAX_DOMAINS; n++)
		if (m->dom[n].domain)
			iommu_domain_free(m->dom[n].domain);
	for (n = 0; n < m->world->nr_devices; n++)
		if (m->dev[n].dev)
			world_remove_device(m, n);
	for (n = 0; n < m->world->nr_groups; n++)
		while (m->group[n].nr_refs)
			iommu_group_put(m->group[n].ref[--m->group[n].nr_refs]);
	for (n = MOCK_INSTANCES; n--;)
		if (mock_instance[n].registered)
			mock_unregister(n);
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
	describe_devices(&model);
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
	oops_execution++;
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
	for (n = 0; n < p->world.nr_devices; n++)
		model.dev[n].settled = model.dev[n].dev;
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
