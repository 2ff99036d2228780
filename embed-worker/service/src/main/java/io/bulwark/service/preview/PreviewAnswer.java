package io.bulwark.service.preview;

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
    record Refused(Kind kind, String detail) implements PreviewAnswer {}

    /** Why there is nothing to show. */
    enum Kind {
        /** The question does not come from a program of this deployment. */
        NO_TOKEN(401, "no-token", "No token"),
        /** The question is none. */
        MALFORMED(400, "malformed", "Malformed question"),
        /** The record aged out, or the location does not give the file. */
        GONE(404, "picture-gone", "Picture gone"),
        /** The file is not the one that was judged. */
        CHANGED(409, "picture-changed", "Picture changed"),
        /** The file is no picture that this decoder reads within its limits. */
        UNDECODABLE(422, "picture-undecodable", "Picture undecodable"),
        /** The location does not answer, or is in trouble. */
        SILENT(503, "location-silent", "Location silent"),
        /** Not now. */
        BUSY(503, "busy", "Busy");

        private final int status;
        private final String type;
        private final String title;

        Kind(int status, String type, String title) {
            this.status = status;
            this.type = type;
            this.title = title;
        }

        /** Of HTTP. */
        public int status() {
            return status;
        }

        /** Name for programs, what follows {@code urn:bulwark:problem:}. */
        public String type() {
            return type;
        }

        /** Name for people. */
        public String title() {
            return title;
        }
    }
}
