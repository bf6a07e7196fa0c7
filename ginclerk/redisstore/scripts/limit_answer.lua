-- Returns the same as limit_charge.lua, and charges nothing.
return pack('<dd', allowed, now) .. before
