// SPDX-License-Identifier: GPL-2.0-only
/*
 * Id allocation from a bitmap. Freeing an id twice is a finding, as it is a
 * WARN in the kernel.
 */
#include <linux/idr.h>
#include <linux/bug.h>
#include <linux/err.h>
#include <fault.h>

int ida_alloc_range(struct ida *ida, unsigned int min, unsigned int max,
		    gfp_t gfp)
{
	unsigned int id;

	(void)gfp;
	seam_point(SEAM_ATOMIC, ida, HERE);
	if (fault_point(FAULT_ALLOC, HERE))
		return -ENOMEM;
	if (max > IDA_MAX - 1)
		max = IDA_MAX - 1;
	seam_enter(ida);
	for (id = min; id <= max; id++)
		if (!test_and_set_bit(id, ida->bits))
			break;
	seam_leave(ida);
	return id <= max ? (int)id : -ENOSPC;
}

void ida_free(struct ida *ida, unsigned int id)
{
	const unsigned long mask = BIT(id % BITS_PER_LONG);
	unsigned long *word = &ida->bits[id % IDA_MAX / BITS_PER_LONG], old;

	seam_point(SEAM_ATOMIC, ida, HERE);
	seam_enter(ida);
	old = *word;
	*word &= ~mask;
	seam_leave(ida);
	if (unlikely(!(old & mask)) && finding_wanted("warnings"))
		finding("warnings", "ida_free", "not-allocated",
			"ida_free called for id=%u which is not allocated", id);
}
