# SPDX-License-Identifier: GPL-2.0-only
#
# The gate's report in its forms, from OUT/gate.json.

def plural($n; $what): "\($n) \($what)\(if $n == 1 then "" else "s" end)";

def title:
	if .from != "" then "\(.tree), \(.from) against \(.to)"
	else "\(.tree) with \(.patch)" end;

def verdict:
	if .error != "" then .error
	elif .verdict == "not covered" then
		"not covered: the patch touches none of the files under test"
	elif .verdict == "new findings" then plural(.new | length; "new finding")
	elif .verdict == "no verdict" then
		"no verdict: \(.reasons[0])" + (if (.reasons | length) > 1
		then ", and \(plural((.reasons | length) - 1; "other reason"))" else "" end)
	else .verdict end;

# One line for each tree and sanitizer: reached, of at least so many.
def runs_text: .runs | group_by([.sanitizer, .side])[] |
	"\(.[0].sanitizer), \(.[0].side): " +
	(map("\(.reached) of \(.required) \(.what)") | join(", "));

def indented: rtrimstr("\n") | split("\n") | map("    " + .) | join("\n");

# The line that says what is wrong: the one before the last, which names the
# bucket; with several threads it is in a column.
# The last report of the trace, which a column may have wrapped.
def message:
	.trace | split("\n") | map(select(. != "") | sub("^\\s+"; ""))[:-1]
	| (map(test("^(\\*\\*\\*|operation [0-9]+:) ")) | rindex(true)) as $at
	| if $at then .[$at:] | join(" ") | ltrimstr("*** ") else .[-1] // "" end;

def replay($tree; $san): "make run TREE=\($tree)" +
	(if $san[0] == "address" then "" else " SAN=\($san[0])" end) +
	" PROG=\(.folder)/minimized.prog";

def unreached_text: .changed.unreached[]? | "\(.file):\(.line):\(.text)";

def some: (.[:3] | join(", ")) +
	if length > 3 then " and \(length - 3) more" else "" end;

# One line each of what is not new.
def remarks:
	(.base as $base | .removed[] |
		"removed: \(.bucket) (\(replay($base; .san)))"),
	([.otherwise[] | if .side == "patched"
		then "otherwise: \(.bucket), where it was \(.other | some)"
		else "otherwise: \(.other | some), where it was \(.bucket)"
		end] | unique[]),
	(if .hidden != [] then
		"behind what is new: \(plural(.hidden | length; "finding")) of the base" +
		" cannot be seen" else empty end),
	(if .both != [] then "\(plural(.both | length; "finding")) in both" else empty end),
	(if .doubtful != [] then "perhaps new, there was no time to find out: \(.doubtful | some)"
		else empty end),
	(.threads | map(select(.side == "patched"))
	| (.[:5][] | "by real threads alone, with the patch alone: " +
		"\(.bucket), \(plural(.count; "time")), " +
		(if .suspect then "hardly" else "perhaps" end) +
		" by chance (\(.folder)/stress.txt)"),
	  (.[5:] | if . != [] then "and \(plural(length; "finding")) more like that"
		else empty end)),
	(.threads | map(select(.side == "base") | .bucket)
	| if . != [] then "by real threads alone, without the patch alone: \(some)"
		else empty end),
	(if .unjudged != [] then "no time to judge: \(.unjudged | some)"
		else empty end),
	(if .unstable != [] then "do not come back: \(.unstable | some)"
		else empty end);

def coverage_line:
	"\(plural(.changed.lines; "changed line")) of code, " +
	"\(.changed.unreached | length) of them reached by no program";

# --- for a terminal ---

def terminal:
	. as $r
	| (if .not_covered != [] then "not covered: \(.not_covered | .[:5] | join(" "))" +
		(if (.not_covered | length) > 5
		 then " and \((.not_covered | length) - 5) more" else "" end)
		else empty end),
	(.new[] | "NEW \(.bucket)", "        \(message)",
		"        \(replay($r.patched; .san))"),
	remarks,
	(if .runs != [] then "ran, reached of required:", (runs_text | "        " + .) else empty end),
	(if .changed then coverage_line else empty end),
	(unreached_text | "        " + .),
	(if .verdict == "no verdict" then .reasons[1:] else .reasons end | .[] |
		"not settled: " + .),
	"\(title): \(verdict)";

# --- Markdown, as plain as a mail ---

def md_finding($tree):
	"",
	"### \(.bucket)",
	"",
	"Seen with \(.san | join(" and ")) sanitizer. The program, by",
	"`\(replay($tree; .san))`:",
	"",
	(.program | indented),
	"",
	"and what it does:",
	"",
	(.trace | indented);

def markdown:
	. as $r
	| "## groupfuzz: \(title)",
	"",
	"**\(verdict)**",
	"",
	"verdict: \(.verdict)",
	(if .error != "" then "", (.words | indented) else empty end),
	(if .subjects != [] then "", (.subjects[] | "- \(.)") else empty end),
	(if .reasons == [] or (.reasons | length) == 1 and .verdict == "no verdict"
		then empty else "", (.reasons[] | "- not settled: \(.)") end),
	(if .not_covered != [] then "",
		"Not covered: \(plural(.not_covered | length; "file")), among them `\(.not_covered[0])`."
		else empty end),
	(if .new != [] then "", "New with the patch:" else empty end),
	(.new[] | md_finding($r.patched)),
	([remarks] | if . != [] then "", (.[] | "- \(.)") else empty end),
	(if .error == "" and .covered != [] then
		(if .changed then
			"", coverage_line + (if .changed.unreached != [] then ":" else "." end),
			(if .changed.unreached != [] then "", ([unreached_text] | join("\n") | indented)
			 else empty end)
		 else empty end),
		(if .runs != [] then "", "Ran in \(.seconds) seconds, reached of required:", "",
			(runs_text | indented) else empty end)
		else empty end);

# --- JUnit XML ---

# Only what XML may hold.
def xml: gsub("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f]"; "?") | @html;

def testcase($class; $name; $inside):
	"  <testcase classname=\"groupfuzz.gate.\($class)\" name=\"\($name | xml)\"" +
	(if $inside == "" then "/>" else ">\n\($inside)\n  </testcase>" end);

def system_out($text): "    <system-out>\($text | xml)</system-out>";

def testcases:
	. as $r
	| (if .error != "" then testcase("patch"; "applies and compiles";
		"    <error message=\"\(.error | xml)\">\(.words | xml)</error>")
	   else testcase("patch"; "applies and compiles"; "") end),
	(.new[] | testcase("new"; .bucket;
		"    <failure type=\"\(.bucket | xml)\" message=\"\(message | xml)\">" +
		(replay($r.patched; .san) + "\n\n" + .program + "\n" + .trace +
		 .sanitizer | xml) + "</failure>")),
	(.removed[] | testcase("removed"; .bucket; "")),
	(.otherwise[] | testcase("otherwise"; .bucket;
		system_out("\(.side): \(.bucket); the other: \(.other | join(", "))"))),
	(.both[] | testcase("both"; .; "")),
	(.doubtful + .unjudged | .[] | testcase("unjudged"; .; "    <skipped/>")),
	(.threads[] | testcase("threads"; .bucket; if .suspect then "    <skipped/>"
		else system_out("\(.side): \(plural(.count; "time"))") end)),
	(if .error == "" then testcase("verdict"; .verdict;
		[(if .verdict == "no verdict" then
			.reasons[] | "    <error message=\"\(xml)\"/>" else empty end),
		 system_out([runs_text] | join("\n"))] | join("\n"))
	 else empty end),
	(if .changed and .error == "" then
		testcase("coverage"; "changed lines"; system_out(
			[coverage_line, unreached_text] | join("\n")))
	 else empty end);

def junit:
	[testcases] as $cases
	| "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
	"<testsuites>",
	" <testsuite name=\"groupfuzz gate: \(title | xml)\" tests=\"\($cases | length)\" failures=\"\(.new | length)\" errors=\"\(if .verdict == "no verdict" then 1 else 0 end)\" skipped=\"\(.doubtful + .unjudged + (.threads | map(select(.suspect))) | length)\" time=\"\(.seconds)\">",
	"  <properties><property name=\"verdict\" value=\"\(.verdict)\"/></properties>",
	$cases[],
	" </testsuite>",
	"</testsuites>";

# --- GitHub Actions ---

# As its runner unescapes them: @actions/core, command.ts.
def data: gsub("%"; "%25") | gsub("\r"; "%0D") | gsub("\n"; "%0A");
def property: data | gsub(":"; "%3A") | gsub(","; "%2C");

def annotation($level; $file; $line; $title; $text):
	"::\($level) file=\($file | property),line=\($line),title=\($title | property)::\($text | data)";

def annotations:
	(if .verdict == "no verdict" then
		"::error title=\(verdict | property)::\(.reasons + [.words] | join("\n") | data)"
	 else empty end),
	(.new[] | (.line | split(":")) as $at
		| annotation("error"; $at[0]; $at[1]; .bucket;
			message + "\n\n" + .program + "\n" + .trace)),
	(.changed.unreached[]? | annotation("warning"; .file; .line;
		"not reached"; "no program reaches this line"));
