// SPDX-License-Identifier: GPL-2.0-only
//
// kfree-not-put: a group whose kobject could not be added is freed by kfree().
//
// Upstream fix: 7cc31613734c
// What goes wrong: "If this function returns an error, kobject_put() must be
//   called to properly clean up the memory associated with the object"
//   (kobject_init_and_add()). Without it the group's name is left.
// Trigger: a fault in the kobject_add() of a new group.
// Oracle: balance only: memory from kobject_add() is left after teardown.

@@
identifier group, ret;
@@
 iommu_group_alloc(void)
 {
 	...
 	ret = kobject_init_and_add(&group->kobj, ...);
 	if (ret) {
-		kobject_put(&group->kobj);
+		ida_free(&iommu_group_ida, group->id);
+		kfree(group);
 		return ERR_PTR(ret);
 	}
 	...
 }
