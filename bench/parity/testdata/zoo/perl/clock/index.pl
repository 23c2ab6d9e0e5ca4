#!/usr/bin/perl
# Hazard 12: the time is the one at which the process started.
use strict;
use warnings;

print "Content-Type: text/html\n\n<title>Time</title><p>It is ", scalar localtime $^T;
