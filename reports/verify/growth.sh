
# held RESOURCE prints what the processes of the side that is running hold, those that they
# started among them: they are in the same sessions.
held() {
	total=0
	for stat in /proc/[0-9]*/stat; do
		{ read -r line <"$stat"; } 2>/dev/null || continue
		process=${stat%/stat}
		# shellcheck disable=SC2086 # the fields: state, parent, group, session
		set -- "$1" ${line##*) }
		case " $running " in *" $5 "*) ;; *) continue ;; esac
		case $1 in
		memory) count=$(sed -n 's/^Pss: *\([0-9]*\) kB/\1000/p' "$process/smaps_rollup" 2>/dev/null) ;;
		descriptors) count=$(ls "$process/fd" 2>/dev/null | wc -l) ;;
		threads) count=$(ls "$process/task" 2>/dev/null | wc -l) ;;
		processes) count=1 ;;
		zombies) [ "$2" != Z ] && count=0 || count=1 ;;
		locks) count=$(grep -c " ${process#/proc/} " /proc/locks) ;;
		*) count=0 ;;
		esac
		total=$((total + ${count:-0}))
	done
	[ "$1" != files ] || total=$(find "$root" | wc -l)
	echo "$total"
}
