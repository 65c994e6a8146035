# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The front door: variables are data, whatever they hold. Sourced by tests/run.

hostile="x'; touch INJ; echo '"
odd=$'a b\'c"d$e$(touch INJ)\nf'

tool_unit() {
	python3 tests/test_tool.py || fail "the tool's unit tests fail"
}

docs_transcripts() {
	local bug

	for bug in '' stale-domain wrong-domain busy-when-owned recursive-lock \
		through-default; do
		build 6.12 address $bug
	done
	python3 tests/test_docs.py || fail "a document shows what does not come"
}

not_injected() {
	[[ ! -e INJ && ! -e $work/INJ ]] || {
		rm -f INJ
		fail "$1: a value was run as a command"
	}
}

# Each variable with a value that a shell would run, and with an odd one. No program is
# given, so that the verb ends after it has looked at the variables. From the command
# line of make, and from the environment.
front_hostile() {
	local variable value

	for variable in $(sed -n '/^variables :=/,/^$/p' Makefile |
		sed 's/variables :=//; s/[\]$//'); do
		[[ $variable != PROG ]] || continue
		for value in "$hostile" "$odd"; do
			refuses "$variable=|PROG=file" make -s run "$variable=$value"
			not_injected "$variable"
		done
	done
	for value in "$hostile" "$odd"; do
		refuses 'no such file|No such file' make -s run "PROG=$value"
		refuses 'no such folder' make -s run PROG=x "TREE=$value"
		refuses 'no such folder' make -s fuzz "CORPUS=$value" OUT="$work/out"
		not_injected PROG
	done
	refuses "PROG=file" env DRIVER="\$(shell touch INJ)" make -s run
	refuses "PROG=file" make -s run DRIVER="\$(shell touch INJ)"
	not_injected "DRIVER"
}

# Files and folders whose names have a space, quotes, a dollar and a newline.
front_odd_paths() {
	local dir="$work/$odd"

	build 6.12 address
	make_once build/6.12/address/fuzz_threads TREE=6.12
	rm -rf "$dir"
	mkdir -p "$dir/seeds"
	cp corpus/seeds/vfio-smmuv3.prog "$dir/seeds/$odd.prog"
	cp corpus/seeds/vfio-smmuv3.prog "$dir/-o.prog"
	ends 0 make -s run TREE=6.12 PROG="$dir/seeds/$odd.prog" \
		CHROME="$dir/$odd.json"
	[[ -s $dir/$odd.json ]] || fail "no CHROME"
	(cd "$dir" && ends 0 python3 "$OLDPWD/harness/tool" run TREE=6.12 \
		PROG=-o.prog) || fail "PROG=-o.prog is no file"
	ends 0 make -s fuzz TREE=6.12 OUT="$dir/$odd" CORPUS="$dir/seeds" \
		RUNS=100 TIME=20 QUICK=1
	[[ -s $dir/$odd/summary.json ]] || fail "no summary.json in OUT"
	not_injected paths
}

# A tree and a semantic patch with such names.
front_odd_tree() {
	local dir="$work/$odd.tree"

	build 6.12 address
	rm -rf "$dir"
	mkdir "$dir"
	cp -r build/core/6.12/{drivers,include} "$dir"
	cp tests/bugs/stale-domain.cocci "$dir/$odd.cocci"
	ends 1 make -s run TREE="$dir" BUG="$dir/$odd.cocci" \
		PROG=corpus/seeds/free-after-each-detach.prog
	grep -q '^finding: agreement-detach-device$' "$work/stdout" ||
		fail "another finding"
	not_injected TREE
}

# The tool keeps the status that make turns into 2.
front_status() {
	local prog=corpus/seeds/free-after-each-detach.prog

	build 6.12 address stale-domain
	ends 1 python3 harness/tool run TREE=6.12 BUG=stale-domain PROG=$prog
	ends 0 python3 harness/tool run TREE=6.12 PROG=$prog
	refuses 'no such verb: frob' python3 harness/tool frob
	refuses 'TIME=x' python3 harness/tool run TIME=x PROG=$prog
}

# A switch of compilers builds anew. The tree's headers are its own, so that it shares
# no object with what other tests run.
front_compiler() {
	local tree=$work/compiler dir

	build 6.12 none
	rm -rf "$tree"
	mkdir "$tree"
	cp -r build/core/6.12/{drivers,include} "$tree"
	echo "/* compiler */" >>"$tree/include/linux/list.h"
	dir=build/$(core/extract --name "$tree")/none
	rm -rf "$dir"
	compile_peek "$tree" "" 19
	cp "$dir/core/peek.o" "$work/peek.o"
	compile_peek "$tree" clang-14 14
	! cmp -s "$dir/core/peek.o" "$work/peek.o" || fail "not built anew"
	compile_peek "$tree" "" 19
	cmp -s "$dir/core/peek.o" "$work/peek.o" || fail "not as it was"
}

# compile_peek TREE CC VERSION
compile_peek() {
	ends 0 python3 harness/tool build -s TREE="$1" SAN=none CC="$2" core/peek.o
	grep -q "clang version $3" "$dir/.compiler" ||
		fail "$dir/.compiler names another compiler"
}

# A campaign ends with the make that it was started by, whatever ends that.
front_orphan() {
	local out=$work/orphan script

	build 6.1 none
	build 6.1 address
	start_fuzz "$out" "$work/orphan.log" SAN=none TIME=600 QUICK=1
	until_seen has_run "$out" 1
	script=$(cat "$out/lock")
	kill -KILL "$campaign"
	timeout 60 tail --pid="$script" -f /dev/null || {
		kill -KILL "$script"
		fail "the campaign goes on without its make"
	}
}

# A machine that is not Debian's: the line names tools.
front_no_debian() {
	local tool

	rm -rf "${work:?}/bin"
	mkdir "$work/bin"
	for tool in cut grep id tr uname; do
		ln -s "$(command -v $tool)" "$work/bin"
	done
	refuses '^setup: .*: make python3 clang .*llvm-cov .*git$' \
		env PATH="$work/bin" ci/setup
	refuses ' linux-source-9\.9$' env PATH="$work/bin" ci/setup 9.9
	refuses ' spatch$' env PATH="$work/bin" ci/setup --with bugs
}

front_tests() {
	run_test "tool unit" tool_unit
	run_test "docs transcripts" docs_transcripts
	run_test "front hostile values" front_hostile
	run_test "front odd paths" front_odd_paths
	run_test "front odd tree" front_odd_tree
	run_test "front status" front_status
	run_test "front compiler" front_compiler
	run_test "front orphan" front_orphan
	run_test "front no Debian" front_no_debian
}
