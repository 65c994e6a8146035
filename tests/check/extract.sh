# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Extract: what is tested is the kernel's own file. Sourced by tests/run.

archive() {
	local path

	for path in "/usr/src/linux-source-$1".tar.*; do
		[[ ! -f $path ]] || echo "$path"
	done
}

extract_unmodified() {
	local ours theirs

	make -s core TREE="$1"
	# No more than one, so that tar need not read on.
	theirs=$(tar -xOf "$(archive "$1")" --wildcards --occurrence=1 \
		'*/drivers/iommu/iommu.c' | sha256sum)
	ours=$(sha256sum <"build/core/$1/drivers/iommu/iommu.c")
	[[ $ours = "$theirs" ]] || fail "iommu.c differs from the archive's"
}

times() {
	find "$1" -type f -printf '%p %i %s %T@\n' | sort
}

# small_archive TREE: print the path of an archive of what is taken out of TREE, since
# to unpack all of a kernel takes ten seconds. As in one, tools/ has another list.h.
small_archive() {
	local top=$work/small/linux-$1

	make -s core TREE="$1"
	rm -rf "$work/small"
	mkdir -p "$top/tools/include/linux"
	cp -r build/core/"$1"/{drivers,include} "$top"
	echo '/* another */' >"$top/tools/include/linux/list.h"
	tar -C "$work/small" -cJf "$top.tar.xz" "linux-$1"
	echo "$top.tar.xz"
}

# again TREE: a second extraction to $work/dest leaves all as it is.
again() {
	times "$work/dest" >"$work/before"
	core/extract "$1" "$work/dest"
	times "$work/dest" | diff "$work/before" - || fail "files have changed"
}

# The same files come out each time, and only if they have to.
extract_again() {
	local archive

	archive=$(small_archive "$1")
	rm -rf "$work/dest"
	core/extract "$archive" "$work/dest"
	diff -r -x .archive "build/core/$1" "$work/dest"
	again "$archive"
}

extract_folder() {
	rm -rf "$work/linux" "$work/dest"
	mkdir "$work/linux"
	make -s core TREE=6.1
	cp -r build/core/6.1/{drivers,include} "$work/linux"
	core/extract "$work/linux" "$work/dest"
	diff -r -x .archive build/core/6.1 "$work/dest"
	again "$work/linux"
	# What changes there changes here.
	echo '/* new */' >>"$work/linux/drivers/iommu/iommu.c"
	core/extract "$work/linux" "$work/dest"
	cmp "$work/dest/drivers/iommu/iommu.c" \
		"$work/linux/drivers/iommu/iommu.c"
}

extract_broken() {
	head -c 1000000 "$(archive 6.1)" >"$work/broken.tar.xz"
	refuses 'broken archive' core/extract "$work/broken.tar.xz" "$work/nothing"
	[[ ! -e $work/nothing/.archive ]] || fail "counts as extracted"
}

extract_no_core() {
	mkdir -p "$work/no-core/drivers"
	refuses 'no drivers/iommu/iommu\.c' \
		core/extract "$work/no-core" "$work/nothing"
}

extract_missing() {
	refuses 'no such' core/extract "$work/no-such-tree" "$work/nothing"
	mkfifo "$work/fifo"
	refuses 'no folder and no archive' core/extract "$work/fifo" "$work/nothing"
	rm "$work/fifo"
}

# A commit's files, whatever lies in the checkout.
extract_revision() {
	local repo=$work/repo

	repo_begin 6.1
	rm -rf "$work/dest"
	echo '/* new */' >>"$repo/drivers/iommu/iommu.c"
	core/extract "$repo@base" "$work/dest"
	diff -r -x .archive build/core/6.1 "$work/dest"
	again "$repo@base"
}

# Who copies the tree while it is extracted again, as "make core" with BUG does,
# finds no file there that goes away: looked at each time that a program is called.
extract_copied() {
	local program archive

	archive=$(small_archive 6.12)
	rm -rf "$work"/{dest,bin,seen}
	mkdir "$work/bin"
	for program in awk cmp sed sha256sum; do
		printf '#!/bin/sh\nfind "%s" -type f >>"%s"\nexec %s "$@"\n' \
			"$work/dest" "$work/seen" "$(command -v $program)" \
			>"$work/bin/$program"
		chmod +x "$work/bin/$program"
	done
	core/extract "$archive" "$work/dest"
	rm "$work/dest/.headers"
	PATH=$work/bin:$PATH core/extract "$archive" "$work/dest"
	[[ -s $work/seen ]] || fail "nobody looked"
	find "$work/dest" -type f | sort >"$work/stay"
	sort -u "$work/seen" | comm -23 - "$work/stay" >"$work/gone"
	[[ ! -s $work/gone ]] || fail "goes away: $(cat "$work/gone")"
}

# A tree with next to nothing in it, in $work/hostile.
hostile_tree() {
	rm -rf "$work/hostile"
	mkdir -p "$work"/hostile/{drivers/iommu,include/linux}
	touch "$work"/hostile/{drivers/iommu/iommu.c,include/linux/{iommu,list}.h}
}

# The compiler reads headers by their plain names and no other files. Each line
# is a text that names one.
extract_includes() {
	local text

	hostile_tree
	while read -r text; do
		printf '%b\n' "$text" >"$work/hostile/drivers/iommu/iommu.c"
		refuses 'not allowed in the files under test: [#_a]' \
			core/extract "$work/hostile" "$work/nothing"
	done <<-'EOF'
		#include "/etc/passwd"
		#include <../../../../etc/passwd.h>
		#include ".git/config.h"
		#include "linux/passwd"
		/* */ # /* */ include "/etc/passwd"
		#inc\\\nlude "/etc/passwd"
		%:include "/etc/passwd"
		#define X "/etc/passwd"\n#include X
		#include_next "/etc/passwd"
		#embed "/etc/passwd"
		char *a = "/*";\n#/* */include "/etc/passwd"\nchar *b = "*/";
		#if __has_include("/etc/passwd")\n#endif
		asm(".incbin \"/etc/passwd\"");
		__asm__ /* */ volatile (".include \"/etc/passwd\"");
	EOF
}

# In a folder, and in an archive. One that stays in the tree is followed.
extract_symlinks() {
	local file priv=$work/hostile/drivers/iommu/iommu-priv.h

	hostile_tree
	echo '#include "iommu-priv.h"' >"$work/hostile/drivers/iommu/iommu.c"
	ln -s /etc/passwd "$priv"
	tar -C "$work" -cf "$work/hostile.tar" hostile
	for file in hostile hostile.tar; do
		refuses 'symlink leaves the tree: it leads to /etc/passwd$' \
			core/extract "$work/$file" "$work/nothing"
	done
	[[ ! -e $work/nothing/drivers ]] || fail "copies something"
	make -s core TREE=6.12
	cp -r build/core/6.12/{drivers,include} "$work/hostile"
	ln -sf ../../include/linux/list.h "$priv"
	core/extract "$work/hostile" "$work/dest"
	cmp "$work"/dest/{drivers/iommu/iommu-priv,include/linux/list}.h
}

# extract_bomb SIZE NAME...: an archive with files of SIZE, next to nothing as long as it is
# packed.
extract_bomb() {
	local file

	hostile_tree
	for file in "${@:2}"; do
		mkdir -p "$work/hostile/$file/drivers/iommu"
		truncate -s "$1" "$work/hostile/$file/drivers/iommu/iommu.c"
	done
	tar -C "$work" -czf "$work/bomb.tar.gz" hostile
	rm -r "$work/hostile"
	refuses 'are larger than 256 MB$' \
		core/extract "$work/bomb.tar.gz" "$work/nothing"
}

extract_tests() {
	local tree

	for tree in "${trees[@]}"; do
		run_test "extract $tree unmodified" extract_unmodified "$tree"
		run_test "extract $tree again" extract_again "$tree"
	done
	run_test "extract copied meanwhile" extract_copied
	run_test "extract folder" extract_folder
	run_test "extract broken archive" extract_broken
	run_test "extract folder without core" extract_no_core
	run_test "extract missing path" extract_missing
	run_test "extract revision" extract_revision
	run_test "extract no revision" refuses 'no such revision' \
		core/extract "$PWD@nonesuch" "$work/nothing"
	run_test "extract includes" extract_includes
	run_test "extract symlinks" extract_symlinks
	run_test "extract large file" extract_bomb 300M .
	run_test "extract many files" extract_bomb 100M . a b c
}
