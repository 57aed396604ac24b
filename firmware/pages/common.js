// Of both pages: texts, elements, requests, error messages.
// An answer to /state comes within some 100 ms; a scan holds it up for two seconds
const REQUEST_MS = 3000;
// The plug stretches a password meanwhile
const SAVE_MS = 10000;
const POLL_MS = 1000;
const RETRY_MS = 2000;
// To press a second time
const SURE_MS = 5000;

const german = /^de\b/i.test(navigator.language);
document.documentElement.lang = german ? 'de' : 'en';

const $ = id => document.getElementById(id);
const all = (selector, act) => document.querySelectorAll(selector).forEach(act);

// The text of a key in the person's language; {} stands for the value.
function t(key, value) {
  return TEXTS[key][+german].replace('{}', () => value);
}

function make(tag, name, text) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text) element.textContent = text;
  return element;
}

// Changes only what differs: a live region would speak again, a cursor would jump.
function say(id, text) {
  if ($(id).textContent !== text) $(id).textContent = text;
}

const seen = {};

// Whether a value differs from the one at the last call with this key.
function changed(key, value) {
  const now = JSON.stringify(value);
  const other = seen[key] !== now;
  seen[key] = now;
  return other;
}

// {status, data} of a request; status 0 when no answer came in time.
async function ask(path, body, ms, headers) {
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), ms);
  const options = { cache: 'no-store', signal: control.signal, headers: headers || {} };
  if (body) {
    options.method = 'POST';
    options.headers['Content-Type'] = 'application/json';
    options.body = JSON.stringify(body);
  }
  try {
    const answer = await fetch(path, options);
    return { status: answer.status, data: await answer.json() };
  } catch (error) {
    return { status: 0 };
  } finally {
    clearTimeout(timer);
  }
}

// What changes seldom is asked for by itself, when its number in the state has changed.
const parts = {};
const numbers = {};

// The state with those parts; one that does not come stays as it was. null when it never came.
async function complete(state, wanted, get) {
  for (const part of wanted) {
    if (numbers[part] === state[part]) continue;
    const answer = await get('/' + part, null, REQUEST_MS);
    if (answer.status === 200) {
      parts[part] = answer.data;
      numbers[part] = state[part];
    } else if (!parts[part]) return null;
  }
  return Object.assign({}, state, parts.about, { networks: parts.networks });
}

const bytes = text => new TextEncoder().encode(text).length;
const failed = new Set();

// Mark a field as wrong, or right again with no text.
function mark(id, text) {
  say(id + '-error', text || '');
  $(id).setAttribute('aria-invalid', !!text);
  failed[text ? 'add' : 'delete'](id);
}

// The message for a field and a code of the plug: its own, the code's, or a general one.
function problem(field, code) {
  return t([field + '.' + code, 'is.' + code].find(key => key in TEXTS) || 'is.wrong');
}

// Name a button for those who do not see what stands beside it.
function label(button, key, what) {
  button.textContent = t(key);
  button.setAttribute('aria-label', t(key) + (what && ': ' + what));
}

function pushButton(act) {
  const button = make('button');
  button.type = 'button';
  button.onclick = act;
  return button;
}

// A button that asks once more by its own text: the browsers of phones' portals show no dialogues.
function twice(button, key, what, act) {
  let armed = 0;
  const rest = () => {
    clearTimeout(armed);
    armed = 0;
    label(button, key, what);
  };
  button.onclick = () => {
    const sure = armed;
    rest();
    if (sure) return act();
    label(button, 'really', what);
    armed = setTimeout(rest, SURE_MS);
  };
  rest();
}
