package hazard

// second returns the hazards 10 to 17.
func second() []Hazard {
	return []Hazard{
		{10, "a handle or lock is not released", "the second request hangs, or descriptors run out after some", hints(
			"flock and open on a global filehandle (open LOCK), DBI handles and statements without finish, sockets; use lexical handles and close them.",
			"fopen, flock, curl and PDO handles in static properties; close them in finally.",
			"open without with, fcntl.flock, threading.Lock.acquire without release, connections not returned to the pool.",
			"Body.Close and rows.Close that are missing, a Mutex locked without defer Unlock, sql.Conn and Tx not released.")},
		{11, "a transaction outlives its request", "rows appear that were never committed, or others wait for locks", hints(
			"begin_work or AutoCommit => 0 without commit or rollback on each way out, with a handle from Apache::DBI or connect_cached.",
			"beginTransaction without rollBack when an exception or an early return leaves the function; persistent PDO connections.",
			"A connection shared by requests without commit or rollback in finally; an ORM session that is not removed after the request.",
			"db.Begin without defer tx.Rollback(); BEGIN sent through Exec on a pool.")},
		{12, "the clock of the process is read once", "time stands still", hints(
			"$^T, -M and -A, a my $now = time at file level, CGI's expires computed once; call time in the request, or set $^T = time.",
			"$_SERVER['REQUEST_TIME'], a Carbon::now() kept in a singleton, LARAVEL_START.",
			"now = datetime.now() at module level or as a default argument.",
			"A package variable set to time.Now(), a time kept in a struct that is made at the start.")},
		{13, "working directory, umask, locale or time zone stays changed", "pages are not found, numbers and dates have another format", hints(
			"chdir, umask, setlocale, $ENV{TZ} with tzset, and relative paths; use absolute paths, and restore with local or a guard.",
			"chdir, umask, setlocale, date_default_timezone_set, ini_set, mb_internal_encoding; set them at the start of each request.",
			"os.chdir, os.umask, locale.setlocale, time.tzset, decimal.getcontext; use context managers.",
			"os.Chdir, syscall.Umask, time.Local, os.Setenv(\"TZ\", ...): they change the whole process.")},
		{14, "special variables, signals or alarms stay changed", "bodies are cut, or a signal hits another request", hints(
			"$/, $\\, $, and $| without local; %SIG handlers; alarm without alarm 0; select(FH); binmode; $SIG{__DIE__}.",
			"set_time_limit, error_reporting, set_error_handler, ob_start without ob_end, pcntl_alarm, ini_set.",
			"signal.signal and signal.alarm, sys.stdout replaced, socket.setdefaulttimeout, warnings filters.",
			"signal.Notify without Stop, a deadline or a context of an earlier request, http.DefaultClient and http.DefaultTransport changed, log.SetOutput.")},
		{15, "code is stale, or two programs use the same names", "old code runs, or calls reach another program", hints(
			"require of a library without a package: %INC keeps the first one and main:: subs collide; give libraries a package, use Apache2::Reload while you develop.",
			"opcache without validate_timestamps, two scripts that declare the same function or class, require_once with relative paths; restart workers after a deployment.",
			"Two modules named config or utils in sys.path, sys.modules, importlib.reload; use packages.",
			"http.HandleFunc on the default mux twice, flag names registered twice, templates parsed once; use a mux for each program.")},
		{16, "memory, descriptors, processes or files grow", "resources climb with requests", hints(
			"Circular references without weaken, global arrays and hashes that are only added to, fork without waitpid ($SIG{CHLD}), temporary files without UNLINK.",
			"Static arrays, listeners registered in each request, query logs, proc_open without proc_close; limit requests per worker.",
			"Caches without a limit, lists at module level, Popen without wait, NamedTemporaryFile(delete=False), threads that never end.",
			"Goroutines that never end, maps that only grow, time.Tick, exec.Cmd without Wait, CreateTemp without Remove.")},
		{17, "a random seed, a process id or data is shared", "tokens repeat, or requests that run at the same time mix", hints(
			"srand at the start and rand in forked children, $$ or time in names of files and tokens, variables shared by ithreads.",
			"mt_srand with a fixed seed, uniqid and getmypid in tokens, static state in Swoole coroutines.",
			"random.seed at the start or before a fork, os.getpid in names, globals used by threads without a lock.",
			"rand.New with a fixed seed, os.Getpid in names, maps and variables written by handlers without a mutex: run it with -race.")},
	}
}
