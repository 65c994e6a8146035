// SPDX-License-Identifier: GPL-2.0-only
//
// id-freed-twice: a group that could not be made frees its id, and so does its
//   release.
//
// Upstream fix: none known; modelled: kfree-not-put mended by half.
// What goes wrong: the id may be another group's by then.
// Trigger: add, or set-up, with a fault in kobject_add().
// Oracle: warnings only.

@@
identifier group, ret;
@@
 iommu_group_alloc(void)
 {
 	...
 	ret = kobject_init_and_add(&group->kobj, ...);
 	if (ret) {
+		ida_free(&iommu_group_ida, group->id);
 		kobject_put(&group->kobj);
 		return ERR_PTR(ret);
 	}
 	...
 }
