import { describe, expect, it, test } from 'vitest';
import { endsWindow } from '../../domain/commands.ts';
import { WORDS } from '../../console/words/words.ts';
import type { Answer, Intent } from '../../answers/answer.ts';
import { answer, message, order, past } from './answers-turns.ts';

const open = { orders: [order('12', { awaitingAnswer: true })] };

const WORDINGS: readonly (readonly [Intent, readonly string[]])[] = [
  [
    'greeting',
    [
      'السلام عليكم',
      'سلام عليكم ورحمة الله وبركاته',
      'مرحباااا',
      'هلو شلونكم',
      'ازيك يا باشا',
      'صباح الخير',
      'هلا والله',
      'salam',
      'سڵاو',
      'سلاو چۆنی',
      'hi',
      'Heyyy',
      'good morning!',
    ],
  ],
  [
    'price',
    [
      'بكم القميص الابيض',
      'بِكَم القَميص الأبيض؟',
      'بكااام القميص الاسود',
      'القميص الابيض بكام لو سمحت',
      'شكد سعر القميص الاسود',
      'سعر الفستان',
      'قديش الفستان؟',
      'كم القميص الأسود',
      'bkam white shirt',
      'el se3r black shirt',
      'نرخی کراسی ڕەش چەندە',
      'کراسی سپی بەچەندە؟',
      'how much is the black shirt',
      'white shirts price pls',
      'قـمـيـص أسود بكم',
    ],
  ],
  [
    'availability',
    [
      'متوفر فستان سهرة؟',
      'عندكم فساتين سهره',
      'القميص الاسود موجود؟',
      'اكو قميص اسود',
      'لسه موجود الفستان؟',
      'مش متوفر الفستان؟',
      'کراسی سپی هەیە؟',
      'کراسی ڕەش بەردەستە',
      'do you have black shirts?',
      'is the evening dress in stock',
      '3andokom jeans',
    ],
  ],
  [
    'order-status',
    [
      'وين طلبي',
      'طلبي وين صار؟',
      'فين الاوردر بتاعي',
      'متى يوصل الطلب',
      'شوكت يوصل',
      'امتى هيوصل',
      'الاوردر اتأخر',
      'fen el order',
      'داواکارییەکەم لە کوێیە؟',
      'کەی دەگات',
      'where is my order?',
      "where's my order",
      'tracking number please',
    ],
  ],
  [
    'human',
    [
      'اريد احچي ويه شخص',
      // What the test phone offers to try.
      WORDS.ar['phone.try3'],
      WORDS.en['phone.try3'],
      'عايز اكلم حد',
      'agent',
      'ابغى اكلم موظف',
      'أريد التحدث مع موظف',
      'خدمة العملاء',
      'موظف لو سمحت',
      '3ayez akalem 7ad',
      'دەمەوێت لەگەڵ کارمەندێک قسە بکەم',
      'I want to talk to a real person',
      'customer service please',
    ],
  ],
  [
    'hours',
    [
      'متى تفتحون',
      'شوكت تعزلون',
      'بتفتحوا الساعة كام',
      'ساعات العمل',
      'فاتحين اليوم؟',
      'تفتحون الجمعة؟',
      'کەی دەکەنەوە',
      'کاتی کارکردن',
      'when do you open?',
      'are you open now',
      'opening hours',
    ],
  ],
  ['thanks', ['شكرا جزيلا', 'شكراً لكم', 'تسلم', 'سوپاس', 'زۆر سوپاس', 'thank you so much', 'thx']],
  ['opt-out', ['stop', 'إيقاف', 'وقف', 'الغاء الاشتراك', 'Unsubscribe']],
  ['opt-in', ['start', 'اشتراك']],
  [
    'unclear',
    [
      'stop by tomorrow?',
      'وقف الخيري',
      'القميص وصل ممزق',
      'بكم التوصيل',
      'كم يوم ياخذ التوصيل',
      'do you deliver to Basra',
      'asdf qwer zxcv',
      '\uD83D',
    ],
  ],
  ['none', ['تمام', 'ok', '👍', '', '\0', 'باشە']],
];

describe('intents, without an open question', () => {
  const hours = {
    mon: [{ from: '09:00', to: '18:00' }],
    tue: [{ from: '09:00', to: '18:00' }],
    wed: [{ from: '09:00', to: '18:00' }],
  };
  for (const [intent, texts] of WORDINGS) {
    test.each(texts.map((text) => [text]))(`%j is ${intent}`, async (text) => {
      expect((await answer([text], { hours })).intent).toBe(intent);
    });
  }

  it('hands every kind of text to some answer without throwing', async () => {
    for (const text of ['\uDC00\uD800', 'ا'.repeat(20_000), 'بكم '.repeat(5_000), '\0\0', '👨‍👩‍👧‍👦'.repeat(50)])
      await expect(answer([text])).resolves.toBeDefined();
  });
});

describe('replies to an order’s question', () => {
  test.each([
    'أؤكد',
    'تأكيد',
    'ايوه',
    'أيوة',
    'تمام',
    '1',
    '١',
    '1️⃣',
    'yes',
    'نعم',
    'ماشي',
    'اي نعم',
    'موافق',
    'ايوه اكد الطلب',
    'نعم شكرا',
    'ok',
    '👍',
    'بەڵێ',
    'باشە',
    'confirm my order please',
    'اكيد يا باشا',
  ])('%j confirms it', async (text) => {
    const { intent, actions, texts } = await answer([text], open);
    expect({ intent, actions }).toEqual({
      intent: 'confirm',
      actions: [{ kind: 'confirm-order', order: '12' }],
    });
    expect(texts).toHaveLength(1);
  });

  test.each([
    'الغاء',
    'إلغاء',
    'لا',
    '2',
    '٢',
    'no',
    'لا شكرا',
    'مش عايز',
    'ماريده',
    'عايز الغي الاوردر',
    'كنسل',
    'الغوا الطلب لو سمحتم',
    'cancel',
    'please cancel my order',
    'نەخێر',
    'نامەوێت',
    'هەڵیوەشێنەوە',
    'la2',
  ])('%j cancels it', async (text) => {
    const { intent, actions } = await answer([text], open);
    expect({ intent, actions }).toEqual({
      intent: 'cancel',
      actions: [{ kind: 'cancel-order', order: '12' }],
    });
  });

  test.each([
    'لا تلغي الطلب',
    'ما تلغيش الاوردر',
    "don't cancel",
    'مش متأكد',
    'نعم لا',
    'تأكيد الغاء',
    'لا تؤكد',
    'الغاء الطلب بعد الشحن ممكن؟',
    'هەڵیمەوەشێنەوە',
    'confirmed?',
    'تم التأكيد؟',
  ])('%j decides nothing and is asked about', async (text) => {
    const { actions, texts } = await answer([text], open);
    expect(actions).toEqual([]);
    expect(texts.join()).toContain('12');
  });

  test.each([
    'نعم عندكم مقاس كبير؟',
    'مش عايز قميص اسود عايز ابيض',
    'بكم 2 قميص اسود',
    'no idea what this is about',
    'لا اله الا الله',
    'stop',
    'وقف',
    'وين طلبي',
  ])('%j touches no order', async (text) => {
    const { actions } = await answer([text], open);
    expect(actions.some(({ kind }) => kind === 'confirm-order' || kind === 'cancel-order')).toBe(false);
  });

  it('goes to the order whose question is quoted, though another is newer', async () => {
    const orders = [
      order('A1', { awaitingAnswer: true, askedAtMs: 1, quotedKeys: [message('A?').key] }),
      order('B2', { awaitingAnswer: true, askedAtMs: 2 }),
    ];
    expect((await answer([message('١', { replyToKey: message('A?').key })], { orders })).actions).toEqual([
      { kind: 'confirm-order', order: 'A1' },
    ]);
    expect((await answer(['١'], { orders })).actions).toEqual([{ kind: 'confirm-order', order: 'B2' }]);
    expect((await answer(['الغاء A1'], { orders })).actions).toEqual([{ kind: 'cancel-order', order: 'A1' }]);
    const button = message('تأكيد', { type: 'button', payload: { id: 'confirm:A1' } });
    expect((await answer([button], { orders })).actions).toEqual([{ kind: 'confirm-order', order: 'A1' }]);
  });

  describe('that is another order’s than the open one', () => {
    const shipped = message('A shipped').key;
    const b = order('B2', { awaitingAnswer: true, askedAtMs: 2 });
    const orders = [order('A1', { category: 'shipped', statusText: 'تم الشحن', quotedKeys: [shipped] }), b];
    const decided = ({ actions }: Answer) =>
      actions.filter(({ kind }) => kind === 'confirm-order' || kind === 'cancel-order');

    it('shows how the order stands that the button names', async () => {
      const button = message('تأكيد', { type: 'button', payload: { id: 'confirm:A1' } });
      const said = await answer([button], { orders });
      expect(decided(said)).toEqual([]);
      expect(said.texts.join()).toContain('A1');
    });

    it('is asked about when the button’s order is gone', async () => {
      for (const decision of ['confirm', 'cancel']) {
        const button = message('زر', { type: 'button', payload: { id: `${decision}:GONE` } });
        const said = await answer([button], { orders: [b] });
        expect(decided(said)).toEqual([]);
        expect(said.texts.join()).toContain('B2');
      }
    });

    it('goes to a person when a shipped order’s message is quoted to cancel it', async () => {
      const said = await answer([message('الغاء', { replyToKey: shipped })], { orders });
      expect(said.actions).toEqual([{ kind: 'hand-over', reason: 'cancel-request' }]);
      expect(said.texts.join()).toContain('A1');
    });
  });

  it('to a message about no order is asked about, also to one that nobody knows', async () => {
    const orders = [order('B2', { awaitingAnswer: true, askedAtMs: 2 })];
    const price = { ...past('bot', 'قميص أبيض: 250'), key: message('price').key };
    for (const replyToKey of [price.key, message('unknown').key])
      for (const text of ['تمام', 'الغاء']) {
        const said = await answer([message(text, { replyToKey })], { orders, history: [price] });
        expect(said.actions).toEqual([]);
        expect(said.texts.join()).toContain('B2');
      }
  });

  it('to the rules’ own question about an order is that order’s answer', async () => {
    const orders = [
      order('A1', { awaitingAnswer: true, askedAtMs: 1 }),
      order('B2', { awaitingAnswer: true, askedAtMs: 2 }),
    ];
    const asked = await answer(['تأكيد A1؟'], { orders });
    expect(asked.actions).toEqual([]);
    const question = { ...past('bot', asked.texts.join()), key: message('question').key };
    const said = await answer([message('تمام', { replyToKey: question.key })], {
      orders,
      history: [question],
    });
    expect(said.actions).toEqual([{ kind: 'confirm-order', order: 'A1' }]);
  });

  it('is asked about when nobody knows which question is newer', async () => {
    const orders = [order('A1', { awaitingAnswer: true }), order('B2', { awaitingAnswer: true })];
    const { actions, texts } = await answer(['نعم'], { orders });
    expect(actions).toEqual([]);
    expect(texts.join()).toMatch(/A1[^]*B2/);
  });

  it('counts the last word of a turn: yes, then no, cancels', async () => {
    expect((await answer(['نعم', 'لا'], open)).actions).toEqual([{ kind: 'cancel-order', order: '12' }]);
  });

  it('is answered together with the question that came with it', async () => {
    const { actions, texts } = await answer(['ايوه', 'وبكم الفستان؟'], open);
    expect(actions).toEqual([{ kind: 'confirm-order', order: '12' }]);
    expect(texts.join()).toContain('900');
  });

  it('`الغاء` without a question is clarified, and is no opt-out', async () => {
    const { intent, actions, texts } = await answer(['الغاء']);
    expect({ intent, actions, said: texts.length }).toEqual({ intent: 'cancel', actions: [], said: 1 });
    expect(endsWindow('الغاء')).toBe(false);
  });

  it('cancelling an order that asks nothing goes to a person', async () => {
    expect((await answer(['الغي الطلب'], { orders: [order('7', { category: 'shipped' })] })).actions).toEqual(
      [{ kind: 'hand-over', reason: 'cancel-request' }],
    );
  });
});
