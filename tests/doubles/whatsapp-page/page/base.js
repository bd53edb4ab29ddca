// What WhatsApp Web's own models look like from outside: emitters, models, collections, ids.
class Emitter {
  #listeners = new Map();
  on(names, listener) {
    for (const name of names.split(' '))
      this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]);
    return this;
  }
  off(name, listener) {
    this.#listeners.set(
      name,
      (this.#listeners.get(name) ?? []).filter((one) => one !== listener && one.original !== listener),
    );
  }
  once(name, listener) {
    const wrapped = (...args) => {
      this.off(name, listener);
      listener(...args);
    };
    wrapped.original = listener;
    return this.on(name, wrapped);
  }
  trigger(name, ...args) {
    for (const listener of this.#listeners.get(name) ?? []) listener(...args);
  }
}

class Model extends Emitter {
  constructor(fields) {
    super();
    Object.assign(this, fields);
  }
  /** Sets a field and tells the model's own listeners, then the collection's, as WhatsApp Web does. */
  set(key, value) {
    const before = this[key];
    if (before === value) return;
    this[key] = value;
    for (const target of this.home ? [this, this.home()] : [this]) {
      target.trigger(`change:${key}`, this, value, before);
      target.trigger('change', this);
    }
  }
  serialize() {
    const plain = {};
    for (const [key, value] of Object.entries(this))
      if (typeof value !== 'function' && key !== 'msgs') plain[key] = value;
    return plain;
  }
  toJSON() {
    return this.serialize();
  }
  unsafe() {
    return this;
  }
}

class Collection extends Emitter {
  #models = new Map();
  key(id) {
    return typeof id === 'string' ? id : id?._serialized;
  }
  get(id) {
    return this.#models.get(this.key(id));
  }
  async find(id) {
    return this.get(id);
  }
  getModelsArray() {
    return [...this.#models.values()];
  }
  add(model) {
    const key = this.key(model.id);
    if (this.#models.has(key)) return this.#models.get(key);
    model.home = () => this;
    this.#models.set(key, model);
    this.trigger('add', model);
    return model;
  }
  remove(model) {
    this.#models.delete(this.key(model.id));
    this.trigger('remove', model);
  }
}

class Wid {
  constructor(text) {
    const [user, server] = text.split('@');
    this.user = user;
    this.server = server;
    this._serialized = text;
  }
  toString() {
    return this._serialized;
  }
  toJid() {
    return this._serialized;
  }
  isUser() {
    return this.server === 'c.us' || this.server === 'lid';
  }
  isLid() {
    return this.server === 'lid';
  }
  isGroup() {
    return this.server === 'g.us';
  }
  isStatus() {
    return this._serialized === 'status@broadcast';
  }
}
const wid = (like) =>
  like instanceof Wid ? like : new Wid(typeof like === 'string' ? like : like._serialized);

class MsgKey {
  constructor({ to, from, id, participant, selfDir, fromMe, remote }) {
    this.fromMe = fromMe ?? selfDir === 'out';
    this.remote = wid(remote ?? (this.fromMe ? to : from));
    this.id = id;
    if (participant) this.participant = participant;
    this._serialized = [this.fromMe, this.remote, this.id, ...(participant ? [participant] : [])].join('_');
  }
  static async newId() {
    return (
      '3EB0' +
      [...crypto.getRandomValues(new Uint8Array(9))]
        .map((byte) => byte.toString(16).padStart(2, '0'))
        .join('')
        .toUpperCase()
    );
  }
}
