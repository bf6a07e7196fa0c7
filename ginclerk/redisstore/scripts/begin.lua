-- The start of every script of the revocations: the names of the keys, and a check that the data are complete.
local untils, order, head = KEYS[1], KEYS[2], KEYS[3]
local now, fresh_name = tonumber(ARGV[1]), ARGV[2]

-- Gives all entries new numbers and the data a new name. The new name tells the replicas to read and compare all entries.
local function rename()
  redis.call('DEL', order, head)
  local entries = redis.call('ZRANGE', untils, 0, -1)
  for number, entry in ipairs(entries) do
    redis.call('ZADD', order, number, entry)
  end
  redis.call('HSET', head, 'name', fresh_name, 'last', #entries, 'count', #entries)
end

-- The keys expire together with the last entry.
local function finish()
  local last = redis.call('ZRANGE', untils, -1, -1, 'WITHSCORES')
  local rest = last[2] and math.max(1, tonumber(last[2]) - now) or 1
  for _, key in ipairs(KEYS) do
    redis.call('PEXPIRE', key, string.format('%.0f', rest))
  end
end

-- The count shows that keys were lost, one or all of them.
local count = tonumber(redis.call('HGET', head, 'count'))
if not count or count ~= redis.call('ZCARD', untils) or count ~= redis.call('ZCARD', order) then
  rename()
  finish()
end

local lapsed = redis.call('ZRANGEBYSCORE', untils, '-inf', now, 'LIMIT', 0, 1000)
if #lapsed > 0 then
  redis.call('ZREM', untils, unpack(lapsed))
  redis.call('ZREM', order, unpack(lapsed))
  redis.call('HINCRBY', head, 'count', -#lapsed)
end
