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

# scenario_tests KIND FILE...
scenario_tests() {
	local kind=$1 file tree san name
	local -a in with

	shift
	for file; do
		name=$(basename "$file" .prog)
		read -r -a in < <(directive trees "$file"; echo) || true
		read -r -a with < <(directive san "$file"; echo) || true
		for tree in "${in[@]:-${trees[@]}}"; do
			for san in "${with[@]:-address}"; do
				run_test "$kind $tree $san $name" \
					scenario "$tree" "$san" "$file"
			done
		done
	done
}
