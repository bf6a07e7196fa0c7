package main

import (
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

func TestProgramListensOnLoopback(t *testing.T) {
	t.Parallel()
	p := startDemo(t, []string{"PORT=0"})
	address := p.address(t)
	for _, ip := range p.listening(t) {
		if !ip.IsLoopback() {
			t.Errorf("it listens on %s, which other machines can reach", ip)
		}
	}
	conn, err := net.DialTimeout("tcp", elsewhere(t, address), patience)
	if err == nil {
		_ = conn.Close() // an open port is the failure
		t.Errorf("%s can be reached, and with it everybody's passwords", elsewhere(t, address))
	}
}

func TestProgramListensEverywhereByFlag(t *testing.T) {
	t.Parallel()
	p := startDemo(t, []string{"PORT=0"}, "-unsafe-embedded-clerk-on-all-interfaces")
	there := "http://" + elsewhere(t, p.address(t))
	beyond := slices.DeleteFunc(p.listening(t), net.IP.IsLoopback)
	if status, _ := visit(t, newVisitor(t), there+"/healthz"); status != http.StatusOK {
		t.Errorf("%s/healthz answers %d, want 200", there, status)
	}
	if len(beyond) != 1 {
		t.Errorf("it listens beyond loopback on %v, want the demo alone: the embedded Clerk stays", beyond)
	}
}

func TestProgramListensOnOneSocketWithClerk(t *testing.T) {
	t.Parallel()
	p := startDemo(t, keysOf(clerktest.New(t)))
	there := "http://" + elsewhere(t, p.address(t))
	sockets := p.listening(t)
	if status, _ := visit(t, newVisitor(t), there+"/healthz"); status != http.StatusOK {
		t.Errorf("%s/healthz answers %d, want 200", there, status)
	}
	if len(sockets) != 1 {
		t.Errorf("it listens on %v, want one socket: nothing embedded is started", sockets)
	}
}

// elsewhere is another address of this machine. On Linux all of 127.0.0.0/8 is local: a server on 127.0.0.1 alone does not
// answer there, and a server on all addresses does.
func elsewhere(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return net.JoinHostPort("127.0.0.2", u.Port())
}

// listening returns the addresses that the process listens on, from Linux's /proc.
func (p *process) listening(t *testing.T) []net.IP {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("SKIPPED: what a process listens on is read from /proc: run this test on Linux")
	}
	own := map[string]bool{}
	process := fmt.Sprintf("/proc/%d", p.cmd.Process.Pid)
	files, err := filepath.Glob(process + "/fd/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if target, err := os.Readlink(file); err == nil { // else the file was closed meanwhile
			own[target] = true
		}
	}
	var found []net.IP
	for _, table := range []string{"/net/tcp", "/net/tcp6"} {
		found = append(found, listeners(t, process+table, own)...)
	}
	if len(found) == 0 {
		t.Fatal("it listens on nothing: this test can't read /proc")
	}
	return found
}

// listeners reads a table of sockets. Its lines have the local address second, the state fourth and the inode tenth
// (proc_pid_net(5)). Addresses are in hexadecimal, and each group of four bytes is reversed.
func listeners(t *testing.T, table string, own map[string]bool) (found []net.IP) {
	t.Helper()
	text, err := os.ReadFile(table)
	if os.IsNotExist(err) {
		return nil // this machine has no IPv6
	}
	if err != nil {
		t.Fatal(err)
	}
	const stateListen = "0A"
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if len(fields) < 10 || fields[3] != stateListen || !own["socket:["+fields[9]+"]"] {
			continue
		}
		address, _, _ := strings.Cut(fields[1], ":")
		ip, err := hex.DecodeString(address)
		if err != nil {
			t.Fatal(err)
		}
		for group := range slices.Chunk(ip, 4) {
			slices.Reverse(group)
		}
		found = append(found, ip)
	}
	return found
}
