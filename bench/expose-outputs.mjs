#!/usr/bin/env node
// Makes values inside an ONNX graph outputs of it, in the file's bytes: the states of a middle layer are as cheap to have as
// those of the last. Field numbers are those of onnx.proto3 (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3), the wire
// format is Protocol Buffers'. The project's own model has been through it.
//
//   node bench/expose-outputs.mjs MODEL.onnx NAME…     writes the file anew, with these outputs after its own
import { readFileSync, writeFileSync } from 'node:fs';

/** `ModelProto.graph`. */
const GRAPH = 7;
/** `GraphProto.output`, a repeated field: more of it may stand at the end of the graph. */
const GRAPH_OUTPUT = 12;
const LENGTH_DELIMITED = 2;
/** `TensorProto.DataType.FLOAT`. */
const FLOAT = 1;

/**
 * @param model the bytes of an ONNX file
 * @param names of float values of its graph
 * @returns a new model with these outputs after its own
 * @throws Error when the bytes hold no graph
 */
function exposeOutputs(model, names) {
  const graph = findField(model, GRAPH);
  if (!graph) throw new Error('the model file holds no graph');
  const outputs = names.map((name) => field(GRAPH_OUTPUT, floatValue(name)));
  const length = graph.end - graph.start + outputs.reduce((sum, bytes) => sum + bytes.length, 0);
  return Buffer.concat([
    model.subarray(0, graph.tag),
    varint((GRAPH << 3) | LENGTH_DELIMITED),
    varint(length),
    model.subarray(graph.start, graph.end),
    ...outputs,
    model.subarray(graph.end),
  ]);
}

/** `ValueInfoProto` of a float tensor whose shape is left to the runtime. */
function floatValue(name) {
  const tensor = Buffer.concat([varint(1 << 3), varint(FLOAT)]);
  return Buffer.concat([field(1, Buffer.from(name, 'utf8')), field(2, field(1, tensor))]);
}

function field(number, content) {
  return Buffer.concat([varint((number << 3) | LENGTH_DELIMITED), varint(content.length), content]);
}

/** Where a length-delimited field of the outermost message stands: its tag, and its content from `start` up to `end`. */
function findField(bytes, wanted) {
  let at = 0;
  while (at < bytes.length) {
    const tag = at;
    const [key, afterKey] = readVarint(bytes, at);
    const wire = key & 7;
    if (wire === LENGTH_DELIMITED) {
      const [length, start] = readVarint(bytes, afterKey);
      if (key >> 3 === wanted) return { tag, start, end: start + length };
      at = start + length;
    } else if (wire === 0) {
      [, at] = readVarint(bytes, afterKey);
    } else {
      at = afterKey + (wire === 1 ? 8 : 4);
    }
  }
  return undefined;
}

/** A number below 2^53 and where the next byte is. */
function readVarint(bytes, from) {
  let value = 0;
  let scale = 1;
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at];
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return [value, at + 1];
    scale *= 128;
  }
  throw new Error('the model file ends in the middle of a number');
}

function varint(value) {
  const bytes = [];
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) | 0x80);
  return Uint8Array.from([...bytes, value]);
}

const [file, ...names] = process.argv.slice(2);
writeFileSync(file, exposeOutputs(readFileSync(file), names));
