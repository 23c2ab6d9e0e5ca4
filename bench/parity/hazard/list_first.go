package hazard

// first returns the hazards 1 to 9.
func first() []Hazard {
	return []Hazard{
		{1, "a global or static variable keeps its value", "a later visitor is let in, or gets a default that an earlier request changed", hints(
			"Package variables (our, use vars) and file-level my variables that are set only under a condition, such as $authenticated = 1 if ...; set them at the start of each request.",
			"static variables, static properties and globals in worker mode; reset them in the loop around frankenphp_handle_request, or register the service as scoped.",
			"Names at module level, class attributes and default arguments that are mutable (def f(x=[])); create them in the view.",
			"Package-level variables and fields of a handler that a request writes; keep them in local variables or in the context of the request.")},
		{2, "a closure keeps a variable of the first request", "every later answer shows the first request", hints(
			"A named sub that uses a my variable of the script: ModPerl::Registry and CGI::Compile put the script into a sub. Look for the warning 'Variable \"$x\" will not stay shared'; pass the variable, or declare it with our.",
			"A closure, a route or a listener that is registered once with use ($request) or $this->request; take the request as a parameter when it is called.",
			"A lambda, decorator or nested function that was made in the first request and is stored in a module or a registry; functools.partial with a request.",
			"A func literal made once (sync.Once, a template's FuncMap, a route) that refers to r or w of the request in which it was made.")},
		{3, "a construct that runs once, or goes on where it stopped", "results are stuck or take turns", hints(
			"/$pat/o, qr// in a variable that is set once, each on a hash that was left early, m//g with pos, state variables, ||= caches, the .. operator.",
			"static $cache ??= ..., an iterator or generator kept in a property, current and next on a static array.",
			"functools.lru_cache and cached_property without all arguments in the key, a generator at module level, itertools.cycle.",
			"sync.Once, a package-level iterator, rows or scanner, a cache whose key lacks the visitor or a parameter.")},
		{4, "the answer depends on the worker", "it comes and goes with several workers", hints(
			"Sessions, counters or caches in variables of one child: each worker of Starman or Apache has its own. Keep them in a file or a database.",
			"APCu, static variables or in-memory SQLite used as shared storage; each worker has its own copy.",
			"Dictionaries at module level as session store or cache, under gunicorn or uWSGI with several workers.",
			"Maps in memory used as session store while several processes serve the same address.")},
		{5, "the environment or input of an earlier request is left over", "an old cookie or PATH_INFO is used where the request has none", hints(
			"%ENV that is set but never deleted, $CGI::Q and CGI.pm's globals without CGI::initialize_globals(), a read of STDIN that stopped early, @ARGV.",
			"$_SERVER, $_GET, $_COOKIE, putenv() and php://input of the last request; read the request object that the worker is given.",
			"os.environ written by a request, cgi.FieldStorage made once, a request stored in a module.",
			"os.Setenv in a handler, flag values, a Request or FormValue copied to a package variable, an object from sync.Pool that is not reset.")},
		{6, "the session of an earlier visitor is used", "data of the previous visitor appears", hints(
			"A global $session, $user or %session that is filled in only when a cookie comes; tie or untie of Apache::Session; set it to undef first.",
			"session_id() and $_SESSION that survive, auth()->user() cached in a singleton; close and clear the session after each request.",
			"A current user in a module variable, threading.local that is not cleared, a requests.Session shared by all visitors.",
			"A current user or session in a package variable or a shared struct; a cookie jar or client shared by visitors.")},
		{7, "exit, die or a panic ends the worker", "the connection is reset or a 502 comes, and the next request is slow", hints(
			"exit, CORE::exit, die outside of eval, POSIX::_exit, exec; return from the script instead. ModPerl replaces exit only for scripts that it compiles.",
			"exit, die, dd() and fatal errors: they end the worker; throw an exception that the loop catches.",
			"sys.exit, os._exit, quit and signals; raise an exception that the framework turns into a response.",
			"os.Exit, log.Fatal, a panic in a goroutine that nothing recovers; return an error.")},
		{8, "initialization or cleanup runs once per process", "old configuration is used, or what END did is missing", hints(
			"BEGIN blocks, use lines, file-level reads of a configuration, END blocks: they run at the start and the end of the process.",
			"Bootstrap code, .env and config files read at the start, register_shutdown_function and destructors, which run when the worker ends.",
			"Code at module level that reads files or the environment, atexit handlers.",
			"init functions and package variables that read files or the environment, defer in main.")},
		{9, "STDIN and STDOUT are no real descriptors", "the output of a child process is missing", hints(
			"system, exec, open with a fork, and XS code write to descriptor 1, not to a tied STDOUT; read the output with backticks or open '-|', and print it.",
			"passthru, system and php://stdout write past the output buffer; use shell_exec or proc_open and echo the result.",
			"subprocess without stdout=PIPE, os.write(1, ...), print from C code; capture the output and return it.",
			"exec.Cmd with Stdout set to os.Stdout, fmt.Print and cgo code that prints; set Stdout to the ResponseWriter.")},
	}
}
