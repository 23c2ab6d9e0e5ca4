package main

var index = "/cgi-bin/index.pl"

// species are all programs. Each has more requests than its fault needs.
var species = []animal{
	inGo("globals", 1, lifetime, 2, all(get("/", "/admin"), post("/login", "password=opensesame"))...),
	inGo("closure", 2, lifetime, 2, get("/?q=car", "/?q=boat", "/?q=bike")...),
	inGo("once", 3, lifetime, 2, get("/?word=car", "/?word=boat", "/?word=red")...),
	inGo("iterator", 3, lifetime, 2, get("/first", "/second", "/third")...),
	inGo("workers", 4, lifetime, 2, get("/", "/?lang=de", "/?lang=en")...),
	inGo("input", 5, lifetime, 2, get("/?page=2&category=cars", "/?category=boats", "/")...),
	inGo("session", 6, lifetime, 3, all(get("/", "/about"), post("/login", "name=annabel"))...),
	inGo("exit", 7, port, 1, get("/", "/old", "/new")...),
	inGo("late-exit", 7, lifetime, 2, get("/", "/old", "/new")...),
	inGo("config", 8, lifetime, 2, all(get("/", "/about"), post("/config", "title=boats"))...),
	inGo("child", 9, port, 1, get("/", "/more")...),
	inGo("lock", 10, lifetime, 2, get("/", "/count", "/about")...),
	inGo("transaction", 11, lifetime, 2, all(get("/", "/about"), post("/draft", "title=canoe"))...),
	inGo("clock", 12, lifetime, 2, get("/", "/about")...),
	inGo("chdir", 13, lifetime, 2, get("/", "/report", "/note")...),
	inGo("separator", 14, lifetime, 2, get("/", "/export", "/list")...),
	inGo("alarm", 14, lifetime, 2, get("/", "/import", "/list")...),
	inGo("collision", 15, lifetime, 2, get("/cars", "/boats")...),
	inGo("memory", 16, growth, 1, all(get("/", "/list"), soak)...),
	inGo("descriptors", 16, growth, 1, all(get("/", "/list"), soak)...),
	inGo("zombies", 16, growth, 1, all(get("/", "/list"), soak)...),
	inGo("seed", 17, lifetime, 2, get("/", "/form")...),
	inGo("crosstalk", 17, concurrency, 2, get("/?name=ann", "/?name=bob", "/?name=eve")...),
	inGo("two-poisons", 1, lifetime, 3, get("/", "/cheap", "/new", "/near", "/about")...),
	inGo("three-poisons", 1, lifetime, 4, get("/", "/cheap", "/new", "/near", "/about")...),
	inGo("cleaner", 1, lifetime, 2, get("/list", "/by-price", "/home", "/about")...),
	inGo("other-visitor", 6, lifetime, 2, all(get("/", "/about"), post("/", "email=ann@example.org"))...),
	inGo("race", 17, concurrency, 2, get("/", "/list")...),
	inGo("port", 0, port, 1, get("/", "/count")...),

	inPerl("perl/globals", 1, lifetime, 2, get(index, index+"?password=opensesame", index+"?a=1")...),
	inPerl("perl/closure", 2, port, 1, get(index, index+"?word=car", index+"?word=boat")...),
	inPerl("perl/once", 3, lifetime, 2, get(index+"?word=car", index+"?word=boat", index+"?word=red")...),
	inPerl("perl/input", 5, lifetime, 2, get(index+"?page=2&category=cars", index+"?category=boats", index)...),
	inPerl("perl/session", 6, lifetime, 3, all(get(index, index+"?a=1"), post(index, "name=annabel"))...),
	inPerl("perl/exec", 7, port, 1, get(index, index+"?old=1")...),
	inPerl("perl/config", 8, lifetime, 2, all(get(index, index+"?a=1"), post(index, "title=boats"))...),
	inPerl("perl/child", 9, port, 1, get(index, index+"?a=1")...),
	inPerl("perl/lock", 10, lifetime, 2, get(index, index+"?count=1", index+"?a=1")...),
	inPerl("perl/transaction", 11, lifetime, 2, all(get(index, index+"?a=1"), post(index, "title=canoe"))...),
	inPerl("perl/clock", 12, lifetime, 2, get(index, index+"?a=1")...),
	inPerl("perl/umask", 13, lifetime, 2, get(index, index+"?private=1", index+"?a=1")...),
	inPerl("perl/separator", 14, lifetime, 2, get(index, index+"?whole=1", index+"?a=1")...),
	inPerl("perl/collision", 15, lifetime, 2, get("/cgi-bin/cars.pl", "/cgi-bin/boats.pl")...),
	inPerl("perl/memory", 16, growth, 1, all(get(index, index+"?list=1"), soak)...),
	inPerl("perl/seed", 17, lifetime, 2, get(index, index+"?a=1")...),

	signin("csrf", 6, 2),
	signin("notice", 1, 3),
	signin("return", 1, 3),
	signin("user", 6, 3),

	inRegistry("closure", 2, lifetime, 2, get("/closure/index.pl", "/closure/index.pl?word=car", "/closure/index.pl?word=boat")...),
	inRegistry("exit", 7, port, 1, get("/exit/index.pl", "/exit/index.pl?old=1", "/exit/index.pl?a=1")...),
	inRegistry("names", 15, lifetime, 3, get("/names/cars.pl", "/names/boats.pl")...),

	inPython("python/default", 1, lifetime, 2, get("/", "/?item=boat", "/?item=car")...),
	inPython("python/threads", 17, concurrency, 2, get("/?name=ann", "/?name=bob", "/")...),
	inPython("python/chdir", 13, lifetime, 2, get("/", "/report", "/note")...),
	inPHP("php/globals", 1, lifetime, 2, get("/", "/?voucher=1", "/?a=1")...),
	inPHP("php/statics", 6, lifetime, 2, get("/", "/?user=ann", "/?user=bob")...),

	parsedRequest,
	inPerl("public/config-tree", 1, lifetime, 2, get(index, index+"?a=1")...),
	inPerl("public/root-path", 3, lifetime, 2, get(index+"/host/cpu.html", index+"/host", index+"/a/b/c.html")...),
	inPython("public/explain", 5, lifetime, 2, get("/", "/?explain=true", "/?q=car")...),
	inPython("public/class-cache", 6, lifetime, 2, get("/?user=ann", "/?user=bob", "/")...),
	inPHP("public/singleton", 2, lifetime, 2, get("/", "/?locale=de", "/?locale=fr")...),
	inPHP("public/global", 1, lifetime, 2, get("/", "/?a=1")...),

	editKey,

	inGo("clean-clock", 0, "", 0, get("/", "/about")...),
	inGo("clean-token", 0, "", 0, get("/", "/form")...),
	inGo("clean-json", 0, "", 0, get("/", "/ad")...),
	inGo("clean-order", 0, "", 0, get("/", "/list")...),
	inGo("clean-login", 0, "", 0, all(get("/", "/about"), post("/login", "name=annabel"))...),
	inGo("clean-guestbook", 0, "", 0, all(get("/", "/about"), post("/", "text=hello"))...),
	inPerl("perl/clean-counter", 0, "", 0, get(index, index+"?a=1")...),
	inPerl("perl/clean-login", 0, "", 0, all(get(index, index+"?a=1"), post(index, "name=annabel"))...),
	signin("", 0, 0),
	inPython("python/clean", 0, "", 0, get("/", "/about")...),
	inPHP("php/clean", 0, "", 0, get("/", "/?a=1")...),
}

// signin is a program with sessions that takes a second to start, as large ones do. One part
// of the session is kept in the process, or none.
func signin(leak string, hazard, length int) animal {
	a := inPerl("perl/signin", hazard, lifetime, length, all(
		get(index, index+"/account", index+"/login"), post(index+"/login", "csrf={{csrf}}&name=annabel"),
		post(index+"/note", "csrf={{csrf}}&text=hello"), get(index+"/notes"))...)
	a.name = "perl/signin-" + leak
	a.env = append(a.env, "baseline:STARTUP=1", "LEAK="+leak)
	if leak == "" {
		a.name, a.kind = "perl/clean-signin", ""
	}
	return a
}

// soak has growth looked for as well.
var soak = []string{"--soak", "2000"}

// parsedRequest is served without the directory of scripts, by a wrapper of its own.
var parsedRequest = animal{"public/parsed-request", 5, lifetime, 2, "{zoo}/public/parsed-request.pl",
	"starman --workers 1 --listen {addr} {zoo}/perl/bare.psgi", []string{"SCRIPT={zoo}/public/parsed-request.pl"},
	get("/", "/?node=1", "/?node=2"), false}
