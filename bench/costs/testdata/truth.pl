#!/usr/bin/perl -w
# A CGI program whose costs are known: truth.pl STARTUP WORK, in microseconds of its own CPU
# time. It loads no module, strict and warnings included: that would be start-up as well.

my ($startup, $work, $clock_gettime) = @ARGV;    # the last is the number of the system call

sub now {
    my $t = "\0" x 16;
    syscall($clock_gettime + 0, 2, $t) == 0 or die "clock_gettime: $!";    # CLOCK_PROCESS_CPUTIME_ID
    my ($s, $ns) = unpack 'qq', $t;
    return $s * 1e6 + $ns / 1e3;
}

sub spin {
    my $until = now() + $_[0];
    1 while now() < $until;
}

spin($startup);
$| = 1;
print "Content-Type: text/plain\n\n";
spin($work);
print "ok\n";
