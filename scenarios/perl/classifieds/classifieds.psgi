# classifieds.cgi under PSGI, unchanged: compiled once in each worker.
use strict;
use warnings;
use Cwd            ();
use File::Basename ();
use Plack::App::CGIBin;

# With --preload-app, loaded once, before Starman forks its workers.
use CGI            ();
use DBI            ();
use DBD::SQLite    ();
use HTML::Template ();

# Each worker keeps its connection to PostgreSQL.
if ($ENV{DATABASE_URL}) {
    require DBD::Pg;
    $DBI::connect_via = 'connect_cached';
}

my $app = Plack::App::CGIBin->new(root => File::Basename::dirname(Cwd::abs_path(__FILE__)))->to_app;
sub {
    my ($env) = @_;
    $app->({ %$env, PATH_INFO => "/classifieds.cgi$env->{PATH_INFO}" });
};
