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

# The end is that of RUNS, unless the machine has much else to do, or there is much
# that may be new, where the caller says a TIME: what is found out last is not asked
# for.
gate() {
	rm -rf "$work/gate"
	ends "$1" make -s gate TREE=6.12 TIME=300 RUNS=2000 OUT="$work/gate" \
		"${@:2}"
	xmllint --noout "$work/gate/gate.xml" || fail "gate.xml is no XML"
}

# gate_has MEMBER BUCKET
gate_has() {
	jq -e --arg bucket "$2" "any(.$1[]; .bucket == \$bucket)" \
		"$work/gate/gate.json" >/dev/null ||
		fail "$2 is not among what is $1"
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
	jq -e '.not_looked_at == ["Documentation/iommu.txt"] and
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
	gate 2 PATCH="$work/change.patch"
	grep -q ': no verdict: 1 finding of real threads may be new$' \
		"$work/stdout" || fail "no verdict"
	jq -e '.new == [] and .rounds.base >= 2000 and any(.threads[]; .suspect
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
	grep -q 'nothing of it is looked at$' "$work/stdout" || fail "does not say so"
}

gate_tests() {
	run_test "gate stale-domain" gate_stale_domain
	run_test "gate visible-too-early" gate_visible_too_early
	run_test "gate harmless" gate_harmless
	run_test "gate real threads" gate_real_threads
	run_test "gate does not apply" gate_does_not_apply
	run_test "gate does not compile" gate_does_not_compile
	run_test "gate elsewhere" gate_elsewhere
	run_test "make gate without PATCH" refuses 'PATCH=' make -s gate
	run_test "make gate no PATCH" refuses '/nonexistent: no such' \
		make -s gate PATCH=/nonexistent
	run_test "make gate without BASE" refuses 'BASE is missing' \
		make -s gate HEAD=HEAD
	run_test "make gate bad TIME" refuses 'TIME=abc' \
		make -s gate TIME=abc PATCH=Makefile
}
