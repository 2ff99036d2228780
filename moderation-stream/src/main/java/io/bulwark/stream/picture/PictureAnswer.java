package io.bulwark.stream.picture;

/** What came of asking for a picture. Details are a sentence each and hold no location. */
public sealed interface PictureAnswer {

    /**
     * Here it is.
     *
     * @param jpeg at most {@link PreviewClient#MOST_BYTES}
     * @param frames frames of the file that were judged
     */
    record Found(byte[] jpeg, int frames) implements PictureAnswer {}

    /** The upload's record aged out, or its location does not give the file. */
    record Gone(String detail) implements PictureAnswer {}

    /** The file is not the one that was judged. */
    record Changed(String detail) implements PictureAnswer {}

    /** The file is no picture that can be shown. */
    record Undecodable(String detail) implements PictureAnswer {}

    /** The location of the file does not answer now; the preview does. */
    record Silent(String detail) implements PictureAnswer {}

    /** Nobody can say just now, or ever with these settings. */
    record Unavailable(String detail) implements PictureAnswer {}
}
