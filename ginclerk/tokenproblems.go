package ginclerk

import (
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/reason"
)

func problemNoTokenHeader() Problem {
	return Problem{
		Status: http.StatusForbidden,
		Error:  "Forbidden",
		Detail: "A request for a token must have the header " + TokenRequestHeader + ": " + TokenRequestValue + ".",
		Remedy: "Use the script that comes with the pages of this site.",
		Reason: reason.TokenRequest,
	}
}

func problemNotByCookie() Problem {
	return Problem{
		Status: http.StatusForbidden,
		Error:  "Forbidden",
		Detail: "Tokens are handed out to browsers by their cookies. This request came with a token of its own.",
		Remedy: "Use that token, or get a new one from Clerk.",
		Reason: reason.TokenRequest,
	}
}

func problemTokenRequest() Problem {
	return Problem{
		Status: http.StatusBadRequest,
		Error:  "Bad request",
		Detail: "A request for a token is a JSON object that has a member template, or none.",
		Remedy: "Use the script that comes with the pages of this site.",
		Reason: reason.TokenRequest,
	}
}

func problemTemplateNotListed() Problem {
	return Problem{
		Status: http.StatusForbidden,
		Error:  "Template not allowed",
		Detail: "Browsers may not ask for tokens of this template.",
		Remedy: "Whoever runs this site can list the template for its token endpoint.",
		Reason: reason.TemplateNotListed,
	}
}

func problemTemplateUnknown() Problem {
	return Problem{
		Status: http.StatusNotFound,
		Error:  "Template not found",
		Detail: "Clerk has no JWT template of this name.",
		Remedy: "Whoever runs this site can make it in the Clerk dashboard.",
		Reason: reason.TemplateUnknown,
	}
}

func problemOrganizationChanged() Problem {
	return Problem{
		Status: http.StatusConflict,
		Error:  "Organization changed",
		Detail: "Another organization has become the active one of your session, so nothing was done.",
		Remedy: "Load the page again.",
		Reason: reason.OrganizationChanged,
	}
}

func problemTokenStays() Problem {
	return Problem{
		Status: http.StatusConflict,
		Error:  "No token for this account",
		Detail: "You have switched to another account here. Its session token stays on the server.",
		Remedy: "Switch back to the account that this browser is signed in to with Clerk.",
		Reason: reason.TokenStaysOnServer,
	}
}
