// The page of a plug in its network: log in, switch, watch, set, restart. The token lives in this variable only.
// A plug in run mode has little memory: a look each two seconds will do.
const LOOK_MS = 2000;

let token = '';
let sending = false;
let round = 0;

async function request(path, body, ms) {
  const mine = token;
  const answer = await ask(path, body, ms, { 'X-Twig-Token': mine });
  if (answer.status === 401 && mine && mine === token) logout(t('again'));
  return answer;
}

async function send(path, body) {
  if (sending) return null;
  sending = true;
  round++;
  say('alert', '');
  say('status', '');
  const answer = await request(path, body, SAVE_MS);
  round++;
  sending = false;
  return answer;
}

function logout(text) {
  token = '';
  delete numbers.about; // a plug that has restarted counts from the start
  $('inside').hidden = true;
  $('login').hidden = false;
  say('lost', '');
  say('alert', text);
  $('password').focus();
}

$('login').onsubmit = async event => {
  event.preventDefault();
  mark('password');
  const answer = await send('/login', { password: $('password').value });
  if (!answer) return;
  if (answer.status === 200) {
    token = answer.data.token;
    $('password').value = '';
    await look();
  } else if (answer.status === 401) {
    mark('password', t('password.wrong'));
    $('password').focus();
  } else {
    say('alert', answer.status === 429 ? t('slow', answer.data.wait) : t(answer.status ? 'unsaved' : 'unsent'));
  }
};

async function look() {
  const before = round;
  const answer = await request('/state', null, REQUEST_MS);
  const state = answer.status === 200 ? await complete(answer.data, ['about'], request) : null;
  if (!token || before !== round) return;
  say('lost', state ? '' : t('lost'));
  if (state) show(state);
}

async function watch() {
  if (token && !sending && !document.hidden) await look();
  setTimeout(watch, LOOK_MS);
}

function show(state) {
  say('title', state.name || 'Twig');
  say('which', state.model + ' · ' + state.version);
  document.title = state.name || 'Twig';
  if (changed('config', state.config)) fill(state.config);
  if ($('relays').children.length !== state.relay.length) relays(state.relay.length);
  state.relay.forEach((on, index) => {
    $('relay' + index).setAttribute('aria-checked', on);
    say('word' + index, t(on ? 'on' : 'off'));
  });
  figures({
    hub: t(state.hub ? 'joined' : 'apart'),
    signal: state.rssi === null ? '–' : state.rssi + ' dBm',
    uptime: lasting(state.uptime_s),
    memory: state.heap_free + ' B',
  });
  if (changed('resets', state.resets)) resets(state.resets);
  if ($('inside').hidden) {
    $('inside').hidden = false;
    $('login').hidden = true;
    if ($('relay0')) $('relay0').focus();
  }
}

function relays(count) {
  $('relays').textContent = '';
  for (let index = 0; index < count; index++) {
    const button = pushButton(() => toggle(index));
    const word = make('span', '');
    button.id = 'relay' + index;
    word.id = 'word' + index;
    button.className = 'switch';
    button.setAttribute('role', 'switch');
    const name = make('span', '', t('relay') + (count > 1 ? ' ' + (index + 1) : '') + ': ');
    name.append(word);
    button.append(name, make('span', 'track'));
    button.setAttribute('aria-label', t('relay') + (count > 1 ? ' ' + (index + 1) : ''));
    $('relays').append(button);
  }
}

async function toggle(index) {
  const on = $('relay' + index).getAttribute('aria-checked') !== 'true';
  const answer = await send('/relay', { index, on });
  if (answer && answer.status === 200) await look();
  else refused(answer);
}

function figures(texts) {
  for (const key in texts) {
    if (!$('figure-' + key)) {
      $('figures').append(make('dt', '', t(key)), make('dd'));
      $('figures').lastChild.id = 'figure-' + key;
    }
    say('figure-' + key, texts[key]);
  }
}

// Days, hours and minutes.
function lasting(seconds) {
  const minutes = Math.floor(seconds / 60);
  const days = Math.floor(minutes / 1440);
  const clock = Math.floor(minutes / 60) % 24 + ' h ' + minutes % 60 + ' min';
  return days ? t('days', days) + ' ' + clock : clock;
}

function resets(list) {
  $('none').hidden = list.length > 0;
  $('resets').textContent = '';
  for (const each of list) {
    const text = [t('boot', each.boot), each.cause, each.text].filter(Boolean).join(' · ');
    $('resets').append(make('li', '', text));
  }
}

$('form').onsubmit = async event => {
  event.preventDefault();
  const settings = patch();
  if (failed.size) return wrong();
  const answer = await send('/save', { settings });
  if (answer && answer.status === 200) {
    settle();
    seen.config = '';
    await look();
    say('status', t('saved'));
  } else {
    refused(answer);
  }
};

function refused(answer) {
  if (!answer || (answer.status === 401 && !token)) return;
  if (answer.status === 422 && $(answer.data.field + '-error')) {
    mark(answer.data.field, problem(answer.data.field, answer.data.code));
    wrong();
  } else {
    say('alert', t({ 0: 'unsent', 409: 'busy' }[answer.status] || 'unsaved'));
  }
}

function wrong() {
  say('alert', t('correct'));
  $('more').open = true;
  $([...failed][0]).focus();
}

twice($('restart'), 'restart', '', async () => {
  const answer = await send('/restart', {});
  if (answer && answer.status === 200) logout(t('restarting'));
  else refused(answer);
});

$('password').autocomplete = 'current-password';
watch();
