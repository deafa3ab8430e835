/**
 * Gateway v10: HELLO, heartbeats, IDENTIFY, READY, dispatches filtered by intents, RESUME with replay,
 * INVALID_SESSION, RECONNECT, and the ways in which a connection can break.
 */
import { createDeflate, constants as zlibConstants, deflateSync } from 'node:zlib';
import { randomBytes } from 'node:crypto';
import { WebSocketServer } from 'ws';
import { INTENT, PRIVILEGED_INTENTS, clone } from './constants.mjs';

const OP = {
  Dispatch: 0,
  Heartbeat: 1,
  Identify: 2,
  Presence: 3,
  VoiceState: 4,
  Resume: 6,
  Reconnect: 7,
  RequestMembers: 8,
  InvalidSession: 9,
  Hello: 10,
  HeartbeatAck: 11,
};
const CLOSE = {
  UnknownOpcode: 4001,
  Decode: 4002,
  NotAuthenticated: 4003,
  AuthenticationFailed: 4004,
  AlreadyAuthenticated: 4005,
  InvalidSeq: 4007,
  RateLimited: 4008,
  SessionTimedOut: 4009,
  InvalidShard: 4010,
  InvalidVersion: 4012,
  InvalidIntents: 4013,
  DisallowedIntents: 4014,
};
const KNOWN_INTENTS = (1 << 26) - 1;
const REPLAY_LIMIT = 5000;
const SENDS_PER_MINUTE = 120;

/** The intent that an event takes: [in a guild, in a DM]; events not listed go to everyone. */
function intentFor(type, inGuild) {
  if (type.startsWith('MESSAGE_REACTION'))
    return inGuild ? INTENT.GuildMessageReactions : INTENT.DirectMessageReactions;
  if (type.startsWith('MESSAGE_')) return inGuild ? INTENT.GuildMessages : INTENT.DirectMessages;
  if (type === 'TYPING_START') return inGuild ? INTENT.GuildMessageTyping : INTENT.DirectMessageTyping;
  if (type.startsWith('GUILD_MEMBER_') || type === 'GUILD_MEMBERS_CHUNK')
    return type === 'GUILD_MEMBERS_CHUNK' ? 0 : INTENT.GuildMembers;
  if (/^(GUILD|CHANNEL|THREAD)_/.test(type)) return INTENT.Guilds;
  return 0;
}

export class Gateway {
  /** What happened on the gateway, in order: [{at, kind, ...}]. */
  events = [];
  counts = { connections: 0, identifies: 0, resumes: 0, resumed: 0, invalidSessions: 0, heartbeats: 0 };
  /** Presence updates sent by the bot. */
  presences = [];
  sessions = new Map();
  #connections = new Set();
  #refuseUntil = 0;
  #acknowledgeHeartbeats = true;

  constructor({ world, token, baseUrl, heartbeatIntervalMs, allowedPrivilegedIntents }) {
    Object.assign(this, { world, token, baseUrl, heartbeatIntervalMs, allowedPrivilegedIntents });
    this.server = new WebSocketServer({ noServer: true });
    world.on('dispatch', (type, data, scope) => this.dispatch(type, data, scope));
  }

  #log(kind, details = {}) {
    this.events.push({ at: Date.now(), kind, ...details });
    this.world.emit('activity', { kind: `gateway:${kind}` });
  }

  /** Takes an HTTP upgrade request. */
  handleUpgrade(request, socket, head) {
    if (Date.now() < this.#refuseUntil) {
      socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    this.server.handleUpgrade(request, socket, head, (ws) =>
      this.#accept(ws, new URL(request.url, 'http://localhost').searchParams),
    );
  }

  #accept(ws, query) {
    this.counts.connections += 1;
    this.#log('connect', { query: Object.fromEntries(query) });
    const connection = {
      ws,
      session: null,
      sentTimes: [],
      lastHeartbeatAt: Date.now(),
      write: (text) => ws.send(text),
    };
    this.#connections.add(connection);
    if (query.get('compress') === 'zlib-stream') connection.write = zlibStreamWriter(ws);
    ws.on('message', (data) => this.#receive(connection, data));
    ws.on('error', () => {});
    ws.on('close', (code) => this.#closed(connection, code));
    if (!['9', '10'].includes(query.get('v') ?? '10') || (query.get('encoding') ?? 'json') !== 'json')
      return ws.close(CLOSE.InvalidVersion);
    this.#send(connection, {
      op: OP.Hello,
      d: { heartbeat_interval: this.heartbeatIntervalMs, _trace: ['["discord-double"]'] },
      s: null,
      t: null,
    });
    connection.watchdog = setInterval(() => {
      if (Date.now() - connection.lastHeartbeatAt > this.heartbeatIntervalMs * 2)
        ws.close(CLOSE.SessionTimedOut, 'Session timed out.');
    }, this.heartbeatIntervalMs);
    connection.watchdog.unref();
  }

  #closed(connection, code) {
    clearInterval(connection.watchdog);
    this.#connections.delete(connection);
    const { session } = connection;
    if (session?.connection === connection) {
      session.connection = null;
      // Closing with 1000 or 1001 ends the session; after anything else it can be resumed.
      if (code === 1000 || code === 1001) this.sessions.delete(session.id);
    }
    this.#log('close', { code, sessionId: session?.id });
  }

  #send(connection, packet) {
    if (connection.ws.readyState !== connection.ws.OPEN) return;
    const text = JSON.stringify(packet);
    if (connection.session?.compress && text.length > 8192) connection.ws.send(deflateSync(text));
    else connection.write(text);
  }

  #receive(connection, data) {
    const { ws } = connection;
    if (data.length > 4096) return ws.close(CLOSE.Decode, 'Payload too large.');
    let packet;
    try {
      packet = JSON.parse(data.toString());
    } catch {
      return ws.close(CLOSE.Decode, 'Error while decoding payload.');
    }
    const since = Date.now() - 60_000;
    connection.sentTimes = [...connection.sentTimes.filter((at) => at > since), Date.now()];
    if (connection.sentTimes.length > SENDS_PER_MINUTE)
      return ws.close(CLOSE.RateLimited, 'You are being rate limited.');
    switch (packet.op) {
      case OP.Heartbeat:
        return this.#onHeartbeat(connection);
      case OP.Identify:
        return this.#onIdentify(connection, packet.d ?? {});
      case OP.Resume:
        return this.#onResume(connection, packet.d ?? {});
      case OP.Presence:
      case OP.VoiceState:
      case OP.RequestMembers:
        if (!connection.session) return ws.close(CLOSE.NotAuthenticated, 'Not authenticated.');
        if (packet.op === OP.Presence) this.presences.push(clone(packet.d));
        if (packet.op === OP.RequestMembers) this.#sendMembers(connection.session, packet.d);
        return undefined;
      default:
        return ws.close(CLOSE.UnknownOpcode, 'Unknown opcode.');
    }
  }

  #onHeartbeat(connection) {
    this.counts.heartbeats += 1;
    connection.lastHeartbeatAt = Date.now();
    this.world.emit('activity', { kind: 'gateway:heartbeat' });
    if (this.#acknowledgeHeartbeats) this.#send(connection, { op: OP.HeartbeatAck, d: null, s: null, t: null });
  }

  #onIdentify(connection, identify) {
    const { ws } = connection;
    this.counts.identifies += 1;
    this.#log('identify', { intents: identify.intents, shard: identify.shard, tokenOk: identify.token === this.token });
    if (connection.session) return ws.close(CLOSE.AlreadyAuthenticated, 'Already authenticated.');
    if (identify.token !== this.token) return ws.close(CLOSE.AuthenticationFailed, 'Authentication failed.');
    if (!Number.isInteger(identify.intents) || identify.intents < 0 || identify.intents & ~KNOWN_INTENTS) {
      return ws.close(CLOSE.InvalidIntents, 'Invalid intent(s).');
    }
    const refused = PRIVILEGED_INTENTS.filter(
      (name) => identify.intents & INTENT[name] && !this.allowedPrivilegedIntents.includes(name),
    );
    if (refused.length > 0) return ws.close(CLOSE.DisallowedIntents, 'Disallowed intent(s).');
    const [shardId, shardCount] = identify.shard ?? [0, 1];
    if (!(shardId >= 0 && shardId < shardCount)) return ws.close(CLOSE.InvalidShard, 'Invalid shard.');

    const session = {
      id: randomBytes(16).toString('hex'),
      intents: identify.intents,
      shardId,
      shardCount,
      seq: 0,
      replay: [],
      connection,
      compress: identify.compress === true,
      presence: identify.presence,
      seesContent: Boolean(identify.intents & INTENT.MessageContent),
      listsMembers: Boolean(identify.intents & INTENT.GuildPresences),
    };
    if (identify.presence) this.presences.push(clone(identify.presence));
    connection.session = session;
    this.sessions.set(session.id, session);
    const guilds = [...this.world.guilds.values()].filter(
      (guild) => guild.joined && this.#isOnShard(session, guild.id),
    );
    this.#enqueue(session, 'READY', {
      v: 10,
      user: { ...clone(this.world.bot), verified: true, mfa_enabled: true, email: null, flags: 0 },
      user_settings: {},
      guilds: guilds.map((guild) => ({ id: guild.id, unavailable: true })),
      private_channels: [],
      relationships: [],
      presences: [],
      session_id: session.id,
      session_type: 'normal',
      resume_gateway_url: this.baseUrl,
      geo_ordered_rtc_regions: [],
      shard: [shardId, shardCount],
      application: { id: this.world.application.id, flags: this.world.application.flags },
      _trace: ['["discord-double"]'],
    });
    if (session.intents & INTENT.Guilds) {
      for (const guild of guilds.filter((one) => one.available))
        this.#enqueue(session, 'GUILD_CREATE', this.world.guildCreatePayload(guild, session));
    }
    return this.#log('ready', { sessionId: session.id });
  }

  #onResume(connection, resume) {
    this.counts.resumes += 1;
    const session = this.sessions.get(resume.session_id);
    this.#log('resume', { sessionId: resume.session_id, seq: resume.seq, known: Boolean(session) });
    if (connection.session) return connection.ws.close(CLOSE.AlreadyAuthenticated, 'Already authenticated.');
    if (resume.token !== this.token) return connection.ws.close(CLOSE.AuthenticationFailed, 'Authentication failed.');
    if (!session) {
      this.counts.invalidSessions += 1;
      return this.#send(connection, { op: OP.InvalidSession, d: false, s: null, t: null });
    }
    if (resume.seq > session.seq) return connection.ws.close(CLOSE.InvalidSeq, 'Invalid seq.');
    connection.session = session;
    session.connection = connection;
    for (const packet of session.replay.filter((one) => one.s > resume.seq)) this.#send(connection, packet);
    this.#enqueue(session, 'RESUMED', { _trace: ['["discord-double"]'] });
    this.counts.resumed += 1;
    return this.#log('resumed', { sessionId: session.id });
  }

  #sendMembers(session, { guild_id: guildId, user_ids: userIds, query = '', limit = 0, nonce }) {
    const guild = this.world.guilds.get(guildId);
    if (!guild) return;
    const wanted = [userIds ?? []].flat();
    let members = [...guild.members.values()].filter((member) =>
      wanted.length > 0
        ? wanted.includes(member.userId)
        : this.world.users.get(member.userId).username.startsWith(query),
    );
    if (limit > 0) members = members.slice(0, limit);
    this.#enqueue(session, 'GUILD_MEMBERS_CHUNK', {
      guild_id: guildId,
      members: members.map((member) => this.world.memberPayload(guild, member)),
      chunk_index: 0,
      chunk_count: 1,
      not_found: wanted.filter((id) => !guild.members.has(id)),
      ...(nonce && { nonce }),
    });
  }

  // ------------------------------------------------------------ sending events

  /** Sends an event to every session that should get it; a session without a connection gets it upon resuming. */
  dispatch(type, data, { guildId, channelId } = {}) {
    const guild = this.world.guilds.get(guildId);
    if (guild && !(guild.joined && (guild.available || type === 'GUILD_DELETE'))) return false;
    const channel = this.world.channels.get(channelId);
    if (channel && !this.world.may(channel, this.world.bot.id, 'ViewChannel')) return false;
    const intent = intentFor(type, guildId !== undefined);
    let sent = false;
    for (const session of this.sessions.values()) {
      if (intent && !(session.intents & intent)) continue;
      if (!this.#isOnShard(session, guildId)) continue;
      this.#enqueue(session, type, typeof data === 'function' ? data(session) : data);
      sent = true;
    }
    return sent;
  }

  #enqueue(session, type, data) {
    session.seq += 1;
    const packet = { op: OP.Dispatch, t: type, s: session.seq, d: clone(data) };
    session.replay.push(packet);
    if (session.replay.length > REPLAY_LIMIT) session.replay.shift();
    this.#log('dispatch', { t: type, s: session.seq, d: packet.d, delivered: session.connection !== null });
    if (session.connection) this.#send(session.connection, packet);
  }

  #isOnShard(session, guildId) {
    if (guildId === undefined) return session.shardId === 0;
    return Number((BigInt(guildId) >> 22n) % BigInt(session.shardCount)) === session.shardId;
  }

  /** Whether a bot is connected and through its handshake. */
  get isReady() {
    return [...this.sessions.values()].some((session) => session.connection !== null);
  }

  // ------------------------------------------------------------ breaking things

  /**
   * Closes the bot's connection.
   * @param code        close code; 1006 cuts the TCP connection without a closing handshake
   * @param resumable   false: the session is forgotten, so a RESUME is answered with INVALID_SESSION
   * @param refuseForMs for so long new connections are refused with 503, as in an outage
   */
  drop({ code = 4000, resumable = true, refuseForMs = 0 } = {}) {
    this.#refuseUntil = Date.now() + refuseForMs;
    for (const connection of [...this.#connections]) {
      if (connection.session) {
        connection.session.connection = null;
        if (!resumable) this.sessions.delete(connection.session.id);
      }
      if (code === 1006) connection.ws.terminate();
      else connection.ws.close(code);
    }
  }

  /** Opcode 7: asks the bot to reconnect and resume. */
  requestReconnect() {
    for (const one of this.#connections) this.#send(one, { op: OP.Reconnect, d: null, s: null, t: null });
  }

  /** Opcode 9: tells the bot that its session is no longer valid. */
  invalidateSession({ resumable = false } = {}) {
    for (const connection of this.#connections) {
      if (!resumable && connection.session) this.sessions.delete(connection.session.id);
      if (!resumable) connection.session = null;
      this.counts.invalidSessions += 1;
      this.#send(connection, { op: OP.InvalidSession, d: resumable, s: null, t: null });
      if (resumable) connection.session = null;
    }
  }

  /** While false the bot's heartbeats go unanswered: a zombie connection. */
  set acknowledgesHeartbeats(value) {
    this.#acknowledgeHeartbeats = value;
  }

  close() {
    for (const connection of this.#connections) {
      clearInterval(connection.watchdog);
      connection.ws.terminate();
    }
    this.server.close();
  }
}

/** Transport compression: one deflate stream for the whole connection, flushed after each packet. */
function zlibStreamWriter(ws) {
  const deflate = createDeflate({ flush: zlibConstants.Z_SYNC_FLUSH });
  let chunks = [];
  deflate.on('data', (chunk) => chunks.push(chunk));
  return (text) =>
    deflate.write(text, () => {
      const data = Buffer.concat(chunks);
      chunks = [];
      if (ws.readyState === ws.OPEN) ws.send(data);
    });
}
