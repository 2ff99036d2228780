package io.bulwark.lab.bench;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Width and height as one word, {@code 640x480}.
 *
 * @param width in pixels
 * @param height in pixels
 */
record PictureSize(int width, int height) {

    /** Reads the word. */
    static PictureSize parse(String word) {
        if (!word.matches("\\d{1,5}x\\d{1,5}")) {
            throw new TypeConversionException("'" + word + "' is no size: wanted is WIDTHxHEIGHT, such as 640x480");
        }
        String[] sides = word.split("x");
        return new PictureSize(Integer.parseInt(sides[0]), Integer.parseInt(sides[1]));
    }

    /** For picocli. */
    static final class Converter implements ITypeConverter<PictureSize> {

        @Override
        public PictureSize convert(String word) {
            return parse(word);
        }
    }
}
