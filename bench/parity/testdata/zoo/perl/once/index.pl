#!/usr/bin/perl
# Hazard 3: a pattern is compiled for the first request only.
use strict;
use warnings;
use CGI;

my $q    = CGI->new;
my $word = $q->param('word') // '';
print $q->header, '<title>Ads</title><ul>';
print "<li>$_" for grep { /\Q$word\E/o } ('red car', 'blue car', 'red bike', 'green boat');
