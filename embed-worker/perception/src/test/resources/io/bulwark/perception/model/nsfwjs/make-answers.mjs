// Makes pixels.bin.gz and answers.json: pictures of the model's own size, and what nsfwjs itself answers to each.
//
//   npm install nsfwjs@4.4.0 @tensorflow/tfjs@4.22.0 buffer
//   node make-answers.mjs [folder of the two files]                                  a dozen, by MobileNetV2
//   node make-answers.mjs FOLDER InceptionV3 landscape,mosaic,bodies,comic           four, by Inception V3
//
// The pictures are drawn from seeded integers, so the script makes the same ones everywhere. They are as large as the
// model's input, so that nsfwjs does not resize. The CPU backend is TensorFlow.js's plain reference.
import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { join } from 'node:path';
const require = createRequire(join(process.cwd(), 'x.js'));
const tf = require('@tensorflow/tfjs');
const nsfwjs = require('nsfwjs');

const out = process.argv[2] ?? '.';
const name = process.argv[3] ?? 'MobileNetV2';
const SIZE = name === 'InceptionV3' ? 299 : 224;

function random(seed) {
  let state = seed >>> 0;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 8;
}

function picture(colourAt) {
  const pixels = new Uint8Array(SIZE * SIZE * 3);
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) pixels.set(colourAt(x, y), (y * SIZE + x) * 3);
  }
  return pixels;
}

/** Noise in blocks of `block` pixels, each channel in [low, high]. */
function noise(seed, block, low, high) {
  const next = random(seed);
  const cells = Math.ceil(SIZE / block);
  const values = Array.from({ length: cells * cells * 3 }, () => low + (next() % (high - low + 1)));
  return picture((x, y) => {
    const at = (Math.floor(y / block) * cells + Math.floor(x / block)) * 3;
    return [values[at], values[at + 1], values[at + 2]];
  });
}

/** Shaded ellipses of one palette over a background: crude bodies, fruit, balloons. */
function ellipses(seed, count, palette, background, outline) {
  const next = random(seed);
  const shapes = Array.from({ length: count }, () => ({
    x: next() % SIZE, y: next() % SIZE, a: 15 + (next() % 60), b: 15 + (next() % 60), c: palette[next() % palette.length],
  }));
  return picture((x, y) => {
    let colour = background;
    for (const s of shapes) {
      const d = ((x - s.x) / s.a) ** 2 + ((y - s.y) / s.b) ** 2;
      if (d < 1) {
        const shade = outline && d > 0.85 ? 0 : outline ? 1 : 1 - d * 0.4;
        colour = s.c.map(v => Math.floor(v * shade));
      }
    }
    return colour;
  });
}

const skin = [[224, 172, 140], [198, 134, 100], [241, 194, 165], [141, 85, 60]];
const comic = [[250, 60, 60], [60, 120, 250], [250, 220, 60], [250, 200, 180], [90, 200, 90]];
const drawn = {
  black: picture(() => [0, 0, 0]),
  white: picture(() => [255, 255, 255]),
  gradient: picture((x, y) => [x, y, (x + y) >> 1]),
  checkers: picture((x, y) => ((x >> 4) + (y >> 4)) % 2 ? [230, 230, 230] : [20, 20, 20]),
  stripes: picture((x) => x % 8 < 4 ? [255, 0, 0] : [0, 0, 255]),
  noise: noise(1, 2, 0, 255),
  mosaic: noise(2, 28, 60, 200),
  landscape: picture((x, y) => y < 90 + ((x * x) >> 9) ? [120 + (y >> 1), 170 + (y >> 2), 235] : [60, 140 - (y >> 2), 50]),
  bodies: ellipses(3, 9, skin, [90, 70, 80], false),
  closeness: ellipses(4, 16, skin, [200, 150, 130], false),
  comic: ellipses(5, 12, comic, [255, 255, 255], true),
  figures: ellipses(6, 20, comic.concat(skin), [255, 240, 245], true),
};

const asked = process.argv[4]?.split(',') ?? Object.keys(drawn);
const pictures = Object.fromEntries(asked.map(picture => [picture, drawn[picture]]));

await tf.setBackend('cpu');
await tf.ready();
const model = await nsfwjs.load(name);
const answers = {};
for (const [picture, pixels] of Object.entries(pictures)) {
  const image = tf.tensor3d(pixels, [SIZE, SIZE, 3], 'int32');
  const probabilities = {};
  for (const { className, probability } of await model.classify(image, 5)) probabilities[className] = probability;
  const embedding = await model.infer(image, 'flatten_1').data();
  answers[picture] = {
    probabilities: Object.fromEntries(Object.keys(probabilities).sort().map(c => [c, probabilities[c]])),
    embeddingStart: Array.from(embedding.slice(0, 48)),
    embeddingLength: Math.sqrt(embedding.reduce((sum, v) => sum + v * v, 0)),
  };
}
writeFileSync(join(out, 'pixels.bin.gz'), gzipSync(Buffer.concat(Object.values(pictures)), { level: 9 }));
writeFileSync(join(out, 'answers.json'), JSON.stringify({ nsfwjs: '4.4.0', tfjs: tf.version.tfjs, backend: tf.getBackend(), answers }, null, 1) + '\n');
