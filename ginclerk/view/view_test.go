package view_test

import (
	"context"
	"html/template"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/a-h/templ"
	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/gintest"
	"github.com/ginclerk/ginclerk/ginclerk/view"
)

func TestMain(m *testing.M) {
	gin.SetMode(gin.TestMode)
	goleak.VerifyTestMain(m)
}

// text is a component of a text.
func text(s string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	})
}

// page renders what each visitor sees.
func page(ctx context.Context, w io.Writer) error {
	admin := ginclerk.Role("org:admin")
	for _, part := range []struct {
		shown templ.Component
		text  string
	}{
		{view.SignedIn(), "[in]"}, {view.SignedOut(), "[out]"}, {view.Has(admin), "[admin]"}, {view.Has(), "[nothing asked]"},
	} {
		if err := part.shown.Render(templ.WithChildren(ctx, text(part.text)), w); err != nil {
			return err
		}
	}
	return nil
}

func TestWhoSeesWhat(t *testing.T) {
	t.Parallel()
	server := clerktest.New(t)
	clerk, err := ginclerk.New(gintest.Config(server))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = clerk.Close(t.Context()) })
	functions := template.Must(template.New("page").Funcs(view.Funcs()).Parse(
		`{{if signedIn .}}[in]{{end}}{{if signedOut .}}[out]{{end}}{{if hasRole . "org:admin"}}[admin]{{end}}` +
			`{{if hasPermission . "org:nothing:do"}}[permission]{{end}}{{if signedIn .}}[{{(clerkUser .).FirstName}}]{{end}}`))
	r := gin.New()
	r.Use(clerk.Attach())
	r.GET("/templ", func(c *gin.Context) { _ = page(c.Request.Context(), c.Writer) })
	r.GET("/html", func(c *gin.Context) {
		if err := functions.Execute(c.Writer, c.Request.Context()); err != nil {
			c.String(http.StatusInternalServerError, "failed")
		}
	})
	for _, row := range []struct {
		name, email string
		templ, html string
	}{
		{"an administrator", "ada@example.com", "[in][admin]", "[in][admin][Ada]"},
		{"a member", "bob@example.com", "[in]", "[in][Bob]"},
		{"a visitor", "", "[out]", "[out]"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			for path, want := range map[string]string{"/templ": row.templ, "/html": row.html} {
				request := httptest.NewRequest(http.MethodGet, path, http.NoBody)
				if row.email != "" {
					bearer, err := server.Bearer(row.email)
					if err != nil {
						t.Fatal(err)
					}
					request.Header.Set("Authorization", bearer)
				}
				response := httptest.NewRecorder()
				r.ServeHTTP(response, request)
				if got := response.Body.String(); got != want {
					t.Errorf("%s shows %q, want %q", path, got, want)
				}
			}
		})
	}
}

// TestAnOutageShowsNeither: who can't be judged is shown neither what is for users nor what is for visitors.
func TestAnOutageShowsNeither(t *testing.T) {
	t.Parallel()
	server := clerktest.New(t)
	bearer, err := server.Bearer("ada@example.com")
	if err != nil {
		t.Fatal(err)
	}
	clerk, err := ginclerk.New(gintest.Config(server))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = clerk.Close(t.Context()) })
	server.SetUnreachable(true)
	r := gin.New()
	r.GET("/", clerk.Attach(), func(c *gin.Context) { _ = page(c.Request.Context(), c.Writer) })
	request := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
	request.Header.Set("Authorization", bearer)
	response := httptest.NewRecorder()
	r.ServeHTTP(response, request)
	if got := response.Body.String(); got != "" {
		t.Errorf("shows %q, want nothing", got)
	}
}

func ExampleFuncs() {
	page := template.Must(template.New("page").Funcs(view.Funcs()).Parse(
		`{{if signedIn .}}Welcome back{{else}}Please sign in{{end}}` + "\n"))
	_ = page.Execute(os.Stdout, context.Background()) // an application has c.Request.Context() here
	// Output: Please sign in
}

func ExampleSignedIn() {
	children := templ.WithChildren(context.Background(), text("Account")) // templ does this for what stands in braces
	var out strings.Builder
	_ = view.SignedIn().Render(children, &out)
	_, _ = out.WriteString("nothing is shown")
	_, _ = io.WriteString(os.Stdout, out.String())
	// Output: nothing is shown
}
