/**
 * What a file says of its colours, and the way from there to the sRGB of a screen. The formats find a profile in a
 * file; what it means is read here. What may enter: colour spaces and conversions between them; no file format but
 * ICC's.
 *
 * <pre>{@code
 * Optional<ColourConversion> conversion = IccColour.read(profile).flatMap(icc -> icc.conversion(Samples.RGB));
 * }</pre>
 *
 * <p>An attacker can put a picture into a file that only a profile makes visible: curves that turn the last bit of
 * every level into black or white. So what is judged has to be converted, by the rules of the program that shows it,
 * and every level has to be converted exactly.
 *
 * <h2>Chromium's rules</h2>
 *
 * They were found by asking Chromium 156 about some 250 files, and differ from the specification (ICC.1:2022):
 *
 * <ul>
 *   <li>A profile is broken, and then there is none, if a tag reaches beyond it, its white is not D50, its version is
 *       above 4, a curve or a matrix is missing, or a table of either direction is damaged. Class and colour space are
 *       not looked at, but that profiles for gray and ink are used with nothing else. A gray picture may have a profile
 *       for colours.
 *   <li>A {@code cicp} tag comes before a table (A2B0, else A2B1), a table before curves and a matrix.
 *   <li>Tables are read as version 4 writes them, also those of 16 bits, where the specification has another white.
 *   <li>Nothing is done about black points or rendering intents. What lies outside of sRGB is clipped.
 *   <li>Television's transfer (H.273, codes 1, 6, 14, 15) is a power of 2.4.
 *   <li>A gAMA within 5 % of 1/2.2 and without cHRM is sRGB. Primaries that are impossible take the power with them.
 * </ul>
 *
 * High dynamic range (PQ and HLG) is refused: every browser brings it to a screen's range in its own way.
 *
 * <h2>Why not LittleCMS</h2>
 *
 * The JDK has it. It is native code, and profiles are the attacker's bytes; it takes and refuses other profiles than
 * Chromium; and it wants a copy of the picture. Our own reader checks each offset once, reads tables where they lie in
 * the file, has no loop that a profile can lengthen beyond its own size, and takes no profile above 4 MB
 * ({@link io.bulwark.imaging.colour.IccColour#LARGEST}). LittleCMS is its peer in tests.
 *
 * <p>Pixels are converted on their way to being resampled, a piece of a row at a time. Curves and a matrix took 7 ns a
 * pixel on a busy core of the build machine. A profile that is sRGB's own within half a level is left out, and then
 * nothing is spent; most profiles are. A table costs more, and three ways to make it cheap were weighed:
 *
 * <ul>
 *   <li>Converting after the picture was made smaller: wrong for a picture with two levels side by side that the
 *       profile turns into black and white. What is judged would be the mean of the levels, what is seen the mean of
 *       black and white.
 *   <li>A cube of finished colours: it would lose what hides between its points.
 *   <li>Remembering what 65,536 colours become, taken: exact, and a photograph asks for the same ones again and again.
 *       What is not remembered is worked out from numbers that were unpacked before. A picture made of ever new colours
 *       is the worst.
 * </ul>
 *
 * CPU time of 2500x2500 pixels, decode and ten views included, on a core that others used as well, before and since: a
 * PNG of ever new colours with a table of three channels 0.77 s and 0.46 s; a CMYK JPEG with a table of four 1.05 s and
 * 0.63 s; a JPEG with a table of three 0.37 s and 0.18 s. 50 megapixels are eight times as much, so the first two still
 * take more than two seconds on such a core. To allow less, lower {@code bulwark.decode.max-pixels}.
 *
 * <p>Heap for a profile is leased with its picture's ({@link io.bulwark.imaging.colour.IccColour#bytes}), before its
 * parts are put together or inflated.
 */
package io.bulwark.imaging.colour;
