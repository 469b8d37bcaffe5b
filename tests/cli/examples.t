#!/bin/bash
# What the bundled examples are there to show is shown.
. "$(dirname "$0")/lib.sh"
examples=$SOURCE/examples

claim 'the demo runs to its end' sh "$SOURCE/tools/demo.sh" "$OAKUM" "$examples/iris/before"
run audit "$examples/iris/before"
exits 1 'the service has findings'
says 'compose.yaml:iris_predictor: runs as .*uid 1000' "user: hides the image's root"
says 'compose.yaml:66 .user: root. hides Dockerfile.notebook:9' "and the image's user"
says '^  high  seccomp-path-quoted .*compose.yaml:6:' 'the quoted path, where the anchor stands'
says '^  high  volume-uid-across-services ' 'the volume of two users'
says '^  high  port-unauthenticated-service .*compose.yaml:68:' 'the notebook without a login'

# The same mistakes in the compose file and on the run line of each scenario.
both() { # SCENARIO RULE...
	local scenario=$1 rule
	shift
	for rule; do
		run audit --format json "$examples/scenarios/$scenario/before"
		json "$scenario: $rule in compose.yaml and run.sh" "{'compose.yaml', 'run.sh'} <= {
			f['file'].split('/')[-1] for f in r['findings'] if f['rule'] == '$rule'}"
	done
}
both serve user-override-root secret-in-environment port-bound-all-interfaces
both pipeline privileged
both library secret-in-environment seccomp-unconfined host-ipc cap-add-dangerous
both train user-override-root privileged host-ipc host-pid mount-root-equivalent

for folder in "$examples"/iris/before "$examples"/scenarios/*/before; do
	run audit --format json "$folder"
	json "nothing of ${folder#"$examples/"} is unseen" "r['skipped'] == []"
done

# What oakum fix makes of each is kept beside it: the files that differ, byte for byte.
for before in "$examples"/iris/before "$examples"/scenarios/*/before; do
	name=${before#"$examples/"}
	cp -r "$before" "$scratch/fixed" && cp -r "$before" "$scratch/wanted"
	cp -r "${before%/before}/after/." "$scratch/wanted"
	claim "oakum fix writes ${name%/before}" sh -c \
		'cd "$2" && { "$1" fix --write --all . >/dev/null || [ $? -eq 1 ]; }' \
		- "$OAKUM" "$scratch/fixed"
	claim "${name%/before}/after is what it writes" \
		diff -r "$scratch/wanted" "$scratch/fixed"
	rm -rf "$scratch/fixed" "$scratch/wanted"
done

finish
