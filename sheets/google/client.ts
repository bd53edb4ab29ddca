// The two parts by their own paths: `googleapis` whole takes 0.8 s and 120 MB to import, these 0.07 s and 27 MB.
import { auth, sheets, type sheets_v4 } from 'googleapis/build/src/apis/sheets/index.js';
import { drive, type drive_v3 } from 'googleapis/build/src/apis/drive/index.js';
import type { ServiceAccount } from './credentials.ts';

export interface GoogleClient {
  readonly sheets: sheets_v4.Sheets;
  readonly drive: drive_v3.Drive;
}

const SCOPES = [
  'https://www.googleapis.com/auth/spreadsheets',
  // Only the file's modified time: an unchanged sheet is then not read at all.
  'https://www.googleapis.com/auth/drive.metadata.readonly',
];
const GOOGLE_TOKEN_URL = 'https://oauth2.googleapis.com/token';
/** A sheet of 10,000 rows takes Google about 10 s; what takes longer is tried again by policy. */
const TIMEOUT_MS = 30_000;

/** `apiUrl`: where the API is, when it is not at Google (`SHEETS_API_URL`). */
export function googleClient(account: ServiceAccount, apiUrl: string | undefined): GoogleClient {
  const jwt = new auth.JWT({
    email: account.client_email,
    key: account.private_key,
    scopes: SCOPES,
    ...(account.private_key_id === undefined ? {} : { keyId: account.private_key_id }),
  });
  // Typed by a merchant: Google's own key names no other address, and Zajel knocks at none.
  const tokenUrl = apiUrl === undefined ? GOOGLE_TOKEN_URL : (account.token_uri ?? GOOGLE_TOKEN_URL);
  jwt.transporter.interceptors.request.add({
    resolved: (request) => {
      // The library knows one token endpoint only, and repeats a failed POST to it three times whatever it is told.
      if (request.url.href === GOOGLE_TOKEN_URL) request.url = new URL(tokenUrl);
      request.retry = false;
      request.retryConfig = { retry: 0, noResponseRetries: 0 };
      request.timeout ??= TIMEOUT_MS;
      return Promise.resolve(request);
    },
  });
  const options = {
    auth: jwt,
    retry: false,
    timeout: TIMEOUT_MS,
    ...(apiUrl === undefined ? {} : { rootUrl: withSlash(apiUrl) }),
  };
  return { sheets: sheets({ version: 'v4', ...options }), drive: drive({ version: 'v3', ...options }) };
}

const withSlash = (url: string): string => (url.endsWith('/') ? url : `${url}/`);
