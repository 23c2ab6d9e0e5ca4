# Prints what a form or a script of a page sends back, as lines of a name and a value: the
# parameters of a redirect, hidden inputs, tokens in meta elements and members of JSON. The
# first file is the head of an answer, the second one its body.
function hex(s,    i, n) {
	s = tolower(s)
	for (i = 1; i <= length(s); i++) n = n * 16 + index("0123456789abcdef", substr(s, i, 1)) - 1
	return n
}
function utf8(n) {
	if (n < 128) return sprintf("%c", n)
	if (n < 2048) return sprintf("%c%c", 192 + int(n / 64), 128 + n % 64)
	if (n < 65536) return sprintf("%c%c%c", 224 + int(n / 4096), 128 + int(n / 64) % 64, 128 + n % 64)
	return sprintf("%c%c%c%c", 240 + int(n / 262144), 128 + int(n / 4096) % 64, 128 + int(n / 64) % 64, 128 + n % 64)
}
function unescaped(s,    out) {
	while (match(s, /%[0-9a-fA-F][0-9a-fA-F]/)) {
		out = out substr(s, 1, RSTART - 1) sprintf("%c", hex(substr(s, RSTART + 1, 2)))
		s = substr(s, RSTART + 3)
	}
	return out s
}
function entities(s,    out, e) {
	while (match(s, /&(#[0-9]+|#[xX][0-9a-fA-F]+|quot|apos|amp|lt|gt);/)) {
		e = substr(s, RSTART + 1, RLENGTH - 2)
		out = out substr(s, 1, RSTART - 1)
		s = substr(s, RSTART + RLENGTH)
		if (e ~ /^#[xX]/) out = out utf8(hex(substr(e, 3)))
		else if (e ~ /^#/) out = out utf8(substr(e, 2) + 0)
		else out = out named[e]
	}
	return out s
}
function keep(name, value) {
	gsub(/[\t\r\n]/, " ", value)
	if (name != "") print name "\t" value
}
# query prints the parameters of a URL.
function query(location,    n, i, at, pairs) {
	sub(/#.*/, "", location)
	if (!(at = index(location, "?"))) return
	n = split(substr(location, at + 1), pairs, "&")
	for (i = 1; i <= n; i++) {
		gsub(/[+]/, " ", pairs[i])
		at = index(pairs[i] "=", "=")
		keep(unescaped(substr(pairs[i], 1, at - 1)), unescaped(substr(pairs[i], at + 1)))
	}
}
# attributes reads those of a start tag into the array of that name; the first one of a name
# counts.
function attributes(t,    name, value, quote, at) {
	split("", attribute)
	while (match(t, /^[ \t\r\n\/]*[^ \t\r\n\/>=]+/)) {
		name = tolower(substr(t, 1, RLENGTH))
		gsub(/[ \t\r\n\/]/, "", name)
		t = substr(t, RLENGTH + 1)
		value = ""
		if (match(t, /^[ \t\r\n]*=[ \t\r\n]*/)) {
			t = substr(t, RLENGTH + 1)
			quote = substr(t, 1, 1)
			if (quote == "\"" || quote == "'") {
				t = substr(t, 2)
				at = index(t quote, quote)
				value = substr(t, 1, at - 1)
				t = substr(t, at + 1)
			} else if (match(t, /^[^ \t\r\n>]*/)) {
				value = substr(t, 1, RLENGTH)
				t = substr(t, RLENGTH + 1)
			}
		}
		if (!(name in attribute)) attribute[name] = entities(value)
	}
}
# element reads what follows the < of a tag.
function element(t,    name) {
	if (!match(t, /^[a-zA-Z]+/)) return
	name = tolower(substr(t, 1, RLENGTH))
	if (name != "input" && name != "meta") return
	attributes(substr(t, RLENGTH + 1))
	if (name == "input" && tolower(attribute["type"]) == "hidden") keep(attribute["name"], attribute["value"])
	if (name == "meta" && attribute["name"] == "csrf-param") parameter = attribute["content"]
	else if (name == "meta" && tolower(attribute["name"]) ~ /csrf|xsrf/) keep(attribute["name"], token = attribute["content"])
}
# member keeps the outermost one of a name.
function member(text) {
	if (kind[depth] == "o" && (!(key[depth] in level) || depth <= level[key[depth]])) {
		members[key[depth]] = text
		level[key[depth]] = depth
	}
	known[depth] = 0
}
function scalar() {
	if (digits ~ /^-?[0-9]/) member(digits)
	digits = ""
}
# outside reads JSON between two strings.
function outside(t,    i, c) {
	for (i = 1; i <= length(t); i++) {
		c = substr(t, i, 1)
		if (c ~ /[-+.0-9eE]/) { digits = digits c; continue }
		scalar()
		if (c == "{" || c == "[") { depth++; kind[depth] = c == "{" ? "o" : "a"; known[depth] = 0 }
		else if (c == "}" || c == "]") { depth--; known[depth] = 0 }
		else if (c == ",") known[depth] = 0
	}
	scalar()
}
function literal(s,    out, c) {
	while (match(s, /\\(u[0-9a-fA-F][0-9a-fA-F][0-9a-fA-F][0-9a-fA-F]|.)/)) {
		c = substr(s, RSTART + 1, 1)
		out = out substr(s, 1, RSTART - 1)
		if (c == "u" && RLENGTH > 2) out = out utf8(hex(substr(s, RSTART + 2, 4)))
		else out = out (c ~ /[nrtbf]/ ? " " : c)
		s = substr(s, RSTART + RLENGTH)
	}
	return out s
}
# text takes a part of a JSON text that ends with a quote.
function text(t) {
	if (!inside) {
		outside(t)
		inside = 1
		string = ""
		return
	}
	string = string t
	if (match(t, /\\+$/) && RLENGTH % 2) { string = string "\""; return } # the quote belongs to the string
	inside = 0
	if (kind[depth] == "o" && !known[depth]) { key[depth] = literal(string); known[depth] = 1 }
	else member(literal(string))
}
BEGIN {
	named["quot"] = "\""; named["apos"] = "'"; named["amp"] = "&"; named["lt"] = "<"; named["gt"] = ">"
	while ((getline line < head) > 0) {
		sub(/\r$/, "", line)
		if (line ~ /^HTTP\//) location = type = "" # another answer follows, such as after 100
		if (tolower(line) ~ /^location:/) location = substr(line, 10)
		if (tolower(line) ~ /^content-type:/) type = tolower(substr(line, 14))
	}
	query(location)
	json = type ~ /[\/+]json/
	html = type ~ /html/ || type == ""
	RS = json ? "\"" : "<"
}
html { element($0) }
json { text($0) }
END {
	for (name in members) keep(name, members[name])
	if (parameter != "" && token != "") keep(parameter, token)
}
