package session

import (
	"context"
	"slices"
	"time"
)

// namesTimeout is how long Clerk may take to return the names of organizations. Accounts can be shown without them.
const namesTimeout = time.Second

// accounts adds the profiles of the users to their sessions.
func (s *Service) accounts(ctx context.Context, sessions []Session, currentID string) ([]Account, error) {
	profiles, err := s.profilesOf(ctx, sessions)
	if err != nil {
		return nil, err
	}
	names, err := s.organizationsOf(ctx, sessions)
	if err != nil {
		return nil, err
	}
	accounts := make([]Account, 0, len(sessions))
	for _, one := range sessions {
		profile := profiles[one.UserID]
		profile.UserID = one.UserID
		accounts = append(accounts, Account{
			Session:      one,
			Profile:      profile,
			Organization: names[one.OrganizationID],
			Current:      one.ID == currentID,
		})
	}
	return accounts, nil
}

// organizationNames returns the names that arrive within namesTimeout.
func (s *Service) organizationNames(ctx context.Context, userID string) (map[string]string, error) {
	ctx, cancel := context.WithTimeout(ctx, namesTimeout)
	defer cancel()
	return s.profiles.OrganizationNames(ctx, userID)
}

func (s *Service) profilesOf(ctx context.Context, sessions []Session) (map[string]Profile, error) {
	if s.profiles == nil {
		return map[string]Profile{}, nil
	}
	var ids []string
	for _, one := range sessions {
		if !slices.Contains(ids, one.UserID) {
			ids = append(ids, one.UserID)
		}
	}
	return s.profiles.Profiles(ctx, ids)
}

// organizationsOf returns the names of the active organizations. It asks Clerk only about users with an active organization. It
// returns an error only when the caller's context has ended.
func (s *Service) organizationsOf(ctx context.Context, sessions []Session) (map[string]string, error) {
	names := make(map[string]string)
	if s.profiles == nil {
		return names, nil
	}
	for _, one := range sessions {
		if one.OrganizationID == "" || names[one.OrganizationID] != "" {
			continue
		}
		found, err := s.organizationNames(ctx, one.UserID)
		switch {
		case err == nil:
			names[one.OrganizationID] = found[one.OrganizationID]
		case ctx.Err() != nil:
			return nil, ctx.Err()
		default:
			s.log.WarnContext(ctx, "accounts are shown without the names of organizations", "error", err)
			return names, nil
		}
	}
	return names, nil
}
