/** The two families of errors: what the API answers to the bot, and what the driver throws at the test script. */

/** An error answered to the bot as JSON, in Discord's shape. */
export class ApiError extends Error {
  constructor(status, code, message, errors) {
    super(message);
    Object.assign(this, { status, code, errors });
  }
  toJSON() {
    return { message: this.message, code: this.code, ...(this.errors && { errors: this.errors }) };
  }
}

const known = (status, code, message) => () => new ApiError(status, code, message);
export const apiErrors = {
  unauthorized: known(401, 0, '401: Unauthorized'),
  notFound: known(404, 0, '404: Not Found'),
  methodNotAllowed: known(405, 0, '405: Method Not Allowed'),
  badJson: known(400, 50109, 'The request body contains invalid JSON.'),
  unknownChannel: known(404, 10003, 'Unknown Channel'),
  unknownGuild: known(404, 10004, 'Unknown Guild'),
  unknownMember: known(404, 10007, 'Unknown Member'),
  unknownMessage: known(404, 10008, 'Unknown Message'),
  unknownRole: known(404, 10011, 'Unknown Role'),
  unknownUser: known(404, 10013, 'Unknown User'),
  unknownEmoji: known(400, 10014, 'Unknown Emoji'),
  unknownWebhook: known(404, 10015, 'Unknown Webhook'),
  unknownInteraction: known(404, 10062, 'Unknown interaction'),
  unknownCommand: known(404, 10063, 'Unknown application command'),
  tooManyCommands: known(400, 30032, 'Maximum number of application commands reached (100).'),
  entityTooLarge: known(413, 40005, 'Request entity too large'),
  alreadyAcknowledged: known(400, 40060, 'Interaction has already been acknowledged.'),
  missingAccess: known(403, 50001, 'Missing Access'),
  wrongChannelType: known(400, 50024, 'Cannot execute action on this channel type'),
  notYourMessage: known(403, 50005, 'Cannot edit a message authored by another user'),
  emptyMessage: known(400, 50006, 'Cannot send an empty message'),
  cannotDm: known(403, 50007, 'Cannot send messages to this user'),
  missingPermissions: known(403, 50013, 'Missing Permissions'),
  invalidToken: known(401, 50027, 'Invalid Webhook Token'),
  bulkDeleteTooOld: known(400, 50034, 'You can only bulk delete messages that are under 14 days old.'),
  invalidApiVersion: known(400, 50041, 'Invalid API version specified'),
  threadExists: known(400, 160004, 'A thread has already been created for this message'),
  replyNeedsHistory: known(403, 160002, 'Cannot reply without permission to read message history'),
  threadArchived: known(400, 50083, 'Thread is archived'),
};

/** 400 code 50035 with the nested `errors` object. */
export const invalidFormBody = (errors) => new ApiError(400, 50035, 'Invalid Form Body', errors);

/** Thrown by driving functions: the script asked for something that cannot be. */
export class DriverError extends Error {
  constructor(code, message) {
    super(message);
    this.name = new.target.name;
    this.code = code;
  }
}
/** The Discord client would not let this user do that (no permission, disabled button, bad option value...). */
export class ClientRefusal extends DriverError {}
/** The bot did not do what was awaited in the time given. */
export class DriverTimeout extends DriverError {
  constructor(message) {
    super('TIMEOUT', message);
  }
}
