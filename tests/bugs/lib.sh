# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What bugs and the programs that show them say of themselves, and what is done
# once for all that take it. Sourced.

# directive NAME FILE: the rest of a comment "# NAME: ..." at the head of a program.
# It starts no process, since each test asks for several.
directive() {
	local line

	while read -r line && [[ $line = '#'* ]]; do
		[[ $line != "# $1: "* ]] || echo "${line#"# $1: "}"
	done <"$2"
}

trees_of() {
	directive trees "$1" | grep . || echo 6.1 6.12
}

sans_of() {
	directive san "$1" | grep . || echo address
}

has_threads() {
	[[ $(grep -c '^thread' "$1") -gt 1 ]]
}

# programs_of BUG: the files of those that show it.
programs_of() {
	grep -lx "# bug: $1" tests/scenarios/*.prog corpus/regressions/*.prog
}

all_bugs() {
	basename -s .cocci tests/bugs/*.cocci
}

# oracles_of BUG: those that its header says speak, and "only" if no other does.
oracles_of() {
	sed -n 's,^// Oracle: \([a-z, ]*\).*,\1,p' "tests/bugs/$1.cocci" |
		tr -d ','
}

# only_of BUG: the one that speaks if there is only one, else nothing.
only_of() {
	oracles_of "$1" | awk '/ only$/ { print $1 }'
}

# once DIR LOCK COMMAND...: run COMMAND, unless DIR/done has it from before. Of those
# with one LOCK, by a process, the others wait for the first.
once() {
	local finished

	# Mostly it has, and that takes no process.
	{ read -r -d '' finished <"$1/done"; } 2>/dev/null || true
	[[ $'\n'$finished$'\n' != *$'\n'"${*:3}"$'\n'* ]] || return 0
	(
		flock 9
		! grep -qxF "${*:3}" "$1/done" || exit 0
		"${@:3}" 9>&- || exit
		echo "${*:3}" >>"$1/done"
	) 9>"$1/lock.$2"
}

# --- searches, in $work ---

# What they begin with, and what reads their results.
prepare_searches() {
	local file

	reader=build/6.12/none/groupfuzz
	python3 harness/tool build -s TREE=6.12 SAN=none groupfuzz
	rm -rf "$work"
	mkdir -p "$work/seeds"
	for file in corpus/seeds/*; do
		"$reader" encode "$file" "$work/seeds/$(basename "$file" .prog)"
	done
}

# search DIR BIN RUNS SEED: a campaign of RUNS executions of BIN/fuzz_threads, with
# its results in DIR. What else it is told is in the environment
# (harness/target/campaign.h).
search() {
	local dir=$1 flags=(-max_len=3072 -len_control=0 -entropic=0
			    -reduce_inputs=0 -verbosity=0)

	rm -rf "$dir"
	mkdir -p "$dir"
	cp -r "$work/seeds" "$dir/corpus"
	# Nobody reads what a sanitizer says in its own words, and names and stacks
	# cost time: many times what the execution takes that it tells of.
	ASAN_OPTIONS=symbolize=0:${ASAN_OPTIONS-} \
	UBSAN_OPTIONS=symbolize=0:print_stacktrace=0 \
	GROUPFUZZ_OUT=$dir "$2/fuzz_threads" \
		-runs="$3" -seed="$4" -artifact_prefix="$dir/" "${flags[@]}" \
		"$dir/corpus" >"$dir/log" 2>&1 || true
	"$reader" summary "$dir" >/dev/null 2>&1 || true
}

# reached DIR BUCKETS: the first execution that ended in one of them, of a search
# with its results in DIR; nothing if none did.
reached() {
	jq --arg buckets " $2 " '[.buckets[] | .id as $id |
		select($buckets | contains(" " + $id + " ")) |
		.first_execution] | min // empty' "$1/summary.json"
}
