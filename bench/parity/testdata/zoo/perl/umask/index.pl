#!/usr/bin/perl
# Hazard 13: a page changes the umask.
use strict;
use warnings;
use CGI;

my $q = CGI->new;
umask 0077 if $q->param('private');
print $q->header, '<title>Ad</title>', sprintf '<p>new photos have mode %03o', 0666 & ~umask;
