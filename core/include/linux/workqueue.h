/* SPDX-License-Identifier: GPL-2.0-only */
/* Work items, by name only: nothing of the group core queues any. */
#ifndef _SHIM_LINUX_WORKQUEUE_H
#define _SHIM_LINUX_WORKQUEUE_H

struct workqueue_struct;

struct work_struct {
	void (*func)(struct work_struct *work);
};

#endif
