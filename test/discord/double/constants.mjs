/** Numeric constants of the Discord API that more than one module needs, and small helpers over them. */

export const PERMISSION = {
  CreateInstantInvite: 1n << 0n,
  KickMembers: 1n << 1n,
  BanMembers: 1n << 2n,
  Administrator: 1n << 3n,
  ManageChannels: 1n << 4n,
  ManageGuild: 1n << 5n,
  AddReactions: 1n << 6n,
  ViewAuditLog: 1n << 7n,
  PrioritySpeaker: 1n << 8n,
  Stream: 1n << 9n,
  ViewChannel: 1n << 10n,
  SendMessages: 1n << 11n,
  SendTTSMessages: 1n << 12n,
  ManageMessages: 1n << 13n,
  EmbedLinks: 1n << 14n,
  AttachFiles: 1n << 15n,
  ReadMessageHistory: 1n << 16n,
  MentionEveryone: 1n << 17n,
  UseExternalEmojis: 1n << 18n,
  Connect: 1n << 20n,
  Speak: 1n << 21n,
  MuteMembers: 1n << 22n,
  DeafenMembers: 1n << 23n,
  MoveMembers: 1n << 24n,
  UseVAD: 1n << 25n,
  ChangeNickname: 1n << 26n,
  ManageNicknames: 1n << 27n,
  ManageRoles: 1n << 28n,
  ManageWebhooks: 1n << 29n,
  ManageGuildExpressions: 1n << 30n,
  UseApplicationCommands: 1n << 31n,
  ManageEvents: 1n << 33n,
  ManageThreads: 1n << 34n,
  CreatePublicThreads: 1n << 35n,
  CreatePrivateThreads: 1n << 36n,
  UseExternalStickers: 1n << 37n,
  SendMessagesInThreads: 1n << 38n,
  ModerateMembers: 1n << 40n,
  SendPolls: 1n << 49n,
  UseExternalApps: 1n << 50n,
  PinMessages: 1n << 51n,
};

export const ALL_PERMISSIONS = (1n << 53n) - 1n;

/** What @everyone may do in a newly made Discord server (the bits that matter here). */
export const DEFAULT_EVERYONE_PERMISSIONS = permissionBits([
  'CreateInstantInvite',
  'AddReactions',
  'Stream',
  'ViewChannel',
  'SendMessages',
  'EmbedLinks',
  'AttachFiles',
  'ReadMessageHistory',
  'MentionEveryone',
  'UseExternalEmojis',
  'Connect',
  'Speak',
  'UseVAD',
  'ChangeNickname',
  'UseApplicationCommands',
  'CreatePublicThreads',
  'CreatePrivateThreads',
  'UseExternalStickers',
  'SendMessagesInThreads',
  'SendPolls',
  'UseExternalApps',
]);

/** Bits from a bigint, a number, a decimal string, a permission name, or an array of any of these. */
export function permissionBits(value) {
  if (value === undefined || value === null) return 0n;
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return BigInt(value);
  if (Array.isArray(value)) return value.reduce((bits, one) => bits | permissionBits(one), 0n);
  if (typeof value === 'string' && /^\d+$/.test(value)) return BigInt(value);
  if (typeof value === 'string' && value in PERMISSION) return PERMISSION[value];
  throw new TypeError(`not a permission: ${String(value)}`);
}

export const INTENT = {
  Guilds: 1 << 0,
  GuildMembers: 1 << 1,
  GuildPresences: 1 << 8,
  GuildMessages: 1 << 9,
  GuildMessageReactions: 1 << 10,
  GuildMessageTyping: 1 << 11,
  DirectMessages: 1 << 12,
  DirectMessageReactions: 1 << 13,
  DirectMessageTyping: 1 << 14,
  MessageContent: 1 << 15,
};
export const PRIVILEGED_INTENTS = ['GuildMembers', 'GuildPresences', 'MessageContent'];

export const CHANNEL_TYPE = {
  text: 0,
  dm: 1,
  voice: 2,
  category: 4,
  announcement: 5,
  announcementThread: 10,
  publicThread: 11,
  privateThread: 12,
  stage: 13,
  forum: 15,
  media: 16,
};
export const THREAD_TYPES = new Set([10, 11, 12]);
/** Channel types in which messages can be sent. */
export const MESSAGE_CHANNEL_TYPES = new Set([0, 1, 2, 3, 5, 10, 11, 12, 13]);

export const MESSAGE_FLAG = {
  SuppressEmbeds: 1 << 2,
  HasThread: 1 << 5,
  Ephemeral: 1 << 6,
  Loading: 1 << 7,
  SuppressNotifications: 1 << 12,
  IsVoiceMessage: 1 << 13,
  ComponentsV2: 1 << 15,
};
export const MESSAGE_TYPE = {
  Default: 0,
  ThreadCreated: 18,
  Reply: 19,
  ChatInputCommand: 20,
  ThreadStarter: 21,
  ContextMenuCommand: 23,
};

export const INTERACTION_TYPE = { Command: 2, Component: 3, Autocomplete: 4, ModalSubmit: 5 };
export const CALLBACK_TYPE = {
  Pong: 1,
  Message: 4,
  DeferredMessage: 5,
  DeferredUpdate: 6,
  Update: 7,
  Autocomplete: 8,
  Modal: 9,
};
export const COMMAND_TYPE = { ChatInput: 1, User: 2, Message: 3 };
export const OPTION_TYPE = {
  Subcommand: 1,
  SubcommandGroup: 2,
  String: 3,
  Integer: 4,
  Boolean: 5,
  User: 6,
  Channel: 7,
  Role: 8,
  Mentionable: 9,
  Number: 10,
  Attachment: 11,
};
export const COMPONENT = {
  ActionRow: 1,
  Button: 2,
  StringSelect: 3,
  TextInput: 4,
  UserSelect: 5,
  RoleSelect: 6,
  MentionableSelect: 7,
  ChannelSelect: 8,
  Section: 9,
  TextDisplay: 10,
  Thumbnail: 11,
  MediaGallery: 12,
  File: 13,
  Separator: 14,
  Container: 17,
  Label: 18,
  FileUpload: 19,
  RadioGroup: 21,
  CheckboxGroup: 22,
  Checkbox: 23,
};
export const SELECT_TYPES = new Set([3, 5, 6, 7, 8]);

/** An interaction must be answered within this time, and its token works for so long afterwards. */
export const INTERACTION_DEADLINE_MS = 3000;
export const INTERACTION_TOKEN_LIFETIME_MS = 15 * 60_000;
/** Upload limit of a guild without boosts. */
export const ATTACHMENT_SIZE_LIMIT = 10 * 1024 * 1024;

const DISCORD_EPOCH = 1420070400000n;
let lastSnowflake = 0n;

/** A fresh Discord id: strictly increasing, and carrying the present time as real ones do. */
export function snowflake() {
  const fromClock = (BigInt(Date.now()) - DISCORD_EPOCH) << 22n;
  lastSnowflake = fromClock > lastSnowflake ? fromClock : lastSnowflake + 1n;
  return lastSnowflake.toString();
}

/** The id of something that may be given as an id or as an object that has one. */
export function idOf(thing) {
  if (thing === null || thing === undefined) return undefined;
  if (typeof thing === 'string') return thing;
  return thing.id ?? thing.user?.id ?? thing.message?.id;
}

/** Length as Discord counts it: in Unicode code points. */
export const textLength = (text) => [...text].length;

export const clone = (value) => (value === undefined ? undefined : structuredClone(value));
