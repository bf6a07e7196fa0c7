package jwks

import "encoding/json"

// HaveKeyInCommon reports whether two JSON Web Key Sets have a key of the same id, as those that one Clerk instance publishes at its
// two APIs have. The error says that one of them is not JSON.
func HaveKeyInCommon(a, b []byte) (bool, error) {
	known, err := keyIDs(a)
	if err != nil {
		return false, err
	}
	others, err := keyIDs(b)
	if err != nil {
		return false, err
	}
	for id := range others {
		if known[id] {
			return true, nil
		}
	}
	return false, nil
}

func keyIDs(body []byte) (map[string]bool, error) {
	var set struct {
		Keys []struct {
			ID string `json:"kid"`
		} `json:"keys"`
	}
	if err := json.Unmarshal(body, &set); err != nil {
		return nil, errNotAKeySet
	}
	ids := make(map[string]bool, len(set.Keys))
	for _, key := range set.Keys {
		ids[key.ID] = true
	}
	return ids, nil
}
