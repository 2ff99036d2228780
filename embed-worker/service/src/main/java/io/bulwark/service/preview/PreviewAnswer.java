package io.bulwark.service.preview;

import io.bulwark.schemas.preview.HttpRefusal;

/** The answer to a question for a picture. */
public sealed interface PreviewAnswer {

    /**
     * Here it is.
     *
     * @param jpeg a baseline JPEG
     * @param frames frames of the file that were judged
     */
    record Shown(byte[] jpeg, int frames) implements PreviewAnswer {}

    /**
     * There is nothing to show.
     *
     * @param detail one sentence; holds no location and no content
     */
    record Refused(HttpRefusal kind, String detail) implements PreviewAnswer {}
}
