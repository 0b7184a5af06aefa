// Turns for k6 with the extension xk6-sse: BENCH_USERS users play BENCH_TURNS turns.
import { Counter } from "k6/metrics";
import sse from "k6/x/sse";

const turns = new Counter("bench_turns");
const events = new Counter("bench_events");
const errors = new Counter("bench_errors");

export const options = {
    scenarios: {
        assistant: {
            executor: "shared-iterations",
            vus: Number(__ENV.BENCH_USERS),
            iterations: Number(__ENV.BENCH_TURNS),
            maxDuration: "10m",
        },
    },
};

function randomSession() {
    return "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx".replace(/x/g, () => Math.floor(Math.random() * 16).toString(16));
}

export default function () {
    let count = 0;
    let isDone = false;
    const parameters = {
        method: "POST",
        body: '{"role":"user","content":"Hello"}',
        headers: { "Accept": "text/event-stream", "Content-Type": "application/json" },
    };
    const response = sse.open(__ENV.BENCH_URL + randomSession(), parameters, (client) => {
        client.on("event", (event) => {
            if (event.data === "[DONE]") isDone = true;
            else count += 1;
        });
    });
    events.add(count);
    if (isDone && response.status === 200) turns.add(1);
    else errors.add(1);
}

export function handleSummary(data) {
    const count = (name) => (data.metrics[name] ? data.metrics[name].values.count : 0);
    const result = { turns: count("bench_turns"), events: count("bench_events"), errors: count("bench_errors") };
    return { [__ENV.BENCH_RESULT]: JSON.stringify(result) };
}
