# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The corpus of a campaign, for harness/cmd/fuzz, which sources this. Each file
# of it has the SHA-1 of what it holds as its name, as libFuzzer has it: what was
# torn, by a full disk or kill -9, shows by that, and goes. All else that is
# written to it here is written elsewhere, synced, and renamed; and nothing is
# taken away from it before what stands for it is there. So it is valid at any
# time, whoever is killed.
#
# Of the caller: OUT, the corpus's folder, that of a build, and its fuzzer.
: "${OUT:?}" "${corpus:?}" "${bin?}" "${target:?}"

# unlike_names DIR: print "SHA1 NAME" of each file whose name is not its SHA-1, with
# a NUL after it: a seed may have any name.
unlike_names() {
	local line

	(cd "$1" && find . -maxdepth 1 -type f -printf '%f\0' |
		xargs -0 -r sha1sum -z --) |
		while IFS= read -r -d '' line; do
			[[ ${line:0:40} = "${line:42}" ]] ||
				printf '%s %s\0' "${line:0:40}" "${line:42}"
		done
}

corpus_mend() {
	local name

	mkdir -p "$corpus" || die "$corpus: cannot be made"
	unlike_names "$corpus" | while IFS= read -r -d '' name; do
		name=${name:41}
		note "dropped a torn file, $corpus/$name"
		rm -f "${corpus:?}/$name"
	done
}

# corpus_move DIR: the files of DIR join the corpus, but for those that are there.
corpus_move() {
	local names

	mapfile -t names < <(comm -23 <(ls -A "$1") <(ls -A "$corpus"))
	((${#names[@]} > 0)) || return 0
	names=("${names[@]/#/$1/}")
	printf '%s\0' "${names[@]}" | xargs -0 sync -- &&
		printf '%s\0' "${names[@]}" | xargs -0 mv -t "$corpus" -- &&
		sync -- "$corpus"
}

# corpus_seed FOLDER: its programs join the corpus.
corpus_seed() {
	local new=$OUT/corpus.new prog

	rm -rf "$new"
	mkdir "$new" || die "$new: cannot be made"
	find -L "$1" -maxdepth 1 -type f ! -name '.*' -print0 |
		xargs -0 -r "$bin/groupfuzz" encode --into "$new" || exit 2
	unlike_names "$new" | while IFS= read -r -d '' prog; do
		mv -- "$new/${prog:41}" "$new/${prog:0:40}"
	done
	corpus_move "$new" || die "$corpus: cannot be written"
	rm -rf "$new"
}

# Of the same bytes AFL++'s processes each have a copy.
drop_copies() {
	{
		find "$corpus" -type f -printf '%f  %p\n'
		find "$OUT/afl" -type f -path '*/id:*' -print0 |
			xargs -0 -r sha1sum --
	} | awk 'seen[$1]++ { print substr($0, 43) }' |
		xargs -r -d '\n' rm -f -- || true
}

# What AFL++ has found joins the corpus, and of all that something hits, in
# libFuzzer's sense, one program stays, of the smallest; what AFL++ saw crash is
# filed on the way. Should it not get to its end, all stays as it is.
corpus_minimize() {
	local new=$OUT/corpus.new log=$OUT/merge.log from=("$corpus") dir wanted

	corpus_mend
	[[ ! -d $OUT/afl ]] || drop_copies
	rm -rf "$new"
	mkdir "$new" || return 0
	for dir in "$OUT"/afl/*/{queue,crashes,hangs}; do
		[[ ! -d $dir ]] || from+=("$dir")
	done
	(GROUPFUZZ_UNCOUNTED=1 child "$bin/$target" -merge=1 -max_len=3072 \
		"$new" "${from[@]}") >"$log" 2>&1 || true
	wanted=$(sed -n 's/^MERGE-OUTER: \([0-9]*\) new files with .*/\1/p' \
		"$log") || true
	# It does not tell whether it could write them.
	if [[ -n $wanted && -z $(unlike_names "$new" | tr -d '\0') ]] &&
		(($(find "$new" -type f | wc -l) == wanted)); then
		corpus_replace "$new"
	else
		note "the corpus is not minimised"
	fi
	rm -rf "$new" "$log"
}

corpus_replace() {
	(cd "$1" && ls -A) >"$OUT/corpus.list" || return 0
	corpus_move "$1" || return 0
	rm -rf "$OUT/afl"
	(cd "$corpus" && ls -A) | grep -vxFf "$OUT/corpus.list" |
		(cd "$corpus" && xargs -r rm -f --) || true
	rm -f "$OUT/corpus.list"
}

# AFL++ wants one input to begin with: the head of the binary form alone is an
# empty program.
corpus_empty() {
	local head='\211gfz\005'

	# shellcheck disable=SC2059
	printf "$head" >"$corpus/$(printf "$head" | sha1sum | cut -d ' ' -f 1)"
}
