-- Takes charges back. Every key has an argument of three numbers: the window, the cost, and the start of the charged window. A counter
-- that is more than one window ahead has nothing left of the charge.
for i = 1, #KEYS do
  local length, cost, charged = struct.unpack('<ddd', ARGV[i])
  local value = redis.call('GET', KEYS[i])
  if value and #value == 24 then
    local start, current, previous = struct.unpack('<ddd', value)
    if start == charged then
      current = math.max(0, current - cost)
    elseif start == charged + length then
      previous = math.max(0, previous - cost)
    end
    redis.call('SET', KEYS[i], struct.pack('<ddd', start, current, previous), 'KEEPTTL')
  end
end
return ''
