package redistest

import (
	"os/exec"
	"syscall"
)

// endsWithTests has a server killed when the process of the tests ends without its cleanups, by a panic or a time limit.
func endsWithTests(process *exec.Cmd) {
	process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
