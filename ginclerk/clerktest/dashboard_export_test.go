package clerktest

// OnlyFromHere guards the page at /.
var OnlyFromHere = onlyFromHere
