-- Adds entries, and publishes those that are new or live longer than before, with the time at which the replica has sent them. Returns the name of the data and the last number.
local channel = ARGV[3]
local news = {}
for i = 4, #ARGV, 2 do
  local entry, ends = ARGV[i], ARGV[i + 1]
  local known = redis.call('ZSCORE', untils, entry)
  if tonumber(ends) > now and (not known or tonumber(known) < tonumber(ends)) then
    redis.call('ZADD', untils, ends, entry)
    redis.call('ZADD', order, redis.call('HINCRBY', head, 'last', 1), entry)
    if not known then
      redis.call('HINCRBY', head, 'count', 1)
    end
    news[#news + 1] = entry .. ' ' .. ends
  end
end
if #news > 0 then
  finish()
  news[#news + 1] = 't ' .. ARGV[1]
  redis.call('PUBLISH', channel, table.concat(news, '\n'))
end
return redis.call('HMGET', head, 'name', 'last')
