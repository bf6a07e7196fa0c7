-- Looks at the counters of all keys and decides: the beginning of the scripts that decide and that only say what they would. Every
-- key has an argument of three numbers: window, limit, cost. A counter is three numbers too: when its current window began (Unix
-- milliseconds), the units used in it, and those used in the window before. It expires two windows after that beginning, when
-- nothing of it counts. Numbers are packed as doubles, which is what Lua counts with, and no functions are defined: every
-- decision would pay for making them anew, and for reading and writing decimals.
local call, pack, unpack = redis.call, struct.pack, struct.unpack
local now
if ARGV[#KEYS + 1] then -- a test's time
  now = tonumber(ARGV[#KEYS + 1])
else
  local time = call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local allowed, before, after, lifetime = 1, '', {}, nil
for i = 1, #KEYS do
  local length, limit, cost = unpack('<ddd', ARGV[i])
  local window = now - now % length
  local start, current, previous
  local value = call('GET', KEYS[i])
  if value and #value == 24 then
    start, current, previous = unpack('<ddd', value)
  end
  -- This is Counts.At of package ratelimit, case by case.
  if not start or start < window then
    previous = start == window - length and current or 0
    start, current = window, 0
    value = pack('<ddd', start, current, previous)
    lifetime = lifetime or {}
    lifetime[i] = string.format('%.0f', start + 2 * length - now)
  elseif start > window + length then
    -- Redis's clock was stepped back. It is written even if the request is refused: a counter that stayed in the future would
    -- be moved to the present anew each time, and never decay.
    start = window
    value = pack('<ddd', start, current, previous)
    call('SET', KEYS[i], value, 'PX', string.format('%.0f', start + 2 * length - now))
  end
  -- In this order, as package ratelimit does, which decides again with these numbers: both count in float64.
  local left, elapsed = previous, now - start
  if elapsed > 0 then
    left = math.floor((1 - elapsed / length) * previous)
  end
  if left + current + cost > limit then
    allowed = 0
  end
  before = before .. value
  after[i] = pack('<ddd', start, current + cost, previous)
end
