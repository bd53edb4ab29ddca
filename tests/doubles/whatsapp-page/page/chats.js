// Chats, messages and sends, as the library finds them in WAWebCollections.
const Msg = new Collection();
const Chat = new Collection();
const Contact = new Collection();
const me = { pn: null, lid: null, name: '' };
const phoneOfLid = new Map();
const lidOfPhone = new Map();

Msg.modelClass = Model;
Msg.getMessagesById = async (ids) => ({ messages: ids.map((id) => Msg.get(id)).filter(Boolean) });

function remember(identity) {
  if (!identity?.lid || !identity.pn) return;
  phoneOfLid.set(identity.lid, wid(identity.pn));
  lidOfPhone.set(identity.pn, wid(identity.lid));
}

function chatOf(id, title) {
  const known = Chat.get(id);
  if (known) return known;
  const chatId = wid(id);
  const msgs = new Collection();
  const group = chatId.isGroup() ? { groupMetadata: new Model({ participants: [], announce: false }) } : {};
  Contact.add(new Model({ id: chatId, pushname: title, name: title, isBusiness: false, type: 'in' }));
  return Chat.add(
    new Model({
      id: chatId,
      formattedTitle: title ?? chatId.user,
      unreadCount: 0,
      t: 0,
      archive: false,
      mute: { expiration: 0 },
      msgs,
      ...group,
    }),
  );
}

/** A message as the servers tell it becomes a model; `isNew` is what makes the library emit it. */
function take(wire, isNew) {
  remember(wire.identity);
  const chat = chatOf(wire.chat, wire.notifyName);
  const { chat: _chat, identity: _identity, id, from, to, author, ...rest } = wire;
  const key = new MsgKey({ fromMe: wire.fromMe, remote: wire.chat, id, participant: author });
  const known = Msg.get(key);
  if (known) return known;
  const media = rest.directPath ? { mediaData: { mediaStage: 'RESOLVED' }, mediaObject: undefined } : {};
  const model = new Model({
    ...rest,
    ...media,
    id: key,
    from: wid(from),
    to: wid(to),
    ...(author ? { author: wid(author) } : {}),
    isNewMsg: isNew,
  });
  model.msgContextInfo = () => ({
    quotedStanzaID: key.id,
    quotedParticipant: model.from,
    quotedMsg: { type: model.type, body: model.body },
  });
  chat.msgs.add(model);
  Msg.add(model);
  chat.t = Math.max(chat.t, wire.t);
  chat.lastReceivedKey = key;
  if (isNew && !wire.fromMe) chat.set('unreadCount', chat.unreadCount + 1);
  return model;
}
// A message belongs to its chat's list and to the one of all; its events go to the one of all.
const homeOfAll = Collection.prototype.add;
Msg.add = function add(model) {
  const added = homeOfAll.call(this, model);
  added.home = () => Msg;
  return added;
};

function addAndSendMsgToChat(chat, message) {
  const model = take(
    {
      ...message,
      chat: chat.id._serialized,
      id: message.id.id,
      fromMe: true,
      from: message.from._serialized,
      to: chat.id._serialized,
      author: undefined,
      notifyName: undefined,
    },
    true,
  );
  const sent = call('send', {
    message: {
      id: message.id.id,
      chat: chat.id._serialized,
      body: message.body,
      type: message.type,
      t: message.t,
      quotedStanzaID: message.quotedStanzaID,
    },
  }).then(
    (answer) => {
      model.set('ack', answer.ack < 0 ? answer.ack : Math.max(model.ack, answer.ack));
      return { messageSendResult: answer.ack < 0 ? 'ERROR_UNKNOWN' : 'OK' };
    },
    (error) => {
      model.set('ack', -1);
      throw error;
    },
  );
  sent.catch(() => undefined);
  return [Promise.resolve(model), sent];
}

async function queryWidExists(like) {
  const answer = await call('exists', { wid: wid(like)._serialized });
  if (!answer.wid) return null;
  remember(answer.identity);
  return { wid: wid(answer.wid) };
}

/** Messages older than those the page has loaded come from the servers, a page at a time. */
async function loadEarlierMsgs({ chat }) {
  const have = chat.msgs.getModelsArray();
  const answer = await call('earlier', { chat: chat.id._serialized, before: have.map((one) => one.id.id) });
  return answer.messages.map((wire) => take(wire, false));
}
