# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Coverage: the table of "make coverage", and that what it says is so. Sourced by
# tests/run.

coverage_out() {
	echo "build/tests/out-coverage-$1"
}

# The first line of the table is a title; then come areas, and functions.
coverage_row() {
	grep "^$1  " "$(coverage_out "$2")/coverage/table.txt" ||
		fail "no row $1"
}

# At least LINES and BRANCHES percent of the group core, each area with a row.
coverage() {
	local tree=$1 out area

	out=$(coverage_out "$tree")
	rm -rf "$out"
	ends 0 make -s coverage TREE="$tree" OUT="$out"
	for area in claim release attach detach set_domain 'default domain' \
		probe release_device groups sysfs 'the rest' iommu.c; do
		coverage_row "$area" "$tree"
	done
	coverage_row 'the group core' "$tree" |
		awk '{ exit !($7 >= 90 && $12 >= 80) }' ||
		fail "$(coverage_row 'the group core' "$tree")"
	! grep '^in no list' "$out/coverage/table.txt" ||
		fail "ci/coverage/functions lacks some"
	grep -qx '0 of these lines have no reason, 0 reasons are reached now' \
		"$out/coverage/table.txt" || fail "reasons are not true"
	! sed '/^Never/q' "$out/coverage/table.txt" | grep '.\{81\}' ||
		fail "more than 80 columns"
	grep -q '^[0-9]* of [0-9]* pairs' "$out/coverage/table.txt" ||
		fail "no states"
	! grep '^impossible' "$out/coverage/states.txt" ||
		fail "states that cannot be"
}

# Well-formed, and of it the same sums come as the table has.
coverage_lcov() {
	local tree=$1 file

	file=$(coverage_out "$tree")/coverage/lcov.info
	! grep -Ev '^(SF:.*/iommu\.c|FN:[0-9]+,.+|FNDA:[0-9]+,.+|FN[FH]:[0-9]+|BRDA:([0-9]+,){3}([0-9]+|-)|BR[FH]:[0-9]+|DA:[0-9]+,[0-9]+|L[FH]:[0-9]+|end_of_record)$' \
		"$file" || fail "not an lcov file"
	[[ $(tail -n 1 "$file") = end_of_record ]] || fail "no end"
	awk -F '[:,]' '
		/^DA:/ { lines++; hit += $3 > 0 }
		/^BRDA:/ { branches++; taken += $5 > 0 }
		END { print hit, lines, taken, branches }' "$file" \
		>"$work/sums"
	coverage_row iommu.c "$tree" | awk '{ print $2, $4, $7, $9 }' |
		diff "$work/sums" - || fail "the table sums up otherwise"
}

coverage_html() {
	local html file

	html=$(coverage_out "$1")/coverage/html
	file=$(find "$html" -name 'iommu.c.html')
	grep -q 'iommu\.c' "$html/index.html" || fail "no index"
	grep -q 'iommu_group_claim_dma_owner' "$file" || fail "no source"
}

# coverage_table TREE FUNCTIONS REASONS: another table of what was measured.
coverage_table() {
	awk -v tree="$1" -f harness/cmd/coverage.awk kind=functions "$2" \
		kind=reasons "$3" \
		kind=lcov "$(coverage_out "$1")/coverage/lcov.info" \
		kind=source "build/core/$1/drivers/iommu/iommu.c"
}

# A reason for what is reached is not true, and what is not reached needs one.
coverage_reasons() {
	local reasons=ci/coverage/reasons functions=ci/coverage/functions line

	{
		cat "$reasons"
		echo 'iommu_group_claim_dma_owner mutex_lock: never'
	} >"$work/reasons"
	coverage_table 6.12 "$functions" "$work/reasons" >"$work/table"
	grep -qx 'REACHED NOW: iommu_group_claim_dma_owner mutex_lock' \
		"$work/table" || fail "what is reached has a reason"
	grep -v '^iommu_group_store_type EACCES' "$reasons" >"$work/reasons"
	coverage_table 6.12 "$functions" "$work/reasons" >"$work/table"
	line=$(grep 'of these lines have no reason' "$work/table")
	[[ $line = "1 of these lines have no reason, 0 "* ]] || fail "$line"
	grep -v '^iommu_group_alloc$' "$functions" >"$work/functions"
	coverage_table 6.12 "$work/functions" "$reasons" >"$work/table"
	grep '^in no list  ' "$work/table" || fail "one in no list is not counted"
	echo 'no reason at all' >"$work/reasons"
	refuses 'reasons:1: not FUNCTION' \
		coverage_table 6.12 "$functions" "$work/reasons"
}

# Each reason is one in some tree.
coverage_used() {
	local name word

	cat "$(coverage_out 6.1)/coverage/table.txt" \
		"$(coverage_out 6.12)/coverage/table.txt" >"$work/tables"
	while read -r name word _; do
		word=${word%:}
		[[ $word != '*' ]] || word=
		grep -qxF "$name${word:+, $word}" "$work/tables" ||
			fail "no use: $name $word"
	done < <(grep '^[a-z_]' ci/coverage/reasons)
}

# What is there to reach a line is no bug.
coverage_program() {
	build "$1" address
	ends 0 "$(binary "$1" address)" run "$2"
	canonical "$2"
}

coverage_tests() {
	local tree file

	for tree in "${trees[@]}"; do
		for file in corpus/coverage/*.prog; do
			[[ $(directive trees "$file") =~ ^(|$tree)$ ]] ||
				continue
			run_test "coverage $tree $(basename "$file" .prog)" \
				coverage_program "$tree" "$file"
		done
		run_test "coverage $tree" coverage "$tree"
		run_test "coverage $tree lcov" coverage_lcov "$tree"
		run_test "coverage $tree html" coverage_html "$tree"
	done
	run_test "coverage reasons" coverage_reasons
	run_test "coverage reasons used" coverage_used
	run_test "make coverage no CORPUS" refuses 'CORPUS=/nonexistent' \
		make -s coverage TREE=6.12 CORPUS=/nonexistent OUT="$work/coverage"
	run_test "make coverage no PROG" refuses '/nonexistent' \
		make -s coverage TREE=6.12 PROG=/nonexistent OUT="$work/coverage"
	run_test "make coverage no OUT" refuses 'OUT=/proc/nowhere' \
		make -s coverage TREE=6.12 OUT=/proc/nowhere
}
