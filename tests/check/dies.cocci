// SPDX-License-Identifier: GPL-2.0-only
//
// For tests/check/deaths.sh: iommu_replace_group_handle() ends, or holds up, the
// process in the way that the environment variable DIES names.

@@
@@
 int iommu_replace_group_handle(...)
 {
+	extern char *getenv(const char *name);
+	extern void abort(void);
+	extern void _exit(int status);
+	extern int raise(int sig);
+	extern int pause(void);
+	const char *how = getenv("DIES");
+
+	switch (how ? *how : 0) {
+	case 'a': /* abort */
+		abort();
+	case 'e': /* exit */
+		_exit(7);
+	case 'k': /* kill */
+		raise(9);
+		break;
+	case 'o': /* overflow of the stack */
+		iommu_replace_group_handle(group, new_domain, handle);
+		mutex_lock(&group->mutex);
+		break;
+	case 't': /* trap */
+		__builtin_debugtrap();
+		break;
+	case 'w': /* wait */
+		for (;;)
+			pause();
+	}
 	...
 }
