// Makes quantised/ and plain/: two small models in TensorFlow.js's layers format with the layers of Inception V3, and
// pixels.bin and answers.json: three pictures, and what TensorFlow.js itself answers to each.
//
//   npm install @tensorflow/tfjs@4.22.0
//   node make-models.mjs [folder of all that]
//
// Weights and pictures are drawn from seeded integers. The CPU backend is TensorFlow.js's plain reference.
import { createRequire } from 'node:module';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
const require = createRequire(join(process.cwd(), 'x.js'));
const tf = require('@tensorflow/tfjs');

const SIDE = 23;
const PICTURES = 3;
const out = process.argv[2] ?? '.';

function random(seed) {
  let state = seed >>> 0;
  return () => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 8) / (1 << 24);
}

const conv = (name, filters, kernelSize, options = {}) =>
  tf.layers.conv2d({ name, filters, kernelSize, useBias: false, ...options });

/** A convolution, a normalisation and a rectifier, as Inception has them. */
function block(x, name, filters, kernelSize, options = {}, normalised = { scale: false }) {
  let y = conv(name, filters, kernelSize, options).apply(x);
  y = tf.layers.batchNormalization({ name: name + '_bn', ...normalised }).apply(y);
  return tf.layers.activation({ name: name + '_relu', activation: 'relu' }).apply(y);
}

function model(pooled) {
  const input = tf.input({ shape: [SIDE, SIDE, 3], name: 'input_1' });
  const stem = block(input, 'stem', 8, 3, { strides: 2, padding: 'valid' });                       // 11 x 11
  const wide = block(stem, 'wide', 8, 3, { padding: 'same' }, { scale: true, center: true });
  const least = tf.layers.maxPooling2d({ name: 'largest', poolSize: 3, strides: 2 }).apply(wide);  // 5 x 5
  const one = block(least, 'one', 6, 1, { padding: 'same' });
  const across = block(least, 'across', 5, [1, 5], { padding: 'same' });
  const down = conv('down', 5, [5, 1], { padding: 'same', useBias: true, activation: 'relu' }).apply(across);
  const mean = tf.layers.averagePooling2d({ name: 'mean', poolSize: 3, strides: 1, padding: 'same' }).apply(least);
  const four = block(mean, 'four', 4, 1, { padding: 'same' }, { scale: false, center: false });
  const uneven = block(wide, 'uneven', 4, 4, { strides: 2, padding: 'same' });                     // 6 x 6
  const last = block(uneven, 'last', 3, 2, { padding: 'valid' });                                  // 5 x 5
  const mixed = tf.layers.concatenate({ name: 'mixed', axis: 3 }).apply([one, down, four, last]);
  const embedding = pooled
    ? tf.layers.globalAveragePooling2d({ name: 'embedding' }).apply(mixed)
    : tf.layers.flatten({ name: 'embedding' })
        .apply(tf.layers.averagePooling2d({ name: 'means', poolSize: 3, strides: 2 }).apply(mixed));
  let y = tf.layers.dropout({ name: 'dropout_1', rate: 0.5 }).apply(embedding);
  y = tf.layers.dense({ name: 'dense_1', units: 10, activation: 'relu' }).apply(y);
  y = tf.layers.dropout({ name: 'dropout_2', rate: 0.25 }).apply(y);
  y = tf.layers.dense({ name: 'dense_2', units: 3, activation: 'softmax' }).apply(y);
  return tf.model({ inputs: input, outputs: y });
}

function draw(model, seed) {
  const next = random(seed);
  for (const layer of model.layers) {
    layer.setWeights(layer.weights.map(weight => {
      const size = weight.shape.reduce((a, b) => a * b, 1);
      const spread = weight.shape.length > 1 ? 2 / Math.sqrt(size / weight.shape.at(-1)) : 0.3;
      const middle = /variance|gamma/.test(weight.name) ? 1 : 0;
      return tf.tensor(Float32Array.from({ length: size }, () => middle + spread * (2 * next() - 1)), weight.shape);
    }));
  }
}

/** As tensorflowjs_converter quantises: the range of each weight in 256 levels. */
function quantised({ weightSpecs, weightData }) {
  const values = new Float32Array(weightData);
  const bytes = [];
  let at = 0;
  const specs = weightSpecs.map(spec => {
    const own = values.subarray(at, at += spec.shape.reduce((a, b) => a * b, 1));
    const min = Math.min(...own);
    const scale = (Math.max(...own) - min) / 255 || 1;
    own.forEach(value => bytes.push(Math.round((value - min) / scale)));
    return { ...spec, quantization: { min, scale, dtype: 'uint8' } };
  });
  return { weightSpecs: specs, weightData: Uint8Array.from(bytes).buffer };
}

async function write(name, made, quantise, shards) {
  let artifacts;
  await made.save(tf.io.withSaveHandler(async all => {
    artifacts = all;
    return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
  }));
  const { weightSpecs, weightData } = quantise ? quantised(artifacts) : artifacts;
  const folder = join(out, name);
  mkdirSync(folder, { recursive: true });
  const paths = Array.from({ length: shards }, (_, i) => `group1-shard${i + 1}of${shards}.bin`);
  const each = Math.ceil(weightData.byteLength / shards);
  paths.forEach((path, i) => writeFileSync(join(folder, path), Buffer.from(weightData.slice(i * each, (i + 1) * each))));
  const model = {
    format: 'layers-model',
    modelTopology: quantise ? { keras_version: '2.2.4', backend: 'tensorflow', model_config: artifacts.modelTopology } : artifacts.modelTopology,
    weightsManifest: [{ paths, weights: weightSpecs }],
  };
  writeFileSync(join(folder, 'model.json'), JSON.stringify(model) + '\n');
  return tf.loadLayersModel(tf.io.fromMemory({ modelTopology: artifacts.modelTopology, weightSpecs, weightData }));
}

await tf.setBackend('cpu');
await tf.ready();
const next = random(7);
const pixels = Uint8Array.from({ length: PICTURES * SIDE * SIDE * 3 }, (_, i) =>
  Math.floor(i / (SIDE * SIDE * 3)) === 0 ? 256 * next() : (i * (3 + Math.floor(i / 1200)) + 40 * next()) % 256);
const input = tf.tensor4d(Float32Array.from(pixels, value => value / 255), [PICTURES, SIDE, SIDE, 3]);
const answers = {};
for (const [name, pooled, quantise, shards] of [['quantised', false, true, 2], ['plain', true, false, 1]]) {
  const made = model(pooled);
  draw(made, pooled ? 2 : 1);
  const read = await write(name, made, quantise, shards);
  const whole = tf.model({ inputs: read.inputs, outputs: [read.getLayer('embedding').output, read.outputs[0]] });
  const [embeddings, probabilities] = whole.predict(input);
  answers[name] = { embeddings: embeddings.arraySync(), probabilities: probabilities.arraySync() };
}
writeFileSync(join(out, 'pixels.bin'), pixels);
writeFileSync(join(out, 'answers.json'), JSON.stringify({ tfjs: tf.version.tfjs, backend: tf.getBackend(), answers }) + '\n');
