/* SPDX-License-Identifier: GPL-2.0-only */
/* Read-copy update. See kernel/rcu.c. */
#ifndef _SHIM_LINUX_RCUPDATE_H
#define _SHIM_LINUX_RCUPDATE_H

#include <linux/compiler.h>
#include <linux/types.h>

void rcu_read_lock_at(const struct site *site);
void rcu_read_unlock_at(const struct site *site);
void synchronize_rcu_at(const struct site *site);
void call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head));

#define rcu_read_lock()	  rcu_read_lock_at(HERE_CALL("rcu_read_lock()"))
#define rcu_read_unlock() rcu_read_unlock_at(HERE_CALL("rcu_read_unlock()"))
#define synchronize_rcu() synchronize_rcu_at(HERE_CALL("synchronize_rcu()"))

#endif
