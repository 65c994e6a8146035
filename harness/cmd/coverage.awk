# SPDX-License-Identifier: GPL-2.0-only
#
# The table of "make coverage". Reads, told apart by the variable "kind":
#
#	functions	ci/coverage/functions: which functions are the group core
#	reasons		ci/coverage/reasons: why a line is not reached, or nothing
#	lcov		what was reached, of one source file
#	source		that file
#
# and the variables "tree" and "ran", for the first line.

function fail(text)
{
	printf "coverage: %s:%d: %s\n", FILENAME, FNR, text >"/dev/stderr"
	failed = 1
	exit 2
}

# --- functions: [AREA] or [rest AREA: WHY], and names ---

kind != "source" && (/^#/ || /^$/) { next }

kind == "functions" && /^\[.*\]$/ {
	area = substr($0, 2, length($0) - 2)
	if (sub(/^rest /, "", area)) {
		sub(/:.*/, "", area)
		rest[area]
	}
	areas[++nr_areas] = area
	next
}

kind == "functions" {
	if (NF != 1 || area == "" || $1 in area_of)
		fail("not a function, in one area: " $0)
	area_of[$1] = area
	next
}

# --- reasons: FUNCTION WORD [@TREE,TREE...]: WHY ---

kind == "reasons" {
	colon = index($0, ": ")
	n = split(substr($0, 1, colon - 1), field, " ")
	if (!colon || n < 2 || n > 3 || (n == 3 && field[3] !~ /^@/))
		fail("not FUNCTION WORD [@TREE]: REASON")
	if (n == 3 && index("," substr(field[3], 2) ",", "," tree ",") == 0)
		next
	nr_reasons++
	of[nr_reasons] = field[1]
	word[nr_reasons] = field[2]
	reason[nr_reasons] = substr($0, colon + 2)
	next
}

# --- lcov: FN:LINE,NAME DA:LINE,COUNT BRDA:LINE,BLOCK,BRANCH,COUNT ---

kind == "lcov" && /^FN:/ {
	split(substr($0, 4), field, ",")
	sub(/.*:/, "", field[2])
	begins[field[1]] = field[2]
	next
}

kind == "lcov" && /^DA:/ {
	split(substr($0, 4), field, ",")
	hits[field[1] + 0] = field[2] + 0
	next
}

kind == "lcov" && /^BRDA:/ {
	split(substr($0, 6), field, ",")
	branches[field[1] + 0]++
	if (field[4] + 0 > 0)
		taken[field[1] + 0]++
	next
}

kind == "lcov" { next }

# --- source: each line counts for the function that it is in ---

# What stands outside of all functions is a macro.
kind == "source" && FNR == 1 {
	areas[++nr_areas] = "macros"
	rest["macros"]
}

function area_named(f)
{
	if (f == "")
		return "macros"
	return f in area_of ? area_of[f] : "in no list"
}

function count(table, key)
{
	if (FNR in hits) {
		table[key, "lines"]++
		table[key, "hit"] += hits[FNR] > 0
	}
	table[key, "branches"] += branches[FNR]
	table[key, "taken"] += taken[FNR]
}

FNR in begins {
	function_now = begins[FNR]
	there[++nr_functions] = function_now
	block = 0
	above = ""
}

{
	count(whole, "")
	count(per_function, function_now)
	now = area_named(function_now)
	count(per_area, now)
	count(total, now in rest)
	body[function_now] = body[function_now] "\n" $0
	walk(now in rest)
	if (/^}/)
		function_now = ""
}

# A run of lines that are not reached, and the one that leads there.
function walk(is_rest)
{
	if (!(FNR in hits))
		return
	if (hits[FNR] || is_rest) {
		block = 0
		above = $0
		return
	}
	if (!block) {
		block = ++nr_blocks
		block_of[block] = function_now
		leads_to[block] = above
	}
	text[block] = text[block] "\n" $0
	shown[block] = shown[block] sprintf("%10d%s\n", FNR, $0)
	missed[block]++
}

# --- the table ---

function share(part, all)
{
	if (!all)
		return sprintf("%12s %5s  ", "", "-")
	return sprintf("%4d of %4d %5.1f %%", part, all, 100 * part / all)
}

function row(label, table, key,    line)
{
	line = sprintf("%-36s %s  %s", label,
		       share(table[key, "hit"], table[key, "lines"]),
		       share(table[key, "taken"], table[key, "branches"]))
	sub(/ +$/, "", line)
	print line
}

# An area, and those of its functions that have lines which are not reached.
function print_area(area,    i, f)
{
	if (!per_area[area, "lines"])
		return
	row(area in rest ? "  " area : area, per_area, area)
	for (i = 1; i <= nr_functions && !(area in rest); i++) {
		f = there[i]
		if (area_named(f) == area &&
		    per_function[f, "hit"] < per_function[f, "lines"])
			row("  " f, per_function, f)
	}
}

# As a word of its own, so that EINVAL is not found in another name.
function has_word(s, w)
{
	return w == "*" || s ~ "(^|[^A-Za-z0-9_])" w "([^A-Za-z0-9_]|$)"
}

function whole_function(b)
{
	return missed[b] == per_function[block_of[b], "lines"]
}

function applies(i, b)
{
	if (of[i] != block_of[b])
		return 0
	if (word[i] == "*")
		return whole_function(b)
	return has_word(leads_to[b] "\n" text[b], word[i])
}

# The reason for a run of lines, best one that names something in them.
function find_reason(b,    i, found)
{
	for (i = 1; i <= nr_reasons; i++) {
		if (!applies(i, b))
			continue
		used[i]++
		if (!found || (has_word(text[b], word[i]) &&
			       !has_word(text[b], word[found])))
			found = i
	}
	return found
}

# Lines of 80 columns at most, indented by 4.
function wrapped(s,    n, i, words, line, out)
{
	n = split(s, words, " ")
	line = "   "
	for (i = 1; i <= n; i++) {
		if (length(line) + 1 + length(words[i]) > 80) {
			out = out line "\n"
			line = "   "
		}
		line = line " " words[i]
	}
	return out line
}

function print_missed(    b, r, lines)
{
	print "\nNever reached, of the group core:"
	for (b = 1; b <= nr_blocks; b++) {
		r = find_reason(b)
		lines += r ? 0 : missed[b]
		printf "\n%s%s\n%s\n%s", block_of[b],
		       r && word[r] != "*" ? ", " word[r] : "",
		       wrapped(r ? reason[r] : "NO REASON is given"), shown[b]
	}
	print ""
	for (r = 1; r <= nr_reasons; r++)
		if (!used[r] && of[r] in body && has_word(body[of[r]], word[r])) {
			printf "REACHED NOW: %s %s\n%s\n", of[r], word[r],
			       wrapped(reason[r])
			stale++
		}
	printf "%d of these lines have no reason, %d reasons are reached now\n",
	       lines, stale
}

END {
	if (failed)
		exit 2
	printf "%s: %s; iommu.c\n\n", tree, ran
	printf "%-36s %16s  %19s\n", "", "lines", "branches"
	for (i = 1; i <= nr_areas; i++)
		if (!(areas[i] in rest))
			print_area(areas[i])
	print_area("in no list")
	row("the group core", total, 0)
	print ""
	for (i = 1; i <= nr_areas; i++)
		if (areas[i] in rest)
			print_area(areas[i])
	row("the rest", total, 1)
	row("iommu.c", whole, "")
	if (nr_reasons)
		print_missed()
	print ""
}
