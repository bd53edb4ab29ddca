/** Why a language model gave no answer, in English. */
export const enModelReasons = {
  'model-answer-unreadable': 'the model’s answer could not be read',
  'model-cut-off': 'the model’s answer was too long and broke off',
  'model-refused': 'the model refused to answer',
  'model-quota': 'there is no credit left at the model’s provider',
  'model-throttled': 'the model’s provider asks us to slow down',
  'model-key-refused': 'the model’s provider refuses the key; it has to be replaced',
  'model-unavailable': 'the model’s provider is out of order at the moment',
  'model-not-found': 'the provider does not know this model',
  'model-too-long': 'the conversation is too long for the model',
  'model-request-refused': 'the model’s provider refused the question',
} as const;
