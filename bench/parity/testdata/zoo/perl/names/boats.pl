#!/usr/bin/perl
# Hazard 15: two scripts have a sub of the same name in the same package. The one that is
# compiled last is called by both.
package Page;
use strict;
use warnings;

print "Content-Type: text/html\n\n<title>Boats</title>", Page::heading();

sub Page::heading { return '<h1>boats</h1>' }
