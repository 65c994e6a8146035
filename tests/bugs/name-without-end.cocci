// SPDX-License-Identifier: GPL-2.0-only
//
// name-without-end: the copy of a device's name lacks its last byte.
//
// Upstream fix: none known; modelled.
// What goes wrong: strlen() does not count the zero at the end. Whoever reads the
//   name goes on into what comes after it.
// Trigger: any device.
// Oracle: address only.

@@
symbol rename;
identifier device, dev;
@@
-	device->name = kasprintf(GFP_KERNEL, "%s", kobject_name(&dev->kobj));
+	device->name = kmemdup(kobject_name(&dev->kobj),
+			       strlen(kobject_name(&dev->kobj)), GFP_KERNEL);
