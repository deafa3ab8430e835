/** Messages out of Discord's Components V2, and the limits that Discord sets them. Every function is pure. */
import {
  ButtonStyle,
  ComponentType,
  MessageFlags,
  SeparatorSpacingSize,
  type APIActionRowComponent,
  type APIButtonComponent,
  type APIComponentInContainer,
  type APIComponentInMessageActionRow,
  type APIContainerComponent,
  type APIMessageTopLevelComponent,
  type APISectionComponent,
  type APISeparatorComponent,
  type APITextDisplayComponent,
} from 'discord.js';
import { FootnoteError } from '../errors.js';

/** Components in one message, those inside others too. */
export const MAX_COMPONENTS = 40;
/** Letters in all text displays of one message; labels are counted with them, to be sure. */
export const MAX_TEXT = 4000;
export const MAX_CUSTOM_ID = 100;
export const MAX_BUTTON_LABEL = 80;
/** Options of a select menu, and choices of an autocompletion. */
export const MAX_CHOICES = 25;
/** Label, value and description of such an option. */
export const MAX_CHOICE_LENGTH = 100;

/** Colours of a container's edge. */
export const ACCENT = { answer: 0x5865f2, quiet: 0x80848e, good: 0x248046, bad: 0xda373c } as const;

/** A message as it is given to discord.js, whether as a reply, an edit or a message of its own. It can ping nobody. */
export interface Message {
  readonly flags: MessageFlags.IsComponentsV2;
  readonly components: readonly APIMessageTopLevelComponent[];
  readonly allowedMentions: { readonly parse: readonly []; readonly repliedUser: false };
}

/** A message of these components. @throws internal when it goes beyond Discord's limits */
export function message(...components: APIMessageTopLevelComponent[]): Message {
  const size = measure(components);
  if (size.components > MAX_COMPONENTS || size.text > MAX_TEXT) {
    throw new FootnoteError(
      'internal',
      `A message of ${size.components} components and ${size.text} letters is too large for Discord.`,
    );
  }
  return { flags: MessageFlags.IsComponentsV2, components, allowedMentions: { parse: [], repliedUser: false } };
}

/** A message of one text. */
export function sentence(content: string): Message {
  return message(text(content));
}

export function container(accent: number, components: APIComponentInContainer[]): APIContainerComponent {
  return { type: ComponentType.Container, accent_color: accent, components };
}

export function text(content: string): APITextDisplayComponent {
  return { type: ComponentType.TextDisplay, content };
}

/** A text with a button beside it. */
export function section(content: string, accessory: APIButtonComponent): APISectionComponent {
  return { type: ComponentType.Section, components: [text(content)], accessory };
}

export function separator(divider = true): APISeparatorComponent {
  return { type: ComponentType.Separator, divider, spacing: SeparatorSpacingSize.Small };
}

export function row<C extends APIComponentInMessageActionRow>(...components: C[]): APIActionRowComponent<C> {
  return { type: ComponentType.ActionRow, components };
}

/** @throws internal when its id or label is longer than Discord takes */
export function button(
  customId: string,
  label: string,
  style: ButtonStyle.Primary | ButtonStyle.Secondary | ButtonStyle.Success | ButtonStyle.Danger = ButtonStyle.Secondary,
  disabled = false,
): APIButtonComponent {
  if (customId.length > MAX_CUSTOM_ID || label.length > MAX_BUTTON_LABEL) {
    throw new FootnoteError('internal', `The button ${customId} (${label}) is too long for Discord.`);
  }
  return { type: ComponentType.Button, custom_id: customId, label, style, ...(disabled && { disabled }) };
}

/** How much of Discord's limits these components take. Text is counted in UTF-16 units, which are never fewer than letters. */
export function measure(components: readonly unknown[]): { components: number; text: number } {
  let count = 0;
  let length = 0;
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const part = value as { content?: string; label?: string; components?: unknown[]; accessory?: unknown };
    count += 1;
    length += (part.content?.length ?? 0) + (part.label?.length ?? 0);
    part.components?.forEach(visit);
    visit(part.accessory);
  };
  components.forEach(visit);
  return { components: count, text: length };
}
