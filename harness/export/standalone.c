// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine of an exported program, see standalone.h: the seam for a single
 * thread, devices and drivers, and two promises that need no model: a device is
 * where its group says, and no table refers to a domain that is freed.
 */
#include <harness/export/standalone.h>
#include <harness/world/devices.h>
#include <finding.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <stdarg.h>
#include <stdlib.h>

static struct machine machine;
static struct mock_firmware firmware[MAX_DEVICES];
static struct device *devices[MAX_DEVICES];
static struct device_driver client_driver = { .name = "client" };
char machine_owner[16];

/* --- the seam, without anybody to switch to --- */

unsigned int seam_thread;
bool seam_concurrent;
bool seam_watched;

void seam_switch(enum seam_kind kind, const void *object,
		 const struct site *site)
{
	(void)kind;
	(void)object;
	(void)site;
}

void seam_wait(const void *object, const char *name, unsigned int holders,
	       const struct site *site)
{
	(void)object;
	(void)holders;
	finding("locking", site->func, "waits-for-ever",
		"%s() waits for %s, and there is nobody else", site->func,
		name);
}

void seam_wake(const void *object)
{
	(void)object;
}

void seam_touched(const void *object, size_t size, bool write)
{
	(void)object;
	(void)size;
	(void)write;
}

/* --- what is wrong --- */

/* For "break standalone_finding". */
_Noreturn static noinline void standalone_finding(void)
{
	fflush(stdout);
	abort();
}

void finding(const char *oracle, const char *place, const char *cause,
	     const char *fmt, ...)
{
	va_list ap;

	printf("finding: %s, %s, %s: ", oracle, place, cause);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	standalone_finding();
}

bool finding_wanted(const char *oracle)
{
	(void)oracle;
	return true;
}

const char *symbol_name(unsigned long pc)
{
	(void)pc;
	return "unknown";
}

static const char *entry_name(const struct mock_entry *entry)
{
	static const char *const names[] = {
		[MOCK_BLOCKED] = "blocked",
		[MOCK_BYPASS] = "bypass",
		[MOCK_TRANSLATED] = "a domain",
	};

	return names[entry->state];
}

/* Whether @entry is what a driver makes of @domain. */
static bool agrees(const struct mock_entry *entry,
		   const struct iommu_domain *domain)
{
	if (!domain)
		return entry->state != MOCK_TRANSLATED;
	if (entry->state == MOCK_TRANSLATED)
		return &entry->domain->domain == domain;
	if (domain->type == IOMMU_DOMAIN_BLOCKED)
		return entry->state == MOCK_BLOCKED;
	return entry->state == MOCK_BYPASS &&
	       domain->type != IOMMU_DOMAIN_UNMANAGED;
}

static void check_device(unsigned int n)
{
	struct iommu_group *group = devices[n]->iommu_group;

	if (peek_attach_deferred(devices[n]) ||
	    agrees(&mock_table.dev[n].entry, peek_domain(group)))
		return;
	finding("agreement", "device", "domain",
		"DMA of dev%u goes to %s (%p), its group is on %p", n,
		entry_name(&mock_table.dev[n].entry),
		(void *)mock_table.dev[n].entry.domain,
		(void *)peek_domain(group));
}

void machine_report(const char *call, long ret)
{
	unsigned int n;

	printf("%s = %ld\n", call, ret);
	for (n = 0; n < machine.nr_devices; n++)
		if (devices[n] && devices[n]->iommu_group &&
		    !(machine.dev[n].flags & DEVICE_NOIOMMU))
			check_device(n);
}

void mock_event_free(const struct mock_domain *dom)
{
	unsigned int n;

	if (mock_module.gone)
		finding("lifetime", "free", "driver-gone",
			"a domain's free op is called after the driver was unloaded");
	for (n = 0; n < machine.nr_devices; n++)
		if (mock_refers(&mock_table.dev[n], dom))
			finding("lifetime", "free", "attached",
				"a domain is freed, and the table entry of dev%u refers to it",
				n);
}

void mock_event_write(unsigned int sid, unsigned int pasid,
		      const struct mock_entry *new)
{
	if (!pasid)
		printf("\tdev%u: %s\n", sid, entry_name(new));
}

void mock_event_finalize(struct device *dev)
{
	(void)dev;
}

/* Only a model could tell: programs with such faults are not exported. */
bool mock_attach_fault_allowed(const struct iommu_domain *domain,
			       struct device *dev, bool again)
{
	(void)domain;
	(void)dev;
	(void)again;
	return false;
}

#ifdef GROUPFUZZ_ASAN
/* It ends where it ends, and gives nothing back. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}
#endif

/* --- the machine --- */

struct device *machine_device(unsigned int n)
{
	return devices[n];
}

struct iommu_group *machine_group(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < machine.nr_devices; i++)
		if (devices[i] && machine.dev[i].group == n &&
		    devices[i]->iommu_group)
			return devices[i]->iommu_group;
	return NULL;
}

static void settle(unsigned int n)
{
	if (!devices[n]->iommu_group && mock_driver->fwspec &&
	    mock_instance[0].registered)
		device_configure(devices[n]);
}

int machine_add(unsigned int n)
{
	int ret;

	devices[n] = device_make(&firmware[n]);
	if (!devices[n])
		return -ENOMEM;
	ret = device_add(devices[n]);
	if (ret) {
		put_device(devices[n]);
		devices[n] = NULL;
		return ret;
	}
	settle(n);
	return devices[n]->iommu_group ? 0 : -ENODEV;
}

int machine_remove(unsigned int n)
{
	struct device *dev = devices[n];

	device_del(dev);
	devices[n] = NULL;
	put_device(dev);
	return 0;
}

int machine_use(unsigned int n)
{
	int ret;

	device_lock(devices[n]);
	ret = iommu_device_use_default_domain(devices[n]);
	if (!ret)
		devices[n]->driver = &client_driver;
	device_unlock(devices[n]);
	return ret;
}

int machine_unuse(unsigned int n)
{
	device_lock(devices[n]);
	iommu_device_unuse_default_domain(devices[n]);
	devices[n]->driver = NULL;
	device_unlock(devices[n]);
	return 0;
}

int machine_unload(void)
{
	if (mock_instance[0].registered)
		mock_unregister(0);
	mock_module.gone = true;
	return 0;
}

int machine_load(void)
{
	unsigned int n;
	int ret;

	mock_module.gone = false;
	ret = mock_register(0);
	for (n = 0; n < machine.nr_devices; n++)
		if (devices[n])
			settle(n);
	return ret;
}

phys_addr_t machine_phys(unsigned int slot, unsigned int page)
{
	return (phys_addr_t)(256 + slot * MOCK_PAGES + page) << MOCK_PAGE_SHIFT;
}

long machine_dma(unsigned int n, unsigned int page, unsigned int pasid)
{
	struct mock_access access;

	if (mock_dma(n, pasid, (u64)page << MOCK_PAGE_SHIFT, false, &access) ==
	    MOCK_DMA_FAULT)
		return -EFAULT;
	return access.phys;
}

long machine_read(struct iommu_group *group, const char *attribute)
{
	char page[PAGE_SIZE];
	ssize_t ret = sysfs_read(peek_kobj(group), attribute, page);

	if (ret < 0)
		return ret;
	return ret == (ssize_t)strlen(page) ? 0 : -EIO;
}

long machine_write(struct iommu_group *group, const char *attribute,
		   const char *word)
{
	ssize_t len = strlen(word);
	ssize_t ret = sysfs_write(peek_kobj(group), attribute, word, len);

	return ret == len ? 0 : ret;
}

static void register_driver(void)
{
	if (machine.locked)
		device_lock(&mock_instance[0].dev);
	mock_register(0);
	if (machine.locked)
		device_unlock(&mock_instance[0].dev);
}

void machine_begin(const struct machine *m)
{
	unsigned int n;

	machine = *m;
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (core_boot()) {
		fprintf(stderr, "the core does not boot\n");
		exit(2);
	}
	core_set_default(m->default_type == DEFAULT_IDENTITY,
			 m->default_type == DEFAULT_DMA);
	mock_reset(m->driver, m->without);
	for (n = 0; n < m->nr_devices; n++)
		firmware[n] = (struct mock_firmware){
			.sid = n,
			.desc = &machine.dev[n],
		};
	if (m->fault.nth)
		fault_arm_any(m->fault.kind, m->fault.nth);
	if (m->early)
		register_driver();
	for (n = 0; n < m->nr_devices; n++) {
		if (m->dev[n].flags & DEVICE_ABSENT)
			continue;
		devices[n] = device_make(&firmware[n]);
		if (!devices[n])
			continue;
		device_add(devices[n]);
		if (m->early)
			settle(n);
	}
	if (m->early)
		return;
	register_driver();
	for (n = 0; n < m->nr_devices; n++)
		if (devices[n])
			settle(n);
}
