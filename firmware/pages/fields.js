// The settings that a form shows: its fields, filled from config.json, checked, and turned into a merge patch.
const SECRETS = ['join_code', 'ap_key', 'page_password'];
const PLAIN = { name: '', power_on: 'off', led_dark: true, insecure: false };
const GROUPS = { hub: ['host', 'port'], address: ['ip', 'mask', 'gateway', 'dns'] };
// Bytes, as WPA2 has it
const SECRET_LEAST = 8;
const SECRET_MOST = 63;
// Bytes; it is the host name, too
const NAME_MOST = 32;
const PORT_MOST = 65535;

let config = {};
const touched = new Set();
const dropped = new Set();

// A field with label, hint and place for an error; its texts stand under its id.
function build(place) {
  const { field: id, type, mode } = place.dataset;
  const input = make(type === 'select' ? 'select' : 'input');
  const head = make('label', type === 'checkbox' ? 'line' : '');
  const row = make('div', 'row');
  const described = [id + '-error'];
  place.className = 'field';
  input.id = head.htmlFor = id;
  if (type !== 'select') input.type = type || 'text';
  if (mode) input.inputMode = mode;
  input.autocomplete = id === 'page_password' ? 'new-password' : 'off';
  if (id !== 'name') input.autocapitalize = 'none';
  input.spellcheck = false;
  if (type === 'select') for (const key in TEXTS) if (key.startsWith(id + '.')) input.append(new Option(t(key), key.split('.')[1]));
  head.append(...(type === 'checkbox' ? [input, make('span', '', t(id))] : [t(id)]));
  row.append(...(type === 'checkbox' ? [] : [input]), ...buttons(id, input));
  place.append(head);
  if (row.firstChild) place.append(row);
  if (id + '_hint' in TEXTS) {
    place.append(make('p', 'hint', t(id + '_hint')));
    place.lastChild.id = id + '-hint';
    described.push(id + '-hint');
  }
  if (!$(id + '-error')) {
    place.append(make('p', 'error'));
    place.lastChild.id = id + '-error';
  }
  input.setAttribute('aria-describedby', described.join(' '));
}

function buttons(id, input) {
  const found = [];
  if (input.type === 'password') {
    const name = () => label(show, input.type === 'text' ? 'hide' : 'show', t(id));
    const show = pushButton(() => {
      input.type = input.type === 'text' ? 'password' : 'text';
      name();
    });
    name();
    found.push(show);
  }
  if (SECRETS.includes(id)) {
    const drop = pushButton(() => {
      if (!dropped.delete(id)) dropped.add(id);
      mark(id);
      showSecret(id);
    });
    drop.id = id + '-drop';
    found.push(drop);
  }
  return found;
}

// When document and texts are there: write the texts and build the fields.
function dress() {
  all('[data-t]', element => { element.textContent = t(element.dataset.t); });
  all('[data-field]', build);
}

const value = id => ($(id).type === 'checkbox' ? $(id).checked : $(id).value);
const present = ids => ids.filter($);
const plainStored = id => (id in config ? config[id] : PLAIN[id]);

function put(id, content) {
  if ($(id).type === 'checkbox') $(id).checked = content;
  else $(id).value = content;
}

// Fill in what nobody has touched.
function fill(fresh) {
  config = fresh;
  for (const id of present(Object.keys(PLAIN))) if (!touched.has(id)) put(id, plainStored(id));
  for (const group in GROUPS) fillGroup(group, config[group]);
  present(SECRETS).forEach(showSecret);
}

function fillGroup(group, stored) {
  const ids = present(GROUPS[group].map(key => group + '.' + key));
  if (!ids.length || [group, ...ids].some(id => touched.has(id))) return;
  for (const id of ids) put(id, stored ? stored[id.split('.')[1]] : '');
  if (group === 'address') {
    put('address', !!stored);
    $('addresses').hidden = !stored;
  }
}

function showSecret(id) {
  const stored = id in config && config[id] !== '';
  const gone = stored && dropped.has(id);
  $(id).disabled = gone;
  $(id).placeholder = gone ? t('removed') : stored ? t('unchanged') : '';
  $(id + '-drop').hidden = !stored;
  label($(id + '-drop'), gone ? 'keep' : 'remove', t(id));
}

// What was saved is shown as the plug has it; typed secrets leave the page.
function settle() {
  for (const id of present(SECRETS)) $(id).value = '';
  touched.clear();
  dropped.clear();
  fill(config);
}

// Merge patch of what differs from the plug's configuration; marks what is wrong.
function patch() {
  const out = {};
  for (const id of [...failed]) mark(id);
  for (const id of present(Object.keys(PLAIN))) {
    if (touched.has(id) && value(id) !== plainStored(id)) out[id] = value(id) === '' ? null : value(id);
  }
  if (bytes(value('name')) > NAME_MOST) mark('name', t('name.length'));
  for (const id of present(SECRETS)) patchSecret(id, out);
  patchGroup('hub', value('hub.host') || value('hub.port'), hub, out);
  if ($('address')) patchGroup('address', value('address'), address, out);
  return out;
}

function patchSecret(id, out) {
  const typed = value(id);
  if (dropped.has(id)) {
    out[id] = null;
  } else if (typed) {
    out[id] = id === 'join_code' ? plainCode(typed) : typed;
    mark(id, id === 'join_code' ? codeProblem(typed, true) : secretProblem(typed));
  }
}

function secretProblem(typed) {
  const length = bytes(typed);
  return length < SECRET_LEAST || length > SECRET_MOST ? t('password.length') : '';
}

function patchGroup(group, wanted, read, out) {
  const stored = config[group];
  const now = wanted ? read() : null;
  if (now ? !stored || GROUPS[group].some(key => stored[key] !== now[key]) : stored) out[group] = now;
}

function hub() {
  const host = value('hub.host').trim();
  const port = +value('hub.port');
  if (!host) mark('hub.host', t('is.missing'));
  if (!(port > 0 && port <= PORT_MOST && port % 1 === 0)) mark('hub.port', t('hub.port.range'));
  return { host, port };
}

function address() {
  const out = {};
  for (const key of GROUPS.address) {
    out[key] = value('address.' + key).trim();
    if (!isAddress(out[key])) mark('address.' + key, t('is.address'));
  }
  return out;
}

function isAddress(text) {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(text) && text.split('.').every(part => part < 256);
}

// Before the handlers of the fields themselves, which may mark them anew.
document.addEventListener('input', ({ target }) => {
  touched.add(target.id);
  if (failed.has(target.id)) mark(target.id);
  if (target.id === 'address') $('addresses').hidden = !target.checked;
}, true);
