// window.require: the modules that the library reads are modelled, every other answers with a permissive proxy.
const Socket = new Model({ state: 'OPENING', hasSynced: false });
const Conn = new Model({ ref: null, platform: 'android', pushname: '', wid: null });
const Cmd = Object.assign(new Emitter(), { refreshQR: () => newRef() });
const findLinks = (text) => (String(text ?? '').match(/https?:\/\/\S+/g) ?? []).map((href) => ({ href }));
const key32 = () => ({ pubKey: new Uint8Array(32).fill(7) });
const quiet = async () => undefined;
const reactionTableMode = { bulkUpsert: quiet };

Socket.takeover = async () => {
  await call('takeover');
  Socket.set('state', 'CONNECTED');
};
Socket.logout = async () => {
  await call('logout');
  await unlinked();
};

const permissive = () =>
  new Proxy(function anything() {}, {
    get: (target, name) => {
      if (name === 'then' || typeof name === 'symbol') return undefined;
      return (target[name] ??= permissive());
    },
    set: (target, name, value) => Reflect.set(target, name, value),
    apply: () => undefined,
    construct: () => ({}),
  });

const modules = {
  WAWebSocketModel: { Socket },
  WAWebConnModel: { Conn },
  WAWebCmd: { Cmd },
  WAWebCollections: {
    Msg,
    Chat,
    Contact,
    Blocklist: new Collection(),
    Status: new Collection(),
    GroupMetadata: { update: quiet },
  },
  WAWebOfflineHandler: { OfflineMessageHandler: { getOfflineDeliveryProgress: () => 100 } },
  WAWebAltDeviceLinkingApi: {
    setPairingType: () => undefined,
    initializeAltDeviceLinking: quiet,
    initializeQRLinking: quiet,
    startAltLinkingFlow: async (phone) => (await call('pairing-code', { phone })).code,
  },
  WAWebLaunchSocketUtils: { refreshQR: () => newRef() },
  WABase64: { encodeB64: (bytes) => btoa(String.fromCharCode(...bytes)) },
  WAWebCompanionRegClientUtils: { DEVICE_PLATFORM: '1' },
  WAWebAdvSignatureApi: {},
  WAWebUserPrefsInfoStore: { waNoiseInfo: { get: async () => ({ staticKeyPair: key32() }) } },
  WAWebSignalStoreApi: { waSignalStore: { getRegistrationInfo: async () => ({ identityKeyPair: key32() }) } },
  WAWebUserPrefsMultiDevice: { getADVSecretKey: () => 'c2VjcmV0' },
  WAWebUserPrefsMeUser: { getMaybeMePnUser: () => me.pn, getMaybeMeLidUser: () => me.lid },
  WAWebSyncGatingUtils: { isPlaceholderMessageResendEnabled: () => false },
  WAWebCallCollection: Object.assign(new Emitter(), { calls: new Map() }),
  WAWebChatGetters: {
    getIsNewsletter: (chat) => chat.id.server === 'newsletter',
    getIsBroadcast: (chat) => chat.id.server === 'broadcast',
  },
  WALinkify: { findLink: (text) => findLinks(text)[0], findLinks },
  WAWebWidFactory: { createWid: wid, createWidFromWidLike: wid, asUserWidOrThrow: wid },
  WAWebMsgKey: MsgKey,
  WAWebMsgReply: { canReplyMsg: () => true },
  WAWebGetEphemeralFieldsMsgActionsUtils: { getEphemeralFields: () => ({}) },
  WAWebSendMsgChatAction: { addAndSendMsgToChat },
  WAWebFindChatAction: { findOrCreateLatestChat: async (id) => ({ chat: chatOf(id) }) },
  WAWebStreamModel: { Stream: { markAvailable: () => undefined, markUnavailable: () => undefined } },
  WAWebUpdateUnreadChatAction: {
    sendSeen: async ({ chat }) => {
      chat.set('unreadCount', 0);
      await call('seen', { chat: chat.id._serialized });
    },
  },
  WAWebQueryExistsJob: { queryWidExists },
  WAWebApiContact: {
    getCurrentLid: (id) => lidOfPhone.get(id._serialized),
    getPhoneNumber: (id) => phoneOfLid.get(id._serialized),
    getAlternateUserWid: (id) => phoneOfLid.get(id._serialized) ?? lidOfPhone.get(id._serialized),
  },
  WAWebLidMigrationUtils: { toPn: (id) => phoneOfLid.get(id._serialized) },
  WAWebChatLoadMessages: { loadEarlierMsgs },
  WAWebChatStateBridge: {
    sendChatStateComposing: (chat) => call('typing', { chat: chat._serialized, on: true }),
    sendChatStatePaused: (chat) => call('typing', { chat: chat._serialized, on: false }),
  },
  WAWebDownloadManager: {
    downloadManager: {
      downloadAndMaybeDecrypt: async ({ directPath }) => (await fetch(CONTROL + directPath)).arrayBuffer(),
    },
  },
  WAWebAddonReactionTableMode: { reactionTableMode },
  WAWebAddonPollVoteTableMode: { pollVoteTableMode: { bulkUpsert: quiet } },
  WAWebLinkPreviewChatAction: { getLinkPreview: quiet },
  WAWebMiscBrowserUtils: { info: () => ({ os: 'Linux', name: 'Chrome' }) },
};
const others = new Map();
window.require = (name) => {
  if (name in modules) return modules[name];
  if (!others.has(name)) others.set(name, permissive());
  return others.get(name);
};
window.Debug = { VERSION: '__VERSION__' };
