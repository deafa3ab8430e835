/** The types of the double, as far as the tests use them. */

export interface Given {
  readonly id: string;
}
type Thing = string | Given;

export interface Component {
  readonly type: number;
  readonly id: number;
  readonly content?: string;
  readonly label?: string;
  readonly url?: string;
  readonly custom_id?: string;
  readonly disabled?: boolean;
  readonly options?: readonly { readonly label: string; readonly value: string; readonly default?: boolean }[];
  readonly components?: readonly Component[];
  readonly accessory?: Component;
}

export interface DiscordMessage {
  readonly id: string;
  readonly channel_id: string;
  readonly content: string;
  readonly author: { readonly id: string; readonly bot?: boolean };
  readonly components: readonly Component[];
  readonly attachments: readonly { readonly id: string; readonly filename: string; readonly url: string }[];
  readonly flags: number;
  readonly mentions: readonly { readonly id: string }[];
  readonly mention_roles: readonly string[];
  readonly mention_everyone: boolean;
  readonly message_reference?: { readonly message_id: string };
}

export interface Result {
  readonly type: number;
  readonly firstAfterMs: number;
  readonly ephemeral: boolean;
  readonly deleted: boolean;
  readonly message: DiscordMessage | null;
  readonly followups: readonly DiscordMessage[];
  readonly modal: { readonly custom_id: string; readonly title: string } | null;
  readonly choices: readonly { readonly name: string; readonly value: string }[] | null;
  readonly history: readonly {
    readonly kind: string;
    readonly afterMs: number;
    readonly message: DiscordMessage | null;
  }[];
}

export interface Handle {
  readonly id: string;
  readonly history: Result['history'];
  expire(): void;
  firstResponse(
    timeoutMs?: number,
  ): Promise<{ afterMs: number; type: number; data: unknown; ephemeral: boolean; message: DiscordMessage | null }>;
  final(options?: { timeoutMs?: number }): Promise<Result>;
  settled(quietMs?: number, options?: { timeoutMs?: number }): Promise<Result>;
  result(): Result;
}

export interface FileGiven {
  readonly filename: string;
  readonly content?: string;
  readonly data?: Uint8Array;
  readonly contentType?: string;
  readonly declaredSize?: number;
  readonly status?: number;
  readonly delayMs?: number;
}

export interface Violation {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly code: number;
  readonly message: string;
  readonly errors?: unknown;
}

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly at: number;
  readonly status: number | string | null;
  readonly durationMs: number;
  readonly body?: unknown;
}

export interface Command {
  readonly id: string;
  readonly name: string;
  readonly type: number;
  readonly description: string;
  readonly default_member_permissions: string | null;
  readonly name_localizations: Readonly<Record<string, string>> | null;
}

export interface DoubleOptions {
  readonly token?: string;
  readonly privilegedIntents?: readonly string[];
  readonly heartbeatIntervalMs?: number;
}

interface MessageView {
  readonly as?: Thing;
  readonly includeEphemeral?: boolean;
}

interface CommandCall {
  readonly attachments?: Readonly<Record<string, FileGiven>>;
  readonly force?: boolean;
}

export interface Double {
  readonly apiUrl: string;
  readonly env: { readonly DISCORD_TOKEN: string; readonly DISCORD_API_URL: string };
  readonly botId: string;

  addUser(user: { username: string; locale?: string }): Given;
  addGuild(guild: {
    name?: string;
    ownerId?: string;
    botPermissions?: readonly string[];
    joined?: boolean;
  }): Given & { name: string; ownerId: string };
  addChannel(
    guild: Thing,
    channel: {
      name?: string;
      type?: string;
      permissionOverwrites?: readonly {
        id: string;
        type?: number;
        allow?: readonly string[];
        deny?: readonly string[];
      }[];
    },
  ): Given;
  addThread(channel: Thing, thread: { name: string; ownerId?: string; messageId?: string }): Given;
  addMember(
    guild: Thing,
    member: { id?: string; username?: string; permissions?: readonly string[]; locale?: string },
  ): Given;
  openDm(user: Thing): Given;
  joinGuild(guild: string): Given;
  removeGuild(guild: Thing): void;
  setBotPermissions(guild: Thing, permissions: readonly string[]): void;
  deleteChannel(channel: Thing): void;

  sendMessage(
    channel: Thing,
    member: Thing,
    text: string,
    options?: { mentionsBot?: boolean; replyTo?: Thing; attachments?: readonly FileGiven[]; force?: boolean },
  ): DiscordMessage;
  deleteMessage(message: Thing): void;
  slash(
    channel: Thing,
    member: Thing,
    name: string,
    options?: Readonly<Record<string, unknown>>,
    call?: CommandCall,
  ): Handle;
  autocomplete(
    channel: Thing,
    member: Thing,
    name: string,
    option: string,
    value?: string,
  ): Promise<readonly { name: string; value: string }[] & { afterMs: number }>;
  contextMenu(channel: Thing, member: Thing, name: string, target: Thing): Handle;
  clickButton(message: DiscordMessage | Result | string, member: Thing, which?: string | number | RegExp): Handle;
  selectMenu(
    message: DiscordMessage | Result | string,
    member: Thing,
    which: string | number | RegExp,
    values: string | readonly string[],
  ): Handle;
  submitModal(from: Handle, member: Thing, values?: Readonly<Record<string, string>>): Handle;

  waitUntil<T>(probe: () => T | undefined | null | false, timeoutMs: number, describe?: () => string): Promise<T>;
  waitForReady(timeoutMs?: number): Promise<unknown>;
  waitForCommands(names: readonly string[], options: { guildId?: string; timeoutMs?: number }): Promise<Command[]>;
  waitForMessage(
    channel: Thing,
    predicate?: (message: DiscordMessage) => boolean,
    timeoutMs?: number,
    view?: MessageView & { after?: Thing },
  ): Promise<DiscordMessage>;
  waitForReaction(message: Thing, options?: { emoji?: string; timeoutMs?: number }): Promise<unknown>;
  messages(channel: Thing, view?: MessageView): DiscordMessage[];
  message(message: Thing): DiscordMessage;
  typingCount(channel: Thing): number;
  commands(guild?: Thing): Command[];
  unansweredInteractions(): readonly { id: string; type: number }[];

  setRateLimit(limit: { perSecond: number; match?: RegExp; global?: boolean } | null): void;
  failNext(
    method: string,
    path: string,
    fault?: { status?: number | null; times?: number; body?: unknown; delayMs?: number; reset?: boolean },
  ): void;
  clearFaults(): void;
  dropGateway(options?: { code?: number; resumable?: boolean; refuseForMs?: number }): void;
  requestReconnect(): void;
  invalidateSession(options?: { resumable?: boolean }): void;

  readonly requests: readonly Request[];
  readonly violations: Violation[];
  readonly unhandled: readonly { method: string; path: string }[];
  readonly internalErrors: readonly { method: string; path: string; error: Error }[];
  readonly rateLimitedCount: number;
  readonly gatewayCounts: { readonly connections: number; readonly identifies: number; readonly resumed: number };
  readonly presences: readonly { readonly activities: readonly { readonly state?: string }[] }[];
  close(): Promise<void>;
}

export function createDiscordDouble(options?: DoubleOptions & { port?: number }): Promise<Double>;
export function messageText(message: DiscordMessage | null): string;
export function interactiveComponents(message: DiscordMessage | null): Component[];
