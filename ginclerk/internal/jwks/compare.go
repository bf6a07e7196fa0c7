package jwks

import "encoding/json"

// HaveKeyInCommon reports whether two JSON Web Key Sets have a key with the same id. The key sets at the two APIs of one Clerk
// instance do. The error says that one of the sets is not JSON.
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
