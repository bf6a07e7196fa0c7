// Package screentest holds pages against what people need from a screen: on a phone, at twice the size, in the colors that the system
// forces, and with the keyboard alone. Its functions return what is wrong with the page that a tab shows, one line for each element.
// Only tests import this package.
package screentest
