// SPDX-License-Identifier: GPL-2.0-only
// file: drivers-mock/amd.c
//
// mock-release-keeps-entry: a device that is released keeps its table entry.
//
// Upstream fix: none known; modelled.
// What goes wrong: AMD-Vi takes the device off its domain, but leaves the entry
//   as it is. The default domain is freed with the last device of the group, the
//   owner's whenever he likes.
// Trigger: remove.
// Oracle: lifetime only. The device has left its group, so that nothing is
//   promised of its accesses.

@@
identifier master;
@@
 amd_release_device(...)
 {
 	...
-	amd_detach(master);
+	if (master->domain)
+		mock_unlink(master);
 	...
 }
