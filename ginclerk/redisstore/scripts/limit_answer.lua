-- Returns what limit_charge.lua does, and charges nothing.
return pack('<dd', allowed, now) .. before
