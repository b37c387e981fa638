-- Requests of wrk to `thaw serve`: LOAD=same asks one scenario again and again, LOAD=other another one each time (each is solved),
-- LOAD=page the page's files. bench/serve_load.sh runs them.
local load = os.getenv("LOAD") or "same"
local head = { ["Content-Type"] = "application/json" }
local thread, count = 0, 0

function setup(t)
  t:set("id", thread)
  thread = thread + 1
end

function request()
  if load == "page" then return wrk.format("GET", "/", { ["Accept-Encoding"] = "gzip" }) end
  if load == "same" then return wrk.format("POST", "/api/run", head, '{"name": "us-russia-thaw", "world": "world-2023", "horizon": "short"}') end
  count = count + 1
  local factor = 1 + (id * 7919 + count) / 20011
  return wrk.format("POST", "/api/run", head, string.format('{"name": "west-russia", "horizon": "short", "set": ["measures[0].factor=%.6f"]}', factor))
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format("%s: %d requests in %.1f s, failures: %d status, %d connect, %d read, %d write, %d timeout; median %.0f ms, 99 %% within %.0f ms\n",
    load, summary.requests, summary.duration / 1e6, e.status, e.connect, e.read, e.write, e.timeout, latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
