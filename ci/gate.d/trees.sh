# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The gate's two trees: taken out, patched, and built. Sourced by ci/gate.
#
# $base and $patched are what the build takes as TREE: a version, or a folder below
# OUT/gate, so that each gate has names of its own and needs no git later on.
# $gate/covered lists the files of the patch that are under test, $gate/others the
# rest, which need not even apply.

core_of()
{
	echo "build/core/$(core/extract --name "$1")"
}

build_of()
{
	echo "build/$(core/extract --name "$1")"
}

mapfile -t extracted < <(core/extract --files)

# take_tree TREE [DEST]: extract it.
take_tree()
{
	local status=0

	apart core/extract "$@" 2>"$gate/words"
	wait_until "$end" $! || status=$?
	((status != 124)) ||
		stop "no verdict: TIME=$TIME ended while the trees were extracted"
	((status == 0)) || stop "$(sed 's/^extract: //; q' "$gate/words")"
}

# A mail, or several: git takes them apart, decodes them, and leaves patches.
unpack_mails()
{
	local mail n=0

	mkdir "$gate/mails" "$gate/patches"
	git mailsplit -b -o"$gate/mails" "$PATCH" >/dev/null 2>"$gate/words" ||
		stop "$PATCH is no mailbox" "$gate/words"
	for mail in "$gate"/mails/*; do
		git mailinfo "$gate/message" "$gate/patch" <"$mail" \
			>"$gate/info" 2>"$gate/words" ||
			stop "$PATCH is no mail" "$gate/words"
		# A cover letter has none.
		! grep -q '^diff --git \|^+++ ' "$gate/patch" || {
			n=$((n + 1))
			cp "$gate/patch" "$gate/patches/$(printf %04d $n)"
			sed -n 's/^Subject: //p' "$gate/info" >>"$gate/subjects"
		}
	done
}

is_mail()
{
	grep -qE '^(From |From: |Subject: |Message-I[Dd]: )' \
		<(head -n 30 "$PATCH")
}

# In here git must not find the repository around it.
git_apply()
{
	(cd "$patched" && GIT_CEILING_DIRECTORIES=$PWD/.. git apply "$@")
}

# The files that a patch changes: those under test, and others.
sort_files()
{
	sort -u | while read -r file; do
		if [[ " ${extracted[*]} " == *" $file "* ]]; then
			echo "$file" >>"$gate/covered"
		else
			echo "$file" >>"$gate/others"
		fi
	done
}

# Without one of its files the core is not the core.
stop_removed()
{
	stop "no verdict: the patch deletes or renames $1, which is under test"
}

# A file that is renamed goes by its new name everywhere but here.
check_removed()
{
	local file

	for file in "${extracted[@]}"; do
		if [ -e "$1/$file" ] && [ ! -e "$patched/$file" ] ||
			grep -qxF -e "rename from $file" "$gate"/patches/*; then
			stop_removed "$file"
		fi
	done
}

apply_patches()
{
	local only=() file patch

	for file in "${extracted[@]}"; do
		only+=("--include=$file")
	done
	for patch in "$gate"/patches/*; do
		patch=$(realpath "$patch")
		git_apply --numstat "$patch" >"$gate/numstat" 2>"$gate/words" ||
			stop "$PATCH is no patch" "$gate/words"
		cut -f 3- "$gate/numstat"  >>"$gate/files"
		git_apply "${only[@]}" "$patch" 2>"$gate/words" ||
			stop "$PATCH does not apply to $TREE" "$gate/words"
	done
	sort_files <"$gate/files"
}

# patch_tree CORE: a copy of it, with the patch.
patch_tree()
{
	local dest file

	mkdir "$patched"
	dest=$(realpath "$patched")
	for file in "${extracted[@]}"; do
		[ ! -f "$1/$file" ] || (cd "$1" && cp --parents -t "$dest" "$file")
	done
	if is_mail; then
		unpack_mails
	else
		mkdir "$gate/patches"
		cp "$PATCH" "$gate/patches/0001"
	fi
	[ -n "$(ls "$gate/patches")" ] || stop "$PATCH has no patch in it"
	apply_patches
	check_removed "$1"
}

checkout_trees()
{
	local removed

	git -C "$TREE" diff --no-renames --name-only "$BASE" "$HEAD" -- \
		>"$gate/files" 2>"$gate/words" ||
		stop "$TREE: git cannot compare the revisions" "$gate/words"
	removed=$(git -C "$TREE" diff --no-renames --name-only --diff-filter=D \
		"$BASE" "$HEAD" -- "${extracted[@]}" | head -n 1)
	[ -z "$removed" ] || stop_removed "$removed"
	git -C "$TREE" log --reverse --format=%s "$BASE..$HEAD" -- \
		"${extracted[@]}" >"$gate/subjects"
	sort_files <"$gate/files"
	take_tree "$TREE@$HEAD" "$patched"
}

# The lines that are new in the patched tree, as FILE:LINE.
changed_lines()
{
	local file

	while read -r file; do
		git diff --no-index --no-ext-diff -U0 -- "$(core_of "$base")/$file" \
			"$(core_of "$patched")/$file" |
			sed -n 's/^@@ -[^ ]* +\([0-9]*\),\?\([0-9]*\) @@.*/\1 \2/p' |
			awk -v file="$file" '{
				n = NF < 2 ? 1 : $2
				for (i = 0; i < n; i++)
					print file ":" $1 + i
			}' || true
	done <"$gate/covered"
}

prepare_trees()
{
	local covered others

	base=$gate/base
	patched=$gate/patched
	if [[ $TREE =~ ^[0-9]+\.[0-9]+$ ]]; then
		base=$TREE
		take_tree "$base"
		patch_tree "$(core_of "$base")"
	else
		take_tree "$TREE${BASE:+@$BASE}" "$base"
		if [ -n "$BASE" ]; then
			checkout_trees
		else
			patch_tree "$base"
		fi
		take_tree "$base"
	fi
	take_tree "$patched"
	changed_lines >"$gate/changed"
	covered=$(wc -l <"$gate/covered")
	others=$(wc -l <"$gate/others")
	say "$covered of $((covered + others)) changed files covered"
}

# build_tree TREE: all that is run of it. Trees share objects, so another gate in
# this checkout waits.
build_tree()
{
	local build=(python3 harness/tool -s build "TREE=$1")

	exec 7>>build/gate.lock
	flock 7
	# First what a patch most likely breaks.
	"${build[@]}" core/peek.o &&
		"${build[@]}" groupfuzz groupfuzz-stress fuzz_threads &&
		"${build[@]}" groupfuzz groupfuzz-stress fuzz_threads SAN=thread &&
		"${build[@]}" groupfuzz ACCESS=1 || return
	[ "$1" = "$base" ] || "${build[@]}" groupfuzz SAN=coverage
}

build_trees()
{
	local side status

	for side in base patched; do
		status=0
		apart build_tree "${!side}" >"$gate/log.$side" 2>&1
		wait_until "$end" $! || status=$?
		((status != 124)) ||
			stop "no verdict: the build alone took all of TIME=$TIME seconds"
		((status == 0)) || {
			compiler_words "$gate/log.$side" >"$gate/words"
			stop "$(title_of $side) does not compile" "$gate/words"
		}
		build_of "${!side}" >"$gate/build.$side"
	done
	say "both are built"
	check_canaries
}

# title_of SIDE: what the user calls it.
title_of()
{
	if [ "$1" = base ]; then
		echo "$TREE${from:+@$from}"
	else
		echo "$TREE${to:+@$to}${PATCH:+ with $PATCH}"
	fi
}
