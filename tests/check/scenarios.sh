# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Scenarios: each oracle speaks when it has to, and only then. Sourced by tests/run.
#
# A scenario (tests/scenarios/*.prog) and a bug that a tree really has
# (corpus/regressions/*.prog) say in their comments what they are for. If the bug
# is one oracle's only (tests/bugs), then no other may speak of it.
#
#	# expect: BUCKET	its finding, or "none"
#	# bug: NAME		of tests/bugs, to be put into the core
#	# without: ORACLE,...	to be left out
#	# trees: TREE...	6.1 and 6.12 if not given
#	# san: SAN...		sanitizers, address if not given

. tests/bugs/lib.sh

scenario() {
	local tree=$1 san=$2 file=$3 status=1 bug without expect found gf only

	bug=$(directive bug "$file")
	without=$(directive without "$file")
	expect=$(directive expect "$file")
	[[ -n $expect ]] || fail "expects nothing"
	no_symbols
	build "$tree" "$san" "$bug"
	gf=$(binary "$tree" "$san" "$bug")
	[[ $expect != none ]] || status=0
	ends "$status" "$gf" run --without "$without" "$file"
	found=$(tail -n 1 "$work/stdout")
	found=${found#finding: }
	[[ ${found/#no finding/none} = "$expect" ]] ||
		fail "$found, not $expect"
	only=${bug:+$(only_of "$bug")}
	[[ -z $only || $expect = none ]] ||
		ends 0 "$gf" run --without "$only" "$file"
}

# Whether a scenario runs in a tree that is not its newest one: what the tree itself
# shows, and for each oracle the scenarios in which it fires. More bugs of the bank
# for the same oracle do so with --soak and in "make bugs": each takes a build.
in_all_trees() {
	[[ -z $(directive bug "$1") || $1 = *-fires* ]]
}

# scenario_tests KIND FILE...: in the newest tree with each sanitizer, in the others
# with the first. Each tree meets each sanitizer and each oracle. --soak has the
# other combinations.
scenario_tests() {
	local kind=$1 file tree san name add
	local -a in with

	shift
	for file; do
		name=$(basename "$file" .prog)
		read -r -a in <<<"$(directive trees "$file")"
		read -r -a with <<<"$(directive san "$file")"
		((${#in[@]})) || in=("${trees[@]}")
		((${#with[@]})) || with=(address)
		for tree in "${in[@]}"; do
			for san in "${with[@]}"; do
				add=run_test
				[[ $tree = "${in[-1]}" ]] ||
					{ [[ $san = "${with[0]}" ]] && in_all_trees "$file"; } ||
					add=soak_test
				$add "$kind $tree $san $name" \
					scenario "$tree" "$san" "$file"
			done
		done
	done
}
