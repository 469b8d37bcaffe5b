#!/bin/bash
# The program itself: what it links, and what was made from its tables.
. "$(dirname "$0")/lib.sh"

if grep -q __asan_init "$OAKUM"; then
	skip 'it links libc, libyaml, libseccomp and nothing else' 'a sanitizer is built in'
elif ! command -v readelf >/dev/null; then
	skip 'it links libc, libyaml, libseccomp and nothing else' 'there is no readelf'
else
	needed=$(readelf -d "$OAKUM" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | tr '\n' ' ')
	echo "# NEEDED: $needed"
	known=yes
	for library in $needed; do
		case $library in
		libc.so.6 | libyaml-0.so.2 | libseccomp.so.2) ;;
		*) known=no ;;
		esac
	done
	claim 'it links libc, libyaml, libseccomp and nothing else' test $known = yes
	claim 'it has no writable code' sh -c '! readelf -lW "$1" | grep -E "LOAD.*RWE"' - "$OAKUM"
fi

for shell in bash zsh; do
	[ $shell = bash ] && script=oakum.bash || script=_oakum
	run help --completion $shell
	claim "the completions of $shell are those of the tables" \
		diff "$SOURCE/packaging/completions/$script" "$out"
	if command -v $shell >/dev/null; then
		claim "$shell can read them" $shell -n "$out"
	else
		skip "$shell can read them" "there is no $shell"
	fi
done

for verb in audit can; do
	run help --man $verb
	sed -n '/^\.\\" begin/,/^\.\\" end/p' "$SOURCE/man/oakum-$verb.1" | sed '1d;$d' \
		>"$scratch/page"
	claim "the options in the manual page of $verb are those of the table" \
		diff "$scratch/page" "$out"
done

# What the completions offer, asked as bash asks.
complete() { # WORD...: completes the last one
	bash -c '. "$1"; shift; PATH=$(dirname "$OAKUM"):$PATH
		COMP_WORDS=(oakum "$@"); COMP_CWORD=$#; _oakum oakum "${@: -1}" "${COMP_WORDS[$#-1]}"
		printf "%s\n" "${COMPREPLY[@]}"' - \
		"$SOURCE/packaging/completions/oakum.bash" "$@" >"$out" 2>"$err"
}
complete au
says '^audit$' 'bash completes a verb'
complete audit --fo
says '^--format$' 'bash completes an option'
complete audit --format j
says '^json$' 'bash completes a value'
complete explain user-roo
says '^user-root$' 'bash completes the name of a rule'

finish
