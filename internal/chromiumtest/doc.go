// Package chromiumtest starts Chromium for tests, once for each test program, and opens tabs in it.
//
// A test package declares one [Shared], ends it in TestMain, and asks it for the [Browser]:
//
//	var chromium chromiumtest.Shared
//
//	func TestMain(m *testing.M) {
//		status := m.Run()
//		chromium.Close()
//		os.Exit(status)
//	}
//
// Where Chromium is missing, the test fails with CI=true, and skips with one line elsewhere. Only tests import this package.
package chromiumtest
