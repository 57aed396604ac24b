// The wall switch, of boards that have an input for one.
PLAIN.switch = 'toggle';
Object.assign(TEXTS, {
  switch: ['Wall switch', 'Wandschalter'],
  'switch.toggle': ['rocker: at each change', 'Wippe: bei jedem Wechsel'],
  'switch.push': ['push button: at each press', 'Taster: bei jedem Druck'],
  'switch.off': ['does not switch', 'schaltet nicht'],
  switch_hint: ['Changed later, it counts after a restart.', 'Später geändert, gilt es nach einem Neustart.'],
});
