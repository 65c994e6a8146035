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

# For each promise three bugs that only its oracle speaks of, each with a program.
bugs_three_each() {
	local bug oracle

	for bug in $(all_bugs); do
		[[ -n $(programs_of "$bug") ]] || fail "$bug: no program"
		[[ -n $(oracles_of "$bug") ]] || fail "$bug: no oracle"
		grep -q "^| \`$bug\` | " tests/bugs/README.md ||
			fail "$bug: not in README.md"
		only_of "$bug"
	done >"$work/only"
	for oracle in lifetime isolation agreement model linearizable balance \
		locking warnings oops address undefined race; do
		(($(grep -cx "$oracle" "$work/only") >= 3)) ||
			fail "$oracle: fewer than three bugs are its only"
	done
}

# One row, with a campaign.
bugs_matrix() {
	local bug=pasid-unwind

	OUT=$work/bugs RUNS=2000 ends 0 tests/bugs/matrix $bug
	grep -Eq "^6.12 $bug +b025dea63cde( +\.){7} +X( +\.){4} +warnings$" \
		"$work/stdout" || fail "another row"
	jq -e '.failures == [] and .rows == [{ tree: "6.12", bug: "'$bug'",
		upstream: "b025dea63cde", named: ["warnings"],
		only: "warnings", first: ["warnings"],
		speaks: ["warnings"], without: [] }]' \
		"$work/bugs/bugs.json" >/dev/null || fail "bugs.json"
}

# A file of the user's; and what is wrong in the library is its caller's, also where
# a sanitizer's runtime has taken its place.
bugs_file() {
	local san

	printf '%s\n' '@@' 'identifier buf;' '@@' \
		' iommu_group_show_type(struct iommu_group *group, char *buf)' \
		' {' '+	if (strlen((char *)8) == 3) return 0;' '	...' ' }' \
		>"$work/length.cocci"
	printf '%s\n' 'world driver=smmuv3 groups=1 devices=1' 'thread sysfs' \
		'read_type g0' >"$work/length.prog"
	for san in none address thread; do
		ends 1 make -s run TREE=6.12 SAN=$san BUG="$work/length.cocci" \
			PROG="$work/length.prog"
		[[ $(tail -n 1 "$work/stdout") = \
		   "finding: oops-iommu_group_show_type-null-dereference" ]] ||
			fail "$san: $(tail -n 1 "$work/stdout")"
	done
}

bugs_no_bug() {
	refuses 'nosuchbug' tests/bugs/matrix nosuchbug
}

bugs_tests() {
	run_test "bugs no bug" bugs_no_bug
	run_test "bugs file" bugs_file
	run_test "bugs three each" bugs_three_each
	run_test "bugs matrix" bugs_matrix
	run_test "bugs does not apply" bugs_no_match
	run_test "bugs bad patch" bugs_bad_patch
}
