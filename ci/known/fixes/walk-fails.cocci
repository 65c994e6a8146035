// SPDX-License-Identifier: GPL-2.0-only
//
// walk-fails: a walk over the bus goes on after a device that cannot be probed,
// and after a group that has no default domain.
//
// No fix is known. What is on the walk's list of groups, which is on its stack,
// has to be taken off it in any case.

@@
iterator name list_for_each_entry_safe;
identifier group, next, ret, entry;
expression list;
@@
 bus_iommu_probe(...)
 {
+	int failed;
 	...
 	ret = bus_for_each_dev(...);
-	if (ret)
-		return ret;
+	failed = ret;
 	...
 	list_for_each_entry_safe(group, next, list, entry) {
 		...
 		if (ret) {
 			mutex_unlock(&group->mutex);
-			return ret;
+			failed = failed ?: ret;
+			continue;
 		}
 		...
 	}
-	return 0;
+	return failed;
 }

// 6.1, where a group may do without.
@@
iterator name list_for_each_entry_safe;
identifier group, next, ret, entry;
expression list;
@@
 bus_iommu_probe(...)
 {
+	int failed;
 	...
 	ret = bus_for_each_dev(...);
-	if (ret)
-		return ret;
+	failed = ret;
 	...
 	list_for_each_entry_safe(group, next, list, entry) {
 		...
-		if (ret)
-			break;
+		if (ret) {
+			failed = failed ?: ret;
+			continue;
+		}
 		...
 	}
-	return ret;
+	return failed;
 }
