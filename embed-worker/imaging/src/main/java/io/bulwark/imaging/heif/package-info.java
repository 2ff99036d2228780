/**
 * HEIC and AVIF, the pictures of phones, decoded by libheif's own command where it is installed.
 *
 * <pre>{@code
 * HeifCommand command = HeifCommand.of("auto"); // heif-dec or heif-convert of the PATH
 * DecodeResult result = new HeifDecoder(lease, command, (png, room) -> new PngDecoder(room).decode(png)).decode(file);
 * }</pre>
 *
 * <p>What may enter: what is read of a file before the command sees it, and how the command is run. Not a decoder: the
 * two codecs are some hundred thousand lines of C each, and change with every hole that is found in them.
 *
 * <h2>What was weighed</h2>
 *
 * <ul>
 *   <li><b>libheif through a binding</b>: the maintained ones need Java's foreign memory interface, final since Java
 *       22. We are on 17, and the library would have to be installed or shipped as well.
 *   <li><b>FFmpeg in a jar</b> ({@code org.bytedeco:ffmpeg}): 27 MB more in the image for one platform, LGPL parts to
 *       give notice of, and each hole in a codec is ours to ship a mended version for. It hands out the tiles of an
 *       iPhone's picture one by one: grid, rotation, alpha and profile would be ours to put together.
 *   <li><b>The command</b>, taken: Debian's and Ubuntu's {@code libheif-examples} is 170 KB, some 6 MB installed with
 *       its libraries; its security updates come with those of the base image; grids, rotation, alpha, bit depth and
 *       profiles are libheif's work. It costs a process a file, some 10 ms where a photograph takes 1 s of CPU time,
 *       and a machine without it refuses these files, as all did before. A machine that had it at the start and has it
 *       no longer, or whose temporary folder is full, refuses nothing: {@link io.bulwark.imaging.heif.HeifCommand#lack}
 *       says what is lacking, and the files are read later.
 * </ul>
 *
 * <h2>How it is run</h2>
 *
 * In the decoder process, which has the file's address space limit already. {@link io.bulwark.imaging.heif.HeifDecoder.HeifFile}
 * reads the boxes first, so that sizes are judged before anything decodes them. The command gets a copy in its own
 * folder and writes one PNG there, under limits of CPU time and file size, with an empty environment. It dies with its
 * decoder process where {@code setpriv} is there (util-linux, on each Debian and Ubuntu), for one that ran out of
 * memory may hang for ever without using time. What it writes is as little to be trusted as the file: {@code png} reads
 * it under the same limits, and the lease counts the PNG itself beside its pixels.
 *
 * <h2>One picture</h2>
 *
 * A file may hold many pictures and say which of them is meant. What is judged is what viewers show; where they might
 * show another one, the file is refused:
 *
 * <ul>
 *   <li>The primary picture is decoded. All others are marked as hidden in the copy, because the command would write
 *       each.
 *   <li>Sequences are refused, by their brands or their {@code moov} box: Chromium plays an AVIF that the command would
 *       show the cover of, and older commands cannot read them.
 *   <li>A crop that leaves out more than an encoder's padding is refused: Chromium ignores crops away from the corner.
 *   <li>Layered pictures are refused, as viewers differ in the layer, and so are turns that viewers apply in another
 *       order than they are written, premultiplied alpha, and what is neither HEVC, AV1 nor a grid of those.
 *   <li>Turns and mirrors of the file are applied by libheif, and EXIF's orientation is not applied on top, as Safari
 *       and Chromium have it.
 * </ul>
 *
 * <p>Known to be missing: HDR pictures without an ICC profile (PQ, HLG) are shown by browsers with a tone curve that
 * the command does not apply; they are judged paler than they look.
 */
package io.bulwark.imaging.heif;
