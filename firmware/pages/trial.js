// The state of a trial, shown below the form; what went wrong stands at the field, too.
// Answers without a trial after which one that was sent is given up: the plug has lost its power, say.
const IDLE_MOST = 5;
const FAILURES = ['wrong_password', 'not_found', 'no_address', 'failed'];

// Something was sent, and its outcome is not known yet
let awaited = false;
let idle = 0;
let done = false;

function report(text, name) {
  const status = $('status');
  status.textContent = '';
  status.className = text ? 'card' : '';
  if (text) status.append(make('p', name, text));
}

function showTrial(trial, first) {
  const state = trial.state;
  idle = awaited && state === 'idle' ? idle + 1 : 0;
  if (idle >= IDLE_MOST) {
    awaited = false;
    report('');
    say('alert', t('unsaved'));
  }
  if (!changed('trial', [trial, awaited]) || idle) return;
  if (done && state !== 'connected') again();
  if (state === 'connecting') {
    say('alert', '');
    report(t('connecting', trial.ssid), 'busy');
    $('status').append(make('p', 'hint', t('pause')));
  } else if (state === 'connected') {
    if (!done) connected(trial);
  } else if (FAILURES.includes(state) && (awaited || first)) {
    failure(trial);
  } else if (state === 'saved' && awaited) {
    report(t('saved'));
    settle();
  }
  awaited = state === 'connecting';
  done = state === 'connected';
}

// The access point was closed, and is open once more.
function again() {
  report('');
  settle();
  $('form').hidden = $('left').hidden = $('reason').hidden = false;
}

function failure(trial) {
  report(t(trial.state, trial.ssid), 'error');
  if (choice() !== 'other' && networks.some(each => each[0] === trial.ssid)) choose('=' + trial.ssid);
  if (trial.state !== 'wrong_password' || passwordField.hidden) return;
  mark('password', t('password.wrong'));
  $('password').focus();
}

function connected(trial) {
  report('');
  const status = $('status');
  // Without a password there is no page that a link could open.
  const link = make(config.page_password ? 'a' : 'strong', '', 'http://' + trial.address + '/');
  if (config.page_password) link.href = link.textContent;
  const where = make('p', '', t('address_is') + ' ');
  where.append(link);
  status.className = 'card';
  status.append(make('h2', '', t('connected', trial.ssid)), where, make('p', '', t('next', trial.ssid)));
  $('form').hidden = $('left').hidden = $('reason').hidden = true;
  status.focus();
}
