package doctor_test

import (
	"context"
	"fmt"
	"os"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/doctor"
)

func ExampleExamine() {
	server, err := clerktest.Start(clerktest.Config{})
	if err != nil {
		panic(err)
	}
	defer func() { _ = server.Close(context.Background()) }()

	report := doctor.Examine(context.Background(), doctor.Subject{Config: ginclerk.Config{
		PublishableKey: server.PublishableKey(), SecretKey: "sk_test_fromanotherinstance", Origins: []string{"http://localhost:8080"},
		ClerkAPI: ginclerk.ClerkAPI{URL: server.BackendURL(), FrontendURL: server.FrontendURL()},
	}})
	fmt.Println(report.Worst())
	for _, finding := range report.Findings {
		if finding.Severity == doctor.Error {
			fmt.Println(finding.ID+":", finding.Found)
		}
	}
	// Output:
	// error
	// secret-key-refused: the Backend API does not know the secret key, which is of a development instance by its beginning
}

func ExampleReport_WriteText() {
	report := doctor.Report{Findings: []doctor.Finding{{
		ID: "clock-wrong", Area: doctor.Clock, Severity: doctor.Error, Found: "the clock is 42s behind Clerk's; tokens may differ by 5s",
		Matters: "A session token is good for a minute.", Fix: "Let the machine set its clock by NTP.",
	}}}
	if err := report.WriteText(os.Stdout, doctor.TextOptions{}); err != nil {
		panic(err)
	}
	// Output:
	// ERROR   clock          the clock is 42s behind Clerk's; tokens may differ by 5s
	//         why  A session token is good for a minute.
	//         fix  Let the machine set its clock by NTP.
	//         id   clock-wrong
	//
	// 1 error, no warnings, 0 fine.
}
