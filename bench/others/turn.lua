-- One turn for wrk. Nothing per request and nothing per answer: either would cost more than wrk itself.
wrk.method = "POST"
wrk.body = '{"role":"user","content":"Hello"}'
wrk.headers["Accept"] = "text/event-stream"
wrk.headers["Content-Type"] = "application/json"
