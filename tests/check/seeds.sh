# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Seeds: the scenes of the thread. Sourced by tests/run.

# Nothing is found, and each operation runs, unless the tree lacks a call.
seed() {
	local tree=$1 file=$2

	build "$tree" address
	ends 0 "$(binary "$tree" address)" run "$file"
	[[ $(tail -n 1 "$work/stdout") = "no finding" ]] ||
		fail "does not end with a verdict"
	if ! grep -q 'skipped: this tree ' "$work/stdout"; then
		! grep 'skipped: ' "$work/stdout" ||
			fail "an operation is skipped"
	fi
	! grep 'skipped: ' "$work/stdout" || [[ $tree = 6.1 ]] ||
		fail "an operation is skipped on the newest tree"
}

canonical() {
	local file=$1 gf

	build 6.1 address
	gf=$(binary 6.1 address)
	"$gf" show "$file" >"$work/shown"
	grep -v '^#' "$file" | diff - "$work/shown" || fail "not canonical"
	"$gf" encode "$file" "$work/encoded"
	"$gf" show "$work/encoded" | diff "$work/shown" - ||
		fail "the binary form is another program"
	[[ $(head -n 1 "$file") = "# "* ]] || fail "tells no scene"
}

seed_tests() {
	local file tree name

	for file in corpus/seeds/*; do
		name=$(basename "$file" .prog)
		for tree in "${trees[@]}"; do
			run_test "seed $tree $name" seed "$tree" "$file"
		done
		run_test "canonical $name" canonical "$file"
	done
}
