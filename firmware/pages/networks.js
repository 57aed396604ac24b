// The list of networks: one radio button each, `keep` for the stored ones, `other` for a hidden one.
// Bytes
const SSID_MOST = 32;
const STRONG_DBM = -60;
const GOOD_DBM = -72;
const NS = 'http://www.w3.org/2000/svg';
const LOCK = 'M6 10V7a4 4 0 0 1 8 0v3h1v8H5v-8zm2 0h4V7a2 2 0 0 0-4 0z';
const BARS = ['M1 13h4v5H1z', 'M8 8h4v10H8z', 'M15 3h4v15h-4z'];

const stored = ssid => (config.wifi || []).find(each => each.ssid === ssid);
const choice = () => (document.querySelector('[name=net]:checked') || {}).value;
// Radio values of scanned networks begin with '=', so that no name can be `keep` or `other`.
const found = () => networks.find(each => '=' + each[0] === choice());

const passwordField = $('password').closest('.field');
let networks = [];
let listed = false;

function drawing(paths, lit) {
  const svg = document.createElementNS(NS, 'svg');
  svg.setAttribute('width', 20);
  svg.setAttribute('height', 20);
  svg.setAttribute('aria-hidden', 'true');
  paths.forEach((shape, i) => {
    const path = document.createElementNS(NS, 'path');
    path.setAttribute('d', shape);
    if (i >= lit) path.setAttribute('class', 'weak');
    svg.append(path);
  });
  return svg;
}

function entry(key, text, note, pictures) {
  const label = make('label', 'net');
  const input = make('input');
  input.type = 'radio';
  input.name = 'net';
  input.value = key;
  label.append(input, make('span', 'name', text));
  if (note) label.append(make('span', 'unseen', note));
  label.append(...pictures);
  return label;
}

function network([ssid, rssi, secured]) {
  const level = rssi === null ? 0 : rssi >= STRONG_DBM ? 3 : rssi >= GOOD_DBM ? 2 : 1;
  const note = t(['gone', 'weak', 'good', 'strong'][level]) + ', ' + t(secured ? 'secured' : 'open');
  const lock = secured ? [drawing([LOCK], 1)] : [];
  return entry('=' + ssid, ssid, note, [...lock, drawing(BARS, level)]);
}

// Show a new list: choice and focus stay where they are, also on a network that is not heard any more.
function list(fresh) {
  const before = choice();
  const kept = found();
  const inside = $('nets').contains(document.activeElement) && document.activeElement.value;
  networks = fresh.slice();
  if (kept && !found()) networks.push([kept[0], null, kept[2]]);
  const names = (config.wifi || []).map(each => each.ssid).join(', ');
  $('nets').textContent = '';
  if (names) $('nets').append(entry('keep', t('keep_wifi', names), '', []));
  $('nets').append(...networks.map(network));
  const idle = !listed && before === 'other' && !$('ssid').value && document.activeElement !== $('ssid');
  choose(idle && (names || networks.length) ? (names ? 'keep' : '') : before);
  listed = listed || names || networks.length;
  if (inside) all('[name=net]', each => { if (each.value === inside) each.focus(); });
}

function choose(key) {
  all('[name=net]', each => { each.checked = each.value === key; });
  arrange();
}

// The fields that the choice needs.
function arrange() {
  const key = choice();
  const known = stored(wantedSsid());
  const open = found() && !found()[2];
  $('hidden').hidden = key !== 'other';
  passwordField.hidden = !key || key === 'keep' || open;
  $('password').placeholder = known && known.password ? t('unchanged') : '';
  $('password-hint').hidden = key !== 'other';
  say('submit', t(key === 'keep' ? 'save' : 'connect'));
}

function wantedSsid() {
  return choice() === 'other' ? $('ssid').value : found() ? found()[0] : '';
}

// {ssid, password} of the choice, undefined to keep what there is; marks what is wrong.
function wantedNetwork() {
  if (choice() === 'keep') return undefined;
  const ssid = wantedSsid();
  if (!ssid || bytes(ssid) > SSID_MOST) mark('ssid', t(!choice() ? 'choose' : ssid ? 'ssid.length' : 'is.missing'));
  if (!choice() || passwordField.hidden) return { ssid, password: '' };
  const password = $('password').value;
  const known = stored(ssid);
  if (!password && known && known.password) return { ssid };
  mark('password', passwordProblem(password));
  return { ssid, password };
}

function passwordProblem(password) {
  if (!password) return choice() === 'other' ? '' : t('is.missing');
  return /^[\da-f]{64}$/i.test(password) ? '' : secretProblem(password);
}

$('wifi').onchange = event => {
  if (event.target.name !== 'net') return;
  mark('ssid');
  mark('password');
  arrange();
};
$('ssid').addEventListener('input', arrange);
