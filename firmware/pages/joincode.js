// Join codes as docs/protocol.md, section 10, has them: Crockford's base 32, the last character checks the others.
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_LENGTH = 12;
const CHECK_MODULUS = 31;

// Upper case without dashes and spaces, letters that look like digits as digits.
const plainCode = typed => typed.toUpperCase().replace(/[-\u2013\u2014\s]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
const groupedCode = typed => plainCode(typed).match(/.{1,4}/g).join('-');

// What is wrong with a code as far as it is typed, '' for nothing; a short one is wrong only when it is done.
function codeProblem(typed, done) {
  const code = plainCode(typed);
  const strange = [...code].find(each => !ALPHABET.includes(each));
  if (strange) return t('join_code.letter', strange);
  if (code.length > CODE_LENGTH || (done && code && code.length < CODE_LENGTH)) return t('join_code.length');
  return code.length < CODE_LENGTH || checks(code) ? '' : t('join_code.check');
}

function checks(code) {
  let sum = 0;
  for (let place = 1; place < CODE_LENGTH; place++) sum += place * ALPHABET.indexOf(code[place - 1]);
  return ALPHABET[sum % CHECK_MODULUS] === code[CODE_LENGTH - 1];
}

// Group while the cursor is at the end: in the middle it would jump.
$('join_code').oninput = event => {
  const input = event.target;
  const grows = !/^delete/.test(event.inputType || '');
  if (grows && input.value.trim() && input.selectionStart === input.value.length) input.value = groupedCode(input.value);
  mark('join_code', codeProblem(input.value, false));
};
$('join_code').onchange = event => {
  const typed = event.target.value;
  if (plainCode(typed)) event.target.value = groupedCode(typed);
  mark('join_code', codeProblem(typed, true));
};
