package target

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
)

// What a supervisor and the program that started it say to each other, as JSON
// values: an order first, then commands one way and events the other.

// A command asks a supervisor for something. The end of commands is the end of the
// program that gave them: the supervisor then kills all that it started.
type command struct {
	Ready bool   // the target answered: from now on the end of a first process is the end of all
	Addr  string // with Ready: where it listens; none of a command that is to end by itself
	Stop  bool   // end the target: ask, and kill after Grace
	Grace int64
}

// An event is what a supervisor has to tell.
type event struct {
	Started []int         `json:",omitempty"` // ids of the processes of an order, in order
	Failed  *startFailure `json:",omitempty"` // one could not be started, and none runs
	Refused string        `json:",omitempty"` // why processes cannot be held
	Gone    bool          `json:",omitempty"` // there are none of them
	Ended   string        `json:",omitempty"` // the status of the first of them to end
	Over    bool          `json:",omitempty"` // no process is left
}

// A process travels as bytes: its paths, arguments and variables need not be UTF-8, and
// JSON replaces what is not.
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
