package hazard

import "regexp"

// Messages of runtimes and databases that name a hazard. They are matched in the log, the
// answer and the failure of the candidate.
var (
	tooManyFiles  = regexp.MustCompile(`(?i)too many open files|\bEMFILE\b|\bENFILE\b|too many connections|remaining connection slots`)
	tooMuch       = regexp.MustCompile(`(?i)out of memory|cannot allocate memory|allowed memory size of|\bMemoryError\b|fork: resource temporarily unavailable|can't fork|cannot fork|can't start new thread|pthread_create failed`)
	inTransaction = regexp.MustCompile(`(?i)within a transaction|already (?:an active|a) transaction|already in (?:a )?transaction|transaction is aborted|lock wait timeout|deadlock (?:found|detected)`)
	locked        = regexp.MustCompile(`(?i)database (?:table )?is locked|\bSQLITE_BUSY\b`)
	fileLock      = regexp.MustCompile(`(?i)could not (?:get|obtain|acquire) (?:a |the )?lock|can't lock|\bflock\b.*(?:unavailable|fail|would block)`)
	redefined     = regexp.MustCompile(`(?i)subroutine \S+ redefined|cannot redeclare|cannot declare (?:class|function)|constant \S+ already defined|flag redefined|multiple registrations for|Undefined subroutine &(?:ModPerl|Apache)`)
	raced         = regexp.MustCompile(`(?i)concurrent map (?:read|write|iteration)|DATA RACE|dictionary changed size during iteration|different thread|DBD::\S+ .*thread`)
	alarmed       = regexp.MustCompile(`(?i)alarm clock|\bSIGALRM\b|killed by signal 14|\bSIGPIPE\b`)
	signalled     = regexp.MustCompile(`(?i)ended with signal: (?:alarm clock|terminated|hangup|interrupt|user defined|cpu time limit|virtual timer|profiling timer|broken pipe)`)
	noSuchFile    = regexp.MustCompile(`(?i)no such file or directory|failed to open stream|\bFileNotFoundError\b|\bENOENT\b`)
	unshared      = regexp.MustCompile(`(?i)variable "[^"]+" (?:will not stay shared|is not available)`)
	database      = regexp.MustCompile(`(?i)-(?:journal|wal|shm)$|\.(?:db|sqlite3?|db3|sdb)$`)
	exited        = regexp.MustCompile(`(?i)exited with (?:status|code)|worker .* (?:exited|died)|exit status [0-9]|\bSystemExit\b|panic:`)
)

// says reports whether the candidate wrote a message, and the baseline did not.
func says(e Evidence, message *regexp.Regexp) bool {
	return message.MatchString(e.text()) && !message.MatchString(e.Want)
}

// isDatabase reports whether a file is that of a database: it is locked as long as a
// transaction is open.
func isDatabase(path string) bool { return database.MatchString(path) }
