package target

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/classibench/classibench/bench/usage"
)

// A holder is a supervisor that starts no processes. It keeps processes of another
// program on some CPUs. It restores their CPUs on request, or when its owner dies,
// however that happens.
type holder struct{ *supervisor }

func startHolder(pids, cpus []int) (*holder, error) {
	k, e, err := runSupervisor(order{Hold: pids, CPUs: cpus}, nil, io.Discard)
	switch {
	case err != nil:
		return nil, err
	case e.Gone:
		k.wait()
		return nil, fmt.Errorf("there is no process %v: %w", pids, usage.ErrGone)
	case e.Refused != "":
		k.wait()
		return nil, errors.New(e.Refused)
	}
	return &holder{k}, nil
}

// release returns once the CPUs are restored.
func (h *holder) release() error {
	h.tell(command{Stop: true})
	if status := h.wait(); status != "" {
		return errors.New(status)
	}
	return nil
}

// hold is the main function of a supervisor that starts no processes.
func hold(o order, orders *json.Decoder, events *json.Encoder) int {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	pin, err := usage.PinTree(o.CPUs, o.Hold...)
	if err != nil {
		events.Encode(event{Refused: err.Error(), Gone: errors.Is(err, usage.ErrGone)})
		return 1
	}
	events.Encode(event{})
	released := make(chan struct{})
	go func() { // ends at the end of the commands
		defer close(released)
		var c command
		orders.Decode(&c) // a stop, or the end of the owner
	}()
	select {
	case <-released:
	case <-signals:
	}
	if err := pin.Release(); err != nil {
		events.Encode(event{Ended: err.Error(), Over: true})
		return 1
	}
	events.Encode(event{Over: true})
	return 0
}
