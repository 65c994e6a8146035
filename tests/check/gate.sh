# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The gate: the right verdict for each kind of patch. Sourced by tests/run.
#
# Patches are made here, of the tree's own file and what is in tests/bugs and
# ci/known/fixes: no kernel code lies in this repository.

# All since the tag, as a mailbox or as one patch.
gate_mbox() {
	repo_git format-patch -q --stdout base.. >"$work/series.mbox"
}

gate_patch() {
	repo_git diff base >"$work/change.patch"
}

# RUNS ends it, and TIME is for a machine that has much else to do; or TIME does,
# where the caller gives one, since there is much to judge that may be new.
gate() {
	rm -rf "$work/gate"
	ends "$1" make -s gate TREE=6.12 TIME=900 RUNS=500 OUT="$work/gate" \
		"${@:2}"
	xmllint --noout "$work/gate/gate.xml" || fail "gate.xml is no XML"
}

# gate_has MEMBER BUCKET
gate_has() {
	jq -e --arg bucket "$2" "any(.$1[]; .bucket == \$bucket)" \
		"$work/gate/gate.json" >/dev/null ||
		fail "$2 is not among what is $1"
}

# That is in all forms of the report.
gate_verdict() {
	[[ $(jq -r .verdict "$work/gate/gate.json") = "$1" ]] ||
		fail "another in gate.json"
	grep -qx "verdict: $1" "$work/gate/gate.md" || fail "another in gate.md"
	[[ $(xmllint --xpath 'string(//property[@name="verdict"]/@value)' \
		"$work/gate/gate.xml") = "$1" ]] || fail "another in gate.xml"
}

# What is said to be new ends in that with the patch, and not without.
gate_really_new() {
	local bucket=$1 dir=$work/gate/gate/new/$1 gf

	gate_has new "$bucket"
	gf=build/$(core/extract --name "$work/gate/gate/patched")/address/groupfuzz
	ends 1 "$gf" run "$dir/minimized.prog"
	[[ $(tail -n 1 "$work/stdout") = "finding: $bucket" ]] ||
		fail "the program does not show $bucket"
	cmp "$work/stdout" "$dir/trace.txt" || fail "not its trace"
	build 6.12 address
	"$(binary 6.12 address)" run "$dir/minimized.prog" >"$work/stdout" || true
	! grep -q "^finding: $bucket" "$work/stdout" || fail "the base has it too"
	grep -qF "### $bucket" "$work/gate/gate.md" || fail "not in gate.md"
	(($(xmllint --xpath "count(//testcase[@name='$bucket']/failure)" \
		"$work/gate/gate.xml") == 1)) || fail "no failure in gate.xml"
}

gate_as_mail() {
	printf '%s\n' 'About groups: é.' >"$1"
}

# A series by mail: a bug, a fix, and what is not looked at. As a GitHub Action.
gate_stale_domain() {
	repo_begin 6.12
	repo_commit 'Simplify the detach' tests/bugs/apply stale-domain
	repo_commit 'Look at the type under the lock' \
		ci/known/fix type-write-after-last-remove
	gate_as_mail "$work/repo/Documentation/iommu.txt"
	repo_git commit -q -a -m 'Documentation: more about groups'
	gate_mbox
	GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY=$work/step.md \
		gate 1 PATCH="$work/series.mbox"
	grep -q '^::error file=drivers/iommu/iommu.c,line=[0-9]*,title=agreement-detach-device::operation' \
		"$work/stdout" || fail "no annotation"
	cmp "$work/step.md" "$work/gate/gate.md" || fail "no step summary"
	jq -e '.not_covered == ["Documentation/iommu.txt"] and
		(.subjects | length == 3)' "$work/gate/gate.json" >/dev/null ||
		fail "not the files or patches of the series"
	gate_has removed oops-iommu_group_store_type-null-dereference
	gate_really_new agreement-detach-device
}

gate_visible_too_early() {
	repo_begin 6.12
	repo_commit 'Drop the mutex' tests/bugs/apply visible-too-early
	gate_patch
	gate 1 PATCH="$work/change.patch" TIME=200
	gate_really_new "$(jq -r '[.new[].bucket |
		select(test("^(agreement|isolation|linearizable)-"))][0]' \
		"$work/gate/gate.json")"
}

# Nothing is new, nothing is gone. A bucket that is named after a variable is
# told to have another name.
rename_variable() {
	sed 's/\<new_domain\>/next_domain/g; 1a/* As before. */' "$1" >"$2"
}

gate_harmless() {
	repo_begin 6.12
	repo_commit 'Rename a variable' rename_variable
	gate_patch
	gate 0 PATCH="$work/change.patch"
	grep -q ': no new finding$' "$work/stdout" || fail "no verdict"
	jq -e '.removed == [] and .changed.lines > 0 and (.both | length > 5) and
		any(.otherwise[]; .side == "patched" and (.bucket |
			test("warnings-.*next_domain")))' \
		"$work/gate/gate.json" >/dev/null || fail "not what is to be told"
}

# What no schedule of fibers shows: there is nothing at which they could be
# switched. Real threads meet there, and only the name tells where.
meet() {
	sed '/^int iommu_group_claim_dma_owner/,/^}/ {
		s/^\tmutex_lock(&group->mutex);/\textern int sched_yield(void);\
\tstatic int claims;\
\tWARN_ON(READ_ONCE(claims));\
\tWRITE_ONCE(claims, 1);\
\tfor (int i = 0; i < 10; i++)\
\t\tsched_yield();\
\tWRITE_ONCE(claims, 0);\
&/
		}' "$1" >"$2"
}

gate_real_threads() {
	repo_begin 6.12
	repo_commit 'Let claims meet' meet
	gate_patch
	gate 2 PATCH="$work/change.patch" RUNS=2000
	grep -q ': no verdict: 1 finding of real threads may be new$' \
		"$work/stdout" || fail "no verdict"
	jq -e '.new == [] and any(.threads[]; .suspect
		and (.bucket | startswith("warnings-iommu_group_claim_dma_owner-")))' \
		"$work/gate/gate.json" >/dev/null || fail "not what is to be told"
	grep -q '^fibers do not come to the same' \
		"$(jq -r '.threads[0].folder' "$work/gate/gate.json")/stress.txt" ||
		fail "fibers come to the same"
}

# An error, in the words of the tool, and in gate.xml.
gate_fails() {
	gate 2 "$@"
	(($(xmllint --xpath 'count(//testcase/error)' \
		"$work/gate/gate.xml") == 1)) || fail "no error in gate.xml"
}

gate_does_not_apply() {
	repo_begin 6.12
	repo_commit 'Before' sed_copy 's/\<default_domain\>/other_domain/g'
	repo_git tag -f base >/dev/null
	repo_commit 'After' sed_copy 's/\<other_domain\>/another_domain/g'
	gate_mbox
	gate_fails PATCH="$work/series.mbox"
	grep -q '^error: patch failed: drivers/iommu/iommu.c:' "$work/stderr" ||
		fail "not in the words of git"
}

sed_copy() {
	sed "$1" "$2" >"$3"
}

# Of a git tree, here.
gate_does_not_compile() {
	repo_begin 6.12
	repo_commit 'Change a call' sed_copy 's/\<kobject_put(/kobject_put_it(/'
	gate_fails TREE="$work/repo" BASE=base HEAD=HEAD
	grep -q 'iommu\.c:[0-9]*:[0-9]*: error: .*kobject_put_it' \
		"$work/stderr" || fail "not in the words of the compiler"
}

# What is changed is none of what is taken out of a tree.
gate_elsewhere() {
	repo_begin 6.12
	gate_as_mail "$work/repo/Documentation/iommu.txt"
	repo_git commit -q -a -m 'Documentation'
	gate_patch
	gate 0 PATCH="$work/change.patch"
	grep -q ': not covered: the patch touches none of the files under test$' \
		"$work/stdout" || fail "does not say so"
	gate_verdict 'not covered'
}

# --- without a search ---

# gate_env VAR=VALUE...: the gate by itself, as the front door starts it.
gate_env() {
	env TREE=6.12 TIME=60 RUNS=10 SEED=1 OUT="$work/gate" "$@" ci/gate
}

# Arguments that are no number, file or revision, or are meant for a shell, git or awk.
gate_arguments() {
	local bad patch=$work/-o.patch

	rm -rf "$work"/{gate,INJ}
	echo "no patch" >"$patch"
	for bad in '' abc 1+1 -1 1234567890 'x[$(touch INJ)]' "'; touch INJ; '"; do
		refuses '^gate: (RUNS=.*: must be a number|RUNS is missing)' \
			gate_env RUNS="$bad" PATCH="$patch"
	done
	refuses 'TIME=0: must' gate_env TIME=0 PATCH="$patch"
	# This is eight seconds, and the error another one.
	refuses 'PATCH=/nonexistent: no such file' \
		gate_env TIME=08 RUNS=08 SEED=09 PATCH=/nonexistent
	mkfifo -m 600 "$work/fifo"
	refuses 'not a regular file' gate_env PATCH="$work/fifo"
	refuses 'control characters' gate_env PATCH=$'x\ny'
	refuses 'control characters' gate_env PATCH="$patch" OUT=$'x\ny'
	refuses 'no git repository' gate_env TREE=/usr/src BASE=a HEAD=b
	refuses 'HEAD=.*: no such revision' \
		gate_env TREE=. BASE=HEAD HEAD="--output=$work/INJ"
	refuses 'BASE=.*: no such revision' \
		gate_env TREE=. HEAD=HEAD BASE="--output=$work/INJ"
	refuses 'TIME is over before' gate_env GROUPFUZZ_DEADLINE=1 PATCH="$patch"
	[[ ! -e INJ && ! -e $work/INJ ]] || fail "a value was run"
	rm "$work/fifo" "$patch"
}

# Names with all that a shell, sed or jq knows: the patch is found, and is none.
gate_names() {
	local name="a 'b\" \$c; touch INJ; \\1&|\`d\`"

	rm -rf "$work/$name" INJ
	mkdir "$work/$name"
	echo "no patch" >"$work/$name/-p"
	ends 2 gate_env PATCH="$work/$name/-p" OUT="$work/$name"
	[[ $(head -n 1 "$work/stderr") = "gate: $work/$name/-p is no patch:" ]] ||
		fail "$(cat "$work/stderr")"
	jq -e --arg patch "$work/$name/-p" '.patch == $patch and
		.verdict == "no verdict"' "$work/$name/gate.json" >/dev/null ||
		fail "another patch in gate.json"
	xmllint --noout "$work/$name/gate.xml" || fail "gate.xml is no XML"
	[[ ! -e INJ ]] || fail "a name was run"
	rm -r "${work:?}/$name"
}

# A second gate in the same OUT.
gate_lock() {
	rm -rf "$work/gate"
	mkdir "$work/gate"
	(
		flock 9
		refuses 'another gate writes there' gate_env PATCH=Makefile
	) 9>"$work/gate/gate.lock"
}

# gate_refuses PATTERN VAR=VALUE...: no verdict, before anything is built.
gate_refuses() {
	ends 2 gate_env "${@:2}"
	grep -q "$1" "$work/stderr" || fail "$(cat "$work/stderr")"
	jq -e '.verdict == "no verdict" and .new == []' \
		"$work/gate/gate.json" >/dev/null || fail "not in gate.json"
	[[ ! -e $work/gate/gate/log.base ]] || fail "builds it"
}

# A file under test is gone, and nothing is left to test.
gate_renames() {
	local gone='the patch deletes or renames drivers/iommu/iommu.c'

	repo_begin 6.12
	repo_git mv drivers/iommu/iommu.c drivers/iommu/core.c
	repo_git commit -q -m 'Rename it'
	repo_git diff -M base >"$work/rename.patch"
	grep -q '^rename from' "$work/rename.patch" || fail "no rename"
	gate_refuses "$gone" PATCH="$work/rename.patch"
	repo_git diff --no-renames base >"$work/delete.patch"
	gate_refuses "$gone" PATCH="$work/delete.patch"
	gate_refuses "$gone" TREE="$work/repo" BASE=base HEAD=HEAD
}

# A patch reads no file outside of the tree while it is compiled.
gate_leaves_tree() {
	repo_begin 6.12
	repo_commit 'Include it' sed_copy '1a#include "/etc/passwd"'
	gate_patch
	gate_refuses 'not allowed in the files under test: #include "/etc/passwd"' \
		PATCH="$work/change.patch"
	repo_git reset -q --hard base
	ln -sf /etc/passwd "$work/repo/drivers/iommu/iommu-priv.h"
	repo_git add -A
	repo_git commit -q -m 'Link it'
	gate_patch
	gate_refuses 'symlink leaves the tree' PATCH="$work/change.patch"
	! grep -r root: "$work"/gate/gate.* || fail "the file is in a report"
}

# gate_functions: those of gate.d, for a gate that has come to the end of its search.
# Each tree has met all that is required, unless a file says something else.
gate_functions() {
	local side san

	TREE=6.12 PATCH=x.patch BASE='' HEAD='' TIME=60 RUNS=0 OUT=$work/gate GITHUB_ACTIONS=
	rm -rf "$OUT"
	sans=(address thread) base=6.12 patched=6.12
	began=$EPOCHSECONDS deadline=$((began + TIME))
	. ci/shows.sh
	for side in common arguments session sandbox trees search judge enough report; do
		# shellcheck source=/dev/null
		. "ci/gate.d/$side.sh"
	done
	plan_time
	take_out
	echo drivers/iommu/iommu.c >"$gate/covered"
	mkdir "$gate/programs"
	touch "$gate"/programs/{a,b}.prog
	for san in "${sans[@]}"; do
		: >"$gate/verdicts.$san"
		: >"$gate/unweighed.$san"
		for side in base patched; do
			echo 1000 >"$gate/executions.$side.$san"
			printf 'a.prog:\nb.prog:bucket\n' >"$gate/replay.$side.$san"
			: >"$gate/seen.$side.$san"
			echo '{ "executions": 100, "buckets": [] }' \
				>"$(folder $side "$san" stress0)/summary.json"
		done
	done
}

# gate_judges STATUS VERDICT [REASON]: that is in all forms of the report.
gate_judges() {
	judge_all >/dev/null
	report >"$work/stdout"
	((status == $1)) || fail "status $status, not $1"
	[[ $(tail -n 2 "$work/stdout" | head -n 1) = "6.12 with x.patch: $2${3:+: $3}" ]] ||
		fail "$(cat "$work/stdout")"
	gate_verdict "$2"
	[[ $(jq -r '.reasons | join(", ")' "$work/gate/gate.json") = "${3-}" ]] ||
		fail "another reason in gate.json"
	[[ $(xmllint --xpath 'string(//error/@message)' \
		"$work/gate/gate.xml") = "${3-}" ]] || fail "another error in gate.xml"
}

gate_enough() {
	gate_functions
	gate_judges 0 'no new finding'
	jq -e '(.runs | length == 12) and any(.runs[]; .side == "base" and
		.sanitizer == "thread" and .what == "rounds" and
		.reached == 100 and .required == 100)' "$work/gate/gate.json" >/dev/null ||
		fail "not what ran"
}

# Too little of one thing, for one sanitizer, in one tree.
gate_not_enough() {
	gate_functions
	echo 999 >"$gate/executions.base.thread"
	gate_judges 2 'no verdict' 'thread: base: 999 of 1000 executions'
	gate_functions
	: >"$gate/executions.patched.address"
	gate_judges 2 'no verdict' 'address: patched: 0 of 1000 executions'
	gate_functions
	printf 'a.prog:\nb.prog:no-verdict\n' >"$gate/replay.patched.address"
	gate_judges 2 'no verdict' 'address: patched: 1 of 2 programs'
	gate_functions
	rm "$gate/base/address/stress0/summary.json"
	gate_judges 2 'no verdict' 'address: base: 0 of 100 rounds'
	gate_functions
	: >"$gate/searches.thread"
	gate_judges 2 'no verdict' 'thread: TIME=60 ended before the search did'
	# A finding that the search left behind may be new.
	gate_functions
	echo "patched model-x $gate/programs/a.prog" >"$gate/unweighed.thread"
	gate_judges 2 'no verdict' '1 finding may be new, TIME is too short'
	# Fewer executions than that are fine if the user asks for them.
	gate_functions
	RUNS=20
	echo 20 >"$gate/executions.base.thread"
	gate_judges 0 'no new finding'
}

# canaries THREAD: builds whose canaries are fine, but for that of THREAD.
canaries() {
	local san

	for san in address address-access thread; do
		mkdir -p "$work/canaries/$san"
		echo '#!/bin/sh' >"$work/canaries/$san/groupfuzz"
		[[ $san != thread ]] || echo "$1" >>"$work/canaries/$san/groupfuzz"
		chmod +x "$work/canaries/$san/groupfuzz"
		cp "$work/canaries/$san"/groupfuzz{,-stress}
	done
}

# A build that does not report the defects of its canary ends the gate.
gate_canary() {
	gate_functions
	echo "$work/canaries" | tee "$gate/build.base" >"$gate/build.patched"
	canaries '[ $1 = canary ]'
	check_canaries
	canaries 'echo "cannot start" >&2; exit 66'
	(check_canaries >"$work/stdout") && fail "goes on"
	[[ $(jq -r '.reasons[0]' "$work/gate/gate.json") = \
		'thread: base: groupfuzz canary: cannot start' ]] || fail "another reason"
	grep -q 'no verdict: thread: base: .* 3 other reasons$' "$work/stdout" ||
		fail "$(cat "$work/stdout")"
}

# A program that cannot run has not ended without a finding.
shows_no_run() {
	local words status good=$work/some.prog

	. ci/shows.sh
	echo 'world driver=smmuv3 groups=1 devices=1' >"$good"
	while read -r status words; do
		printf '#!/bin/sh\necho "%s"\nexit %s\n' "$words" "$status" >"$work/gf"
		chmod +x "$work/gf"
		! ends_in "$work/gf" "$good" || fail "$status $words: a verdict"
		! shows "$work/gf" "$good" "$work/shows" || fail "$status $words: good"
	done <<-EOF
		0
		1
		2 no finding
		1 failed to allocate
		66 no finding
		133
	EOF
	printf '#!/bin/sh\necho "finding: model-x"\nexit 1\n' >"$work/gf"
	[[ $(ends_in "$work/gf" "$good") = model-x ]] || fail "no finding"
	printf '#!/bin/sh\necho "no finding"\n' >"$work/gf"
	shows "$work/gf" "$good" "$work/shows" || fail "no verdict"
}

# hanging_gate VAR=VALUE...: a gate whose build never ends. Its python3 says that it
# has begun, and holds a pipe open as long as it, or a child, runs. The shell that
# starts the gate is $!.
hanging_gate() {
	local pipe=$PWD/build/tests/hang

	rm -rf "$pipe"
	mkdir "$pipe"
	mkfifo "$pipe"/{begun,alive}
	cat >"$pipe/python3" <<-EOF
		#!/bin/sh
		[ "\$1" != -c ] || exit 0
		exec 3>"$pipe/alive"
		echo begun >"$pipe/begun"
		sleep 1000 & wait
	EOF
	chmod +x "$pipe/python3"
	exec 4<>"$pipe/alive" 5<"$pipe/alive"
	PATH=$pipe:$PATH gate_env "$@" PATCH="$work/change.patch" \
		>"$work/stdout" 2>"$work/stderr" 4>&- 5<&- &
	[[ $(timeout 100 head -n 1 "$pipe/begun") = begun ]] ||
		fail "does not build: $(cat "$work/stderr")"
	exec 4>&-
}

# All of its processes have ended: the pipe is closed.
hanging_ended() {
	timeout 60 cat <&5 || fail "a process of the gate goes on"
	exec 5<&-
	rm -r build/tests/hang
}

# gate_ends SANDBOX: when TIME is over, and when its parent is killed.
gate_ends() {
	local status=0

	repo_begin 6.12
	repo_commit 'Rename a variable' rename_variable
	gate_patch
	hanging_gate SANDBOX="$1" TIME=10
	wait $! || status=$?
	((status == 2)) || fail "status $status"
	hanging_ended
	grep -qx 'gate: no verdict: the build alone took all of TIME=10 seconds' \
		"$work/stderr" || fail "$(cat "$work/stderr")"
	[[ $(jq -r .verdict "$work/gate/gate.json") = 'no verdict' ]] ||
		fail "another in gate.json"
	hanging_gate SANDBOX="$1"
	kill -9 $!
	hanging_ended
}

# In the sandbox a patch sees nothing of the machine's, and writes to OUT and build.
gate_sandbox() {
	gate_functions
	SANDBOX=1
	find_sandbox >"$work/stdout"
	if [[ ${#sandbox[@]} = 0 ]]; then
		grep -qE '^ +[0-9]+ s  no sandbox: ' "$work/stdout" ||
			fail "does not say why"
		return
	fi
	touch "$gate/a"
	"${sandbox[@]}" bash -c '
		cp "$1/a" "$1/b" && touch build/tests/b && [ -f README.md ] || exit 3
		[ ! -e /etc/passwd ] && [ ! -e ~ ] && [ ! -e .git/HEAD ] || exit 4
		! touch README.md /usr/b 2>/dev/null || exit 5
		[ "$(tail -n +3 /proc/net/dev | cut -d : -f 1)" = "    lo" ] || exit 6
		' - "$(realpath "$gate")" || fail "status $?"
	[[ -e $gate/b && -e build/tests/b ]] || fail "writes nothing"
	rm build/tests/b
	SANDBOX=0
	find_sandbox
	[[ ${#sandbox[@]} = 0 ]] || fail "SANDBOX=0 has one"
}

# Without bubblewrap, and with one that does not work here.
gate_no_sandbox() {
	gate_functions
	SANDBOX=1
	mkdir -p "$work/bin"
	printf '#!/bin/sh\necho "bwrap: not permitted" >&2\nexit 1\n' \
		>"$work/bin/bwrap"
	chmod +x "$work/bin/bwrap"
	PATH=$work/bin:$PATH find_sandbox >"$work/stdout"
	[[ $(cut -d ' ' -f 6- "$work/stdout") = \
		'no sandbox: it cannot start: bwrap: not permitted' ]] ||
		fail "$(cat "$work/stdout")"
	[[ ${#sandbox[@]} = 0 ]] || fail "has one"
}

gate_tests() {
	run_test "gate arguments" gate_arguments
	run_test "gate names" gate_names
	run_test "gate lock" gate_lock
	run_test "gate renames" gate_renames
	run_test "gate leaves tree" gate_leaves_tree
	run_test "gate enough" gate_enough
	run_test "gate not enough" gate_not_enough
	run_test "gate canary" gate_canary
	run_test "shows no run" shows_no_run
	run_test "gate sandbox" gate_sandbox
	run_test "gate no sandbox" gate_no_sandbox
	run_test "gate ends" gate_ends 1
	run_test "gate ends without sandbox" gate_ends 0
	run_test "gate stale-domain" gate_stale_domain
	run_test "gate visible-too-early" gate_visible_too_early
	run_test "gate harmless" gate_harmless
	run_test "gate real threads" gate_real_threads
	run_test "gate does not apply" gate_does_not_apply
	run_test "gate does not compile" gate_does_not_compile
	run_test "gate elsewhere" gate_elsewhere
	run_test "gate without PATCH" refuses 'PATCH=' gate_env
	run_test "gate without BASE" refuses 'BASE is missing' gate_env HEAD=HEAD
}
