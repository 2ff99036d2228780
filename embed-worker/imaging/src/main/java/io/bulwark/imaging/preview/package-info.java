/**
 * Pictures for people: what was judged, small and as bare pixels. What may enter: how frames are laid out and how
 * pixels become a file that a browser shows; no decoder.
 *
 * <pre>{@code
 * Preview preview = PreviewMaker.strip(decoded);   // in the process that decoded
 * byte[] jpeg = BaselineJpeg.encode(preview);      // in the process that answers
 * }</pre>
 *
 * <p>Pixels cross from the decoder's process, and not a file: a hostile upload that takes a decoder over chooses the
 * colours that a reviewer sees, as it does anyway, but no byte of what the browser parses. The file is written by who
 * answers: a baseline JPEG in sRGB, upright, without metadata. The view is the one that moderation takes of the whole,
 * so orientation, colours and transparency are what the verdict rests on.
 */
package io.bulwark.imaging.preview;
