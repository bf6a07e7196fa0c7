package signout

import "sync"

// signals report the progress of the jobs of this process. Jobs of other processes have no signals.
type signals struct {
	mu      sync.Mutex
	begun   chan struct{} // closed when any job begins
	running map[string]*signal
}

type signal struct {
	runs    int
	changed chan struct{}
}

func newSignals() *signals {
	return &signals{begun: make(chan struct{}), running: make(map[string]*signal)}
}

// channel returns the job's channel. For a job that doesn't run here, it returns the channel that is closed when any job begins.
func (s *signals) channel(id string) <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if one := s.running[id]; one != nil {
		return one.changed
	}
	return s.begun
}

// runs reports whether the job runs in this process.
func (s *signals) runs(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.running[id] != nil
}

func (s *signals) begin(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running[id] == nil {
		s.running[id] = &signal{changed: make(chan struct{})}
	}
	s.running[id].runs++
	close(s.begun)
	s.begun = make(chan struct{})
}

func (s *signals) change(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if one := s.running[id]; one != nil {
		close(one.changed)
		one.changed = make(chan struct{})
	}
}

func (s *signals) end(id string) {
	s.change(id)
	s.mu.Lock()
	defer s.mu.Unlock()
	if one := s.running[id]; one != nil {
		one.runs--
		if one.runs == 0 {
			close(one.changed)
			delete(s.running, id)
		}
	}
}
