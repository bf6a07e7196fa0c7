-- Returns the entries with a higher number than the one that the caller has read. The caller also says the highest number that it
-- has seen. The answer is the name of the data, the last number in it, whether more entries follow, and each entry with the time of
-- its end. If the caller knows the data under another name, the answer begins at the first entry.
local name, after, seen, limit = ARGV[3], ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6])
if name == redis.call('HGET', head, 'name') and seen > tonumber(redis.call('HGET', head, 'last')) then
  -- A server took over that does not have all entries.
  rename()
  finish()
end
local current = redis.call('HGET', head, 'name')
if name ~= current then
  after = '0'
end
local found = redis.call('ZRANGEBYSCORE', order, '(' .. after, '+inf', 'WITHSCORES', 'LIMIT', 0, limit)
local last = found[#found] or after
local reply = { current, last, #found == 2 * limit and 1 or 0 }
for i = 1, #found, 2 do
  reply[#reply + 1] = found[i]
  reply[#reply + 1] = redis.call('ZSCORE', untils, found[i])
end
return reply
