# bash completion for oakum; made by 'oakum help --completion bash'.
_oakum() {
	local word=$2 before=$3 verb=${COMP_WORDS[1]} options='' words=''
	local verbs="audit can why explain fix prepare rules seccomp help"
	if ((COMP_CWORD == 1)); then
		mapfile -t COMPREPLY < <(compgen -W "$verbs --help --version" -- "$word")
		return
	fi
	# bash hands over --name=value as three words.
	if [[ $before == = ]]; then
		before=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	case $verb in
	audit)
		case $before in
		--format)
			mapfile -t COMPREPLY < <(compgen -W "text json" -- "$word")
			return
			;;
		--fail-on)
			mapfile -t COMPREPLY < <(compgen -W "info low medium high critical never" -- "$word")
			return
			;;
		--target | -t)
			mapfile -t COMPREPLY < <(:)
			return
			;;
		--build-arg)
			mapfile -t COMPREPLY < <(:)
			return
			;;
		--builder)
			mapfile -t COMPREPLY < <(compgen -W "classic buildkit" -- "$word")
			return
			;;
		--as)
			mapfile -t COMPREPLY < <(compgen -W "dockerfile compose script template" -- "$word")
			return
			;;
		--file | -f)
			mapfile -t COMPREPLY < <(compgen -f -- "$word")
			return
			;;
		--env-file)
			mapfile -t COMPREPLY < <(compgen -f -- "$word")
			return
			;;
		--project-directory)
			mapfile -t COMPREPLY < <(compgen -d -- "$word")
			return
			;;
		--run)
			mapfile -t COMPREPLY < <(:)
			return
			;;
		--images)
			mapfile -t COMPREPLY < <(compgen -f -- "$word")
			return
			;;
		--context)
			mapfile -t COMPREPLY < <(compgen -d -- "$word")
			return
			;;
		--select)
			mapfile -t COMPREPLY < <(compgen -W "$(oakum rules --names 2>/dev/null)" -- "$word")
			return
			;;
		--ignore)
			mapfile -t COMPREPLY < <(compgen -W "$(oakum rules --names 2>/dev/null)" -- "$word")
			return
			;;
		--enable)
			mapfile -t COMPREPLY < <(compgen -W "$(oakum rules --names 2>/dev/null)" -- "$word")
			return
			;;
		--config)
			mapfile -t COMPREPLY < <(compgen -f -- "$word")
			return
			;;
		--jobs | -j)
			mapfile -t COMPREPLY < <(:)
			return
			;;
		--color)
			mapfile -t COMPREPLY < <(compgen -W "auto always never" -- "$word")
			return
			;;
		esac
		options="--format --fail-on --target --build-arg --builder --as --file --env-file --project-directory --run --images --context --select --ignore --enable --no-inline --config --no-config --jobs --color --quiet --help"
		;;
	can)
		case $before in
		--file | -f)
			mapfile -t COMPREPLY < <(compgen -f -- "$word")
			return
			;;
		--run)
			mapfile -t COMPREPLY < <(:)
			return
			;;
		--user | -u)
			mapfile -t COMPREPLY < <(:)
			return
			;;
		--format)
			mapfile -t COMPREPLY < <(compgen -W "text json" -- "$word")
			return
			;;
		--target | -t)
			mapfile -t COMPREPLY < <(:)
			return
			;;
		--build-arg)
			mapfile -t COMPREPLY < <(:)
			return
			;;
		--builder)
			mapfile -t COMPREPLY < <(compgen -W "classic buildkit" -- "$word")
			return
			;;
		--as)
			mapfile -t COMPREPLY < <(compgen -W "dockerfile compose script template" -- "$word")
			return
			;;
		--env-file)
			mapfile -t COMPREPLY < <(compgen -f -- "$word")
			return
			;;
		--project-directory)
			mapfile -t COMPREPLY < <(compgen -d -- "$word")
			return
			;;
		--images)
			mapfile -t COMPREPLY < <(compgen -f -- "$word")
			return
			;;
		--context)
			mapfile -t COMPREPLY < <(compgen -d -- "$word")
			return
			;;
		--config)
			mapfile -t COMPREPLY < <(compgen -f -- "$word")
			return
			;;
		esac
		options="--file --run --user --capabilities --format --target --build-arg --builder --as --env-file --project-directory --images --context --config --no-config --help"
		;;
	why)
		case $before in
		--file | -f)
			mapfile -t COMPREPLY < <(compgen -f -- "$word")
			return
			;;
		--service | -s)
			mapfile -t COMPREPLY < <(:)
			return
			;;
		--user | -u)
			mapfile -t COMPREPLY < <(:)
			return
			;;
		--format)
			mapfile -t COMPREPLY < <(compgen -W "text json" -- "$word")
			return
			;;
		--color)
			mapfile -t COMPREPLY < <(compgen -W "auto always never" -- "$word")
			return
			;;
		--engine)
			mapfile -t COMPREPLY < <(compgen -W "docker podman" -- "$word")
			return
			;;
		--images)
			mapfile -t COMPREPLY < <(compgen -f -- "$word")
			return
			;;
		esac
		options="--file --service --user --format --color --engine --images --help"
		;;
	explain)
		case $before in
		--color)
			mapfile -t COMPREPLY < <(compgen -W "auto always never" -- "$word")
			return
			;;
		esac
		options="--color --help"
		words=$(oakum rules --names 2>/dev/null)
		;;
	fix)
		case $before in
		--rule)
			mapfile -t COMPREPLY < <(compgen -W "$(oakum rules --names 2>/dev/null)" -- "$word")
			return
			;;
		--uid)
			mapfile -t COMPREPLY < <(:)
			return
			;;
		--seccomp)
			mapfile -t COMPREPLY < <(:)
			return
			;;
		--format)
			mapfile -t COMPREPLY < <(compgen -W "text json diff" -- "$word")
			return
			;;
		--target | -t)
			mapfile -t COMPREPLY < <(:)
			return
			;;
		--build-arg)
			mapfile -t COMPREPLY < <(:)
			return
			;;
		--builder)
			mapfile -t COMPREPLY < <(compgen -W "classic buildkit" -- "$word")
			return
			;;
		--as)
			mapfile -t COMPREPLY < <(compgen -W "dockerfile compose script template" -- "$word")
			return
			;;
		--file | -f)
			mapfile -t COMPREPLY < <(compgen -f -- "$word")
			return
			;;
		--env-file)
			mapfile -t COMPREPLY < <(compgen -f -- "$word")
			return
			;;
		--project-directory)
			mapfile -t COMPREPLY < <(compgen -d -- "$word")
			return
			;;
		--run)
			mapfile -t COMPREPLY < <(:)
			return
			;;
		--images)
			mapfile -t COMPREPLY < <(compgen -f -- "$word")
			return
			;;
		--context)
			mapfile -t COMPREPLY < <(compgen -d -- "$word")
			return
			;;
		--select)
			mapfile -t COMPREPLY < <(compgen -W "$(oakum rules --names 2>/dev/null)" -- "$word")
			return
			;;
		--ignore)
			mapfile -t COMPREPLY < <(compgen -W "$(oakum rules --names 2>/dev/null)" -- "$word")
			return
			;;
		--enable)
			mapfile -t COMPREPLY < <(compgen -W "$(oakum rules --names 2>/dev/null)" -- "$word")
			return
			;;
		--config)
			mapfile -t COMPREPLY < <(compgen -f -- "$word")
			return
			;;
		--color)
			mapfile -t COMPREPLY < <(compgen -W "auto always never" -- "$word")
			return
			;;
		esac
		options="--write --all --interactive --rule --uid --seccomp --format --target --build-arg --builder --as --file --env-file --project-directory --run --images --context --select --ignore --enable --no-inline --config --no-config --color --help"
		;;
	prepare)
		case $before in
		--engine)
			mapfile -t COMPREPLY < <(compgen -W "rootful remapped rootless desktop" -- "$word")
			return
			;;
		--uid)
			mapfile -t COMPREPLY < <(:)
			return
			;;
		--format)
			mapfile -t COMPREPLY < <(compgen -W "text json sh" -- "$word")
			return
			;;
		--file | -f)
			mapfile -t COMPREPLY < <(compgen -f -- "$word")
			return
			;;
		--env-file)
			mapfile -t COMPREPLY < <(compgen -f -- "$word")
			return
			;;
		--project-directory)
			mapfile -t COMPREPLY < <(compgen -d -- "$word")
			return
			;;
		--run)
			mapfile -t COMPREPLY < <(:)
			return
			;;
		--images)
			mapfile -t COMPREPLY < <(compgen -f -- "$word")
			return
			;;
		esac
		options="--apply --recursive --engine --uid --format --file --env-file --project-directory --run --images --help"
		;;
	rules)
		case $before in
		--format)
			mapfile -t COMPREPLY < <(compgen -W "text json" -- "$word")
			return
			;;
		--status)
			mapfile -t COMPREPLY < <(compgen -W "planned off on" -- "$word")
			return
			;;
		esac
		options="--format --status --names --help"
		;;
	seccomp)
		case $before in
		--objective)
			mapfile -t COMPREPLY < <(:)
			return
			;;
		--deny)
			mapfile -t COMPREPLY < <(:)
			return
			;;
		--allow)
			mapfile -t COMPREPLY < <(:)
			return
			;;
		--base)
			mapfile -t COMPREPLY < <(compgen -f -- "$word")
			return
			;;
		--mode)
			mapfile -t COMPREPLY < <(compgen -W "refuse mask audit" -- "$word")
			return
			;;
		--format)
			mapfile -t COMPREPLY < <(compgen -W "docker oci bpf text json" -- "$word")
			return
			;;
		--output | -o)
			mapfile -t COMPREPLY < <(compgen -f -- "$word")
			return
			;;
		--arch)
			mapfile -t COMPREPLY < <(compgen -W "x86_64 x32 i386 aarch64" -- "$word")
			return
			;;
		--engine)
			mapfile -t COMPREPLY < <(compgen -W "docker podman" -- "$word")
			return
			;;
		--compiler)
			mapfile -t COMPREPLY < <(compgen -W "runc runc-tree oakum" -- "$word")
			return
			;;
		--kernel)
			mapfile -t COMPREPLY < <(:)
			return
			;;
		--cap-add)
			mapfile -t COMPREPLY < <(:)
			return
			;;
		--cap-drop)
			mapfile -t COMPREPLY < <(:)
			return
			;;
		--color)
			mapfile -t COMPREPLY < <(compgen -W "auto always never" -- "$word")
			return
			;;
		esac
		options="--objective --deny --allow --base --mode --format --output --run --supervised --bpf --arch --engine --compiler --kernel --cap-add --cap-drop --color --help"
		((COMP_CWORD > 2)) || words="make prove diff show test cost"
		;;
	help)
		case $before in
		esac
		options="--help"
		words=$verbs
		;;
	esac
	if [[ $word == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
	elif [[ -n $words ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
	else
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
	fi
}
complete -o filenames -F _oakum oakum
