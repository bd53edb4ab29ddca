import type { OrderCategory } from '../../domain/order-status.ts';
import type { MediaName, NamedOrder, Wording } from './wording.ts';

const MEDIA: Record<MediaName, string> = {
  image: 'your photo',
  audio: 'your voice message',
  video: 'your video',
  document: 'your file',
  location: 'your location',
  contacts: 'the contact',
  other: 'your message',
};

const STATUS: Record<OrderCategory, string> = {
  new: 'being reviewed',
  noAnswer: 'waiting for your confirmation',
  confirmed: 'confirmed, not shipped yet',
  shipped: 'shipped',
  rejected: 'not received',
  delivered: 'delivered',
  cancelled: 'cancelled',
  postponed: 'postponed',
};

const named = ({ id, product }: NamedOrder): string => (product === '' ? id : `${id} (${product})`);
const list = (lines: readonly string[]): string => lines.map((line) => `• ${line}`).join('\n');
const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

export const WORDING_EN: Wording = {
  greeting: (shop, salam) =>
    `${salam ? 'Wa alaikum assalam, welcome' : 'Hello and welcome'} to ${shop}! How can we help you?`,
  greetingBefore: (salam) => (salam ? 'Wa alaikum assalam!' : 'Hello!'),
  thanks: "You're welcome!",
  fallback:
    "Sorry, I didn't quite get that. You can ask me about:\n• the price of a product, or whether we have it\n• the status of your order\n• confirming or cancelling an order\n• our opening hours\nOr write “agent” to talk to a person.",

  price: (product, amount) => `${product}: ${amount}.`,
  priceNotSet: (product) => `I don't have a price for ${product} at the moment.`,
  available: (product, amount) => `Yes, ${product} is available${amount === null ? '' : ` for ${amount}`}.`,
  soldOut: (product) => `Sorry, ${product} is out of stock at the moment.`,
  stockNotKnown: (product, amount) =>
    `${product} is one of our products${amount === null ? '' : ` (${amount})`}, but our team needs to check whether it is in stock.`,
  whichOfThese: (lines) => `Which of these do you mean?\n${list(lines)}`,
  whichProduct: (names) => `Which product are you asking about? For example:\n${list(names)}`,
  noSuchProduct: (names) => `I couldn't find that in our catalogue. Some of our products:\n${list(names)}`,
  photoNotRead:
    "We got your photo, but I can't tell the product from it. What is the product called, please?",
  mediaNotRead: (media) =>
    `We got ${media.map((name) => MEDIA[name]).join(' and ')}, but I can't read what is in it.`,
  writeInstead: 'Please write what you need.',

  orderStatus: (order, category, statusText, total) =>
    `Your order ${named(order)}: ${(category === null ? '' : STATUS[category]) || statusText || 'in progress'}.${total === null ? '' : ` Total: ${total}.`}`,
  noOrders: "I couldn't find an order for your number.",
  noOrderWithThatNumber: "I couldn't find an order with that number among yours.",
  confirmed: (order) => `Thank you! We have noted your confirmation of order ${named(order)}.`,
  cancelled: (order) => `We have noted the cancellation of order ${named(order)}, as you asked.`,
  confirmOrCancel: (order) => `About your order ${named(order)}: reply 1 to confirm it or 2 to cancel it.`,
  whichOrder: (orders) =>
    `Which order do you mean? Reply “confirm” or “cancel” with its number:\n${list(orders.map(named))}`,
  nothingToConfirm: 'No order of yours is waiting for confirmation right now.',
  cancelWhat:
    'What would you like to cancel? For an order, write “cancel order” and its number; to stop our messages, write “stop”.',
  cancelNeedsPerson: (order) =>
    order === null
      ? "I couldn't find an open order that I can cancel."
      : `We got your request to cancel order ${named(order)}; it is not cancelled yet.`,

  person: 'Of course. Someone from our team will reply to you here.',
  cannotAnswerNow: 'Sorry, I can’t answer right now. Someone from our team will write to you here.',
  passedOn: 'We have passed your message on to our team, who will reply to you.',
  orderPassedOn: 'Someone from our team will follow up with you to complete the order.',

  openUntil: (until) => (until === null ? 'Yes, we are open now.' : `Yes, we are open now until ${until}.`),
  closedUntil: (next) =>
    next === null ? 'We are closed at the moment.' : `We are closed at the moment and open again ${next}.`,
  week: 'Opening hours:',
  dayOff: 'closed',
  and: ' and ',
  days,
  time: (hour, minute) =>
    `${hour % 12 === 0 ? 12 : hour % 12}:${String(minute).padStart(2, '0')} ${hour < 12 ? 'AM' : 'PM'}`,
  moment: (day, time) =>
    `${day === 'today' ? 'today' : day === 'tomorrow' ? 'tomorrow' : `on ${days[day] ?? ''}`} at ${time}`,

  optedOut: 'You will get no more messages from us. To come back, write “start”.',
  optedIn: (shop) => `Welcome back! You will get messages from ${shop} again; write “stop” to end them.`,
};
