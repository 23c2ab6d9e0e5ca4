#!/usr/bin/perl
# The functions of the module CGI keep the parsed request in a variable of the package
# (https://github.com/everything2/everything2/issues/4230).
use CGI qw(:standard);

print header(), '<title>Node</title><h1>', escapeHTML(scalar param('node') // 'front page'), '</h1>';
