import type { z } from 'zod';
import { settingsOf, type MerchantSettings, type SettingsPatch } from '../../domain/settings.ts';
import { recordAudit } from '../../store/audit.ts';
import { lockMerchant } from '../../store/merchant-lock.ts';
import { readSettings, writeSettings } from '../../store/merchants.ts';
import { wakeWaiting } from '../../store/order-attention.ts';
import { actorName } from '../actor.ts';
import { given } from '../given.ts';
import type { House } from '../house.ts';
import { invalid } from '../problem.ts';
import { route, type Route } from '../route.ts';
import { merchantPath } from '../schemas/common.ts';
import { settings, settingsPatch } from '../schemas/settings.ts';

const tag = 'Shop';
const path = '/api/merchants/:merchant/settings';

export function settingRoutes({ database, settings: { windowDefaults } }: House): Route[] {
  return [
    route({
      method: 'get',
      path,
      scope: 'read',
      tag,
      summary: 'All settings, the installation’s defaults included',
      params: merchantPath,
      responses: { 200: settings },
    })(async ({ params: { merchant } }) => ({
      status: 200,
      body: settingsOf(await database.merchant(merchant, (tx) => readSettings(tx, merchant)), windowDefaults),
    })),
    route({
      method: 'patch',
      path,
      scope: 'manage',
      tag,
      summary: 'Changes what is given, however deep',
      params: merchantPath,
      body: settingsPatch,
      responses: { 200: settings },
    })(async ({ params: { merchant }, body, actor }) => {
      const whole = await database.merchant(merchant, async (tx) => {
        await lockMerchant(tx, merchant);
        const merged = merge(await readSettings(tx, merchant), body);
        const after = settingsOf(merged, windowDefaults);
        refuseNonsense(merged, after);
        await writeSettings(tx, merchant, merged);
        // What waits for an hour may have another one now; a text may have waited for the number.
        if ([body.timings, body.quietHours, body.supportPhone].some((part) => part !== undefined))
          await wakeWaiting(tx, merchant, new Date());
        await recordAudit(tx, merchant, {
          actor: actorName(actor),
          action: 'settings.changed',
          detail: body,
        });
        return after;
      });
      return { status: 200, body: whole };
    }),
  ];
}

type Patch = z.output<typeof settingsPatch>;

function merge(
  before: SettingsPatch,
  { window, timings, quietHours, messageTypes, model, ...rest }: Patch,
): SettingsPatch {
  return {
    ...before,
    ...given(rest),
    ...(window === undefined ? {} : { window: { ...before.window, ...given(window) } }),
    ...(timings === undefined ? {} : { timings: { ...before.timings, ...given(timings) } }),
    ...(quietHours === undefined ? {} : { quietHours: { ...before.quietHours, ...given(quietHours) } }),
    ...(messageTypes === undefined
      ? {}
      : { messageTypes: { ...before.messageTypes, ...given(messageTypes) } }),
    ...(model === undefined ? {} : { model: { ...before.model, ...given(model) } }),
  };
}

/** What each value allows and the whole does not. */
function refuseNonsense(own: SettingsPatch, { window, quietHours }: MerchantSettings): void {
  // Only a cap that somebody set can be wrong: the default one gives way to a longer window.
  if (own.window?.maxMs !== undefined && own.window.maxMs < window.ms) {
    const message = `the longest a window may last (${own.window.maxMs}) is shorter than the window itself (${window.ms})`;
    throw invalid([{ path: 'window.maxMs', message }]);
  }
  if ((quietHours.from === null) !== (quietHours.to === null)) {
    throw invalid([{ path: 'quietHours', message: 'needs both from and to, or neither' }]);
  }
}
