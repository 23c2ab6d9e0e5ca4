# classifieds.cgi under PSGI, unchanged: compiled once in each worker.
use strict;
use warnings;
use Cwd            ();
use File::Basename ();
use Plack::App::CGIBin;

my $app = Plack::App::CGIBin->new(root => File::Basename::dirname(Cwd::abs_path(__FILE__)))->to_app;
sub {
    my ($env) = @_;
    $app->({ %$env, PATH_INFO => "/classifieds.cgi$env->{PATH_INFO}" });
};
