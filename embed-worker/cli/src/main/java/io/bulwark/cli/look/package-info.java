/**
 * What of a file is judged, for people to look at: the frames as a browser paints them, and the views as the encoder
 * gets them.
 *
 * <p>What may enter: what shows a step between a file's bytes and its verdict. Nothing here decides.
 *
 * <pre>{@code
 * JudgedFile judged = JudgedFile.of(Files.readAllBytes(file), decoder, preprocessor);
 * }</pre>
 */
package io.bulwark.cli.look;
