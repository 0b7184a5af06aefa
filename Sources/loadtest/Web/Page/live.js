// What the server says, as it says it: /live by Server-Sent Events.

/** For so long the server may say nothing: it sends the state every second. In ms. */
const patience = 10_000;
const pause = 1000;

/** Listens to the server for as long as the page is there.
 *
 * `handlers` has a function for each kind of event (hello, state, charts, point, log), which is given its value, and
 * `connection`, which is given whether there is one.
 */
export const listen = (handlers) => {
  let source;
  let heardAt = 0;
  let isConnected;

  const tell = (value) => {
    if (isConnected === value) return;
    isConnected = value;
    handlers.connection(value);
  };
  const lose = () => {
    tell(false);
    // It tries again by itself unless it has given up, as after an answer that is no stream.
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, pause);
  };
  const connect = () => {
    source?.close();
    const own = new EventSource('live');
    source = own;
    heardAt = performance.now();
    own.onerror = () => { if (own === source) lose(); };
    for (const kind of ['hello', 'state', 'charts', 'point', 'log']) {
      own.addEventListener(kind, (event) => {
        if (own !== source) return;
        heardAt = performance.now();
        tell(true);
        handlers[kind](JSON.parse(event.data));
      });
    }
  };

  connect();
  // A connection that is gone without a word: a cable, a computer that slept.
  setInterval(() => {
    if (source.readyState !== EventSource.OPEN || performance.now() - heardAt < patience) return;
    tell(false);
    connect();
  }, pause);
};
