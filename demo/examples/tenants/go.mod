module github.com/ginclerk/ginclerk/demo/examples/tenants

go 1.26.0

require github.com/ginclerk/ginclerk v0.0.0

replace github.com/ginclerk/ginclerk => ../../..
