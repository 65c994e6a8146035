// SPDX-License-Identifier: GPL-2.0-only
//
// probe-twice: two callers probe the same device at the same time.
//
// Upstream fix: 01657bc14a39 ("iommu: Avoid races around device probe").
// What goes wrong: a device that appears, or that the firmware's code finds an
//   IOMMU for, is probed without iommu_probe_device_lock, while a walk over the
//   bus for another IOMMU is at the same device. Both find it without a group.
// Trigger: add a device while another instance registers.
// Oracle: oops, agreement, warnings, balance, race: what one probe made the
//   other undoes, or makes again.
//
// What asserts that the lock is held goes as well: those are younger than the
// race, and would speak without a second thread.

@unlocked@
symbol iommu_probe_device_lock;
@@
 iommu_probe_device(...)
 {
 	...
-	mutex_lock(&iommu_probe_device_lock);
 	...
-	mutex_unlock(&iommu_probe_device_lock);
 	...
 }

@depends on unlocked@
symbol iommu_probe_device_lock;
expression E;
@@
-	if (E)
-		lockdep_assert_held(&iommu_probe_device_lock);

@depends on unlocked@
symbol iommu_probe_device_lock;
@@
-	lockdep_assert_held(&iommu_probe_device_lock);
