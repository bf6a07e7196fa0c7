-- Has wrk send requests with many tokens in turn, and print its figures as one line of JSON. BENCH_TOKENS names a file with a token a line.
local requests, next = {}, 0

function init()
  for token in io.lines(os.getenv("BENCH_TOKENS")) do
    local headers = {
      ["Host"] = os.getenv("BENCH_HOST"),
      ["Accept"] = "application/json",
      ["User-Agent"] = "orders/1.0",
      ["Authorization"] = "Bearer " .. token,
    }
    requests[#requests + 1] = wrk.format("GET", "/api/orders/42", headers)
  end
end

function request()
  next = next % #requests + 1
  return requests[next]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"micros":%d,"p50":%d,"p99":%d,"p999":%d,"refused":%d,"broken":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), latency:percentile(99.9),
    errors.status, errors.connect + errors.read + errors.write + errors.timeout
  ))
end
