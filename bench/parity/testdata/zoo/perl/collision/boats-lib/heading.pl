package main;

sub heading { return "<h1>boats</h1>" }

1;
