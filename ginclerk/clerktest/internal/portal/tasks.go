package portal

import (
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// askTask shows the task of a pending session: to choose an organization, the only emulated task.
func (p *portal) askTask(v *visit) (answer, error) {
	s := v.pending()
	if s == nil {
		return v.finish()
	}
	return p.taskPage(v, s, nil), nil
}

func (p *portal) postTask(v *visit) (answer, error) {
	s := v.pending()
	if s == nil {
		return v.finish()
	}
	id := v.form.Get("organization_id")
	if id == "" || p.World.Membership(s.User.ID, id) == nil {
		return p.taskPage(v, s, apierr.Param("form_param_nil", "organization_id", "Choose one of your organizations.")), nil
	}
	if err := p.World.Activate(s, id); err != nil {
		return answer{}, err
	}
	p.World.CompleteTasks(s)
	return p.arrive(v, s)
}

func (p *portal) taskPage(v *visit, s *world.Session, problem *apierr.Error) answer {
	page := view{
		Heading: v.say("portal.choose-organization"), Lead: v.say("portal.finish", "account", s.User.PrimaryEmail()),
		Form:  &form{Action: v.link(p.SignInPath + "/tasks")},
		Links: []link{{Text: v.say("portal.other-account"), URL: v.link(p.SignInPath + "/add-account")}},
	}
	for _, m := range p.World.MembershipsOf(s.User.ID) {
		page.Form.Choices = append(page.Form.Choices, choice{Name: "organization_id", Value: m.Organization.ID, Text: m.Organization.Name})
	}
	if len(page.Form.Choices) == 0 {
		page.Notice = v.say("portal.no-organization")
	}
	return v.show(page, problem)
}

// pending returns the browser's current session if it is pending, else nil.
func (v *visit) pending() *world.Session {
	if v.browser.Client == nil {
		return nil
	}
	if s := v.browser.Client.LastActive(); s != nil && s.Status == world.StatusPending {
		return s
	}
	return nil
}
