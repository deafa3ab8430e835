/**
 * Validation of what the bot sends, with Discord's limits and Discord's error format (400, code 50035).
 * Each public function throws an ApiError that lists everything wrong with the payload.
 */
import {
  CHANNEL_TYPE,
  COMMAND_TYPE,
  COMPONENT,
  MESSAGE_FLAG,
  OPTION_TYPE,
  SELECT_TYPES,
  textLength,
} from './constants.mjs';
import { apiErrors, invalidFormBody } from './errors.mjs';

/** Collects errors under paths like ['embeds', 0, 'title']. */
class FormErrors {
  constructor() {
    this.tree = {};
    this.count = 0;
  }

  add(path, code, message) {
    let node = this.tree;
    for (const key of path) node = node[key] ??= {};
    (node._errors ??= []).push({ code, message });
    this.count += 1;
  }

  throwIfAny() {
    if (this.count > 0) throw invalidFormBody(this.tree);
  }

  required(path) {
    this.add(path, 'BASE_TYPE_REQUIRED', 'This field is required');
  }

  /** Checks a text field; returns whether it is a usable, non-blank string. */
  text(path, value, { max, min = 0, required = false, pattern } = {}) {
    if (value === undefined || value === null) {
      if (required) this.required(path);
      return false;
    }
    if (typeof value === 'object') {
      this.add(path, 'STRING_TYPE_CONVERT', `Could not interpret "${JSON.stringify(value)}" as string.`);
      return false;
    }
    const text = String(value);
    const trimmedLength = textLength(text.trim());
    if (required && trimmedLength === 0) {
      this.required(path);
      return false;
    }
    if (max !== undefined && min > 0 && (trimmedLength > max || trimmedLength < min)) {
      this.add(path, 'BASE_TYPE_BAD_LENGTH', `Must be between ${min} and ${max} in length.`);
    } else if (max !== undefined && trimmedLength > max) {
      this.add(path, 'BASE_TYPE_MAX_LENGTH', `Must be ${max} or fewer in length.`);
    }
    if (pattern && !pattern.test(text))
      this.add(path, 'STRING_TYPE_REGEX', 'String value did not match validation regex.');
    return trimmedLength > 0;
  }

  /** Checks a list's type and length; returns the list, or [] when it is not one. */
  list(path, value, { max, min = 0, required = false } = {}) {
    if (value === undefined || value === null) {
      if (required) this.required(path);
      return [];
    }
    if (!Array.isArray(value)) {
      this.add(path, 'LIST_TYPE_CONVERT', 'Only iterables may be used in a ListType');
      return [];
    }
    if (max !== undefined && value.length > max) {
      this.add(path, 'BASE_TYPE_MAX_LENGTH', `Must be ${max} or fewer in length.`);
    } else if (value.length < min) {
      this.add(path, 'BASE_TYPE_MIN_LENGTH', `Must be ${min} or more in length.`);
    }
    return value;
  }

  integer(path, value, { min, max, required = false } = {}) {
    if (value === undefined || value === null) {
      if (required) this.required(path);
      return;
    }
    if (!Number.isInteger(typeof value === 'string' && value !== '' ? Number(value) : value)) {
      this.add(path, 'NUMBER_TYPE_COERCE', `Value "${value}" is not int.`);
    } else if (min !== undefined && Number(value) < min) {
      this.add(path, 'NUMBER_TYPE_MIN', `int value should be greater than or equal to ${min}.`);
    } else if (max !== undefined && Number(value) > max) {
      this.add(path, 'NUMBER_TYPE_MAX', `int value should be less than or equal to ${max}.`);
    }
  }

  boolean(path, value) {
    if (value !== undefined && value !== null && typeof value !== 'boolean') {
      this.add(path, 'BOOLEAN_TYPE_CHOICES', 'Must be either true or false.');
    }
  }

  choice(path, value, allowed) {
    if (!allowed.includes(value)) this.add(path, 'BASE_TYPE_CHOICES', `Value must be one of (${allowed.join(', ')}).`);
  }

  dictionary(path, value) {
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return true;
    this.add(path, 'DICT_TYPE_CONVERT', 'Only dictionaries may be used in a DictType');
    return false;
  }

  url(path, value, { max = 2048, allowAttachment = false, allowDiscord = false, required = false } = {}) {
    if (!this.text(path, value, { max, required })) return;
    const schemes = ['http', 'https', ...(allowAttachment ? ['attachment'] : []), ...(allowDiscord ? ['discord'] : [])];
    const scheme = /^([a-z][a-z\d+.-]*):\/\//i.exec(String(value))?.[1]?.toLowerCase();
    if (scheme === undefined && !/^[a-z][a-z\d+.-]*:/i.test(String(value))) {
      this.add(path, 'URL_TYPE_INVALID_URL', 'Not a well formed URL.');
    } else if (scheme === undefined || !schemes.includes(scheme)) {
      const found = scheme ?? String(value).split(':')[0];
      this.add(path, 'URL_TYPE_INVALID_SCHEME', `Scheme "${found}" must be one of ('${schemes.join("', '")}').`);
    } else if (scheme.startsWith('http') && (!URL.canParse(String(value)) || /\s/.test(String(value).trim()))) {
      this.add(path, 'URL_TYPE_INVALID_URL', 'Not a well formed URL.');
    }
  }
}

// ---------------------------------------------------------------- messages

/**
 * Validates the body of a message create or edit.
 * @param body the JSON body
 * @param options.files     uploaded parts, [{index, filename, data}]
 * @param options.existing  the message being edited, if any
 */
export function validateMessage(body, { files = [], existing } = {}) {
  const errors = new FormErrors();
  if (!errors.dictionary([], body)) errors.throwIfAny();

  errors.text(['content'], body.content, { max: 2000 });
  errors.integer(['flags'], body.flags, { min: 0 });
  errors.boolean(['tts'], body.tts);
  validateNonce(errors, body);
  validateEmbeds(errors, body.embeds);
  validateAllowedMentions(errors, body.allowed_mentions);
  validateMessageReference(errors, body.message_reference);
  validateAttachmentList(errors, body.attachments, files, existing);
  errors.list(['sticker_ids'], body.sticker_ids, { max: 3 });

  const wasV2 = Boolean((existing?.flags ?? 0) & MESSAGE_FLAG.ComponentsV2);
  const isV2 = wasV2 || Boolean(Number(body.flags ?? 0) & MESSAGE_FLAG.ComponentsV2);
  if (isV2) validateComponentsV2(errors, body, existing);
  else validateComponentRows(errors, body.components);
  errors.throwIfAny();
  refuseEmptyMessage(body, files, existing, isV2);
}

function validateNonce(errors, body) {
  const { nonce } = body;
  if (nonce === undefined || nonce === null) return;
  if (typeof nonce === 'string') errors.text(['nonce'], nonce, { max: 25 });
  else errors.integer(['nonce'], nonce);
}

function refuseEmptyMessage(body, files, existing, isV2) {
  const value = (field) => (body[field] === undefined ? existing?.[field] : body[field]);
  const hasText = String(value('content') ?? '').trim() !== '';
  const hasEmbed = (value('embeds') ?? []).some(isVisibleEmbed);
  const hasFile = files.length > 0 || (value('attachments') ?? []).length > 0;
  const hasV2Components = isV2 && (value('components') ?? []).length > 0;
  if (
    !hasText &&
    !hasEmbed &&
    !hasFile &&
    !hasV2Components &&
    !body.sticker_ids?.length &&
    !body.poll &&
    body.message_reference?.type !== 1
  )
    throw apiErrors.emptyMessage();
}

const isVisibleEmbed = (embed) =>
  ['title', 'description', 'fields', 'image', 'thumbnail', 'author', 'footer', 'url', 'timestamp'].some(
    (key) => embed?.[key] !== undefined && embed[key] !== null && embed[key] !== '' && embed[key].length !== 0,
  );

function validateEmbeds(errors, embeds) {
  let total = 0;
  const count = (value) => {
    if (typeof value === 'string') total += textLength(value.trim());
  };
  errors.list(['embeds'], embeds, { max: 10 }).forEach((embed, index) => {
    const at = (...rest) => ['embeds', index, ...rest];
    if (!errors.dictionary(at(), embed)) return;
    errors.text(at('title'), embed.title, { max: 256 });
    errors.text(at('description'), embed.description, { max: 4096 });
    errors.url(at('url'), embed.url);
    errors.integer(at('color'), embed.color, { min: 0, max: 0xffffff });
    if (embed.timestamp && Number.isNaN(Date.parse(embed.timestamp))) {
      errors.add(at('timestamp'), 'DATE_TIME_TYPE_PARSE', `Could not parse ${embed.timestamp}. Should be ISO8601.`);
    }
    for (const part of ['image', 'thumbnail']) {
      if (embed[part]) errors.url(at(part, 'url'), embed[part].url, { allowAttachment: true, required: true });
    }
    if (embed.author) {
      errors.text(at('author', 'name'), embed.author.name, { max: 256, required: true });
      errors.url(at('author', 'url'), embed.author.url);
      errors.url(at('author', 'icon_url'), embed.author.icon_url, { allowAttachment: true });
    }
    if (embed.footer) {
      errors.text(at('footer', 'text'), embed.footer.text, { max: 2048, required: true });
      errors.url(at('footer', 'icon_url'), embed.footer.icon_url, { allowAttachment: true });
    }
    errors.list(at('fields'), embed.fields, { max: 25 }).forEach((field, fieldIndex) => {
      if (!errors.dictionary(at('fields', fieldIndex), field)) return;
      errors.text(at('fields', fieldIndex, 'name'), field.name, { max: 256, required: true });
      errors.text(at('fields', fieldIndex, 'value'), field.value, { max: 1024, required: true });
      errors.boolean(at('fields', fieldIndex, 'inline'), field.inline);
      count(field.name);
      count(field.value);
    });
    [embed.title, embed.description, embed.author?.name, embed.footer?.text].forEach(count);
  });
  if (total > 6000) errors.add(['embeds'], 'MAX_EMBED_SIZE_EXCEEDED', 'Embed size exceeds maximum size of 6000');
}

function validateAllowedMentions(errors, mentions) {
  if (mentions === undefined || mentions === null) return;
  if (!errors.dictionary(['allowed_mentions'], mentions)) return;
  const parse = errors.list(['allowed_mentions', 'parse'], mentions.parse, { max: 3 });
  parse.forEach((kind, index) =>
    errors.choice(['allowed_mentions', 'parse', index], kind, ['roles', 'users', 'everyone']),
  );
  for (const kind of ['users', 'roles']) {
    const ids = errors.list(['allowed_mentions', kind], mentions[kind], { max: 100 });
    ids.forEach((id, index) => validateSnowflake(errors, ['allowed_mentions', kind, index], id));
    if (ids.length > 0 && parse.includes(kind)) {
      errors.add(
        ['allowed_mentions'],
        'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE',
        `parse:["${kind}"] and ${kind}: [ids...] are mutually exclusive.`,
      );
    }
  }
  errors.boolean(['allowed_mentions', 'replied_user'], mentions.replied_user);
}

function validateMessageReference(errors, reference) {
  if (reference === undefined || reference === null) return;
  if (!errors.dictionary(['message_reference'], reference)) return;
  validateSnowflake(errors, ['message_reference', 'message_id'], reference.message_id);
}

function validateSnowflake(errors, path, value) {
  if (value === undefined || value === null) return errors.required(path);
  if (!/^\d{1,20}$/.test(String(value))) {
    errors.add(path, 'NUMBER_TYPE_COERCE', `Value "${value}" is not snowflake.`);
  }
}

function validateAttachmentList(errors, attachments, files, existing) {
  if (files.length > 10) errors.add(['files'], 'BASE_TYPE_MAX_LENGTH', 'Must be 10 or fewer in length.');
  const uploaded = new Set(files.map((file) => String(file.index)));
  const kept = new Set((existing?.attachments ?? []).map((attachment) => attachment.id));
  errors.list(['attachments'], attachments, { max: 10 }).forEach((attachment, index) => {
    if (!errors.dictionary(['attachments', index], attachment)) return;
    const id = String(attachment.id);
    if (!uploaded.has(id) && !kept.has(id)) {
      errors.add(
        ['attachments', index, 'id'],
        'ATTACHMENT_NOT_FOUND',
        `No uploaded or existing attachment has id ${id}.`,
      );
    }
    errors.text(['attachments', index, 'description'], attachment.description, { max: 1024 });
  });
}

// ---------------------------------------------------------------- components

/** Components of a message without the V2 flag: up to five action rows. */
function validateComponentRows(errors, components) {
  const customIds = new Set();
  errors.list(['components'], components, { max: 5 }).forEach((row, index) => {
    const path = ['components', index];
    if (!errors.dictionary(path, row)) return;
    if (row.type !== COMPONENT.ActionRow) {
      errors.add([...path, 'type'], 'UNION_TYPE_CHOICES', 'Value of field "type" must be one of (1,).');
    } else validateActionRow(errors, path, row, customIds);
  });
}

function validateActionRow(errors, path, row, customIds) {
  const children = errors.list([...path, 'components'], row.components, { max: 5, min: 1, required: true });
  const hasSelect = children.some((child) => SELECT_TYPES.has(child?.type));
  if (hasSelect && children.length > 1) {
    errors.add(
      [...path, 'components'],
      'COMPONENT_LAYOUT_WIDTH_EXCEEDED',
      'The specified component exceeds the maximum width',
    );
  }
  children.forEach((child, index) => {
    const childPath = [...path, 'components', index];
    if (!errors.dictionary(childPath, child)) return;
    if (child.type === COMPONENT.Button) validateButton(errors, childPath, child, customIds);
    else if (SELECT_TYPES.has(child.type)) validateSelect(errors, childPath, child, customIds);
    else
      errors.add(
        [...childPath, 'type'],
        'UNION_TYPE_CHOICES',
        'Value of field "type" must be one of (2, 3, 5, 6, 7, 8).',
      );
  });
}

function validateCustomId(errors, path, component, customIds) {
  if (!errors.text([...path, 'custom_id'], component.custom_id, { max: 100, min: 1, required: true })) return;
  if (customIds.has(component.custom_id)) {
    errors.add([...path, 'custom_id'], 'COMPONENT_CUSTOM_ID_DUPLICATED', 'Component custom id cannot be duplicated');
  }
  customIds.add(component.custom_id);
}

function validateButton(errors, path, button, customIds) {
  errors.choice([...path, 'style'], button.style, [1, 2, 3, 4, 5, 6]);
  errors.text([...path, 'label'], button.label, { max: 80 });
  errors.boolean([...path, 'disabled'], button.disabled);
  if (button.style === 5) {
    errors.url([...path, 'url'], button.url, { max: 512, required: true, allowDiscord: true });
    if (button.custom_id)
      errors.add(
        [...path, 'custom_id'],
        'BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE',
        'A custom id and url cannot both be specified',
      );
  } else if (button.style === 6) {
    validateSnowflake(errors, [...path, 'sku_id'], button.sku_id);
    return;
  } else {
    validateCustomId(errors, path, button, customIds);
    if (button.url)
      errors.add(
        [...path, 'url'],
        'BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE',
        'A custom id and url cannot both be specified',
      );
  }
  if (!String(button.label ?? '').trim() && !button.emoji) {
    errors.add([...path, 'label'], 'BUTTON_COMPONENT_INVALID_EMOJI_OR_LABEL', 'A button must have a label or an emoji');
  }
}

function validateSelect(errors, path, select, customIds) {
  validateCustomId(errors, path, select, customIds);
  errors.text([...path, 'placeholder'], select.placeholder, { max: 150 });
  errors.integer([...path, 'min_values'], select.min_values, { min: 0, max: 25 });
  errors.integer([...path, 'max_values'], select.max_values, { min: 1, max: 25 });
  if ((select.min_values ?? 1) > (select.max_values ?? Math.max(1, select.min_values ?? 1))) {
    errors.add([...path, 'min_values'], 'NUMBER_TYPE_MAX', 'min_values must not exceed max_values.');
  }
  if (select.type === COMPONENT.StringSelect)
    validateSelectOptions(errors, [...path, 'options'], select.options, select);
}

function validateSelectOptions(errors, path, options, { max_values: maxValues } = {}) {
  const values = new Set();
  const list = errors.list(path, options, { max: 25, min: 1, required: true });
  list.forEach((option, index) => {
    if (!errors.dictionary([...path, index], option)) return;
    errors.text([...path, index, 'label'], option.label, { max: 100, min: 1, required: true });
    errors.text([...path, index, 'value'], option.value, { max: 100, min: 1, required: true });
    errors.text([...path, index, 'description'], option.description, { max: 100 });
    if (values.has(option.value)) {
      errors.add(
        [...path, index, 'value'],
        'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED',
        'The specified option value is already used',
      );
    }
    values.add(option.value);
  });
  if (maxValues > list.length && list.length > 0) {
    errors.add(
      [...path.slice(0, -1), 'max_values'],
      'SELECT_COMPONENT_MAX_VALUES_EXCEEDED',
      'max_values exceeds the number of options',
    );
  }
}

/** Components V2: which component may stand in which, at most 40 in all, and 4000 characters of text displays. */
function validateComponentsV2(errors, body, existing) {
  for (const field of ['content', 'embeds', 'sticker_ids', 'poll']) {
    const present = Array.isArray(body[field]) ? body[field].length > 0 : Boolean(body[field]);
    if (present) {
      errors.add(
        [field],
        'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
        `The '${field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`,
      );
    }
  }
  if (body.components === undefined && existing) return;
  const state = { customIds: new Set(), total: 0, text: 0 };
  const topLevel = [1, 9, 10, 12, 13, 14, 17];
  errors
    .list(['components'], body.components, { max: 40 })
    .forEach((component, index) => validateV2Component(errors, ['components', index], component, topLevel, state));
  if (state.total > 40) {
    errors.add(
      ['components'],
      'COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED',
      'The total number of components cannot exceed 40',
    );
  }
  if (state.text > 4000) {
    errors.add(
      ['components'],
      'COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED',
      'The total displayable text size cannot exceed 4000',
    );
  }
}

function validateV2Component(errors, path, component, allowedTypes, state) {
  if (!errors.dictionary(path, component)) return;
  state.total += 1;
  if (!allowedTypes.includes(component.type)) {
    errors.add(
      [...path, 'type'],
      'UNION_TYPE_CHOICES',
      `Value of field "type" must be one of (${allowedTypes.join(', ')}).`,
    );
    return;
  }
  const children = (key, allowed, limits) =>
    errors
      .list([...path, key], component[key], limits)
      .forEach((child, index) => validateV2Component(errors, [...path, key, index], child, allowed, state));
  switch (component.type) {
    case COMPONENT.ActionRow:
      state.total += component.components?.length ?? 0;
      validateActionRow(errors, path, component, state.customIds);
      break;
    case COMPONENT.Button:
      validateButton(errors, path, component, state.customIds);
      break;
    case COMPONENT.TextDisplay:
      errors.text([...path, 'content'], component.content, { max: 4000, min: 1, required: true });
      state.text += textLength(String(component.content ?? ''));
      break;
    case COMPONENT.Section:
      children('components', [COMPONENT.TextDisplay], { max: 3, min: 1, required: true });
      if (component.accessory === undefined) errors.required([...path, 'accessory']);
      else
        validateV2Component(
          errors,
          [...path, 'accessory'],
          component.accessory,
          [COMPONENT.Button, COMPONENT.Thumbnail],
          state,
        );
      break;
    case COMPONENT.Container:
      children('components', [1, 9, 10, 12, 13, 14], { min: 1, required: true });
      break;
    case COMPONENT.MediaGallery:
      errors.list([...path, 'items'], component.items, { max: 10, min: 1, required: true }).forEach((item, index) => {
        errors.url([...path, 'items', index, 'media', 'url'], item?.media?.url, {
          allowAttachment: true,
          required: true,
        });
      });
      break;
    case COMPONENT.Thumbnail:
      errors.url([...path, 'media', 'url'], component.media?.url, { allowAttachment: true, required: true });
      break;
    case COMPONENT.File:
      errors.url([...path, 'file', 'url'], component.file?.url, { allowAttachment: true, required: true });
      break;
    default:
      break; // a separator has nothing to check
  }
}

// ---------------------------------------------------------------- interaction responses other than messages

/** A modal, in the older form (action rows of text inputs) or the newer (labels and text displays). */
export function validateModal(data) {
  const errors = new FormErrors();
  if (!errors.dictionary(['data'], data)) errors.throwIfAny();
  errors.text(['data', 'custom_id'], data.custom_id, { max: 100, min: 1, required: true });
  errors.text(['data', 'title'], data.title, { max: 45, required: true });
  const customIds = new Set();
  errors
    .list(['data', 'components'], data.components, { max: 5, min: 1, required: true })
    .forEach((component, index) => {
      const path = ['data', 'components', index];
      if (!errors.dictionary(path, component)) return;
      if (component.type === COMPONENT.ActionRow) {
        errors
          .list([...path, 'components'], component.components, { max: 1, min: 1, required: true })
          .forEach((input, at) => {
            const inputPath = [...path, 'components', at];
            if (input?.type !== COMPONENT.TextInput) {
              errors.add([...inputPath, 'type'], 'UNION_TYPE_CHOICES', 'Value of field "type" must be one of (4,).');
              return;
            }
            errors.text([...inputPath, 'label'], input.label, { max: 45, required: true });
            validateModalInput(errors, inputPath, input, customIds);
          });
      } else if (component.type === COMPONENT.Label) {
        errors.text([...path, 'label'], component.label, { max: 45, required: true });
        errors.text([...path, 'description'], component.description, { max: 100 });
        if (errors.dictionary([...path, 'component'], component.component)) {
          validateModalInput(errors, [...path, 'component'], component.component, customIds);
        }
      } else if (component.type === COMPONENT.TextDisplay) {
        errors.text([...path, 'content'], component.content, { max: 4000, min: 1, required: true });
      } else {
        errors.add([...path, 'type'], 'UNION_TYPE_CHOICES', 'Value of field "type" must be one of (1, 10, 18).');
      }
    });
  errors.throwIfAny();
}

function validateModalInput(errors, path, input, customIds) {
  if (SELECT_TYPES.has(input.type)) return validateSelect(errors, path, input, customIds);
  validateCustomId(errors, path, input, customIds);
  switch (input.type) {
    case COMPONENT.TextInput:
      errors.choice([...path, 'style'], input.style, [1, 2]);
      errors.integer([...path, 'min_length'], input.min_length, { min: 0, max: 4000 });
      errors.integer([...path, 'max_length'], input.max_length, { min: 1, max: 4000 });
      errors.text([...path, 'value'], input.value, { max: 4000 });
      errors.text([...path, 'placeholder'], input.placeholder, { max: 100 });
      break;
    case COMPONENT.FileUpload:
      errors.integer([...path, 'min_values'], input.min_values, { min: 0, max: 10 });
      errors.integer([...path, 'max_values'], input.max_values, { min: 1, max: 10 });
      break;
    case COMPONENT.RadioGroup:
    case COMPONENT.CheckboxGroup:
      errors.list([...path, 'options'], input.options, { min: 1, max: 10, required: true });
      break;
    case COMPONENT.Checkbox:
      break;
    default:
      errors.add(
        [...path, 'type'],
        'UNION_TYPE_CHOICES',
        'Value of field "type" must be one of (3, 4, 5, 6, 7, 8, 19, 21, 22, 23).',
      );
  }
}

/** The choices of an autocomplete answer, for an option of the given type. */
export function validateAutocomplete(data, optionType) {
  const errors = new FormErrors();
  validateChoices(errors, ['data', 'choices'], data?.choices ?? null, optionType, { required: true });
  errors.throwIfAny();
}

function validateChoices(errors, path, choices, optionType, { required = false } = {}) {
  const names = new Set();
  errors.list(path, choices, { max: 25, required }).forEach((choice, index) => {
    const at = (key) => [...path, index, key];
    if (!errors.dictionary([...path, index], choice)) return;
    errors.text(at('name'), choice.name, { max: 100, min: 1, required: true });
    if (choice.value === undefined || choice.value === null) errors.required(at('value'));
    else if (optionType === OPTION_TYPE.String) {
      if (typeof choice.value !== 'string')
        errors.add(at('value'), 'STRING_TYPE_CONVERT', `Could not interpret "${choice.value}" as string.`);
      else errors.text(at('value'), choice.value, { max: 100, min: 1 });
    } else if (
      typeof choice.value !== 'number' ||
      (optionType === OPTION_TYPE.Integer && !Number.isInteger(choice.value))
    ) {
      errors.add(
        at('value'),
        'NUMBER_TYPE_COERCE',
        `Value "${choice.value}" is not ${optionType === OPTION_TYPE.Integer ? 'int' : 'float'}.`,
      );
    }
    if (names.has(choice.name))
      errors.add(
        at('name'),
        'APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS',
        'Option choice name already exists',
      );
    names.add(choice.name);
  });
}

// ---------------------------------------------------------------- application commands

const CHAT_INPUT_NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
const isChatInputName = (name) => CHAT_INPUT_NAME.test(name) && name === name.toLowerCase();

/** Validates one command. */
export function validateCommand(command) {
  const errors = new FormErrors();
  checkCommand(errors, [], command);
  errors.throwIfAny();
}

/** Validates the whole list of a bulk overwrite. */
export function validateCommandList(commands) {
  const errors = new FormErrors();
  const seen = new Set();
  errors.list([], commands).forEach((command, index) => {
    checkCommand(errors, [index], command);
    const key = `${command?.type ?? 1}:${command?.name}`;
    if (seen.has(key))
      errors.add([index, 'name'], 'APPLICATION_COMMANDS_DUPLICATE_NAME', 'Application command names must be unique');
    seen.add(key);
  });
  errors.throwIfAny();
}

function checkCommand(errors, path, command) {
  if (!errors.dictionary(path, command)) return;
  const at = (...rest) => [...path, ...rest];
  const type = command.type ?? COMMAND_TYPE.ChatInput;
  errors.choice(at('type'), type, [1, 2, 3, 4]);
  if (type === COMMAND_TYPE.ChatInput) {
    checkName(errors, at('name'), command.name, 'APPLICATION_COMMAND_INVALID_NAME', 'Command name is invalid');
    errors.text(at('description'), command.description, { max: 100, min: 1, required: true });
    checkOptions(errors, at('options'), command.options, 0);
  } else {
    errors.text(at('name'), command.name, { max: 32, min: 1, required: true });
    if (command.description)
      errors.add(
        at('description'),
        'APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION',
        'Context menu commands cannot have description',
      );
    if (command.options?.length)
      errors.add(
        at('options'),
        'APPLICATION_COMMAND_CONTEXT_MENU_OPTIONS',
        'Context menu commands cannot have options',
      );
  }
  checkLocalizations(errors, path, command, type === COMMAND_TYPE.ChatInput);
  const permissions = command.default_member_permissions;
  if (permissions !== undefined && permissions !== null && !/^\d+$/.test(String(permissions))) {
    errors.add(at('default_member_permissions'), 'NUMBER_TYPE_COERCE', `Value "${permissions}" is not int.`);
  }
  for (const flag of ['nsfw', 'dm_permission']) errors.boolean(at(flag), command[flag]);
  errors
    .list(at('contexts'), command.contexts)
    .forEach((context, index) => errors.choice(at('contexts', index), context, [0, 1, 2]));
  errors
    .list(at('integration_types'), command.integration_types)
    .forEach((one, index) => errors.choice(at('integration_types', index), one, [0, 1]));
  if (commandSize(command) > 8000)
    errors.add(path, 'APPLICATION_COMMAND_TOO_LARGE', 'Command exceeds maximum size (8000)');
}

function checkName(errors, path, name, code, message) {
  if (!errors.text(path, name, { max: 32, min: 1, required: true })) return;
  if (!isChatInputName(String(name))) errors.add(path, code, message);
}

function checkLocalizations(errors, path, item, chatInput) {
  for (const [locale, name] of Object.entries(item.name_localizations ?? {})) {
    if (name === null) continue;
    const where = [...path, 'name_localizations', locale];
    errors.text(where, name, { max: 32, min: 1 });
    if (chatInput && !isChatInputName(String(name)))
      errors.add(where, 'APPLICATION_COMMAND_INVALID_NAME', 'Command name is invalid');
  }
  for (const [locale, text] of Object.entries(item.description_localizations ?? {})) {
    errors.text([...path, 'description_localizations', locale], text, { max: 100, min: 1 });
  }
}

const isSubcommandType = (type) => type === OPTION_TYPE.Subcommand || type === OPTION_TYPE.SubcommandGroup;

/** @param depth 0 for a command's own options, 1 inside a subcommand group, 2 inside a subcommand */
function checkOptions(errors, path, options, depth) {
  const list = errors.list(path, options, { max: 25 });
  const names = new Set();
  const subcommands = list.filter((option) => isSubcommandType(option?.type)).length;
  if (subcommands > 0 && subcommands < list.length) {
    errors.add(
      path,
      'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID',
      'Sub-command and sub-command group option types are mutually exclusive to all other types',
    );
  }
  let optionalSeen = false;
  list.forEach((option, index) => {
    const at = (...rest) => [...path, index, ...rest];
    if (!errors.dictionary(at(), option)) return;
    errors.choice(
      at('type'),
      option.type,
      depth === 0 ? [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] : depth === 1 ? [1] : [3, 4, 5, 6, 7, 8, 9, 10, 11],
    );
    checkName(
      errors,
      at('name'),
      option.name,
      'APPLICATION_COMMAND_OPTIONS_OPTION_NAME_INVALID',
      'Option name is invalid',
    );
    errors.text(at('description'), option.description, { max: 100, min: 1, required: true });
    checkLocalizations(errors, at(), option, true);
    if (names.has(option.name))
      errors.add(at('name'), 'APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS', 'Option name already exists');
    names.add(option.name);
    if (option.type === OPTION_TYPE.Subcommand) return checkOptions(errors, at('options'), option.options, 2);
    if (option.type === OPTION_TYPE.SubcommandGroup) return checkOptions(errors, at('options'), option.options, 1);
    if (option.required && optionalSeen) {
      errors.add(
        at(),
        'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID',
        'Required options must be placed before non-required options',
      );
    }
    optionalSeen ||= !option.required;
    checkOptionConstraints(errors, at, option);
  });
}

function checkOptionConstraints(errors, at, option) {
  const isText = option.type === OPTION_TYPE.String;
  const isNumber = option.type === OPTION_TYPE.Integer || option.type === OPTION_TYPE.Number;
  const misplaced = (key) =>
    errors.add(
      at(key),
      'APPLICATION_COMMAND_OPTIONS_FIELD_INVALID',
      `'${key}' is not valid for an option of this type`,
    );
  errors.boolean(at('required'), option.required);
  errors.boolean(at('autocomplete'), option.autocomplete);
  if (option.choices?.length) {
    if (!isText && !isNumber) misplaced('choices');
    else validateChoices(errors, at('choices'), option.choices, option.type);
    if (option.autocomplete)
      errors.add(
        at(),
        'APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE',
        'Autocomplete cannot be used together with choices',
      );
  }
  if (option.autocomplete && !isText && !isNumber) misplaced('autocomplete');
  for (const key of ['min_value', 'max_value']) {
    if (option[key] === undefined || option[key] === null) continue;
    if (!isNumber) misplaced(key);
    else if (typeof option[key] !== 'number')
      errors.add(at(key), 'NUMBER_TYPE_COERCE', `Value "${option[key]}" is not a number.`);
  }
  for (const [key, min] of [
    ['min_length', 0],
    ['max_length', 1],
  ]) {
    if (option[key] === undefined || option[key] === null) continue;
    if (!isText) misplaced(key);
    else errors.integer(at(key), option[key], { min, max: 6000 });
  }
  if (option.channel_types?.length) {
    if (option.type !== OPTION_TYPE.Channel) misplaced('channel_types');
    option.channel_types.forEach((type, index) =>
      errors.choice(at('channel_types', index), type, Object.values(CHANNEL_TYPE)),
    );
  }
}

/** The number of characters that Discord counts against a command's maximum size. */
function commandSize(item) {
  const own = [
    item?.name,
    item?.description,
    ...(item?.choices ?? []).flatMap((choice) => [choice?.name, choice?.value]),
  ];
  const mine = own.reduce((sum, text) => sum + (typeof text === 'string' ? textLength(text) : 0), 0);
  return (Array.isArray(item?.options) ? item.options : []).reduce((sum, option) => sum + commandSize(option), mine);
}

// ---------------------------------------------------------------- threads

export function validateThread(body, { fromMessage }) {
  const errors = new FormErrors();
  errors.text(['name'], body.name, { max: 100, min: 1, required: true });
  if (body.auto_archive_duration !== undefined && body.auto_archive_duration !== null) {
    errors.choice(['auto_archive_duration'], body.auto_archive_duration, [60, 1440, 4320, 10080]);
  }
  errors.integer(['rate_limit_per_user'], body.rate_limit_per_user, { min: 0, max: 21600 });
  if (!fromMessage && body.type !== undefined) errors.choice(['type'], body.type, [10, 11, 12]);
  errors.throwIfAny();
}

/** One error at one place, for checks that need the world (for example an unknown reply target). */
export function singleFormError(path, code, message) {
  const errors = new FormErrors();
  errors.add(path, code, message);
  return invalidFormBody(errors.tree);
}
