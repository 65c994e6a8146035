# SPDX-License-Identifier: GPL-2.0-only
#
# What is wrong with a workflow, a line each, for ci/lint: names of members, the
# parts that have to be there, and no value of an event within a shell command
# (it may be anybody's). After the rules of actionlint and GitLab's own lint, as
# far as these two files use the language. Arguments: --arg kind github or gitlab.

def unknown($where; $known): keys_unsorted - $known | .[] | "\($where): no such key: \(.)";

def lacks($where; $names): ($names - keys_unsorted)[] | "\($where): lacks \(.)";

def expressions: [scan("\\$\\{\\{\\s*([a-z_]+)")[]];

def step($where):
	unknown($where; ["name", "id", "if", "uses", "run", "with", "env", "shell",
		"working-directory", "continue-on-error", "timeout-minutes"]),
	(if has("uses") == has("run") then "\($where): either uses or run" else empty end),
	(if has("with") and (has("uses") | not) then "\($where): with without uses" else empty end),
	(.uses // empty | select(test("^[^/@ ]+/[^@ ]+@[^@ ]+$") | not)
		| "\($where): uses \(.): not owner/name@version"),
	(.run // empty | select(test("\\$\\{\\{"))
		| "\($where): an expression within run"),
	((.with // {}, .env // {}) | .[] | tostring | expressions
		| map(select(IN("github", "vars", "secrets", "env", "matrix", "runner") | not))[]
		| "\($where): no such context: \(.)");

def github:
	unknown("workflow"; ["name", "on", "permissions", "concurrency", "env", "jobs", "defaults"]),
	lacks("workflow"; ["on", "jobs"]),
	(.on // {} | unknown("on"; ["pull_request", "push", "schedule", "workflow_dispatch"])),
	(.on.pull_request // {} | unknown("pull_request"; ["paths", "branches", "types", "paths-ignore"])),
	(.jobs // {} | to_entries[] | .key as $job | .value
		| lacks($job; ["runs-on", "steps"]),
		unknown($job; ["name", "runs-on", "container", "timeout-minutes", "steps",
			"needs", "if", "env", "strategy", "permissions"]),
		(.steps // [] | to_entries[] | .key as $n | .value | step("\($job), step \($n + 1)")));

def gitlab:
	to_entries[] | .key as $job | .value
	| lacks($job; ["script"]),
	unknown($job; ["stage", "image", "timeout", "rules", "variables", "before_script",
		"script", "after_script", "artifacts", "needs", "tags", "allow_failure"]),
	(.rules // [] | .[] | unknown("\($job), rules"; ["if", "changes", "when", "exists", "variables", "allow_failure"])),
	((.before_script // [], .script // []) | .[] | select(type != "string")
		| "\($job): a command that is no string"),
	(.artifacts // {} | unknown("\($job), artifacts"; ["when", "paths", "reports", "name", "expire_in", "exclude", "expose_as"])),
	(.artifacts.reports // {} | unknown("\($job), reports"; ["junit", "coverage_report", "dotenv"]));

if $kind == "github" then github else gitlab end
