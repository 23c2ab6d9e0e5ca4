#!/usr/bin/perl
# Hazard 15: two scripts have a file of the same name.
use strict;
use warnings;

unshift @INC, "$ENV{SCRIPTS}/boats-lib";
require 'heading.pl';
print "Content-Type: text/html\n\n<title>Boats</title>", main::heading();
