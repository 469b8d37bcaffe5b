#!/bin/bash
# A wrong command line gets one line that says what was meant, status 2, and nothing
# on standard output.
. "$(dirname "$0")/lib.sh"

wrong() { # CLAIM REGEX ARGUMENT...
	local claim=$1 regex=$2
	shift 2
	run "$@"
	exits 2 "$claim"
	complains "$regex" "$claim: it is said why"
	says_nothing "$claim: nothing on standard output"
}

wrong 'no verb' 'which verb'
wrong 'an unknown verb' "no verb 'xyz'; see 'oakum help'" xyz
wrong 'a misspelt verb' "did you mean 'audit'" audti
wrong 'an unknown option' "no option '--xyzzy'; see 'oakum audit --help'" audit --xyzzy
wrong 'a misspelt option' "did you mean '--format'" audit --fromat=json
wrong 'an abbreviated option' "no option '--form'.*did you mean '--format'" audit --form json
wrong 'an unknown letter' "no option '-x'" audit -x
wrong 'an option without its value' 'lacks its value, FILE' audit --images
wrong 'a letter without its value' '-j lacks its value' audit -j
wrong 'a value where none belongs' '--quiet takes no value' audit --quiet=1
wrong 'an unknown format' "'xml' is none of text\|json" audit --format xml
wrong 'a misspelt severity' "did you mean 'high'" audit --fail-on hihg
wrong 'no jobs' "'0' is no number" audit -j 0
wrong 'many jobs' "'two' is no number" audit --jobs=two
wrong 'a build argument without a name' 'has no name' audit --build-arg =1
wrong 'an unknown rule to enable' "no rule, group or severity 'nothing'" audit --enable nothing
wrong 'explain without a rule' 'which rule' explain
wrong 'explain of an unknown rule' "did you mean 'user-root'" explain user-rot
wrong 'explain of an unknown word' "did you mean 'capability'" explain capabilty
wrong 'explain of two rules' 'one rule or word at a time' explain user-root user-missing
wrong 'an argument that rules does not take' "try 'oakum explain user-root'" rules user-root
wrong 'help about an unknown verb' "no verb 'xyz'" help xyz

run --version
exits 0 '--version'
says '^oakum [0-9]+\.[0-9]+\.[0-9]+$' '--version says name and number'

run --help
exits 0 '--help'
says '^Example:' '--help shows an example'
for verb in audit explain rules help; do
	says "^  $verb " "--help lists $verb"
done
cp "$out" "$scratch/help"
run help
claim "'oakum help' and 'oakum --help' are the same" cmp "$out" "$scratch/help"

for verb in audit explain rules help; do
	run "$verb" --help
	exits 0 "$verb --help"
	says "^usage: oakum $verb" "$verb --help begins with its usage"
	says '^Example:' "$verb --help shows an example"
	complains_not "$verb --help complains of nothing"
	claim "$verb --help fits 80 columns" test "$(wc -L <"$out")" -le 80
done

# Behind -- and as the value of an option, a word that looks like one is none.
file --quiet 'FROM debian:12' 'USER root'
run audit -- --quiet
exits 1 'behind -- a name may begin with dashes'
run audit --target --help ./--quiet
says_not '^usage' 'the value of an option is no option'

finish
