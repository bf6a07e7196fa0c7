-- Charges every key if all have room, else none. Returns whether all have room, Redis's time, and every counter before the charge.
if allowed == 1 then
  for i = 1, #KEYS do
    if lifetime and lifetime[i] then
      call('SET', KEYS[i], after[i], 'PX', lifetime[i])
    else
      call('SET', KEYS[i], after[i], 'KEEPTTL')
    end
  end
end
return pack('<dd', allowed, now) .. before
