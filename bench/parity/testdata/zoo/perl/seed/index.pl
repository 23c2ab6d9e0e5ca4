#!/usr/bin/perl
# Hazard 17: a token is made of what is unique for a process.
use strict;
use warnings;

my $token = sprintf '%x', $$ * 7919 + $^T;
print "Content-Type: text/html\n\n<title>Form</title><form><input type=hidden name=token value=$token></form>";
