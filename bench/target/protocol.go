package target

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
)

// A supervisor and its owner exchange JSON values. The owner sends an order first
// and then commands; the supervisor sends events.

// A command is a request to a supervisor. The end of the commands is the end of the
// owner: the supervisor then kills all its processes.
type command struct {
	Known bool   // the owner knows the processes that were started: they may be reaped
	Ready bool   // the target answered: from now on, the end of a first process ends them all
	Addr  string // with Ready: its address; empty for a command that ends by itself
	Stop  bool   // end the target with SIGTERM, and with SIGKILL after Grace
	Grace int64
	Group int    // with Guard: kill this process group when the owner ends
	Next  *order // after the end of one with a mark: another order
}

// An event is a report of a supervisor.
type event struct {
	Started []int         `json:",omitempty"` // ids of the processes of an order, in order
	Failed  *startFailure `json:",omitempty"` // one could not be started, so none runs
	Refused string        `json:",omitempty"` // the reason why processes cannot be held
	Gone    bool          `json:",omitempty"` // the processes to hold do not exist
	Ended   string        `json:",omitempty"` // the status of a first process that ended
	Over    bool          `json:",omitempty"` // no process is left
}

// MarshalJSON encodes a process as bytes: its paths, arguments and variables need
// not be UTF-8, and JSON would replace invalid bytes.
func (p process) MarshalJSON() ([]byte, error) {
	type plain process
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(plain(p)); err != nil {
		return nil, err
	}
	return json.Marshal(b.Bytes())
}

func (p *process) UnmarshalJSON(b []byte) error {
	type plain process
	var raw []byte
	if err := json.Unmarshal(b, &raw); err != nil {
		return err
	}
	return gob.NewDecoder(bytes.NewReader(raw)).Decode((*plain)(p))
}
