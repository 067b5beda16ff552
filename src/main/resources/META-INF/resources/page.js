// What all parts of the console need: the worker's answers, the secret, what is said aloud, texts on the page.

const KEY = 'stream-worker-secret';

let said = '';

export class Unauthorized extends Error {}

export const $ = (id) => document.getElementById(id);

export function authorization() {
  const secret = sessionStorage.getItem(KEY);
  return secret ? { Authorization: `Bearer ${secret}` } : {};
}

export async function request(path, options = {}) {
  const response = await fetch(path, { ...options, headers: { ...options.headers, ...authorization() } });
  if (response.status === 401) throw new Unauthorized();
  return response;
}

let asking = null;

/** One dialog for all that were refused in the meantime: each goes on when the secret is there. */
export function askForSecret() {
  asking ??= secretOfTheUser().finally(() => { asking = null; });
  return asking;
}

function secretOfTheUser() {
  const dialog = $('secret-dialog');
  if (sessionStorage.getItem(KEY)) $('secret-text').textContent = 'That secret is not right.';
  sessionStorage.removeItem(KEY);
  return new Promise((resolve) => {
    dialog.oncancel = (event) => event.preventDefault();
    // A browser lets the second Escape close it all the same, and nothing on the page would open it again.
    dialog.onclose = () => { if (asking && !dialog.open) dialog.showModal(); };
    $('secret-form').onsubmit = (event) => {
      event.preventDefault();
      sessionStorage.setItem(KEY, $('secret').value);
      $('secret').value = '';
      dialog.onclose = null;
      dialog.close();
      resolve();
    };
    if (!dialog.open) dialog.showModal();
  });
}

/** Tells the worker to do something. What comes back is {ok, message, …}, a message in plain words in any case. */
export async function act(method, path, body) {
  try {
    const response = await request(path, {
      method,
      headers: { 'Content-Type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    let answer = {};
    try {
      answer = JSON.parse(text);
    } catch {
      // A proxy in between answers with a page of its own.
    }
    return { message: `status ${response.status}`, ...answer, ok: response.ok };
  } catch (failure) {
    if (failure instanceof Unauthorized) {
      await askForSecret();
      return act(method, path, body);
    }
    return { ok: false, message: 'the worker does not answer' };
  }
}

export function announce(text) {
  if (text !== said) $('announcer').textContent = said = text;
}

export function set(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function text(element, value, name) {
  set(element, value);
  if (element.className !== name) element.className = name;
}

export function seconds(ms) {
  return ms === undefined || ms === null ? '–' : ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`;
}

export function clock(ms) {
  const s = Math.floor(ms / 1000);
  return [s / 3600, (s / 60) % 60, s % 60].map((n) => String(Math.floor(n)).padStart(2, '0')).join(':');
}

/**
 * A button whose first press asks and whose second acts: at 3 a.m. one slip must not take anything off the air. {@code name} and
 * {@code sure} are functions, because both change with the stream.
 */
export function twice(button, name, sure, what, then) {
  const calm = () => {
    button.classList.remove('sure');
    set(button, name());
    button.setAttribute('aria-label', `${name()} ${what}`);
  };
  button.onblur = calm;
  button.onclick = () => {
    if (sure() && !button.classList.contains('sure')) {
      button.classList.add('sure');
      button.textContent = sure();
      button.setAttribute('aria-label', `${sure().replace('?', '')} ${what}?`);
    } else {
      calm();
      then();
    }
  };
  calm();
  return () => { if (!button.classList.contains('sure')) calm(); };
}
