#!/usr/bin/perl
# Hazard 15: two scripts have a sub of the same name in the same package. The one that is
# compiled last is called by both.
package Page;
use strict;
use warnings;

print "Content-Type: text/html\n\n<title>Cars</title>", Page::heading();

sub Page::heading { return '<h1>cars</h1>' }
