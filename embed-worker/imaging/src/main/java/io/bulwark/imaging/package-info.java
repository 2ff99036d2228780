/**
 * Files of unknown origin to pictures to views, or a typed refusal.
 *
 * <p>What may enter: what turns bytes into what a person would see of them, and that into what an encoder gets. No DJL,
 * no Kafka, no Quarkus: this module runs in a process that may die.
 *
 * <pre>{@code
 * ImageDecoder decoder = new StandardImageDecoder(DecodeLimits.standard());
 * List<View> views = decoder.withDecoded(file, result -> switch (result) { ... });
 * }</pre>
 *
 * <p>The formats have a package each and know of each other nothing; {@code decode} chooses among them;
 * {@code preprocess} makes views, {@code process} reads files in processes that may die, {@code isolation} confines
 * these, {@code preview} makes what people are shown, {@code pdq} hashes, {@code animation} draws and chooses frames.
 * This package holds what they all share.
 *
 * <h2>What is decided here</h2>
 *
 * <ul>
 *   <li>The first bytes decide the format; names and content types are the uploader's word.
 *   <li>Dimensions are read from headers and checked before anything of their size is allocated: 50 megapixels, 65,535
 *       pixels a side (one row of 50 million pixels would need resampling weights of 800 MB), 250 megapixels for all
 *       frames of an animation. All decodes of one decoder share a memory budget, a third of the heap: large pictures
 *       wait for each other. {@link io.bulwark.imaging.ImageDecoder#withDecoded} keeps a picture's share taken while it
 *       is preprocessed, which is what keeps a heap of 512 MB safe with several decode threads.
 *   <li>A damaged picture is refused, not shown in part: libjpeg, like browsers, fills lost data with grey, and an
 *       attacker could keep a picture from being judged by damaging it. Bytes after the end of a picture are ignored.
 *   <li>Pictures come in the mode of their file (Pillow's modes), because the originals resize before they convert.
 *   <li>Animations are drawn as browsers draw them; the first frame is as Pillow gives it, up to seven more are chosen
 *       by time, by change and by a deployment's key ({@code animation} says how).
 *   <li>Each decoder states the heap that it fills at its peak, takes it from the budget before it allocates, and is
 *       held to it by a test of every mode. What a file holds many of (frames, chunks, code tables) is walked or
 *       bounded, not listed.
 * </ul>
 */
package io.bulwark.imaging;
