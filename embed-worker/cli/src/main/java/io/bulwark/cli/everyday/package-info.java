/**
 * What people do with a picture before they upload it: they crop it, write on it, frame it, send it through a
 * messenger.
 *
 * <p>What may enter: edits that need no tool but a phone and no knowledge of the model, as pure functions from a
 * picture to the file that would be uploaded. Who searches for the edit that harms most is an attacker, and belongs to
 * {@link io.bulwark.lab.attack}. Example:
 *
 * <pre>{@code
 * Surroundings around = Surroundings.of(sha256OfTheFile, harmlessPictures);
 * byte[] upload = Edit.COLLAGE.upload(picture, around);
 * }</pre>
 *
 * <p>{@link io.bulwark.cli.everyday.EverydayVariants} draws versions by a seed, for training and for banks:
 *
 * <pre>{@code
 * UprightPicture version = new EverydayVariants(harmlessPictures).draw(picture, seed).picture();
 * }</pre>
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li><b>Some edits are only for tests.</b> Encoders and banks are given borders, text, collages, corners, negatives, mirror
 *       images, quarter turns, crops and grey. Free angles, blur, JPEG compression, colour filters, resizing, stickers,
 *       photographs of screens, and pictures on pictures, noise, wood, in chats, circles and pairs are kept
 *       out of both, and reported apart: what they show was not learnt from examples of them. {@link
 *       io.bulwark.cli.everyday.EverydayVariants.Kind} is the one list.
 *   <li><b>An edit ends in a file.</b> So it goes the whole way of sniffing, decoding and views that an upload goes.
 *   <li><b>Larger pictures are shrunk first</b>, to {@link io.bulwark.cli.everyday.Edit#LONGEST_SIDE}, as
 *       messengers do. It makes edits of a fixed strength stronger, not weaker: JPEG's blocks cover more of a small
 *       picture. Edits of a photograph at 12 megapixels would take a second each and look the same to an encoder of 224.
 *   <li><b>Chance comes from the file's hash.</b> The same files give the same report on every machine.
 *   <li><b>No AWT graphics, and letters of our own.</b> What AWT draws depends on the fonts of the machine, and a machine
 *       without fonts draws no text at all. Resizing is the project's own, which is Pillow's.
 *   <li><b>No WebP.</b> The JDK cannot write it and no maintained encoder in Java can; a native one would have to be
 *       shipped for this one row.
 * </ul>
 */
package io.bulwark.cli.everyday;
