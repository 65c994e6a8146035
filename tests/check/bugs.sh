# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Bugs: they go in, or one line says why not. Sourced by tests/run.

bugs_no_match() {
	echo 'int x;' >"$work/other.c"
	ends 1 tests/bugs/apply stale-domain "$work/other.c" "$work/other.out"
	grep -q 'does not apply' "$work/stderr" || fail "$(cat "$work/stderr")"
	[[ ! -e $work/other.out ]] || fail "wrote a file"
}

bugs_bad_patch() {
	printf '@@\n@@\n- (\n' >"$work/bad.cocci"
	echo 'int x;' >"$work/other.c"
	refuses 'bad' \
		tests/bugs/apply "$work/bad.cocci" "$work/other.c" "$work/x.c"
}

bugs_tests() {
	run_test "bugs does not apply" bugs_no_match
	run_test "bugs bad patch" bugs_bad_patch
}
