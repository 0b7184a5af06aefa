// What the page asks the server to do.

/** Posts fields and gives what the server said: { success, message, field, note }; it never throws.
 *
 * `fields` is a list of pairs, as a name may be there several times.
 */
export const post = async (path, fields = []) => {
  let response;
  let text = '';
  try {
    response = await fetch(path, { method: 'POST', body: new URLSearchParams(fields) });
    text = await response.text();
  } catch {
    return { success: false, message: 'The server cannot be reached: is loadtest still running?', field: null };
  }
  let answer;
  try { answer = JSON.parse(text); } catch { /* Some answers are words only. */ }
  if (typeof answer?.success === 'boolean') return answer;
  if (response.ok) return { success: true, message: text };
  const message = answer?.message ?? `The server answered ${response.status}: ${text.slice(0, 200)}`;
  return { success: false, message, field: null };
};
