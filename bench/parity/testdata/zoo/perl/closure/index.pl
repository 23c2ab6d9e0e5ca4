#!/usr/bin/perl
# Hazard 2: a named sub keeps the variable of the first call; where the script is compiled
# into an anonymous sub, it never sees one.
use strict;
use CGI;

my $q    = CGI->new;
my $word = $q->escapeHTML($q->param('word') // '');
print $q->header, '<title>Search</title>', heading();

sub heading { return "<h1>Ads with $word</h1>" }
