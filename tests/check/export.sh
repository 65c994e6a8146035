# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Export: a program's calls as a C file that builds by its own header, and shows
# the same. Sourced by tests/run.

# exported TREE BUG FILE: build $work/FILE.c by what its header says, run it.
exported() {
	local name command

	name=$(basename "$3" .prog)
	ends 0 make -s export TREE="$1" BUG="$2" PROG="$3" OUT="$work"
	command=$(sed -n 's/^ \*\t\(clang-19 .*\)/\1/p; s/^ \*\t\t//p' \
		"$work/$name.c" | sed 's/ \\$//' | paste -sd ' ')
	[[ $command = clang-19* ]] || fail "no command in its header"
	bash -c "${command//FILE/$work/$name}" || fail "does not build"
	"$work/$name" >"$work/stdout" 2>"$work/stderr" || true
}

# The oracle's report, right after the call that it is about.
export_agreement() {
	exported 6.1 stale-domain "$1"
	cat "$work/stdout"
	sed -n '/^iommu_detach_group(d0, machine_group(0)) = 0$/,$p' \
		"$work/stdout" >"$work/last"
	(($(wc -l <"$work/last") == 2)) || fail "not at the detach"
	grep -q '^finding: agreement, ' "$work/last" || fail "no finding"
}

# Without the bug it comes to its end.
export_clean() {
	exported 6.12 '' "$1"
	tail -n 1 "$work/stdout" | grep -q ' = ' || fail "no calls"
	[[ ! -s $work/stderr ]] || fail "$(head -n 2 "$work/stderr")"
	grep -q '^iommu_attach_group(d0, machine_group(0)) = 0$' \
		"$work/stdout" || fail "does not attach"
}

# export_refused PATTERN TREE FILE
export_refused() {
	rm -f "$work/refused.c"
	build "$2" address
	refuses "$1" "$(binary "$2" address)" export "$3" "$work/refused.c" x
	[[ ! -e $work/refused.c ]] || fail "wrote a file"
}

export_teardown() {
	grep -v '^	put' corpus/regressions/aa0958570f24.prog >"$work/late.prog"
	export_refused 'in no call' 6.1 "$work/late.prog"
}

export_tests() {
	local name

	for name in free-after-each-detach vfio-vtd; do
		run_test "export $name" \
			export_agreement "corpus/seeds/$name.prog"
	done
	run_test "export clean" export_clean corpus/seeds/vfio-amd.prog
	run_test "export threads" export_refused 'several threads' 6.12 \
		corpus/regressions/type-write-after-last-remove.prog
	run_test "export teardown" export_teardown
	run_test "make export without PROG" refuses 'PROG' make -s export
}
