/** Throws what Discord would answer to the body of a message. */
export function validateMessage(body: unknown): void;
export function validateCommandList(commands: unknown): void;
