set -u
tmp=$(mktemp -d "${TMPDIR:-/tmp}/classibench-finding.XXXXXX") || exit 2
TMPDIR=$tmp # of the programs
export TMPDIR
: "${CLASSIBENCH:=classibench}"
running=
backend= # address of a FastCGI program
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# stop ends the processes of a side, with all that they started.
stop() {
	for group in $running; do
		kill -s TERM -- "-$group" 2>/dev/null || kill -s TERM "$group" 2>/dev/null
	done
	for group in $running; do
		tries=0
		while kill -s 0 -- "-$group" 2>/dev/null && [ "$tries" -lt 30 ]; do
			tries=$((tries + 1))
			sleep 0.1
		done
		kill -s KILL -- "-$group" 2>/dev/null
		wait "$group" 2>/dev/null
	done
	running=
	backend=
}

finish() {
	status=$?
	stop
	rm -rf "$tmp"
	exit "$status"
}

fail() {
	printf '%s\n' "$*" >&2
	exit 2
}

for tool in awk cmp curl diff od sed setsid; do
	command -v "$tool" >/dev/null || fail "this script needs $tool"
done

# free_port sets port to a port of the loopback interface on which nothing listens. curl
# exits with 7 if a connection is refused.
port=$((20000 + $$ % 10000))
free_port() {
	while :; do
		port=$((port + 1))
		[ "$port" -lt 32000 ] || port=20000
		refused=0
		curl -s -o /dev/null --noproxy '*' --max-time 2 "http://127.0.0.1:$port/" || refused=$?
		[ "$refused" -ne 7 ] || return 0
	done
}

# start DIRECTORY COMMAND... starts a process in a group of its own.
start() {
	in=$1
	shift
	(cd "$in" && command -v "$1") >/dev/null ||
		fail "$side: there is no program $1 (from the directory $in): DIR names another directory, CLASSIBENCH the classibench command"
	(cd "$in" && exec setsid "$@") </dev/null >>"$tmp/$side.log" 2>&1 &
	running="$running $!"
}

# prepare DIRECTORY COMMAND... runs a command that makes or restores data.
prepare() {
	in=$1
	shift
	(cd "$in" && exec "$@") </dev/null >>"$tmp/$side.log" 2>&1 || {
		cat "$tmp/$side.log" >&2
		fail "$side: this command failed: $*"
	}
}

# await PATH waits until the side listens or, if it runs already, answers that path.
await() {
	tries=0
	until is_up "$1"; do
		tries=$((tries + 1))
		if [ "$tries" -gt 300 ]; then
			tail -n 20 "$tmp/$side.log" >&2
			fail "$side: no answer at $base$1 within 30 s"
		fi
		sleep 0.1
	done
}

# is_up sends no request to a side that was started, since the first one may be what the program
# remembers. One that runs already has to answer with a status below 500.
is_up() {
	if [ -n "$running" ]; then
		listens "$base" && { [ -z "$backend" ] || listens "$backend"; }
	else
		code=$(curl -s -o /dev/null --noproxy '*' --max-time 5 -w '%{http_code}' "$base$1") && [ "$code" -lt 500 ]
	fi
}

# listens ADDRESS reports whether a process listens at its port. 0A is that state.
listens() {
	grep -qsE ":$(printf '%04X' "${1##*:}") 0+:0000 0A" /proc/net/tcp /proc/net/tcp6
}

# send NUMBER VISITOR METHOD PATH CURL-ARGUMENT... sends a request with the cookies of the visitor.
send() {
	number=$1 visitor=$2 method=$3 path=$4
	shift 4
	jar=$tmp/$side.$visitor.cookies
	case $method in
	HEAD) set -- --head "$@" ;;
	*) set -- --request "$method" "$@" ;;
	esac
	answer=$tmp/$side.$number
	: >"$answer.body"
	: >"$answer.head"
	curl -sS -g --path-as-is --noproxy '*' --max-time 60 -b "$jar" -c "$jar" -H 'Expect:' \
		-D "$answer.head" -o "$answer.body" "$@" "$base$path" 2>"$answer.error" ||
		sed 's/^/no answer: /' "$answer.error" >>"$answer.head"
	[ -z "$fields" ] || LC_ALL=C awk -v head="$answer.head" "$fields" "$answer.body" >>"$tmp/$side.$visitor.fields"
}

# field VISITOR NAME prints the value of that name that the visitor saw last: in a form, in a
# redirect, in JSON, or else in a cookie.
field() {
	for seen in fields cookies; do
		[ -e "$tmp/$side.$1.$seen" ] || continue
		NAME=$2 FROM=$seen LC_ALL=C awk -F '\t' '
			ENVIRON["FROM"] == "fields" && $1 == ENVIRON["NAME"] { value = substr($0, length($1) + 2); found = 1 }
			ENVIRON["FROM"] == "cookies" && NF > 6 && $6 == ENVIRON["NAME"] { value = unescaped($7); found = 1 }
			function unescaped(s,    out) {
				while (match(s, /%[0-9a-fA-F][0-9a-fA-F]/)) {
					out = out substr(s, 1, RSTART - 1) sprintf("%c", digit(substr(s, RSTART + 1, 1)) * 16 + digit(substr(s, RSTART + 2, 1)))
					s = substr(s, RSTART + 3)
				}
				return out s
			}
			function digit(c) { return index("0123456789abcdef", tolower(c)) - 1 }
			END { printf "%s", value; exit !found }' "$tmp/$side.$1.$seen" && return 0
	done
	printf '%s\n' "$side: visitor $1 has seen no value of the name $2: it is sent empty" >&2
}

# coded VISITOR NAME prints a value as a form sends it.
coded() {
	field "$1" "$2" | od -An -v -tx1 | tr -d ' \n' | sed 's/../%&/g'
}

# text VISITOR NAME prints a value as it is in a string of JSON.
text() {
	field "$1" "$2" | sed 's/[\\"]/\\&/g'
}

# show SIDE NUMBER prints an answer: status, header in order of names, and body.
show() {
	tr -d '\r' <"$tmp/$1.$2.head" | plain | sed -n '1p'
	tr -d '\r' <"$tmp/$1.$2.head" | plain | sed '1d; /^$/d' | grep -viE "^($ignored):" | sed "s#127\.0\.0\.1:[0-9]*#{addr}#g" | sort
	echo
	sed "s#127\.0\.0\.1:[0-9]*#{addr}#g" "$tmp/$1.$2.body" >"$tmp/$1.$2.shown"
	if plain <"$tmp/$1.$2.shown" | cmp -s - "$tmp/$1.$2.shown"; then
		cat "$tmp/$1.$2.shown"
	else # a terminal would obey the control characters, and diff compares no such lines
		od -A d -c "$tmp/$1.$2.shown"
	fi
	echo
}

# plain removes control characters but tabs and ends of lines and pages.
plain() {
	LC_ALL=C tr -d '\000-\010\013\016-\037\177'
}
