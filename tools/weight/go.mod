module github.com/ginclerk/ginclerk/tools/weight

go 1.26.0

// scripts/weight.sh adds the rest, and takes the checksums of the plugin's own go.sum, so that all programs have the same versions.
require (
	github.com/clerk/clerk-sdk-go/v2 v2.4.2
	github.com/gin-gonic/gin v1.12.0
	github.com/ginclerk/ginclerk v0.0.0
)

replace github.com/ginclerk/ginclerk => ../..
