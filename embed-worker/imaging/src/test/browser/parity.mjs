// Shows picture files in Chromium and sends the Java test what it paints, one line of JSON a file; the comparison is
// there. Usage: node parity.mjs CHROMIUM FOLDER FILES, where FILES is a JSON array of {name, type, animated} whose bytes
// lie in FOLDER/files/NAME.
//
// A line is {name, error} where Chromium shows nothing, else {name, frames}: of a still the <img>, of an animation
// every frame of ImageDecoder, each {width, height, white, black} with RGB in base64, laid over white and over black.

import { chromium } from "playwright-core";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

const [executablePath, folder, list] = process.argv.slice(2);

// Chromium as root has no sandbox; the rest keeps it from calling home.
const ARGUMENTS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--force-color-profile=srgb",
];

// ImageDecoder is given to secure contexts alone; nothing leaves this machine, every request is answered below.
const ORIGIN = "https://parity.test";

/** Runs in the page. */
async function shown({ name, type, animated }) {
  const painted = (source, width, height) => {
    const over = (colour) => {
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext("2d", { willReadFrequently: true });
      context.fillStyle = colour;
      context.fillRect(0, 0, width, height);
      context.drawImage(source, 0, 0);
      const rgba = context.getImageData(0, 0, width, height).data;
      let text = "";
      for (let i = 0; i < rgba.length; i += 4) {
        text += String.fromCharCode(rgba[i], rgba[i + 1], rgba[i + 2]);
      }
      return btoa(text);
    };
    return { width, height, white: over("#fff"), black: over("#000") };
  };
  const still = async () => {
    const image = new Image();
    image.src = `/${name}`;
    document.body.append(image);
    try {
      await new Promise((resolve, reject) => {
        image.onload = resolve;
        image.onerror = () => reject(new Error("the image has an error event"));
      });
      if (image.naturalWidth === 0) {
        throw new Error("the image has no size");
      }
      return [painted(image, image.naturalWidth, image.naturalHeight)];
    } finally {
      image.remove();
    }
  };
  const frames = async () => {
    const data = await (await fetch(`/${name}`)).arrayBuffer();
    const decoder = new ImageDecoder({ data, type, preferAnimation: true });
    await decoder.tracks.ready;
    await decoder.completed;
    const count = decoder.tracks.selectedTrack.frameCount;
    const all = [];
    for (let frameIndex = 0; frameIndex < count; frameIndex++) {
      let image;
      try {
        ({ image } = await decoder.decode({ frameIndex }));
      } catch (failure) {
        if (frameIndex === 0) {
          throw failure;
        }
        // A page shows what precedes the damage.
        break;
      }
      all.push(painted(image, image.displayWidth, image.displayHeight));
      image.close();
    }
    decoder.close();
    return all;
  };
  try {
    // What ImageDecoder does not take, a page may show all the same.
    return { name, frames: animated ? await frames().catch(still) : await still() };
  } catch (failure) {
    return { name, error: String(failure) };
  }
}

const browser = await chromium.launch({ executablePath, headless: true, args: ARGUMENTS });
const page = await browser.newPage();
const files = JSON.parse(await readFile(list, "utf8"));
const types = new Map(files.map((file) => [`/${file.name}`, file.type]));
await page.route("**/*", async (route) => {
  const path = new URL(route.request().url()).pathname;
  if (types.has(path)) {
    await route.fulfill({ contentType: types.get(path), body: await readFile(join(folder, "files", path)) });
  } else {
    await route.fulfill({ contentType: "text/html", body: "<!doctype html><title>Parity</title>" });
  }
});
await page.goto(ORIGIN);
for (const file of files) {
  console.log(JSON.stringify(await page.evaluate(shown, file)));
}
await browser.close();
