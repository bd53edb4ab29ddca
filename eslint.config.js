import boundaries from 'eslint-plugin-boundaries';
import tseslint from 'typescript-eslint';

// The rooms of the house and the arrows between them. A room that is not listed after `allow` can't be
// imported, so the drawing in docs/architecture.md stays true.
const rooms = [
  'workflows',
  'activities',
  'channels',
  'sheets',
  'answers',
  'domain',
  'store',
  'temporal',
  'worker',
  'api',
  'console',
  'start',
  'bench',
  'tests',
];
const mayImport = {
  domain: [],
  workflows: ['domain'],
  channels: ['domain'],
  sheets: ['domain'],
  answers: ['domain'],
  store: ['domain'],
  temporal: ['domain', 'workflows', 'store'],
  activities: ['domain', 'workflows', 'channels', 'sheets', 'answers', 'store', 'temporal'],
  worker: ['domain', 'workflows', 'activities', 'channels', 'sheets', 'answers', 'store', 'temporal'],
  api: ['domain', 'workflows', 'channels', 'sheets', 'store', 'temporal'],
  console: ['domain'],
  start: [
    'domain',
    'workflows',
    'activities',
    'channels',
    'sheets',
    'answers',
    'store',
    'temporal',
    'worker',
    'api',
    'console',
  ],
  bench: rooms,
  tests: rooms,
};

export default tseslint.config(
  { ignores: ['node_modules/', 'data/', 'tests/doubles/whatsapp-page/page/**'] },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { boundaries },
    settings: {
      'boundaries/elements': rooms.map((room) => ({ type: room, pattern: room })),
      'import/resolver': { typescript: { alwaysTryTypes: true } },
    },
    rules: {
      'boundaries/dependencies': [
        'error',
        {
          default: 'disallow',
          policies: Object.entries(mayImport).map(([from, allow]) => ({
            from: { element: { type: from } },
            allow: [from, ...allow].map((type) => ({ to: { element: { type } } })),
          })),
        },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-assertions': [
        'error',
        { assertionStyle: 'as', objectLiteralTypeAssertions: 'never' },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-console': 'error',
      'no-empty': ['error', { allowEmptyCatch: false }],
      // `== null` asks for null and undefined at once.
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  {
    // Workflow code is replayed for months: activities are known to it by type only, and nothing
    // that differs between two replays may be imported.
    files: ['workflows/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: ['node:*', '../activities/*', '../store/*', '../channels/*'],
          paths: ['fs', 'crypto', 'path'],
        },
      ],
    },
  },
  {
    // Tests stand in for methods of what they are handed, and for functions that have nothing to await.
    files: ['tests/**'],
    rules: { '@typescript-eslint/unbound-method': 'off', '@typescript-eslint/require-await': 'off' },
  },
  { files: ['start/**', 'bench/**', 'tests/run.ts'], rules: { 'no-console': 'off' } },
);
