// What the page does: asks for the state each second, and sends the form.
// Answers that fail to come before the page says so; a scan or a change of channel costs one or two
const MISSES = 3;

let sending = false;
let sent = 0;
let misses = 0;
let first = true;
let unlocked = true;

async function poll() {
  const before = sent;
  const answer = sending ? undefined : await ask('/state', null, REQUEST_MS);
  if (answer !== undefined && before === sent) {
    const state = answer.status === 200 ? await complete(answer.data, ['about', 'networks'], ask) : null;
    misses = state ? 0 : misses + 1;
    if (state && before === sent) show(state);
    say('lost', misses >= MISSES && !done ? t('lost') : '');
  }
  setTimeout(poll, misses ? RETRY_MS : POLL_MS);
}

function show(state) {
  if (changed('config', state.config)) {
    fill(state.config);
    known();
  }
  if (changed('networks', [state.networks, state.config.wifi])) list(state.networks);
  if (changed('head', [state.mac, state.reason])) head(state);
  say('locked', state.locked ? t('locked') : '');
  unlocked = !state.locked;
  scanning(state.scanning);
  showTrial(state.trial, first);
  enable();
  say('left', state.left === null ? '' : t('left', Math.ceil(state.left / 60)));
  first = false;
}

function head(state) {
  say('which', 'Twig-' + state.mac + ' · ' + state.model + ' · ' + state.version);
  say('reason', t('reason_' + ({ new: 'new', fallback: 'fallback' }[state.reason] || 'set')));
  document.title = 'Twig-' + state.mac;
  $('scan').hidden = !state.can_scan;
}

// While a trial runs the button keeps the focus, so it is not disabled in earnest.
function enable() {
  $('submit').disabled = !unlocked;
  $('submit').setAttribute('aria-disabled', !unlocked || sending || awaited);
  all('#known button', button => { button.disabled = !unlocked; });
}

function scanning(now) {
  if (!changed('scanning', now)) return;
  $('scan').setAttribute('aria-disabled', now);
  say('scan', t(now ? 'searching' : 'scan'));
}

$('scan').onclick = async () => {
  if ($('scan').getAttribute('aria-disabled') === 'true') return;
  scanning(true);
  const answer = await send('/scan', {});
  if (answer.status !== 200) {
    scanning(false);
    refused(answer);
  }
};

async function send(path, body) {
  sending = true;
  sent++;
  say('alert', '');
  enable();
  const answer = await ask(path, body, SAVE_MS);
  sent++;
  sending = false;
  enable();
  return answer;
}

$('form').onsubmit = event => {
  event.preventDefault();
  if (sending || awaited || $('submit').disabled) return;
  const body = { settings: patch() };
  const network = wantedNetwork();
  if (network) body.network = network;
  if (failed.size) wrong();
  else save(body);
};

async function save(body) {
  report(t('sent'), 'busy');
  const answer = await send('/save', body);
  if (answer.status !== 200) {
    report('');
    refused(answer);
    return;
  }
  awaited = true;
  enable();
}

// Go to the first field that is wrong; every one says what.
function wrong() {
  say('alert', t('correct'));
  for (const field of document.querySelectorAll('[id$="-error"]')) {
    if (!field.textContent) continue;
    if ($('more').contains(field)) $('more').open = true;
    const id = field.id.slice(0, -'-error'.length);
    ($(id).offsetParent ? $(id) : document.querySelector('[name=net]')).focus();
    return;
  }
}

// What the plug did not take.
function refused(answer) {
  const status = answer.status;
  if (status === 422) {
    const field = String(answer.data.field).replace(/^wifi\.\d+\./, '');
    const text = problem(field, answer.data.code);
    const place = $(field + '-error');
    if (!place || place.closest('[hidden]')) {
      say('alert', text + ' (' + answer.data.field + ')');
      return;
    }
    mark(field, text);
    wrong();
  } else {
    say('alert', t({ 0: 'unsent', 403: 'locked', 409: 'busy' }[status] || 'unsaved'));
  }
}

function known() {
  const wifi = config.wifi || [];
  $('known-field').hidden = !wifi.length;
  $('known').textContent = '';
  for (const each of wifi) {
    const row = make('li', 'line');
    row.append(make('span', 'name', each.ssid), forget(each.ssid));
    $('known').append(row);
  }
}

function forget(ssid) {
  const button = pushButton();
  twice(button, 'remove', ssid, () => {
    if (!sending && !awaited) save({ settings: {}, forget: ssid });
  });
  return button;
}

scanning(false);
arrange();
poll();
