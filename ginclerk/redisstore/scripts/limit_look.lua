-- Reads the counters of all keys and decides: the start of the script that charges and of the script that only answers. Every key has
-- an argument of three numbers: window, limit, cost. A counter has three numbers, too: the start of its current window (Unix
-- milliseconds), the units used in this window, and those used in the window before. It expires two windows after the start, when
-- nothing of it counts any more. Numbers are packed as doubles, the numbers of Lua, and the scripts define no functions, because each
-- decision would pay for their definition and for decimal numbers. Globals are read once, because each read is a search in a table.
local call, pack, unpack, keys, args = redis.call, struct.pack, struct.unpack, KEYS, ARGV
local count = #keys
local now
if args[count + 1] then -- a test's time
  now = tonumber(args[count + 1])
else
  local time = call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local allowed, before, used, fresh, lifetime = 1, '', {}, nil, nil
for i = 1, count do
  local length, limit, cost = unpack('<ddd', args[i])
  local window = now - now % length
  local start, current, previous
  local value = call('GET', keys[i])
  if value and #value == 24 then
    start, current, previous = unpack('<ddd', value)
  end
  -- This is Counts.At of package ratelimit, case by case.
  if not start or start < window then
    previous = start == window - length and current or 0
    start, current = window, 0
    value = pack('<ddd', start, current, previous)
    fresh, lifetime = fresh or {}, lifetime or {}
    fresh[i], lifetime[i] = pack('<ddd', start, cost, previous), string.format('%.0f', start + 2 * length - now)
  elseif start > window + length then
    -- Redis's clock went back. The counter is written even if the request is refused: a counter that stays in the future would be
    -- moved to the present each time, and never decay.
    start = window
    value = pack('<ddd', start, current, previous)
    call('SET', keys[i], value, 'PX', string.format('%.0f', start + 2 * length - now))
  end
  -- The order of operations is that of package ratelimit, which decides again with these numbers: both calculate in float64.
  local left, elapsed = previous, now - start
  if elapsed > 0 then
    left = math.floor((1 - elapsed / length) * previous)
  end
  if left + current + cost > limit then
    allowed = 0
  end
  before = before .. value
  used[i] = current + cost
end
