package reliability

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/redisstore"
	"github.com/ginclerk/ginclerk/internal/redistest"
)

// Faults that only Redis has.
const (
	loading     fault = "LOADING"
	outOfMemory fault = "OOM"
	readOnly    fault = "READONLY"
	noAccess    fault = "NOAUTH"
)

// redisFaults are the faults of [faults] that there are in front of Redis, and its own.
func redisFaults() []fault {
	return []fault{
		refused, unknownHost, badTLS, slow, hanging, tooMany, loading, outOfMemory, readOnly, noAccess, garbage, gatewayPage, truncated,
		wrongContentType, hugeBody, oneFailure,
	}
}

// redisSlowness is how long a slow Redis takes for each answer.
const redisSlowness = 300 * time.Millisecond

// hugeReply is longer than any reply that is asked for.
const hugeReply = 1 << 20

// redisLink is the way to a real Redis. Clients in a bubble dial it. Their end of a connection is in memory, so that time goes on while
// they wait for it. The link reads from Redis only while an answer is due.
type redisLink struct {
	server *redistest.Server

	mu    sync.Mutex
	fault fault
	conns map[net.Conn]bool
}

// spoil makes Redis fail from now on. Faults of the network end the connections that are open.
func (l *redisLink) spoil(f fault) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fault = f
	if errDial(f) != nil || f == tooMany {
		for conn := range l.conns {
			_ = conn.Close()
		}
	}
}

func (l *redisLink) now() fault {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.fault
}

// dial is the dialer of a client.
func (l *redisLink) dial(context.Context, string, string) (net.Conn, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := errDial(l.fault); err != nil && l.fault != oneFailure {
		return nil, err
	}
	ours, theirs := net.Pipe()
	if l.conns == nil {
		l.conns = map[net.Conn]bool{}
	}
	l.conns[ours] = true
	commands := make(chan []byte, 4096)
	go read(ours, commands)
	go l.serve(ours, commands)
	return endOfPipe{theirs}, nil
}

// endOfPipe fails as a socket does when the other end is closed.
type endOfPipe struct{ net.Conn }

func (e endOfPipe) SetDeadline(t time.Time) error      { _ = e.Conn.SetDeadline(t); return nil }
func (e endOfPipe) SetReadDeadline(t time.Time) error  { _ = e.Conn.SetReadDeadline(t); return nil }
func (e endOfPipe) SetWriteDeadline(t time.Time) error { _ = e.Conn.SetWriteDeadline(t); return nil }

func (e endOfPipe) Read(p []byte) (int, error) {
	n, err := e.Conn.Read(p)
	if errors.Is(err, io.ErrClosedPipe) {
		err = io.EOF
	}
	return n, err
}

func (e endOfPipe) Write(p []byte) (int, error) {
	n, err := e.Conn.Write(p)
	if errors.Is(err, io.ErrClosedPipe) {
		err = &net.OpError{Op: "write", Net: "tcp", Err: os.NewSyscallError("write", syscall.EPIPE)}
	}
	return n, err
}

// read passes on the commands of a client until it closes the connection.
func read(from io.Reader, commands chan<- []byte) {
	defer close(commands)
	reader := bufio.NewReader(from)
	for {
		var command bytes.Buffer
		if _, err := copyValue(&command, reader); err != nil {
			return
		}
		commands <- command.Bytes()
	}
}

// serve answers the commands of a client.
func (l *redisLink) serve(conn net.Conn, commands <-chan []byte) {
	defer func() {
		_ = conn.Close()
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.conns, conn)
		for range commands { // read ends with the connection
		}
	}()
	real, err := net.Dial("tcp", l.server.Addr())
	if err != nil {
		return
	}
	defer func() { _ = real.Close() }()
	replies := bufio.NewReader(real)
	for command := range commands {
		if !l.answer(conn, real, replies, command) {
			return
		}
	}
}

// answer answers one command, and reports whether the connection is still good.
func (l *redisLink) answer(conn io.Writer, real io.Writer, replies *bufio.Reader, command []byte) bool {
	f := l.now()
	if greets(command) && (f == hanging || f == slow) {
		f = works
	}
	switch f {
	case hanging:
		return true // and no answer ever
	case slow:
		letPass(redisSlowness)
	default:
	}
	if instead, good := instead(f); instead != nil {
		_, err := conn.Write(instead)
		return err == nil && good
	}
	if _, err := real.Write(command); err != nil {
		return false
	}
	reply, err := replyTo(replies, command)
	if err != nil {
		return false
	}
	if f == truncated {
		_, _ = conn.Write(reply[:len(reply)/2])
		return false
	}
	_, err = conn.Write(reply)
	return err == nil
}

// greets reports whether a command is one of those that a client begins a connection with. A Redis that hangs or is slow answers them at once here: the
// client holds a lock meanwhile, and a goroutine of a bubble that waits for a lock stops its time.
func greets(command []byte) bool {
	head := strings.ToLower(string(command[:min(len(command), 40)]))
	return strings.Contains(head, "\nhello\r") || strings.Contains(head, "\nclient\r")
}

// instead is what stands in for the reply of Redis, and whether the connection goes on then.
func instead(f fault) (reply []byte, good bool) {
	switch f {
	case tooMany:
		return []byte("-ERR max number of clients reached\r\n"), false
	case loading:
		return []byte("-LOADING Redis is loading the dataset in memory\r\n"), true
	case outOfMemory:
		return []byte("-OOM command not allowed when used memory > 'maxmemory'.\r\n"), true
	case readOnly:
		return []byte("-READONLY You can't write against a read only replica.\r\n"), true
	case noAccess:
		return []byte("-NOAUTH Authentication required.\r\n"), true
	case garbage:
		return []byte("\x00\xff{{{]]\r\n"), false
	case gatewayPage:
		return []byte("HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\n\r\n" + gatewayHTML), false
	case wrongContentType:
		return []byte(":42\r\n"), true
	case hugeBody:
		return []byte("$" + strconv.Itoa(hugeReply) + "\r\n" + strings.Repeat(" ", hugeReply) + "\r\n"), true
	default:
		return nil, true
	}
}

// replyTo reads up to the reply to a command. Messages of a subscription may come before it.
func replyTo(replies *bufio.Reader, command []byte) ([]byte, error) {
	subscribes := bytes.Contains(bytes.ToLower(command[:min(len(command), 40)]), []byte("subscribe"))
	var all bytes.Buffer
	for {
		kind, err := copyValue(&all, replies)
		if err != nil || kind != '>' || subscribes {
			return all.Bytes(), err
		}
	}
}

var errProtocol = errors.New("not the protocol of Redis")

// copyValue copies one value of the protocol of Redis, and returns its type.
func copyValue(to *bytes.Buffer, from *bufio.Reader) (kind byte, err error) {
	line, err := from.ReadBytes('\n')
	if err != nil {
		return 0, err
	}
	to.Write(line)
	kind = line[0]
	n := 0
	switch kind {
	case '$', '=', '!', '*', '~', '>', '%', '|':
		if n, err = strconv.Atoi(strings.TrimSpace(string(line[1:]))); err != nil {
			return 0, fmt.Errorf("%w: %q", errProtocol, line)
		}
	}
	switch kind {
	case '$', '=', '!':
		if n >= 0 {
			_, err = io.CopyN(to, from, int64(n)+2)
		}
		return kind, err
	case '%', '|':
		n *= 2
	}
	for range n {
		if _, err := copyValue(to, from); err != nil {
			return 0, err
		}
	}
	if kind == '|' { // attributes stand in front of the value
		return copyValue(to, from)
	}
	return kind, nil
}

// retryPause is the pause between two tries of a client. It is the same each time, so that the times of the document are, too.
const retryPause = 64 * time.Millisecond

// stores returns stores in Redis for one application, and what ends them.
func (l *redisLink) stores(tb testing.TB, prefix string, heard *recorder) (stores ginclerk.Stores, end func()) {
	tb.Helper()
	client := redis.NewClient(&redis.Options{
		Addr: "127.0.0.1:6379", Dialer: l.dial, ContextTimeoutEnabled: true, PoolSize: 100, MinRetryBackoff: retryPause, MaxRetryBackoff: retryPause,
	})
	config := redisstore.Config{Client: client, Prefix: prefix, Observer: heard}
	limits, err := redisstore.NewLimits(config)
	if err != nil {
		tb.Fatal(err)
	}
	revocations, err := redisstore.NewRevocations(config)
	if err != nil {
		tb.Fatal(err)
	}
	return ginclerk.Stores{Records: redisstore.NewStore(config), Revocations: revocations, RateLimits: limits}, func() {
		_ = revocations.Close(context.Background())
		_ = client.Close()
	}
}
