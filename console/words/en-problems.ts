/** Why something that was asked for was refused, in English: by the API's own code, or by the field that is not right. */
export const enProblems = {
  'refusal.channel-not-available': 'This installation can’t use this kind of line.',
  'refusal.line-taken': 'There is a line with this name already, or this account is on a line already.',
  'refusal.line-not-open':
    'The line has no connection open at this moment. Start it, or wait until it has opened again by itself.',
  'refusal.no-chromium':
    'No Chromium was found on this machine, and the line was not started. Install Chromium or set CHROMIUM_PATH to it, then start the line again.',
  'refusal.not-writable':
    'Zajel can’t write to the line’s folder, and the line was not started. Give the folder to the user that runs Zajel (chown), then start the line again.',
  'refusal.no-space':
    'The disk is almost full, and the line was not started: its browser needs 200 MB. Free some space, then start the line again.',
  'refusal.in-use':
    'Another process holds this line. It comes up here by itself when that one ends; stop that one to move the line now.',
  'refusal.no-line-worker':
    'No process that can hold another WhatsApp line is running. Start one where Chromium is (npm run worker), then try again.',
  'refusal.no-qr': 'There is no code to scan at this moment.',
  'refusal.order-over': 'This order is delivered or cancelled already, so nothing was changed.',
  'refusal.nothing-to-send':
    'At its present status this order calls for no message. Choose which one to send.',
  'refusal.no-sheet': 'No order sheet is connected yet. Connect one first.',
  'refusal.unknown-sheet': 'No order sheet is connected yet. Connect one first.',
  'refusal.confirmation-needed': 'This needs to be confirmed first.',
  'refusal.missing-scope': 'This key is not allowed to do that. Use a key that may, or the administrator’s.',
  'refusal.item-exists': 'There is a product with this code already.',
  'refusal.not-a-simulator': 'This line is a real one; only a test line has test phones.',
  'refusal.temporal-unavailable':
    'Zajel’s engine does not answer at the moment. Nothing was changed; try again shortly.',
  'refusal.database-unavailable':
    'Zajel’s store does not answer at the moment. Nothing was changed; try again shortly.',
  'refusal.body-too-large': 'That is too much at once.',
  'refusal.idempotency-in-progress': 'The same thing is being done at this moment. Wait for it.',
  'refusal.bad-cursor': 'The list has changed meanwhile. Reload the page.',
  'refusal.sheet': 'The sheet could not be read: {reason}.',

  'problem.notDone': 'It was not done: {detail}',

  'fieldProblem.digits': 'only digits are allowed',
  'fieldProblem.ascii': 'only letters, digits and signs of the Latin keyboard, no spaces',
  'fieldProblem.name': 'small letters, digits, - and _ only, starting with a letter or digit',
  'fieldProblem.missing': 'something is missing here',
  'fieldProblem.short': 'too short',
  'fieldProblem.long': 'too long',
  'fieldProblem.number': 'this number is not possible here',
  'fieldProblem.url': 'not an address that starts with http:// or https://',
  'fieldProblem.noLine': 'there is no such line',
  'fieldProblem.account': 'the service account’s JSON key is missing or is not one',
  'fieldProblem.clock': 'not a time of the day',
  'fieldProblem.bothTimes': 'needs both a beginning and an end',
  'fieldProblem.shorterThanWindow': 'shorter than the wait itself',
  'fieldProblem.appName': 'letters, digits, _ . and - only',
  'fieldProblem.instance': 'no spaces and no / ? #',
  'fieldProblem.templateName': 'the name has only small letters, digits and _',
  'fieldProblem.templateLanguage': 'the language is written like ar or en_US',
  'fieldProblem.variable': 'there is no such variable ({message})',
  'fieldProblem.other': 'not right ({message})',

  'field.text': 'Text',
  'field.id': 'Name',
  'field.line': 'Line',
  'field.path': 'File',
  'field.spreadsheet': 'Spreadsheet',
  'field.credentials': 'Key of the service account',
  'field.tab': 'Tab',
  'field.limit': 'How many',
  'field.phone': 'Number',
  'field.discount': 'Discount',
  'field.quietHours': 'Quiet hours',
  'field.supportPhone': 'Phone for questions',
  'field.orderTemplates': 'Template',
  'field.timings': 'Times',
  'field.window': 'Wait',
  'field.name': 'Name',
} as const;
