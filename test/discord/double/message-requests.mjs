/** What every request that makes or edits a message has in common, whether it goes to a channel or to a webhook. */
import { ATTACHMENT_SIZE_LIMIT, MESSAGE_FLAG } from './constants.mjs';
import { apiErrors } from './errors.mjs';
import { validateMessage } from './validate.mjs';

const SETTABLE_FLAGS = MESSAGE_FLAG.SuppressEmbeds | MESSAGE_FLAG.SuppressNotifications | MESSAGE_FLAG.ComponentsV2;

/** Validates the body of a new message and returns the draft for World.createMessage (without author and channel). */
export function draftFrom(world, channelId, body, files, { allowEphemeral = false } = {}) {
  refuseLargeUpload(files);
  validateMessage(body, { files });
  const attachments = files.map((file) => storeUpload(world, channelId, body, file));
  return {
    content: String(body.content ?? '').trim(),
    embeds: linkEmbeds(body.embeds ?? [], attachments),
    components: body.components ?? [],
    attachments,
    flags: Number(body.flags ?? 0) & (SETTABLE_FLAGS | (allowEphemeral ? MESSAGE_FLAG.Ephemeral : 0)),
    allowedMentions: body.allowed_mentions ?? undefined,
    nonce: body.nonce,
    tts: body.tts ?? false,
  };
}

/** Validates an edit and applies it. */
export function applyEdit(world, message, body, files) {
  refuseLargeUpload(files);
  validateMessage(body, { files, existing: message });
  const uploaded = files.map((file) => storeUpload(world, message.channel_id, body, file));
  const keptIds = new Set((body.attachments ?? []).map((one) => String(one.id)));
  const kept = body.attachments ? message.attachments.filter((one) => keptIds.has(one.id)) : message.attachments;
  const attachments = [...kept, ...uploaded];
  return world.editMessage(
    message,
    {
      content: typeof body.content === 'string' ? body.content.trim() : body.content,
      embeds: body.embeds && linkEmbeds(body.embeds, attachments),
      components: body.components,
      attachments,
      flags: body.flags ?? undefined,
    },
    { allowedMentions: body.allowed_mentions ?? undefined },
  );
}

function refuseLargeUpload(files) {
  if (files.reduce((sum, file) => sum + file.data.length, 0) > ATTACHMENT_SIZE_LIMIT) throw apiErrors.entityTooLarge();
}

function storeUpload(world, channelId, body, file) {
  const described = (body.attachments ?? []).find((one) => String(one.id) === String(file.index));
  return world.storeAttachment(channelId, {
    filename: described?.filename ?? file.filename,
    data: file.data,
    contentType: file.contentType,
    description: described?.description,
  });
}

/** Replaces attachment:// references in embeds by the real addresses. */
function linkEmbeds(embeds, attachments) {
  const link = (url) => {
    const name = /^attachment:\/\/(.+)$/.exec(url ?? '')?.[1];
    return attachments.find((one) => one.filename === name)?.url ?? url;
  };
  return embeds.map((embed) => {
    const linked = { ...embed };
    for (const part of ['image', 'thumbnail'])
      if (embed[part]) linked[part] = { ...embed[part], url: link(embed[part].url) };
    for (const part of ['author', 'footer'])
      if (embed[part]?.icon_url) linked[part] = { ...embed[part], icon_url: link(embed[part].icon_url) };
    return linked;
  });
}
