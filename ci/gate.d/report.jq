# SPDX-License-Identifier: GPL-2.0-only
#
# What the gate noted, put together: OUT/gate.json.

# Each finding once, whichever sanitizer told of it, and by however many programs.
def of($class): $verdicts | map(select(.class == $class));
# Of what no other program has told more.
def alone($class):
	($verdicts | map(select(.class | IN("new", "removed", "both", "otherwise")) | .bucket)) as $told
	| of($class) | map(select(.bucket | IN($told[]) | not));
def named($class): alone($class) | map(.bucket) | unique;
def once: group_by(.bucket) | map(.[0] + { san: (map(.san) | unique) });

(of("new") | once) as $new
| (of("removed") | once) as $removed
# What ends in a new finding now has another behind it, of which nothing can be
# said.
| ($new | map(.bucket)) as $in_front
| (of("otherwise") | group_by([.side, .bucket])
	| map(.[0] + { other: (map(.other[]) | unique) })) as $otherwise
| { tree: $tree, patch: $patch, from: $from, to: $to,
    base: $base, patched: $patched, subjects: $subjects,
    error: $error, words: $words, seconds: $seconds,
    covered: $covered, not_covered: $others,
    runs: $runs,
    new: ($new | map(. + $described[0][.folder])),
    removed: ($removed | map(. + $described[0][.folder])),
    otherwise: ($otherwise | map(select(.other - $in_front != [])
	| { bucket, other, side })),
    hidden: ($otherwise | map(select(.other - $in_front == []))
	| map(.bucket) | unique),
    both: (of("both") | map(.bucket) | unique),
    doubtful: named("doubtful"), unjudged: named("unjudged"),
    unstable: named("unstable"),
    threads: (alone("threads") | group_by([.side, .bucket])
	| map((min_by(.chance) | { bucket, side, folder, chance }) +
	      { count: (map(.count) | add) })
	| map(.suspect = (.side == "patched" and .chance < 0.001))
	| sort_by(.chance)),
    changed: (if $measured == "" then null
	else { lines: ($changed | length), unreached: $unreached } end) }
| .suspect = (.threads | map(select(.suspect)) | length)
| .reasons = ([$error | select(. != "") | sub("^no verdict: "; "")] + $reasons +
	[(.doubtful | length | select(. > 0) |
		"\(.) finding\(if . == 1 then "" else "s" end) may be new, TIME is too short"),
	 (.suspect | select(. > 0) |
		"\(.) finding\(if . == 1 then "" else "s" end) of real threads may be new")])
| .verdict = if .error == "" and .covered == [] then "not covered"
	elif .new != [] then "new findings"
	elif .reasons != [] then "no verdict"
	else "no new finding" end
