package pages

import (
	"github.com/ginclerk/ginclerk/ginclerk/activity"
)

type activityListJSON struct {
	Data       []entryJSON `json:"data"`
	TotalCount int         `json:"total_count"`
}

type entryJSON struct {
	Object       string        `json:"object"`
	ID           string        `json:"id"`
	Kind         string        `json:"kind"`
	CreatedAt    *int64        `json:"created_at"`
	SessionID    *string       `json:"session_id"`
	Reason       *string       `json:"reason"`
	Count        *int          `json:"count"`
	Activity     *activityJSON `json:"latest_activity"`
	By           *byJSON       `json:"by"`
	Acknowledged bool          `json:"acknowledged"`
}

type byJSON struct {
	Agent     string        `json:"agent"`
	ID        *string       `json:"id"`
	SessionID *string       `json:"session_id"`
	Activity  *activityJSON `json:"latest_activity"`
}

type acknowledgedJSON struct {
	Object string `json:"object"`
	ID     string `json:"id"`
}

// activityState is the activity for its user, who is not told which administrator did something.
func activityState(shown []activity.Entry, total int) activityListJSON {
	state := activityListJSON{Data: make([]entryJSON, 0, len(shown)), TotalCount: total}
	for _, e := range shown {
		if e.By.Agent == activity.Administrator {
			e.By.ID = ""
		}
		state.Data = append(state.Data, entryState(e))
	}
	return state
}

func entryState(e activity.Entry) entryJSON {
	state := entryJSON{
		Object: "activity", ID: e.ID, Kind: string(e.Kind), CreatedAt: millis(e.At), SessionID: textOrNull(e.SessionID),
		Reason: textOrNull(string(e.Reason)), Acknowledged: e.Acknowledged,
	}
	if e.SessionID != "" {
		state.Activity = new(activityOfDevice(e.Device))
	}
	if e.Count > 0 {
		state.Count = &e.Count
	}
	if by := e.By; by.Agent != "" {
		state.By = &byJSON{Agent: string(by.Agent), ID: textOrNull(by.ID), SessionID: textOrNull(by.SessionID)}
		if by.SessionID != "" {
			state.By.Activity = new(activityOfDevice(by.Device))
		}
	}
	return state
}
