# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The gate's report, from what was noted: for a terminal, as JSON, as JUnit XML,
# as Markdown that can be a mail, and for GitHub Actions where that runs it.
# Sourced by ci/gate.

# Of the lines that are new, those that are code, and those that no program
# reached, whether it was given or found. It is no part of the verdict: where that
# fails, or takes too long, the report has no such lines.
find_unreached()
{
	mkdir "$gate/coverage"
	apart measure_coverage 2>"$gate/coverage/log"
	wait_until $((deadline - (deadline - end) / 3)) $! || {
		rm -f "$gate/coverage/changed" "$gate/unreached"
		say "the changed lines are not measured: $(tail -n 1 \
			"$gate/coverage/log")"
	}
}

measure_coverage()
{
	local cov=$gate/coverage bin

	bin=$(<"$gate/build.patched")/coverage/groupfuzz
	find "$gate/programs" "$gate"/patched/*/*/corpus \
		"$gate"/{patched,base} -type f \
		\( -name '*.prog' -o -path '*/corpus/*' \) -print0 2>/dev/null |
		LLVM_PROFILE_FILE=$cov/%p.profraw xargs -0 -r -n 500 \
			timeout 60 "$bin" run --quiet >/dev/null 2>&1 || true
	llvm-profdata merge -o "$cov/profdata" "$cov"/*.profraw || return
	llvm-cov export -format=lcov -instr-profile="$cov/profdata" "$bin" \
		>"$cov/lcov" 2>/dev/null || return
	rm -f "$cov"/*.profraw
	while read -r file; do
		awk -v file="$file" -F '[:,]' '
			/^SF:/ { ours = substr($0, length - length(file)) == "/" file }
			ours && /^DA:/ { print file ":" $2, $3 }' "$cov/lcov"
	done <"$gate/covered" | sort -u >"$cov/lines"
	awk 'NR == FNR { new[$1] = 1; next } $1 in new' \
		"$gate/changed" "$cov/lines" >"$cov/changed"
	sed -n 's/ 0$//p' "$cov/changed" | sort -t : -k 1,1 -k 2n \
		>"$gate/unreached"
}

# What a new finding is, in full; where it is told of, a line of the patch: one
# that its trace names, or else the first.
describe()
{
	local dir=$1 line

	line=$(cat "$dir"/{trace,sanitizer}.txt 2>/dev/null |
		grep -o 'iommu\.c:[0-9]*' | sed 's,^,drivers/iommu/,' |
		grep -xF -f "$gate/changed" | head -n 1) || true
	jq -n --arg folder "$dir" --rawfile program "$dir/minimized.prog" \
		--rawfile trace "$dir/trace.txt" \
		--arg line "${line:-$(head -n 1 "$gate/changed")}" \
		--arg sanitizer "$(head -c 20000 "$dir/sanitizer.txt" 2>/dev/null)" \
		'{$folder, $trace, $sanitizer, $line,
		  program: ($program | split("\n") |
			map(select(startswith("#") | not)) | join("\n"))}'
}

# The source of each line that was not reached.
unreached_lines()
{
	local file line

	[ -f "$gate/unreached" ] || return 0
	while IFS=: read -r file line; do
		jq -n --arg file "$file" --arg line "$line" --arg text \
			"$(awk -v line="$line" 'NR == line' \
			"$(core_of "$patched")/$file")" \
			'{$file, line: ($line | tonumber), $text}'
	done <"$gate/unreached"
}

lines_of()
{
	jq -R . "$1"
}

# All of it as one JSON object; the rest is made from that.
write_json()
{
	local dir

	for dir in "$gate"/new/*/ "$gate"/removed/*/; do
		[ ! -d "$dir" ] || describe "${dir%/}"
	done | jq -s 'INDEX(.folder)' >"$gate/described"
	jq -n --arg tree "$TREE" --arg patch "$PATCH" --arg base "${base-}" \
		--arg patched "${patched-}" \
		--arg from "${from-}" --arg to "${to-}" \
		--argjson seconds $((EPOCHSECONDS - began)) \
		--slurpfile verdicts "$gate/verdicts" \
		--slurpfile described "$gate/described" \
		--slurpfile subjects <(lines_of "$gate/subjects") \
		--slurpfile covered <(lines_of "$gate/covered") \
		--slurpfile others <(lines_of "$gate/others") \
		--slurpfile runs "$gate/runs" \
		--slurpfile reasons <(lines_of "$gate/reasons") \
		--slurpfile changed <(lines_of "$gate/coverage/changed" \
			2>/dev/null) \
		--slurpfile unreached <(unreached_lines) \
		--arg measured "$([ ! -f "$gate/unreached" ] || echo yes)" \
		--arg error "${1-}" --arg words "$(head -c 60000 "${2-/dev/null}")" \
		-f ci/gate.d/report.jq >"$OUT/gate.json"
}

write_reports()
{
	jq -r -L ci/gate.d 'include "forms"; junit' "$OUT/gate.json" \
		>"$OUT/gate.xml"
	jq -r -L ci/gate.d 'include "forms"; markdown' "$OUT/gate.json" \
		>"$OUT/gate.md"
	[ -n "${GITHUB_ACTIONS-}" ] || return 0
	jq -r -L ci/gate.d 'include "forms"; annotations' "$OUT/gate.json"
}

# The sandbox does not see that file.
step_summary()
{
	[ -z "${GITHUB_STEP_SUMMARY-}" ] || [ ! -f "$OUT/gate.md" ] ||
		cat "$OUT/gate.md" >>"$GITHUB_STEP_SUMMARY"
}

# report_error WHAT FILE: there is no verdict; FILE has the words of a tool.
report_error()
{
	write_json "$1" "$2"
	write_reports
}

report()
{
	write_json
	write_reports
	jq -r -L ci/gate.d 'include "forms"; terminal' "$OUT/gate.json"
	echo "report: $OUT/gate.md, $OUT/gate.xml, $OUT/gate.json"
	case $(jq -r .verdict "$OUT/gate.json") in
	'new findings') status=1 ;;
	'no new finding'|'not covered') status=0 ;;
	*) status=2 ;;
	esac
}
