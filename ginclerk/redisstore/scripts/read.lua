-- Returns the entries that were added after a number, to a caller who has seen that there was another: the name of the data, the last number read, whether there are more,
-- and then every entry with the time at which it ends. Under another name than the caller knows it begins at the first.
local name, after, seen, limit = ARGV[3], ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6])
if name == redis.call('HGET', head, 'name') and seen > tonumber(redis.call('HGET', head, 'last')) then
  -- A server took over that had not yet heard of everything.
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
