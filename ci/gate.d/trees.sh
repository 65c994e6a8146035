# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The gate's two trees: taken out, patched, and built. Sourced by ci/gate.
#
# $base and $patched are what make takes as TREE. $gate/looked-at lists the
# files of the patch that are taken out of a tree, $gate/not-looked-at all
# others: they are no reason to fail, and neither is what does not apply there.

# The end of it all, in the words of whatever tool it was.
stop()
{
	local what=$1 words=$gate/words

	compiler_words "$2" >"$gate/said"
	mv "$gate/said" "$words"
	echo "gate: $what:" >&2
	cat "$words" >&2
	report_error "$what" "$words"
	exit 2
}

core_of()
{
	echo "build/core/$(core/extract --name "$1")"
}

build_of()
{
	echo "build/$(core/extract --name "$1")"
}

# The files of a tree that count.
mapfile -t extracted < <(core/extract --files)

# A mail, or several: git takes them apart, decodes them, and leaves patches.
unpack_mails()
{
	local mail n=0

	mkdir "$gate/mails" "$gate/patches"
	git mailsplit -b -o"$gate/mails" "$PATCH" >/dev/null
	for mail in "$gate"/mails/*; do
		git mailinfo "$gate/message" "$gate/patch" <"$mail" \
			>"$gate/info" 2>/dev/null
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

# Which files a patch changes; sorted into those that count and others.
sort_files()
{
	sort -u | while read -r file; do
		if [[ " ${extracted[*]} " == *" $file "* ]]; then
			echo "$file" >>"$gate/looked-at"
		else
			echo "$file" >>"$gate/not-looked-at"
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

patch_tree()
{
	local dest

	base=$TREE
	patched=$gate/patched
	core/extract "$base"
	mkdir "$patched"
	dest=$(realpath "$patched")
	# What the probe found out is found out anew.
	(cd "$(core_of "$base")" && find . -type f ! -path '*/generated/*' \
		! -name '.*' -exec cp --parents -t "$dest" {} +)
	if is_mail; then
		unpack_mails
	else
		mkdir "$gate/patches"
		cp "$PATCH" "$gate/patches/0001"
	fi
	[ -n "$(ls "$gate/patches")" ] || die "PATCH=$PATCH: no patch in it"
	apply_patches
}

checkout_trees()
{
	base=$TREE@$BASE
	patched=$TREE@$HEAD
	core/extract "$base"
	git -C "$TREE" diff --name-only "$BASE" "$HEAD" -- \
		>"$gate/files" 2>"$gate/words" ||
		stop "$TREE: no such revisions" "$gate/words"
	git -C "$TREE" log --reverse --format=%s "$BASE..$HEAD" -- \
		"${extracted[@]}" >"$gate/subjects"
	sort_files <"$gate/files"
}

# The lines that are new in the patched tree, as FILE:LINE.
changed_lines()
{
	local file

	while read -r file; do
		git diff --no-index -U0 "$(core_of "$base")/$file" \
			"$(core_of "$patched")/$file" |
			sed -n 's/^@@ -[^ ]* +\([0-9]*\),\?\([0-9]*\) @@.*/\1 \2/p' |
			awk -v file="$file" '{
				n = NF < 2 ? 1 : $2
				for (i = 0; i < n; i++)
					print file ":" $1 + i
			}' || true
	done <"$gate/looked-at"
}

prepare_trees()
{
	empty "$gate/looked-at" "$gate/not-looked-at" "$gate/subjects"
	if [ -n "${BASE-}" ]; then
		checkout_trees
	else
		patch_tree
	fi
	core/extract "$patched"
	changed_lines >"$gate/changed"
	say "$(wc -l <"$gate/looked-at") files of the patch are looked at," \
		"$(wc -l <"$gate/not-looked-at") are not"
}

# build_tree TREE: all that is run of it. What the two have in common is built
# once, so they come one after the other.
build_tree()
{
	local b make=(make -s "-j$(nproc)" TREE="$1")

	b=$(build_of "$1")
	make -s core TREE="$1" &&
		# First what a patch most likely breaks.
		"${make[@]}" "$b/address/core/peek.o" &&
		"${make[@]}" "$b"/address/{groupfuzz,groupfuzz-stress,fuzz_threads} &&
		"${make[@]}" SAN=thread \
			"$b"/thread/{groupfuzz,groupfuzz-stress,fuzz_threads} &&
		"${make[@]}" ACCESS=1 "$b/address-access/groupfuzz"
}

build_trees()
{
	build_tree "$base" >"$gate/log.base" 2>&1 ||
		stop "$base does not compile" "$gate/log.base"
	{
		build_tree "$patched" &&
			make -s TREE="$patched" SAN=coverage \
				"$(build_of "$patched")/coverage/groupfuzz"
	} >"$gate/log.patched" 2>&1 ||
		stop "$TREE with ${PATCH:-$HEAD} does not compile" \
			"$gate/log.patched"
	say "both are built"
}
