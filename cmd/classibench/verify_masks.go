package main

import (
	"fmt"
	"net/http"
	"time"

	"github.com/classibench/classibench/bench/parity/differ"
	"github.com/classibench/classibench/bench/parity/trial"
	"github.com/classibench/classibench/bench/result"
)

// readMasks has a differ learn from the masks that an earlier verification saved.
func readMasks(d *differ.Differ, file string) error {
	if file == "" {
		return nil
	}
	const hint = "--masks takes a masks.json that \"classibench verify --out DIR\" wrote"
	m, line, err := result.ReadMasks(file)
	if err != nil {
		return usageError(err, hint)
	}
	lessons := make([]differ.Lesson, len(m.Learned))
	for i, p := range m.Learned {
		if lessons[i], err = lessonOf(p); err != nil {
			return usageError(fmt.Errorf("read masks: %s has on line %d a pair that %w", file, line(i), err), hint)
		}
	}
	if i, err := d.Read(lessons); err != nil {
		return usageError(fmt.Errorf("read masks: %s has on line %d a pair that %w", file, line(i), err), "remove the pair from the file, or leave out --masks: the places are learned again")
	}
	return nil
}

func lessonOf(p result.SavedPair) (l differ.Lesson, err error) {
	l.Request = trial.Request{Route: p.Route, Method: p.Method, URL: p.URL}
	if l.A, err = answerOf(p.Answers[0]); err == nil {
		l.B, err = answerOf(p.Answers[1])
	}
	return l, err
}

func answerOf(a result.SavedAnswer) (trial.Answer, error) {
	at, err := time.Parse(time.RFC3339Nano, a.At)
	if err != nil {
		return trial.Answer{}, fmt.Errorf("has the time %q, want one of RFC 3339", a.At)
	}
	return trial.Answer{Status: a.Status, Header: http.Header(a.Header), Body: a.Content(), From: a.From, At: at, Took: time.Duration(a.Took * float64(time.Second))}, nil
}

// savedMasks returns what a differ has learned, for a file.
func savedMasks(d *differ.Differ, v *result.Verification) *result.SavedMasks {
	m := &result.SavedMasks{Schema: result.Schema, Version: v.Version, Found: v.Began, Varies: []result.Varying{}, Learned: []result.SavedPair{}}
	for _, place := range v.Varies {
		if !place.Declared {
			m.Varies = append(m.Varies, place)
		}
	}
	for _, l := range d.Lessons() {
		m.Learned = append(m.Learned, result.SavedPair{
			Route: l.Request.Route, Method: l.Request.Method, URL: l.Request.URL, Answers: []result.SavedAnswer{savedAnswer(l.A), savedAnswer(l.B)},
		})
	}
	return m
}

func savedAnswer(a trial.Answer) result.SavedAnswer {
	s := result.SavedAnswer{Status: a.Status, Header: a.Header, From: a.From, At: a.At.Format(time.RFC3339Nano), Took: a.Took.Seconds()}
	s.SetBody(a.Body)
	return s
}
