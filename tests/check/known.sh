# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Known findings: each is still there, and goes when it is mended. Sourced by tests/run.

# build_fixed TREE SAN: with all known bugs mended.
build_fixed() {
	build "$@"
	make_once "build/$1+fixed/$2/groupfuzz" TREE="$1" SAN="$2" FIXED=1
}

# What is mended with several threads does not come back under other schedules.
known() {
	local tree=$1 file=$2 bucket san fix gf

	bucket=$(basename "$file" .prog)
	san=$(directive san "$file")
	no_symbols
	build "$tree" "${san:=address}"
	ends 1 "$(binary "$tree" "$san")" run "$file"
	[[ $(tail -n 1 "$work/stdout") = "finding: $bucket" ]] ||
		fail "$(tail -n 1 "$work/stdout")"
	for fix in $(directive fix "$file"); do
		grep -qxF "$fix" ci/known/fixes/series || fail "no fix $fix"
	done
	[[ -n $fix ]] || fail "says no fix"
	build_fixed "$tree" "$san"
	gf=build/$tree+fixed/$san/groupfuzz
	if (($(grep -c '^thread' "$file") == 1)); then
		ends 0 "$gf" run "$file"
	else
		rm -rf "$work/explore"
		mkdir -p "$work/explore"
		ends 0 "$gf" explore --all --bound 1 "$file" "$work/explore"
	fi
}

# Each fix applies to one of the trees. The list names all of them.
fixes() {
	local fix tree

	diff <(sort ci/known/fixes/series) \
		<(basename -s .cocci ci/known/fixes/*.cocci | sort) ||
		fail "the series is another"
	while read -r fix; do
		for tree in "${trees[@]}" none; do
			[[ $tree != none ]] || fail "$fix applies to no tree"
			! ci/known/fix "$fix" "build/core/$tree/drivers/iommu/iommu.c" \
				"$work/mended.c" 2>"$work/stderr" || break
		done
	done <ci/known/fixes/series
}

# What is known is passed over, and what is not is not.
campaign_known() {
	local out=build/tests/out-known known=$work/known bucket

	rm -rf "$out" "$known"
	cp -r ci/known/6.1 "$known"
	bucket=agreement-claim-device
	rm "$known/$bucket.prog"
	ends 1 fuzz "$out" TREE=6.1 TARGET=sequence RUNS=5000 TIME=60 SEED=1 \
		CORPUS=none KNOWN="$known"
	jq -e --arg new "$bucket" '(.buckets | length > 2) and
		all(.buckets[]; .known == (.id != $new))' "$out/summary.json"
}

# campaign_fixed TREE RUNS TIME: nothing is left of what the search finds in a tree as
# it is.
campaign_fixed() {
	rm -rf "build/tests/out-$1+fixed"
	ends 0 fuzz "build/tests/out-$1+fixed" TREE="$1" FIXED=1 RUNS="$2" \
		TIME="$3" SEED=1 QUICK=1
	grep -qx 'no finding' "$work/stdout" || fail "finds something"
}

known_programs() {
	local tree file

	for tree in "${trees[@]}"; do
		for file in ci/known/"$tree"/*.prog; do
			run_test "known $tree $(basename "$file" .prog)" \
				known "$tree" "$file"
		done
	done
}

known_tests() {
	local tree

	run_test "fixes" fixes
	for tree in "${trees[@]}"; do
		run_test "campaign $tree fixed" campaign_fixed "$tree" 10000 60
		soak_test "campaign $tree fixed" \
			campaign_fixed "$tree" 1000000 600
	done
	run_test "campaign known" campaign_known
	run_test "make fuzz no FIXED" refuses 'nosuchfix' make_fuzz FIXED=nosuchfix
	run_test "make fuzz no KNOWN" \
		refuses 'KNOWN=/nonexistent' make_fuzz KNOWN=/nonexistent
}
