package export

import (
	"bufio"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/classibench/classibench/scenarios/traffic/trace"
)

// k6 writes a script for k6. k6 has no recorded times: the script sends the requests in their
// order, at the rate of each step of the traffic.
type k6 struct {
	w     *bufio.Writer
	step  time.Duration
	rates []int // requests in each step
}

// mostSteps bounds the steps: with more, each becomes twice as long.
const mostSteps = 240

func (k *k6) begin(trace.About) error {
	k.step = time.Second
	_, err := k.w.WriteString(k6Begin)
	return err
}

const k6Begin = `// Written by "classibench traffic export --to k6". Run it with: k6 run FILE
// BASE=http://127.0.0.1:8080 replaces the server of all requests.
import http from 'k6/http';
import exec from 'k6/execution';
import encoding from 'k6/encoding';
import { SharedArray } from 'k6/data';

const requests = new SharedArray('requests', () => [
`

func (k *k6) hit(h *trace.Hit) error {
	step := int(h.At / k.step)
	for ; step >= mostSteps; step = int(h.At / k.step) {
		k.halve()
	}
	for len(k.rates) <= step {
		k.rates = append(k.rates, 0)
	}
	k.rates[step]++
	headers := map[string]string{} // k6 has one value for a name
	for _, f := range h.Header {
		headers[f.Name] = f.Value
	}
	line, err := json.Marshal(struct {
		Method  string            `json:"method"`
		URL     string            `json:"url"`
		Headers map[string]string `json:"headers,omitempty"`
		Body    []byte            `json:"body,omitempty"`
	}{h.Method, h.URL, headers, h.Body})
	if err == nil {
		_, err = fmt.Fprintf(k.w, "%s,\n", line)
	}
	return err
}

// halve doubles the length of a step.
func (k *k6) halve() {
	for i := 0; i < len(k.rates); i += 2 {
		k.rates[i/2] = k.rates[i]
		if i+1 < len(k.rates) {
			k.rates[i/2] += k.rates[i+1]
		}
	}
	k.rates = k.rates[:(len(k.rates)+1)/2]
	k.step *= 2
}

// end writes the rates: k6 moves from one to the next within no time. The last step is for
// the last request: k6 starts it at the very end of its time, or not at all.
func (k *k6) end() error {
	var stages strings.Builder
	most := 0
	for _, n := range k.rates {
		fmt.Fprintf(&stages, "        { target: %d, duration: '0s' }, { target: %[1]d, duration: '%[2]ds' },\n", n, k.step/time.Second)
		most = max(most, n)
	}
	fmt.Fprintf(&stages, "        { target: %d, duration: '0s' }, { target: %[1]d, duration: '1s' },\n", 2*k.step/time.Second)
	perSecond := most/int(k.step/time.Second) + 1
	_, err := fmt.Fprintf(k.w, k6End, k.step/time.Second, stages.String(), perSecond, 20*perSecond)
	return err
}

const k6End = `]);

export const options = {
  discardResponseBodies: true,
  scenarios: {
    traffic: {
      executor: 'ramping-arrival-rate',
      timeUnit: '%ds',
      startRate: 0,
      stages: [
%s      ],
      preAllocatedVUs: %d,
      maxVUs: %d,
    },
  },
};

export default function () {
  const r = requests[exec.scenario.iterationInTest];
  if (!r) return;
  const url = __ENV.BASE ? r.url.replace(/^https?:\/\/[^\/]+/, __ENV.BASE) : r.url;
  const body = r.body ? encoding.b64decode(r.body) : null;
  http.request(r.method, url, body, { headers: r.headers, redirects: 0 });
}
`
