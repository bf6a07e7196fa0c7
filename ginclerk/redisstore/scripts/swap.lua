-- Replaces a record if it still equals the old one. A record is a letter, the 16 bytes of the swap that wrote it, and the data.
-- go-redis sends a command again after a lost answer: a swap that finds its own bytes has already happened. A deletion leaves a mark
-- for as long as go-redis may send it again.
local key = KEYS[1]
local swap, old_given, old, new_given, new, lifetime, mark = unpack(ARGV)

local held = redis.call('GET', key)
local kind = held and held:sub(1, 1)
if held and kind ~= 'r' and kind ~= 'd' then
  return redis.error_reply('ERR not a record of ginclerk')
end
if held and held:sub(2, 17) == swap then
  return 1
end
local found = kind == 'r'
if found ~= (old_given == '1') or (found and held:sub(18) ~= old) then
  return 0
end
if new_given == '1' then
  redis.call('SET', key, 'r' .. swap .. new, 'PX', lifetime)
elseif found then
  -- A full Redis takes no mark, so the record is deleted without one.
  local marked = redis.pcall('SET', key, 'd' .. swap, 'PX', mark)
  if marked.err then
    redis.call('DEL', key)
  end
end
return 1
