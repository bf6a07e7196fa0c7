-- Charges every key if all have room, else none. Returns whether all have room, Redis's time, and every counter before the charge.
-- A counter of the current window only gets its second number, the units used in this window, and keeps its life.
if allowed == 1 then
  for i = 1, count do
    if fresh and fresh[i] then
      call('SET', keys[i], fresh[i], 'PX', lifetime[i])
    else
      call('SETRANGE', keys[i], '8', pack('<d', used[i]))
    end
  end
end
return pack('<dd', allowed, now) .. before
