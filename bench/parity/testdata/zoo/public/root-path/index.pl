#!/usr/bin/perl
# The way to the top of the site is worked out for the first page, and wrong for pages
# at another depth (https://github.com/munin-monitoring/munin/issues/460).
use strict;
use warnings;
use CGI;

our $root;
my $path = CGI->new->path_info;
$root = '../' x ($path =~ tr{/}{}) unless defined $root;
print "Content-Type: text/html\n\n<title>Graph</title><a href=\"${root}static/zoom.html\">zoom</a>";
