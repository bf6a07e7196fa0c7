package wire

import "time"

// Object is JSON that the server only writes: each field stands here once, by its name in Clerk's documents.
type Object map[string]any

// Each returns the elements as an array of JSON, which is never null.
func Each[T, U any](list []T, to func(T) U) []U {
	out := make([]U, 0, len(list))
	for _, v := range list {
		out = append(out, to(v))
	}
	return out
}

func millis(t time.Time) int64 { return t.UnixMilli() }

// millisOrNull returns nil, which is null in JSON, for the zero time.
func millisOrNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

func textOrNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// With adds a field, unless its text is "": Clerk leaves such a field out.
func (o Object) With(name, text string) Object {
	if text != "" {
		o[name] = text
	}
	return o
}

// NewList returns the paginated form of a list.
func NewList[T any](page []T, total int) Object { return Object{"data": page, "total_count": total} }

// NewTotalCount returns the answer to a request for a count only.
func NewTotalCount(n int) Object { return Object{"object": "total_count", "total_count": n} }

// NewToken returns an answer with one token.
func NewToken(jwt string) Object { return Object{"object": "token", "jwt": jwt} }

// NewCookies returns the answer to a refresh in cookie format: Set-Cookie directives.
func NewCookies(directives []string) Object {
	return Object{"object": "cookies", "cookies": directives}
}

// NewDeleted returns the answer for a deletion.
func NewDeleted(object, id string) Object { return Object{"object": object, "id": id, "deleted": true} }
